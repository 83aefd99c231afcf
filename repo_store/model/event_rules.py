"""What follows from an event: whether it publishes, what it touches, and its subject in the log."""

from typing import assert_never

from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionFlagged,
    CorrectionRejected,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    Event,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    PlainDecision,
    RevisionLogged,
)


def moves_main(event: Event) -> bool:
    """Whether an event publishes a text or notices: only such a one may name another `main` than that before it."""
    match event:
        case ArticleImported() | ArticleRevised() | CorrectionAccepted() | CorrectionReverted() | NoticeChanged():
            return True
        case (
            CorrectionSubmitted()
            | CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionUsed()
            | CorrectionRejected()
            | CorrectionDuplicate()
            | PlainDecision()
            | RevisionLogged()
            | KeyChanged()
            | HistoryRedacted()
        ):
            return False
        case _:
            assert_never(event)


def keys(event: Event) -> frozenset[str]:
    """What an event touches: two intents that share a key must not be decided on the same picture."""
    resources = set()
    correction = getattr(event, "correction", None)
    if correction is not None:
        resources.add(f"correction:{correction}")
    if isinstance(event, KeyChanged):
        resources.add("key")
    article = getattr(event, "article", None)
    if article is not None and event.type != "correction.submitted":
        resources.add(f"article:{article}")
    return frozenset(resources)


def subject(event: Event, number: int) -> str:
    """The line by which a person knows the event in `git log ledger`."""
    match event:
        case ArticleImported():
            return f"Article {event.article} imported"
        case ArticleRevised():
            return f"Article {event.article} revised"
        case CorrectionSubmitted():
            return f"Correction {number} submitted: {event.category} in {event.article}"
        case RevisionLogged():
            return f"Revision of {event.article} logged: {event.kind}"
        case NoticeChanged():
            return f"Notices of {event.article} changed"
        case KeyChanged():
            return "Signing key changed"
        case HistoryRedacted():
            return f"History of {event.article} redacted"
        case CorrectionUsed():
            return f"Correction {event.number} used with changes"
        case CorrectionDuplicate():
            return f"Correction {event.number} is a duplicate of {event.of}"
        case CorrectionSpam():
            return f"Correction {event.number} marked as spam"
        case (
            CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionAccepted()
            | CorrectionRejected()
            | CorrectionReverted()
            | PlainDecision()
        ):
            return f"Correction {event.number} {event.type.removeprefix('correction.')}"
        case _:
            assert_never(event)
