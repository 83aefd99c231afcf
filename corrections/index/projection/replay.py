"""Ledger entries projected one after the other within one transaction."""

import sqlite3
from sqlite3 import Connection

from corrections.index.errors import Unprojectable
from corrections.index.projection.events import project
from repo_store import Entry
from repo_store.model.events import CorrectionSubmitted

_ENVIRONMENT_ERRORS = (sqlite3.OperationalError, OSError, MemoryError)  # a full disk, a lock that is held too long
_VALUE_ERRORS = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError)
_INSERT_EVENT = "INSERT INTO events (seq, id, at, type, number, article, by, reason, main) VALUES (?,?,?,?,?,?,?,?,?)"


class Replay:
    """Projects entries in ledger order. The caller holds the transaction and calls `finish` before committing it."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        self._event_rows: list[tuple[object, ...]] = []
        self._last: Entry | None = None
        row = database.execute("SELECT value FROM state WHERE key='main'").fetchone()
        self._main: str | None = row[0] if row else None

    def add(self, entry: Entry) -> None:
        """Project one entry. Raises `Unprojectable`, after which the transaction has to be rolled back."""
        try:
            self._event_rows.append(_event_row(entry))
            project(self._database, entry, main_changed=entry.main != self._main)
        except Exception as error:
            raise _as_projection_error(entry, error) from error
        self._last, self._main = entry, entry.main

    def finish(self) -> None:
        """Write the collected rows of `events` and the ledger position. Raises as `add` does, naming the last entry."""
        if self._last is None:
            return
        try:
            self._database.executemany(_INSERT_EVENT, self._event_rows)
            self._event_rows.clear()
            position = {
                "head": self._last.id,
                "seq": str(self._last.seq),
                "main": self._last.main,
                "corrections": str(self._last.corrections),
            }
            self._database.executemany("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", position.items())
        except Exception as error:
            raise _as_projection_error(self._last, error) from error


def _as_projection_error(entry: Entry, error: Exception) -> Exception:
    """`Unprojectable` where the entry is at fault; the error itself where the disk or the database is."""
    if isinstance(error, (*_ENVIRONMENT_ERRORS, Unprojectable)):
        return error
    if isinstance(error, sqlite3.Error) and not isinstance(error, _VALUE_ERRORS):
        return error
    cause = f"{type(error).__name__}: {error}".split("\n", 1)[0][:200]
    if isinstance(error, AssertionError):  # from `assert_never`, whose message holds the whole event
        cause = "This version does not support this type of event."
    label = f"Event {entry.seq} (type `{entry.event.type}`, ledger commit {entry.id})"
    return Unprojectable(f"{label} cannot be added to the index. ({cause})")


def _event_row(entry: Entry) -> tuple[object, ...]:
    event = entry.event
    values = vars(event)  # much faster than asking a model for attributes that it lacks
    return (
        entry.seq,
        entry.id,
        entry.at.isoformat(),
        event.type,
        entry.corrections if isinstance(event, CorrectionSubmitted) else values.get("number"),
        values.get("article"),
        values.get("by"),
        values.get("reason") or values.get("text"),
        entry.main,
    )
