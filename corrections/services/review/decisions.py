"""An editor's decisions: each one event, none over somebody else's."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from corrections.domain.decisions import DecisionKind
from corrections.domain.states import State
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.titles import title_events
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review import rejection_reasons
from corrections.services.review.acceptance import (
    Merge,
    NoticesChange,
    acceptance,
    check_policy,
    current_target,
    dated_notice,
    notice_intent,
    revision_of,
)
from corrections.services.review.edited_text import EditorWords, Paragraph, carried_over, check_result, edit_of_editor
from corrections.services.review.notice_drafts import NoticeDraft, checked_notice
from corrections.services.review.notice_quotations import check_quotations
from corrections.services.review.transitions import append_event, apply_transition, checked_reason
from corrections.services.review.used_changes import change_used
from corrections.services.review.used_changes import check_policy as check_used
from corrections.text.comparison.edits import Edit
from repo_store import Intent
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
from repo_store.model.intents import Message, desk

UNDONE = "Decision undone."


@dataclass(frozen=True)
class Decision:
    """A decision as a page or the API sends it, unchecked: which fields count depends on its kind.

    `based_on` is the correction's last event as its editor saw it.
    """

    kind: DecisionKind
    based_on: str
    reason: str = ""
    code: str = ""  # reject: a reason that the publication lists
    revision: str = ""  # use: the revision that changed the article otherwise; empty: the last that changed this place
    of: int | None = None  # duplicate: the number of the other correction
    words: EditorWords = field(default_factory=EditorWords)  # accept: what is published in place of the reader's words
    notice: NoticeDraft | None = None  # accept, use


def decide(publication: Publication, actor: Actor, number: int, decision: Decision) -> queries.Correction:
    """Take a decision; gives the correction as it stands afterwards. Raises as the function of its kind does."""
    arguments = (publication, actor, number, decision.based_on)
    reason = decision.reason
    match decision.kind:
        case DecisionKind.ACCEPT:
            words = decision.words
            return accept(
                *arguments,
                text=words.text,
                markdown=words.markdown,
                paragraph=words.paragraph,
                reason=reason,
                notice=decision.notice,
            )
        case DecisionKind.REJECT:
            return reject(*arguments, reason, decision.code)
        case DecisionKind.USE:
            return use(*arguments, reason, decision.revision, decision.notice)
        case DecisionKind.SECOND:
            return second(*arguments)
        case DecisionKind.DUPLICATE:
            if decision.of is None:
                raise Invalid({"of": "Enter the number of the correction that this one duplicates."})
            return mark_duplicate(*arguments, decision.of, reason)
        case DecisionKind.SPAM:
            return mark_spam(*arguments, reason)
        case DecisionKind.RELEASE:
            return release(*arguments, reason)
        case DecisionKind.REOPEN:
            return reopen(*arguments, reason)
        case DecisionKind.REVERT:
            return revert(*arguments, reason)
        case DecisionKind.UNDO:
            return undo(*arguments)
        case _:
            assert_never(decision.kind)


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

    With `markdown`, `text` is source in the article's format, and may hold links; else it is read as it is written.
    `paragraph` settles a conflict by hand. Raises `Forbidden`, `Invalid`, `AlreadyDecided`, `InConflict`,
    `NothingToApply`, `NeedsWords` or `Unwritable`; nothing is written then.
    """
    words = EditorWords(text, markdown, paragraph)
    draft = checked_notice(notice)
    reason = checked_reason(reason)

    def build(correction: queries.Correction, head: str | None) -> list[Intent]:
        target = current_target(publication, correction.article)
        source = target.source(correction)
        edit, edited = edit_of_editor(publication, correction, target.article, source.text, words)
        check_result(publication, correction, source, edit, words)
        merge = Merge(edit, edited, reason, draft)
        check_policy(publication, actor, correction, target, merge)
        if draft is not None:
            check_quotations(publication, target.article, draft, target.edited(correction.part, edit).sources)
        intent, after = acceptance(actor, correction, target, merge, head)
        return [intent, *title_events(publication, actor, target.article, after.version, head)]

    return apply_transition(publication, actor, number, based_on, "accept", build)


def second(publication: Publication, actor: Actor, number: int, based_on: str) -> queries.Correction:
    """Agree to a correction that the house's policy wants two people for. Raises as `accept` does."""
    return append_event(publication, actor, number, based_on, "second", CorrectionSeconded)


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
    publication: Publication,
    actor: Actor,
    number: int,
    based_on: str,
    reason: str = "",
    revision: str = "",
    notice: NoticeDraft | None = None,
) -> queries.Correction:
    """The reader's point was taken, but the article was changed otherwise: by its revision `revision`, or by the last
    that changed this place.

    Raises as `accept` does, and `UnknownRevision`; `Invalid` where nothing changed there since the reader's revision.
    """
    reason = checked_reason(reason)
    draft = checked_notice(notice)

    def build(correction: queries.Correction, head: str | None) -> list[Intent]:
        change = change_used(publication, correction, revision)
        check_used(publication, actor, correction, change, draft.kind if draft else "")
        event = CorrectionUsed(
            correction=correction.id,
            number=number,
            by=actor.name,
            reason=reason,
            revision=change.revision.revision,
        )
        intents = [Intent(event, head, about=correction.commit)]
        if draft is not None:
            target = current_target(publication, correction.article)
            check_quotations(publication, target.article, draft, target.sources)
            added = dated_notice(draft, number)
            intents.append(
                notice_intent(publication, actor, correction.article, lambda notices: (*notices, added), reason, head)
            )
        return intents

    return apply_transition(publication, actor, number, based_on, "use", build)


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
    """Take a decision back; the correction is open again, and a notice that came with its use is withdrawn.

    Raises as `accept` does.
    """
    reason = checked_reason(reason)

    def build(correction: queries.Correction, head: str | None) -> list[Intent]:
        event = CorrectionReopened(correction=correction.id, number=number, by=actor.name, reason=reason)
        intents = [Intent(event, head, about=correction.commit)]
        if any(notice.number == number for notice in current_target(publication, correction.article).meta.notices):
            intents.append(
                notice_intent(publication, actor, correction.article, without_notice_of(number), reason, head)
            )
        return intents

    return apply_transition(publication, actor, number, based_on, "reopen", build)


def revert(publication: Publication, actor: Actor, number: int, based_on: str, reason: str) -> queries.Correction:
    """Put back what stood before an accepted correction, and take its notice away. Raises as `accept` does."""
    reason = checked_reason(reason, required=True)

    def build(correction: queries.Correction, head: str | None) -> list[Intent]:
        target = current_target(publication, correction.article)
        article = target.article
        accepted = publication.store.entry(accepting_event(publication, correction)).event
        assert isinstance(accepted, CorrectionAccepted)
        before = publication.store.source(article.id, accepted.onto, accepted.part).text
        accepted_edit = Edit(accepted.edit.start, accepted.edit.end, accepted.edit.text)
        back = Edit(
            accepted_edit.start,
            accepted_edit.start + len(accepted_edit.text),
            before[accepted_edit.start : accepted_edit.end],
        )
        published = replace(correction, revision=correction.published_revision or "", part=accepted.part)
        edit = carried_over(publication, article, back, published)
        after = target.edited(accepted.part, edit)
        after = after.with_notices(without_notice_of(number)(after.meta.notices))
        event = CorrectionReverted(
            correction=correction.id,
            number=number,
            article=article.id,
            by=actor.name,
            onto=article.revision,
            edit=Span(start=edit.start, end=edit.end, text=edit.text),
            reason=reason,
            part=accepted.part,
        )
        trailers = (("Correction", correction.id), ("Reverted-by", actor.credit))
        message = Message(f"Revert correction {number} in {article.id}", trailers)
        intent = Intent(event, head, revision_of(after, desk(actor.credit), message), correction.commit)
        return [intent, *title_events(publication, actor, article, after.version, head)]

    return apply_transition(publication, actor, number, based_on, "revert", build)


def undo(publication: Publication, actor: Actor, number: int, based_on: str) -> queries.Correction:
    """Take the last decision back, as events of their own: the correction is open again. Raises as `accept` does."""
    if publication.correction(number).state is State.ACCEPTED:
        based_on = revert(publication, actor, number, based_on, UNDONE).last_event
    return reopen(publication, actor, number, based_on, UNDONE)


def without_notice_of(number: int) -> NoticesChange:
    """An article's notices without those about the correction `number`."""
    return lambda notices: tuple(notice for notice in notices if notice.number != number)


def accepting_event(publication: Publication, correction: queries.Correction) -> str:
    """The id of the event by which a correction was accepted, the last time."""
    return [
        event.id
        for event in queries.events(publication.index, correction.number)
        if event.type == "correction.accepted"
    ][-1]
