"""An edit made on one revision of an article, on the article as it stands now.

Through the diff of the two texts, and once more revision by revision: of what accepted and reverted corrections
changed, the ledger knows each character and the words that their readers quoted. What is known decides where the diff
cannot tell.
"""

from dataclasses import dataclass, replace

from corrections.index import queries
from corrections.services.publication import Publication
from corrections.text.comparison.edits import Edit, is_same_change
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Rebased, conflict, over, rebase
from corrections.text.formats.conversion import carry_over_formats
from corrections.text.formats.rendered import Rendered
from corrections.text.text_cache import remember
from repo_store import Part
from repo_store.model.events import CorrectionAccepted, CorrectionReverted

MOST_STEPS = 200  # revisions walked through
FAR = 1000  # code points between two edits that cannot be about the same words


def carry(
    publication: Publication, article: queries.Article, edit: Edit, revision: str, part: Part = Part.BODY
) -> Rebased:
    """What becomes of an edit of `revision`'s source of a part on the part's current source.

    `edit` owns what it spans; so does the edit of a `Clean` answer.
    """
    seen = publication.store.source(article.id, revision, part)
    now = publication.store.source(article.id, article.revision, part)
    if seen.format is not now.format:
        return _carry_over_formats(publication, article, edit, revision, part)
    base, current = seen.text, now.text
    if base == current:
        return Clean(edit)
    direct = rebase(edit, base, current)
    if isinstance(direct, AlreadyApplied):
        return direct
    walk = _walk(publication, article, _Start(edit, revision, part, base))
    if walk.applied:
        start = walk.applied.start
        return AlreadyApplied(start, start + len(walk.applied.text))
    if walk.edit is not None:
        return Clean(walk.edit, isinstance(direct, Clean) and direct.moved)
    return conflict(edit, base, current) if walk.is_decisive else direct


def _carry_over_formats(
    publication: Publication, article: queries.Article, edit: Edit, revision: str, part: Part
) -> Rebased:
    """`carry` where the article is in another format now: up to the change, over it, and on from there."""
    base = publication.rendered(article.id, revision, part)
    last = revision
    for step in queries.revisions_since(publication.index, article.id, revision, MOST_STEPS):
        following = publication.rendered(article.id, step.revision.revision, part)
        if following.format != base.format:
            before = carry(publication, replace(article, revision=last), edit, revision, part)
            if isinstance(before, Clean):
                over_change = carry_over_formats(before.edit, publication.rendered(article.id, last, part), following)
                if isinstance(over_change, Clean):
                    return carry(publication, article, over_change.edit, step.revision.revision, part)
            break
        last = step.revision.revision
    return carry_over_formats(edit, base, publication.rendered(article.id, article.revision, part))


def carried(publication: Publication, correction: queries.Correction, article: queries.Article) -> Rebased | None:
    """What becomes of the reader's words on the current text; None where the reader proposed none."""
    edit = owned_edit(publication, correction)
    return None if edit is None else carry(publication, article, edit, correction.revision, correction.part)


def edit_of(correction: queries.Correction) -> Edit | None:
    """The reader's edit of the source of the revision that the reader saw: the change alone."""
    if correction.edit_text is None or correction.edit_start is None or correction.edit_end is None:
        return None
    return Edit(correction.edit_start, correction.edit_end, correction.edit_text)


def owned_edit(publication: Publication, correction: queries.Correction) -> Edit | None:
    """The reader's edit of the source of the revision that the reader saw, as an edit of all the words quoted."""
    edit = edit_of(correction)
    if edit is None:
        return None
    rendered = publication.rendered(correction.article, correction.revision, correction.part)
    return with_quote(edit, rendered, correction.start, correction.end)


def with_quote(edit: Edit, rendered: Rendered, start: int, end: int) -> Edit:
    """The same change as an edit of all the words quoted: `start` to `end` of the rendered text."""
    span = _source_span(rendered, start, end)
    return edit.spread(*span, rendered.source) if span else edit


def _source_span(rendered: Rendered, start: int, end: int) -> tuple[int, int] | None:
    """Where a span of the rendered text stands in the source; None where that is no single run, as with footnotes."""
    starts = [at for at in rendered.starts[start:end] if at >= 0]
    ends = [at for at in rendered.ends[start:end] if at >= 0]
    if not starts or starts != sorted(starts):
        return None
    return starts[0], ends[-1]


@dataclass(frozen=True)
class _Walk:
    """How far an edit could be carried, revision by revision.

    `edit` is None where it met a change of the same words; `applied` is that change where it is the same one.
    `is_decisive` tells that it met a correction whose words are still published: no diff may say otherwise.
    """

    edit: Edit | None
    applied: Edit | None = None
    is_decisive: bool = False


@dataclass(frozen=True)
class _Start:
    """An edit of a part's source `text` at a revision."""

    edit: Edit
    revision: str
    part: Part
    text: str


def _walk(publication: Publication, article: queries.Article, start: _Start) -> _Walk:
    edit, text = start.edit, start.text
    steps = queries.revisions_since(publication.index, article.id, start.revision, MOST_STEPS + 1)
    last = next((number for number, step in enumerate(steps) if step.revision.revision == article.revision), None)
    steps = steps if last is None else steps[: last + 1]
    if len(steps) > MOST_STEPS:
        return _Walk(None)
    changes = [published_change(step.event, publication) for step in steps]
    for number, (step, change) in enumerate(zip(steps, changes, strict=True)):
        if change is None:
            new = publication.store.source(article.id, step.revision.revision, start.part).text
            rebased = rebase(edit, text, new)
            if not isinstance(rebased, Clean):
                return _Walk(None)
            edit, text = rebased.edit, new
            continue
        if change.part is not start.part:
            continue
        carried_over = change.carry(edit, text)
        if carried_over is None:
            undone = any(
                later and later.reverts and later.correction == change.correction for later in changes[number:]
            )
            is_last = number + 1 == len(steps)
            applied = change.edit if is_last and is_same_change(edit, change.edit, text) else None
            return _Walk(None, applied, not undone)
        edit, text = carried_over, change.edit.apply(text)
    return _Walk(edit)


@dataclass(frozen=True)
class PublishedChange:
    """What accepting or reverting a correction changed in a part, and the source of the words that were quoted."""

    correction: str
    edit: Edit
    quoted: str
    reverts: bool
    part: Part

    def carry(self, edit: Edit, text: str) -> Edit | None:
        """Another edit of `text` on the text that this one makes of it; None where they are about the same words."""
        if edit.end + FAR + len(self.quoted) < self.edit.start:
            return edit
        if self.edit.end + FAR + len(self.quoted) < edit.start:
            return edit.moved(self.edit.growth)
        return over(edit, self.owned(text), text)

    def owned(self, text: str) -> Edit:
        """The change as an edit of all the words that the reader quoted, where they stand around it in `text`."""
        size = len(self.quoted)
        at = text.find(self.quoted, max(0, self.edit.end - size), self.edit.start + size)
        return self.edit.spread(at, at + size, text) if at >= 0 else self.edit


@remember(4096)
def published_change(event_id: str, publication: Publication) -> PublishedChange | None:
    """What an event changed in its article, where the ledger tells it character by character."""
    event = publication.store.entry(event_id).event
    if not isinstance(event, CorrectionAccepted | CorrectionReverted):
        return None
    edit = Edit(event.edit.start, event.edit.end, event.edit.text)
    correction = queries.correction_by_id(publication.index, event.correction)
    reverts = isinstance(event, CorrectionReverted)
    quoted = "" if reverts or correction is None else _quoted_source(publication, correction)
    return PublishedChange(event.correction, edit, quoted, reverts, event.part)


def _quoted_source(publication: Publication, correction: queries.Correction) -> str:
    rendered = publication.rendered(correction.article, correction.revision, correction.part)
    span = _source_span(rendered, correction.start, correction.end)
    return rendered.source[slice(*span)] if span else ""
