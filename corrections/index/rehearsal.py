"""Events tried out before they are written: projected in memory, on the rows that they are about.

The index itself is only read here. Nobody waits for its write lock, which `catch_up` holds while it follows the
ledger, and the writer of the ledger never waits for whoever catches up.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.index import schema
from corrections.index.replay import Replay
from repo_store import Entry
from repo_store.model.events import NoticeChanged, RevisionLogged

_NAMES_A_CORRECTION = ("number", "of", "same_as", "alternative_to")


class Rehearsal:
    """The tables of an index, empty between two rehearsals. Share it between threads; close it when done."""

    def __init__(self, index: ThreadDatabases) -> None:
        self._index = index
        self._turn = threading.Lock()
        self._database: Database | None = None

    def close(self) -> None:
        with self._turn:
            if self._database is not None:
                self._database.conn.close()
                self._database = None

    def project(self, entries: Sequence[Entry]) -> None:
        """Project these entries, each on what the one before leaves, and forget them. Raises `Unprojectable`."""
        with self._turn:
            database = self._tables().conn
            database.execute("BEGIN")
            try:
                for entry in entries:
                    self._bring(database, entry)
                    replay = Replay(database)
                    replay.take(entry)
                    replay.end()
            finally:
                database.rollback()

    def _tables(self) -> Database:
        if self._database is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            self._database = Database(connection)
            schema.create(self._database)
        return self._database

    def _bring(self, database: sqlite3.Connection, entry: Entry) -> None:
        """Copy what the index knows of what an entry is about: its article, corrections, and revision."""
        self._copy(database, "state", "key", ("main",))
        told = vars(entry.event)
        numbers = {told[name] for name in _NAMES_A_CORRECTION if isinstance(told.get(name), int)}
        if isinstance(entry.event, NoticeChanged):
            numbers |= {notice.number for notice in entry.event.notices if notice.number is not None}
        self._copy(database, "corrections", "number", numbers)
        self._copy(database, "corrections", "id", {told["correction"]} if "correction" in told else ())
        self._copy(database, "articles", "id", {told["article"]} if "article" in told else ())
        if isinstance(entry.event, RevisionLogged):
            self._copy(database, "revisions", "revision", {entry.event.revision})

    def _copy(self, database: sqlite3.Connection, table: str, column: str, keys: Iterable[object]) -> None:
        for key in keys:
            try:
                rows = self._index.get().execute(_SELECTS[table] + f" WHERE {column}=?", (key,))
            except (OverflowError, UnicodeEncodeError):
                continue  # no row has a key that SQLite cannot hold; projecting the entry says so
            database.executemany(_INSERTS[table], [tuple(row) for row in rows])


def _select(table: str) -> str:
    return f"SELECT {_names(table)} FROM {table}"  # noqa: S608 (our own names)


def _insert(table: str) -> str:
    places = ", ".join("?" * len(schema.TABLES[table]))
    return f"INSERT OR IGNORE INTO {table} ({_names(table)}) VALUES ({places})"  # noqa: S608 (our own names)


def _names(table: str) -> str:
    return ", ".join(f'"{name}"' for name in schema.TABLES[table])


_BROUGHT = ("state", "corrections", "articles", "revisions")
_SELECTS = {table: _select(table) for table in _BROUGHT}
_INSERTS = {table: _insert(table) for table in _BROUGHT}
