"""A notice as an editor writes it, before it is published: its check, and the sentences that drafts begin from."""

from dataclasses import dataclass

from corrections import config
from corrections.domain.kinds import NOTICE_KINDS, NoticeKind
from corrections.i18n import LazyString, translate
from corrections.services import settings
from corrections.services.articles.sources import rendered
from corrections.services.publication import Publication
from corrections.services.validation import Fields
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.words import changes
from repo_store import Source

TEMPLATES = {
    NoticeKind.CORRECTION: LazyString("An earlier version of this article said {was}. It should have said {now}."),
    NoticeKind.CLARIFICATION: LazyString(
        "This article has been clarified. It now says {now}; it previously said {was}."
    ),
    NoticeKind.UPDATE: LazyString("This article has been updated. It now says {now}."),
    NoticeKind.EDITORS_NOTE: LazyString("Editor’s note: {was} has been changed to {now}."),
    NoticeKind.RETRACTION: LazyString(
        "We retract the statement {was}, which appeared in an earlier version of this article."
    ),
}
REMOVED = LazyString("An earlier version of this article said {was}. This passage has been removed.")
ADDED = LazyString("A passage was missing from an earlier version of this article: {now}.")


@dataclass(frozen=True)
class NoticeDraft:
    """`place` is `foot` or, for a serious error, `head`."""

    kind: str
    text: str
    place: str = "foot"


@dataclass(frozen=True)
class WordChange:
    """What readers read before a change and after it, in whole words; one is empty where a passage came or went."""

    was: str
    now: str


def word_change(before: Source, after: Source) -> WordChange | None:
    """The words that readers see changed when the source `before` becomes `after`; None where they see none."""
    old, new = rendered(before).text, rendered(after).text
    if old == new:
        return None
    hunks = [hunk for hunk in changes(old, new, tidy=False) if not hunk.same]
    edit = Edit(hunks[0].start, hunks[-1].end, new[hunks[0].new_start : hunks[-1].new_end])
    if not old[edit.start : edit.end].strip() or not edit.text.strip():
        edit = _with_neighbour(edit, old)
    return WordChange(old[edit.start : edit.end].strip(), edit.text.strip())


def _with_neighbour(edit: Edit, old: str) -> Edit:
    """An insertion or a deletion with the word beside it on its line, so that there is something to quote on both
    sides; a whole line that came or went stays as it is."""
    if "\n" in old[edit.start : edit.end] + edit.text:
        return edit
    line = old.rfind("\n", 0, edit.start) + 1
    end = old.find("\n", edit.end)
    before, after = old[line : edit.start], old[edit.end : end if end >= 0 else len(old)]
    if before.strip():
        return edit.spread(line + len(before.rstrip()) - len(before.split()[-1]), edit.end, old)
    if after.strip():
        return edit.spread(edit.start, edit.end + len(after) - len(after.lstrip()) + len(after.split()[0]), old)
    return edit


def template_of(publication: Publication, kind: str, language: str) -> tuple[str, bool]:
    """The sentence of a kind of notice, with its `{was}` and `{now}`; and whether it is the house's own."""
    own = settings.text(publication, f"notice-{kind}.{language}") or settings.text(publication, f"notice-{kind}")
    return (own, True) if own else (translate(TEMPLATES[NoticeKind(kind)], language), False)


def checked_notice(notice: NoticeDraft | None) -> NoticeDraft | None:
    """The draft with its text cleaned; None where no notice is wanted. Raises `Invalid`."""
    if notice is None or notice.kind in ("", "none"):
        return None
    fields = Fields()
    kind = fields.choice("notice", "Notice", notice.kind, NOTICE_KINDS)
    text = fields.text("notice_text", "Notice text", notice.text.strip(), config.NOTICE_LIMIT, required=True)
    place = fields.choice("notice_place", "Position of the notice", notice.place, ("foot", "head"))
    fields.check()
    return NoticeDraft(kind, text, place)
