"""Decisions: the state that each leads to, and what else it changes.

A new decision needs its event in `Decision`, its case in `state_after`, and one in `_values_of` where it changes
more than the state.
"""

from sqlite3 import Connection
from typing import assert_never

from corrections.domain.states import State
from corrections.index.projection.articles import insert_revision
from corrections.index.projection.corrections import require_correction, update_decidable, update_readers
from repo_store import Entry
from repo_store.model.events import (
    CorrectionAccepted,
    CorrectionDuplicate,
    CorrectionRejected,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSpam,
    CorrectionUsed,
    CorrectionWithdrawn,
)

Decision = (
    CorrectionAccepted
    | CorrectionUsed
    | CorrectionRejected
    | CorrectionDuplicate
    | CorrectionSpam
    | CorrectionWithdrawn
    | CorrectionReopened
    | CorrectionReverted
)


def state_after(event: Decision) -> State:
    """The state that a decision leads to."""
    match event:
        case CorrectionAccepted():
            return State.ACCEPTED
        case CorrectionUsed():
            return State.USED
        case CorrectionRejected():
            return State.REJECTED
        case CorrectionDuplicate():
            return State.DUPLICATE
        case CorrectionSpam():
            return State.SPAM
        case CorrectionWithdrawn():
            return State.WITHDRAWN
        case CorrectionReopened():
            return State.OPEN
        case CorrectionReverted():
            return State.REVERTED
        case _:
            assert_never(event)


def project_decision(database: Connection, entry: Entry, event: Decision) -> None:
    """Set a correction's state, count the readers of those it is or was folded into, add the revision it published."""
    state, at = state_after(event), entry.at.isoformat()
    values: dict[str, object] = {
        "state": state,
        "decided_at": at,
        "decided_by": event.by,
        "reason": event.reason,
        "code": event.code if isinstance(event, CorrectionRejected) else None,
        "public_changed_at": at,
        **_values_of(database, entry, event),
    }
    originals = {require_correction(database, event.number)}
    if isinstance(event, CorrectionDuplicate):
        require_correction(database, event.of)
        originals.add(event.of)
    update_decidable(database, entry, event.number, **values)
    for number in originals:
        update_readers(database, number)
    if isinstance(event, CorrectionAccepted | CorrectionReverted):
        insert_revision(database, entry, event, state)
    elif isinstance(event, CorrectionUsed):
        _log_used_revision(database, event)


def _values_of(database: Connection, entry: Entry, event: Decision) -> dict[str, object]:
    """The columns that one kind of decision sets in its own way."""
    match event:
        case CorrectionAccepted():
            notice = event.notice
            return {
                "edited": int(event.edited),
                "published_revision": entry.main,
                "published_words": event.edit.text if event.edited else _replacement(database, event.number),
                "notice_kind": notice.kind if notice else None,
                "notice_text": notice.text if notice else None,
            }
        case CorrectionDuplicate():
            return {"same_as": event.of}
        case CorrectionReopened():
            return {
                "decided_at": None,
                "decided_by": None,
                "same_as": None,
                "notice_kind": None,  # one that came with its use is withdrawn
                "notice_text": None,
            }
        case CorrectionWithdrawn():
            return {"decided_by": "the reader"}
        case _:
            return {}


def _replacement(database: Connection, number: int) -> str | None:
    row = database.execute("SELECT replacement FROM corrections WHERE number=?", (number,)).fetchone()
    return row[0] if row else None


def _log_used_revision(database: Connection, event: CorrectionUsed) -> None:
    """The revision that a correction was used in needs no entry of its own in the public log."""
    database.execute(
        "UPDATE revisions SET logged='nothing' WHERE article=(SELECT article FROM corrections WHERE number=?) "
        "AND revision=? AND logged=''",
        (event.number, event.revision),
    )
