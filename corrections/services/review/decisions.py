"""An editor's decisions: each one event, none over somebody else's."""

from dataclasses import dataclass
from datetime import UTC, datetime

from corrections import config
from corrections.domain.kinds import NOTICE_KINDS
from corrections.domain.states import State
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.titles import retitled, title_events
from corrections.services.errors import Invalid, UnknownRevision
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy, rejection_reasons
from corrections.services.review.edited_text import Paragraph, carried_over, edit_of_editor
from corrections.services.review.transitions import append_event, apply_transition, checked_reason
from corrections.services.validation import Fields
from corrections.text.comparison.edits import Edit
from corrections.text.warnings import warnings
from repo_store import ArticleMeta, Intent, Notice, Revision
from repo_store.model.events import (
    CorrectionAccepted,
    CorrectionDuplicate,
    CorrectionRejected,
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSpam,
    CorrectionUsed,
    Span,
)
from repo_store.model.intents import EditedWords, Message, desk, reader

UNDONE = "Decision taken back."


@dataclass(frozen=True)
class NoticeDraft:
    """`place` is `foot` or, for a serious error, `head`."""

    kind: str
    text: str
    place: str = "foot"


def accept(
    publication: Publication,
    actor: Actor,
    number: int,
    based_on: str,
    *,
    text: str | None = None,
    markdown: bool = False,
    paragraph: Paragraph | None = None,
    reason: str = "",
    notice: NoticeDraft | None = None,
) -> queries.Correction:
    """Merge a correction into the article: the reader's words, or the editor's `text` in their place.

    With `markdown`, `text` is Markdown, and may hold links; else it is read as it is written.
    `paragraph` settles a conflict by hand. Raises `Forbidden`, `Invalid`, `AlreadyDecided`, `InConflict`,
    `NothingToApply`, `NeedsWords` or `Unwritable`; nothing is written then.
    """
    draft = checked_notice(notice)
    reason = checked_reason(reason)

    def build(correction: queries.Correction, seen: str | None) -> list[Intent]:
        article = publication.article(correction.article)
        current = publication.store.text(article.id, article.revision)
        edit, edited = edit_of_editor(publication, correction, article, current, text, markdown, paragraph)
        check_policy(publication, actor, correction, article, current, edit, draft)
        meta = publication.store.meta(article.id, article.revision)
        intent, meta = acceptance(actor, correction, current, meta, edit, seen, article.revision, edited, reason, draft)
        return [intent, *title_events(publication, actor, article, meta, seen)]

    return apply_transition(publication, actor, number, based_on, "accept", build)


def second(publication: Publication, actor: Actor, number: int, based_on: str) -> queries.Correction:
    """Agree to a correction that the house's policy wants two people for. Raises as `accept` does."""
    return append_event(publication, actor, number, based_on, "second", CorrectionSeconded)


def check_policy(
    publication: Publication,
    actor: Actor,
    correction: queries.Correction,
    article: queries.Article,
    current: str,
    edit: Edit,
    draft: NoticeDraft | None = None,
) -> None:
    """Whether the house's policy lets this edit be accepted. Raises `AgainstPolicy`, `Forbidden`, `BadPolicy`."""
    about = warnings(current, edit.apply(current), article.language)
    in_headline = current.startswith("#") and edit.start < current.index("\n")
    acceptance_policy.check_acceptance(publication, actor, correction, about, in_headline, draft.kind if draft else "")


def acceptance(
    actor: Actor,
    correction: queries.Correction,
    current: str,
    meta: ArticleMeta,
    edit: Edit,
    seen: str | None,
    onto: str,
    edited: bool = False,
    reason: str = "",
    draft: NoticeDraft | None = None,
) -> tuple[Intent, ArticleMeta]:
    """The merge of a correction into `current` and `meta`, the article at `onto`; and its meta from then on."""
    meta = retitled(meta, current, edit.apply(current))
    told = None
    if draft is not None:
        told = Notice(kind=draft.kind, text=draft.text, at=_now(), number=correction.number, place=draft.place)
        meta = meta.model_copy(update={"notices": (*meta.notices, told)})
    event = CorrectionAccepted(
        correction=correction.id,
        number=correction.number,
        article=correction.article,
        by=actor.name,
        onto=onto,
        edit=Span(start=edit.start, end=edit.end, text=edit.text),
        edited=edited,
        reason=reason,
        notice=told,
    )
    trailers = [("Correction", correction.id), ("Accepted-by", actor.name)]
    trailers += [("Edited-by", actor.name)] if edited else []
    trailers += [("Notice", draft.kind)] if draft else []
    message = Message(
        f"Accept correction {correction.number}: {correction.category} in {correction.article}", tuple(trailers)
    )
    merged = _edited_words(correction, actor) if edited else correction.commit
    content = Revision(correction.article, edit.apply(current), meta, reader(correction.id), message, merged)
    return Intent(event, seen, content, correction.commit), meta


def _edited_words(correction: queries.Correction, actor: Actor) -> EditedWords:
    slug = correction.article.rsplit("/", 1)[-1]
    trailers = (("Correction", correction.id), ("Category", correction.category), ("Edited-by", actor.name))
    message = Message(f"Correction {correction.number}, edited: {correction.category} in {slug}", trailers)
    return EditedWords(reader(correction.id), message)


def reject(
    publication: Publication, actor: Actor, number: int, based_on: str, reason: str = "", code: str = ""
) -> queries.Correction:
    """Say no, with a reason for the reader: the editor's own words, or by its code one that the publication lists.

    Raises as `accept` does.
    """
    if code and not reason.strip():
        language = publication.article(publication.correction(number).article).language
        reason = rejection_reasons.by_code(publication, code).text(language)
    reason = checked_reason(reason, required=True)
    return append_event(publication, actor, number, based_on, "reject", CorrectionRejected, reason=reason, code=code)


def use(
    publication: Publication, actor: Actor, number: int, based_on: str, reason: str = "", revision: str = ""
) -> queries.Correction:
    """The reader's point was taken, but the article was changed otherwise: by its revision `revision`, if any.

    Raises as `accept` does, and `UnknownRevision`.
    """
    reason = checked_reason(reason)
    article = publication.correction(number).article
    if revision and queries.revision(publication.index, article, revision) is None:
        raise UnknownRevision("This is no revision of the article.")
    return append_event(
        publication, actor, number, based_on, "use", CorrectionUsed, reason=reason, revision=revision or None
    )


def mark_duplicate(
    publication: Publication, actor: Actor, number: int, based_on: str, of: int, reason: str = ""
) -> queries.Correction:
    """Fold a correction into another one. Raises as `accept` does, and `UnknownCorrection`."""
    other = publication.correction(of)
    if of == number or other.same_as == number:
        raise Invalid({"of": "A correction cannot be a duplicate of itself."})
    reason = checked_reason(reason)
    return append_event(publication, actor, number, based_on, "duplicate", CorrectionDuplicate, of=of, reason=reason)


def mark_spam(
    publication: Publication, actor: Actor, number: int, based_on: str, reason: str = ""
) -> queries.Correction:
    """Put a correction away as spam. Raises as `accept` does."""
    return append_event(publication, actor, number, based_on, "spam", CorrectionSpam, reason=checked_reason(reason))


def release(publication: Publication, actor: Actor, number: int, based_on: str, reason: str = "") -> queries.Correction:
    """Let what was held back go to the queue. Raises as `accept` does."""
    return append_event(
        publication, actor, number, based_on, "release", CorrectionReleased, reason=checked_reason(reason)
    )


def reopen(publication: Publication, actor: Actor, number: int, based_on: str, reason: str = "") -> queries.Correction:
    """Take a decision back; the correction is open again. Raises as `accept` does."""
    return append_event(
        publication, actor, number, based_on, "reopen", CorrectionReopened, reason=checked_reason(reason)
    )


def revert(publication: Publication, actor: Actor, number: int, based_on: str, reason: str) -> queries.Correction:
    """Put back what stood before an accepted correction, and take its notice away. Raises as `accept` does."""
    reason = checked_reason(reason, required=True)

    def build(correction: queries.Correction, seen: str | None) -> list[Intent]:
        article = publication.article(correction.article)
        accepted = publication.store.entry(accepting_event(publication, correction)).event
        assert isinstance(accepted, CorrectionAccepted)
        before = publication.store.text(article.id, accepted.onto)
        made = Edit(accepted.edit.start, accepted.edit.end, accepted.edit.text)
        back = Edit(made.start, made.start + len(made.text), before[made.start : made.end])
        current = publication.store.text(article.id, article.revision)
        edit = carried_over(publication, article, back, correction.published_revision or "")
        meta = retitled(publication.store.meta(article.id, article.revision), current, edit.apply(current))
        meta = meta.model_copy(update={"notices": tuple(each for each in meta.notices if each.number != number)})
        event = CorrectionReverted(
            correction=correction.id,
            number=number,
            article=article.id,
            by=actor.name,
            onto=article.revision,
            edit=Span(start=edit.start, end=edit.end, text=edit.text),
            reason=reason,
        )
        trailers = (("Correction", correction.id), ("Reverted-by", actor.name))
        message = Message(f"Revert correction {number} in {article.id}", trailers)
        content = Revision(article.id, edit.apply(current), meta, desk(actor.name), message)
        intent = Intent(event, seen, content, correction.commit)
        return [intent, *title_events(publication, actor, article, meta, seen)]

    return apply_transition(publication, actor, number, based_on, "revert", build)


def undo(publication: Publication, actor: Actor, number: int, based_on: str) -> queries.Correction:
    """Take the last decision back, as events of their own: the correction is open again. Raises as `accept` does."""
    if publication.correction(number).state is State.ACCEPTED:
        based_on = revert(publication, actor, number, based_on, UNDONE).last_event
    return reopen(publication, actor, number, based_on, UNDONE)


def accepting_event(publication: Publication, correction: queries.Correction) -> str:
    """The id of the event by which a correction was accepted, the last time."""
    return [
        event.id for event in queries.events(publication.index, correction.number) if event.type.endswith("accepted")
    ][-1]


def checked_notice(notice: NoticeDraft | None) -> NoticeDraft | None:
    if notice is None or notice.kind in ("", "none"):
        return None
    fields = Fields()
    kind = fields.choice("notice", "The notice", notice.kind, NOTICE_KINDS)
    text = fields.text("notice_text", "The notice's text", notice.text.strip(), config.NOTICE_LIMIT, required=True)
    place = fields.choice("notice_place", "The place of the notice", notice.place, ("foot", "head"))
    fields.check()
    return NoticeDraft(kind, text, place)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
