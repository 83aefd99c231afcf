"""`Index`: opened, caught up with the ledger, asked."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.errors import ReadOnly
from corrections.index import schema
from corrections.index.errors import IndexAhead, Unprojectable
from corrections.index.rehearsal import Rehearsal
from corrections.index.replay import Replay
from repo_store import Entry, Store
from repo_store.errors import BadEvent

EVENTS_A_TRANSACTION = 1000


_AHEAD = (
    "The index contains events that are not in the ledger: the ledger was rewritten, or an older copy "
    "was restored. Run `corrections audit`; if the result is what you expect, run `corrections reindex`."
)
_STUCK = (
    "Earlier events can be read, but nothing can be written. If a newer version of Corrections wrote "
    "this event, upgrade; otherwise run `corrections audit` and report its output together with this "
    "message."
)


@dataclass(frozen=True)
class _Portion:
    """How far one transaction came: how many events, the last of them, and what stopped it (None: nothing did)."""

    count: int
    last: str | None
    obstacle: ReadOnly | None


class Index:
    """The projection of one publication's ledger. Share it between threads; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open (or make) the index at `path`; one of another version, or that cannot be read, is made anew."""
        self.path = path
        self._turn = threading.RLock()
        self._stuck: tuple[str | None, str | None, str] | None = None  # at which head, before which ledger, why
        if path.exists() and not _usable(path):
            _remove(path)
        self.databases = ThreadDatabases(path, "NORMAL")
        with self.databases.write() as database:
            schema.create(database)
        self._rehearsal = Rehearsal(self.databases)

    def close(self) -> None:
        self._rehearsal.close()
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

        Raises `ReadOnly` at an event that cannot be read or projected: the index then knows all before it; and
        `IndexAhead` where the index knows events that the ledger does not have.
        """
        target = until or store.ledger()
        if self.head == target:
            return 0
        with self._turn:  # threads wait for each other here; in SQLite they would look again and again
            known = self.head
            if known == target:
                return 0
            if self._stuck is not None and self._stuck[:2] == (known, target):
                raise ReadOnly(self._stuck[2])
            try:
                if known is None or (until is None and store.generation and self._was_redacted(store)):
                    return self.rebuild(store, until)
                return self._follow(store, until)
            except BadEvent as error:
                raise self._remembered(ReadOnly(error.message), target) from error
            except ReadOnly as error:
                raise self._remembered(error, target) from error

    def check(self, store: Store, entries: Sequence[Entry]) -> None:
        """Whether these entries, which nobody has written yet, can be projected on what the index knows.

        Raises `Unprojectable`, and what `catch_up` raises.
        """
        try:
            self._rehearsal.project(entries)
        except Unprojectable:
            if not self.catch_up(store):
                raise
            self._rehearsal.project(entries)  # it is about something that the index did not know yet

    def _remembered(self, obstacle: ReadOnly, target: str | None) -> ReadOnly:
        """Keep what stopped the index, so that it is not run into anew with every request."""
        self._stuck = (self.head, target, str(obstacle))
        return obstacle

    def _was_redacted(self, store: Store) -> bool:
        """Does the index end at an entry that a redaction has written anew since?"""
        known, seq = self.head, self.state("seq")
        try:
            return known is not None and seq is not None and store.now_named(known, int(seq)) is not None
        except BadEvent:
            return False  # what cannot be read comes after it

    def rebuild(self, store: Store, until: str | None = None) -> int:
        """Forget everything, for good, and replay the whole ledger (up to the entry `until`); returns how many events.

        Who asks meanwhile is told what was known before. Raises `ReadOnly` as `catch_up` does.
        """
        try:
            portion = self._rebuild(store, until, carefully=False)
        except Unprojectable:
            portion = self._rebuild(store, until, carefully=True)
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if portion.obstacle is not None:
            raise portion.obstacle
        return portion.count

    def _rebuild(self, store: Store, until: str | None, carefully: bool) -> _Portion:
        with self.databases.write() as database:
            schema.clear(database)
            schema.unlock(database)
            portion = _project(database, store.entries(until=until), None, None, carefully)
            schema.lock(database)
        return portion

    def _follow(self, store: Store, until: str | None) -> int:
        """Replay what is new in one walk over it, a transaction for each `EVENTS_A_TRANSACTION`."""
        walk: Iterator[Entry] = iter(())
        target = last = None
        replayed, carefully = 0, False
        while True:
            try:
                with self.databases.write() as database:
                    known = database.execute("SELECT value FROM state WHERE key='head'").fetchone()[0]
                    if target is None or known != last:  # at first, and where another process has gone on meanwhile
                        # read under the lock: nobody can take the index past this
                        target, last = until or store.ledger(), known
                        walk = store.entries(after=known, until=target)
                    portion = _project(database, walk, last, EVENTS_A_TRANSACTION, carefully)
                    if portion.obstacle is None and portion.last != target and portion.count < EVENTS_A_TRANSACTION:
                        raise IndexAhead(_AHEAD)
            except Unprojectable:  # nothing of this portion was kept: again, to keep what comes before the bad event
                if carefully:
                    raise
                carefully, target = True, None
                continue
            replayed, last = replayed + portion.count, portion.last
            if portion.obstacle is not None:
                raise portion.obstacle
            if last == target:
                return replayed

    def content(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Every row of every table in key order: two indexes of one ledger are equal in this."""
        for table in sorted(schema.TABLES):
            for row in self.database.execute(f"SELECT * FROM {table} ORDER BY 1"):  # noqa: S608 (our own names)
                yield table, tuple(row)


def _project(
    database: Database, walk: Iterator[Entry], last: str | None, most: int | None, carefully: bool
) -> _Portion:
    """Project the next entries of `walk`, up to `most`, within the caller's transaction.

    `last` is the entry that they follow (None: they begin the ledger). An entry that cannot be read ends it; one that
    cannot be projected does so only with `carefully`, which is slower, and raises `Unprojectable` without it.
    """
    replay, count, obstacle = Replay(database.conn), 0, None
    while count != most:
        try:
            entry = next(walk, None)
        except BadEvent as error:
            obstacle = ReadOnly(error.message)
            break
        if entry is None:
            break
        if entry.previous != last:
            raise IndexAhead(_AHEAD)
        if carefully:
            try:
                _project_alone(database, entry)
            except Unprojectable as error:
                obstacle = ReadOnly(f"{error} {_STUCK}")
                break
        else:
            replay.take(entry)
        last, count = entry.id, count + 1
    replay.end()
    return _Portion(count, last, obstacle)


def _project_alone(database: Database, entry: Entry) -> None:
    """Project one entry, whole or not at all."""
    database.execute("SAVEPOINT entry")
    try:
        replay = Replay(database.conn)
        replay.take(entry)
        replay.end()
    except Unprojectable:
        database.execute("ROLLBACK TO entry")
        raise
    finally:
        database.execute("RELEASE entry")


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
