"""The row of a correction: inserted when it is submitted, changed by what happens to it."""

from functools import cache
from sqlite3 import Connection

from corrections.domain.states import State
from corrections.index.projection.statements import require_change
from repo_store import Entry
from repo_store.model.events import CorrectionAppealed, CorrectionCommented, CorrectionReleased, CorrectionSubmitted


def project_submission(database: Connection, entry: Entry, event: CorrectionSubmitted) -> None:
    """A new correction. Raises `LookupError` where its article, or the one it repeats, is missing."""
    edit = event.edit
    if database.execute("SELECT 1 FROM articles WHERE id=?", (event.article,)).fetchone() is None:
        raise LookupError(f"there is no article {event.article}")
    if event.same_as is not None:
        require_correction(database, event.same_as)
    row = {
        "number": entry.corrections,
        "id": event.correction,
        "article": event.article,
        "headline": event.headline,
        "revision": event.revision,
        "part": event.part,
        "commit": entry.commit,
        "state": State.HELD if event.held else _first_state(event.same_as),
        "start": event.start,
        "end": event.end,
        "exact": event.exact,
        "prefix": event.prefix,
        "suffix": event.suffix,
        "replacement": event.replacement,
        "edit_start": edit.start if edit else None,
        "edit_end": edit.end if edit else None,
        "edit_text": edit.text if edit else None,
        "category": event.category,
        "comment": event.comment,
        "evidence": event.evidence,
        "submitted_at": entry.at.isoformat(),
        "same_as": event.same_as,
        "alternative_to": event.alternative_to,
        "verdict": event.verdict,
        "concerned": int(event.concerned),
        "reply_by": event.reply_by.isoformat() if event.reply_by else None,
        "held": " ".join(event.held),
        "turn": 0 if event.concerned else 1,
        **_INITIAL_VALUES,
        "last_event": entry.id,
        "last_seq": entry.seq,
    }
    database.execute(_insert_statement(tuple(row)), tuple(row.values()))
    update_readers(database, event.same_as)


_INITIAL_VALUES = {
    "appealed": 0,
    "assigned_to": "",
    "snoozed_until": "",
    "fact_check": 0,
    "asked": 0,
    "edited": 0,
    "readers": 1,
}


def project_release(database: Connection, entry: Entry, event: CorrectionReleased) -> None:
    """Into the queue after a first look."""
    same_as = require_correction(database, event.number)
    update_decidable(database, entry, event.number, state=_first_state(same_as), held="")
    update_readers(database, same_as)


def project_appeal(database: Connection, entry: Entry, event: CorrectionAppealed) -> None:
    update_decidable(database, entry, event.number, state=State.APPEALED, appealed=1)


def project_comment(database: Connection, entry: Entry, event: CorrectionCommented) -> None:
    """A comment between staff leaves the row's values; a question to the reader waits for an answer."""
    if event.kind == "staff":
        update_decidable(database, entry, event.number)
    else:
        update_decidable(database, entry, event.number, asked=event.kind == "question")


def require_correction(database: Connection, number: int) -> int | None:
    """The number that the correction `number` is the same as. Raises `LookupError` where there is no correction."""
    row = database.execute("SELECT same_as FROM corrections WHERE number=?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"there is no correction {number}")
    same_as: int | None = row[0]
    return same_as


def update_correction(database: Connection, number: int, **values: object) -> None:
    """Set columns of a correction that no decision depends on: who has it, until when it is snoozed."""
    cursor = database.execute(_update_statement(tuple(values)), (*values.values(), number))
    require_change(cursor, f"there is no correction {number}")


def update_decidable(database: Connection, entry: Entry, number: int, **values: object) -> None:
    """Set columns by an event after which decisions based on an earlier one are stale."""
    update_correction(database, number, **values, last_event=entry.id, last_seq=entry.seq)


def update_readers(database: Connection, number: int | None) -> None:
    """Count how many readers sent the same as a correction: its own and those of its duplicates. None: nothing."""
    if number is not None:
        database.execute(
            "UPDATE corrections SET readers = 1 + (SELECT count(*) FROM corrections d WHERE d.same_as = ?1 "
            "AND d.state = ?2) WHERE number = ?1",
            (number, State.DUPLICATE),
        )


def _first_state(same_as: int | None) -> State:
    """The state of a correction that nobody has decided on."""
    return State.OPEN if same_as is None else State.DUPLICATE


@cache
def _insert_statement(columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO corrections ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 (our own names)


@cache
def _update_statement(columns: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{name}=?" for name in columns)
    return f"UPDATE corrections SET {assignments} WHERE number=?"  # noqa: S608 (our own names)
