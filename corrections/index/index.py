"""`Index`: opened, caught up with the ledger, asked."""

import sqlite3
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.errors import CorrectionsError
from corrections.index import schema
from corrections.index.replay import Replay
from repo_store import Entry, Store

EVENTS_A_TRANSACTION = 1000


class IndexAhead(CorrectionsError):
    code = "index_ahead"
    status = 503


_AHEAD = (
    "The index knows events that the ledger does not have: the ledger was rewritten, or an older copy was restored. "
    "Run `corrections audit`; if all is as you want it, `corrections reindex`."
)


class Index:
    """The projection of one publication's ledger. Share it between threads; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open (or make) the index at `path`; one of another version, or that cannot be read, is made anew."""
        self.path = path
        self._turn = threading.RLock()
        if path.exists() and not _usable(path):
            _remove(path)
        self.databases = ThreadDatabases(path, "NORMAL")
        with self.databases.write() as database:
            schema.create(database)

    def close(self) -> None:
        self.databases.close()

    @property
    def database(self) -> Database:
        """This thread's connection, for queries."""
        return self.databases.get()

    def state(self, key: str) -> str | None:
        row = self.database.execute("SELECT value FROM state WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    @property
    def head(self) -> str | None:
        """The ledger entry up to which the index knows."""
        return self.state("head")

    def catch_up(self, store: Store, until: str | None = None) -> int:
        """Replay what the ledger has (up to the entry `until`) and the index has not; returns how many events.

        Raises `BadEvent`, and `IndexAhead` where the index knows events that the ledger does not have.
        """
        target = until or store.ledger()
        if self.head == target:
            return 0
        with self._turn:  # threads wait for each other here; in SQLite they would look again and again
            if self.head == target:
                return 0
            if self.head is None or (until is None and store.generation and self._was_redacted(store)):
                return self.rebuild(store, until)
            return self._follow(store, until)

    def _was_redacted(self, store: Store) -> bool:
        """Does the index end at an entry that a redaction has written anew since?"""
        known, seq = self.head, self.state("seq")
        return known is not None and seq is not None and store.now_named(known, int(seq)) is not None

    def rebuild(self, store: Store, until: str | None = None) -> int:
        """Forget everything, for good, and replay the whole ledger (up to the entry `until`); returns how many events.

        Who asks meanwhile is told what was known before.
        """
        replayed = 0
        with self.databases.write() as database:
            schema.clear(database)
            schema.unlock(database)
            replay = Replay(database.conn)
            for entry in store.entries(until=until):
                replay.take(entry)
                replayed += 1
            replay.end()
            schema.lock(database)
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return replayed

    def _follow(self, store: Store, until: str | None) -> int:
        """Replay what is new in one walk over it, a transaction for each `EVENTS_A_TRANSACTION`."""
        walk: Iterator[Entry] = iter(())
        target = last = None
        replayed = 0
        while True:
            with self.databases.write() as database:
                known = database.execute("SELECT value FROM state WHERE key='head'").fetchone()[0]
                if target is None or known != last:  # at first, and where another process has gone on meanwhile
                    # read under the lock: nobody can take the index past this
                    target, last = until or store.ledger(), known
                    walk = store.entries(after=known, until=target)
                replay, count = Replay(database.conn), 0
                for entry in islice(walk, EVENTS_A_TRANSACTION):
                    if entry.previous != last:
                        raise IndexAhead(_AHEAD)
                    replay.take(entry)
                    last, count = entry.id, count + 1
                if last != target and count < EVENTS_A_TRANSACTION:
                    raise IndexAhead(_AHEAD)
                replay.end()
            replayed += count
            if last == target:
                return replayed

    def content(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Every row of every table in key order: two indexes of one ledger are equal in this."""
        for table in sorted(schema.TABLES):
            for row in self.database.execute(f"SELECT * FROM {table} ORDER BY 1"):  # noqa: S608 (our own names)
                yield table, tuple(row)


def _usable(path: Path) -> bool:
    try:
        connection = sqlite3.connect(path)
        try:
            row = connection.execute("SELECT value FROM state WHERE key='schema'").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return False
    return row is not None and row[0] == str(schema.VERSION)


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
