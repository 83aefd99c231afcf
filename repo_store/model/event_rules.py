"""What follows from an event: whether it publishes, and what it touches."""

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
