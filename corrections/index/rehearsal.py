"""Events projected in memory before they are written, on copies of the rows that they concern.

The index itself is only read here, so that the ledger's writer never waits for the write lock that `catch_up` holds.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.index import schema
from corrections.index.projection import Replay, figures
from repo_store import Entry
from repo_store.model.events import NoticeChanged, RevisionLogged

_CORRECTION_FIELDS = ("number", "of", "same_as", "alternative_to")


class Rehearsal:
    """Tables like those of an index, empty between two rehearsals. Share it between threads; close it when done."""

    def __init__(self, index: ThreadDatabases) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._database: Database | None = None

    def close(self) -> None:
        with self._lock:
            if self._database is not None:
                self._database.conn.close()
                self._database = None

    def project(self, entries: Sequence[Entry]) -> None:
        """Project these entries one after the other, then roll back. Raises `Unprojectable`."""
        with self._lock:
            database = self._tables().conn
            database.execute("BEGIN")
            try:
                for entry in entries:
                    self._copy_rows_of(database, entry)
                    replay = Replay(database)
                    replay.add(entry)
                    replay.finish()
            finally:
                database.rollback()

    def _tables(self) -> Database:
        if self._database is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            connection.deserialize(_empty_tables())
            self._database = Database(connection)
        return self._database

    def _copy_rows_of(self, database: sqlite3.Connection, entry: Entry) -> None:
        """Copy the rows of the article, corrections and revision that an entry concerns."""
        self._copy(database, "state", "key", ("main",))
        values = vars(entry.event)
        numbers = {values[name] for name in _CORRECTION_FIELDS if isinstance(values.get(name), int)}
        if isinstance(entry.event, NoticeChanged):
            numbers |= {notice.number for notice in entry.event.notices if notice.number is not None}
        self._copy(database, "corrections", "number", numbers)
        self._copy(database, "corrections", "id", {values["correction"]} if "correction" in values else ())
        self._copy(database, "articles", "id", {values["article"]} if "article" in values else ())
        if isinstance(entry.event, RevisionLogged):
            self._copy(database, "revisions", "revision", {entry.event.revision})

    def _copy(self, database: sqlite3.Connection, table: str, column: str, keys: Iterable[object]) -> None:
        for key in keys:
            try:
                rows = self._index.get().execute(_SELECTS[table] + f" WHERE {column}=?", (key,))
            except (OverflowError, UnicodeEncodeError):
                continue  # no row has a key that SQLite cannot hold; projecting the entry raises for it
            database.executemany(_INSERTS[table], [tuple(row) for row in rows])


@lru_cache(maxsize=1)
def _empty_tables() -> bytes:
    """A database with the tables, made once: each publication rehearses on a copy.

    Nothing is searched there, which refuses nothing. The figures can: they do not know what every offset of a time is.
    """
    database = Database(memory=True)
    schema.create_tables(database)
    figures.create_triggers(database)
    serialized = database.conn.serialize()
    database.conn.close()
    return serialized


def _select(table: str) -> str:
    return f"SELECT {_names(table)} FROM {table}"  # noqa: S608 (our own names)


def _insert(table: str) -> str:
    marks = ", ".join("?" * len(schema.TABLES[table]))
    return f"INSERT OR IGNORE INTO {table} ({_names(table)}) VALUES ({marks})"  # noqa: S608 (our own names)


def _names(table: str) -> str:
    return ", ".join(f'"{name}"' for name in schema.TABLES[table])


_COPIED_TABLES = ("state", "corrections", "articles", "revisions")
_SELECTS = {table: _select(table) for table in _COPIED_TABLES}
_INSERTS = {table: _insert(table) for table in _COPIED_TABLES}
