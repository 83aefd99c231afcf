"""`Index`: opening it, keeping it up to date with the ledger, and rebuilding it."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from corrections.database import BUSY_SECONDS, ThreadDatabases, error_code, is_damage
from corrections.errors import ReadOnly
from corrections.index import schema
from corrections.index.errors import IndexAhead, Unprojectable
from corrections.index.projection import Replay
from corrections.index.rehearsal import Rehearsal
from repo_store import Entry, Store
from repo_store.errors import BadEvent, GitRefused

EVENTS_A_TRANSACTION = 1000
_UNREADABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)  # the last: a table is missing

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
    """What one transaction projected: how many events, the last one's id, and what stopped it (None: nothing)."""

    count: int
    last: str | None
    obstacle: ReadOnly | None


class Index:
    """The projection of one publication's ledger. Share it between threads; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open (or make) the index at `path`; one of another version, or an unreadable one, is replaced."""
        self.path = path
        self._lock = threading.RLock()
        self._stuck: tuple[str | None, str | None, str] | None = None  # (head, target, reason) of the last failure
        is_usable = path.exists() and _usable(path)
        if not is_usable:
            _remove(path)
        self.databases = ThreadDatabases(path, "NORMAL")
        if not is_usable:
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
        """The id of the last ledger entry that the index holds."""
        return self.state("head")

    def catch_up(self, store: Store, until: str | None = None) -> int:
        """Replay the ledger entries that the index lacks (up to the entry `until`); returns how many.

        Raises `ReadOnly` at an event that cannot be read or projected, after projecting those before it, and
        `IndexAhead` where the index holds events that the ledger does not have.
        """
        self.databases.follow_file(_usable)  # `reindex` replaces a damaged one
        target = until or store.ledger()
        if self.head == target:
            return 0
        with self._lock:  # waiting threads sleep here; in SQLite they would poll
            head = self.head
            if head == target:
                return 0
            if self._stuck is not None and self._stuck[:2] == (head, target):
                raise ReadOnly(self._stuck[2])
            try:
                if self._is_to_be_rebuilt(store, head, until):
                    return self.rebuild(store, until)
                return self._follow(store, until)
            except BadEvent as error:
                raise self._stuck_at(ReadOnly(error.message), target) from error
            except ReadOnly as error:
                raise self._stuck_at(error, target) from error

    def check(self, store: Store, entries: Sequence[Entry]) -> None:
        """Check that these entries, not yet written, can be projected after those that the index holds.

        Raises `Unprojectable`, and what `catch_up` raises.
        """
        try:
            self._rehearsal.project(entries)
        except Unprojectable:
            if not self.catch_up(store):
                raise
            self._rehearsal.project(entries)  # they concern something that the index lacked

    def _stuck_at(self, obstacle: ReadOnly, target: str | None) -> ReadOnly:
        """Remember what stopped the index, so that not every request tries again."""
        self._stuck = (self.head, target, str(obstacle))
        return obstacle

    def _is_to_be_rebuilt(self, store: Store, head: str | None, until: str | None) -> bool:
        if head is not None:
            return until is None and store.generation > 0 and self._was_redacted(store)
        try:
            return store.head().seq > EVENTS_A_TRANSACTION  # for a few events, following is quicker
        except BadEvent:
            return True

    def _was_redacted(self, store: Store) -> bool:
        """Whether the index ends at an entry that a redaction has since rewritten."""
        head, seq = self.head, self.state("seq")
        try:
            return head is not None and seq is not None and store.id_after_redaction(head, int(seq)) is not None
        except BadEvent:
            return False  # the unreadable entry comes after it

    def rebuild(self, store: Store, until: str | None = None) -> int:
        """Delete all rows and replay the whole ledger (up to the entry `until`); returns how many events.

        Until it is done, queries see the rows from before; a damaged file is replaced. Raises `ReadOnly` as `catch_up`
        does.
        """
        try:
            portion = self._rebuild_as_possible(store, until)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._replace()
            portion = self._rebuild_as_possible(store, until)
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if portion.obstacle is not None:
            raise portion.obstacle
        return portion.count

    def _replace(self) -> None:
        """Begin with a new file."""
        self.close()
        _remove(self.path)
        with self.databases.write() as database:
            schema.create(database)

    def _rebuild_as_possible(self, store: Store, until: str | None) -> _Portion:
        try:
            return self._rebuild(store, until, carefully=False)
        except Unprojectable:
            return self._rebuild(store, until, carefully=True)

    def _rebuild(self, store: Store, until: str | None, carefully: bool) -> _Portion:
        with self.databases.write() as database:
            schema.clear(database)
            schema.drop_indexes(database)
            portion = _project(database, store.entries(until=until), None, None, carefully)
            schema.build_indexes(database)
        return portion

    def _follow(self, store: Store, until: str | None) -> int:
        """Replay the new entries in one walk, in transactions of `EVENTS_A_TRANSACTION`."""
        walk: Iterator[Entry] = iter(())
        target = last = None
        replayed, carefully = 0, False
        while True:
            try:
                with self._journal_in_memory(), self.databases.write() as database:
                    row = database.execute("SELECT value FROM state WHERE key='head'").fetchone()
                    head = None if row is None else row[0]
                    if target is None or head != last:  # at first, and where another process has caught up meanwhile
                        # read under the lock: no other process can move the index past this
                        target, last = until or store.ledger(), head
                        walk = store.entries(after=head, until=target)
                    portion = _project(database, walk, last, EVENTS_A_TRANSACTION, carefully)
                    if portion.obstacle is None and portion.last != target and portion.count < EVENTS_A_TRANSACTION:
                        raise IndexAhead(_AHEAD)
            except Unprojectable:  # all was rolled back: again, to keep what precedes the bad event
                if carefully:
                    raise
                carefully, target = True, None
                continue
            except GitRefused as error:
                if last is not None and not store.has(last):
                    raise IndexAhead(_AHEAD) from error
                raise
            replayed, last = replayed + portion.count, portion.last
            if portion.obstacle is not None:
                raise portion.obstacle
            if last == target:
                return replayed

    @contextmanager
    def _journal_in_memory(self) -> Iterator[None]:
        """Keep SQLite's statement journal in memory: an event changes so many pages that it would be a file.

        Not for a rebuild, whose temporary files become as large as the index.
        """
        self.database.execute("PRAGMA temp_store=MEMORY")
        try:
            yield
        finally:
            self.database.execute("PRAGMA temp_store=DEFAULT")

    def content(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Every row that events fill, table by table in key order: equal for two indexes of one ledger."""
        for table in sorted(schema.TABLES):
            key = ", ".join(schema.key(table))
            for row in self.database.execute(f"SELECT * FROM {table} ORDER BY {key}"):  # noqa: S608 (our own names)
                yield table, tuple(row)


def _project(
    database: Database, walk: Iterator[Entry], last: str | None, most: int | None, carefully: bool
) -> _Portion:
    """Project the next entries of `walk`, up to `most`, within the caller's transaction.

    `last` is the id of the entry before them (None: they begin the ledger). An unreadable entry ends the portion; one
    that cannot be projected ends it only with `carefully`, which is slower, and raises `Unprojectable` without it.
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
            replay.add(entry)
        last, count = entry.id, count + 1
    replay.finish()
    return _Portion(count, last, obstacle)


def _project_alone(database: Database, entry: Entry) -> None:
    """Project one entry in a savepoint: its whole effect or none."""
    database.execute("SAVEPOINT entry")
    try:
        replay = Replay(database.conn)
        replay.add(entry)
        replay.finish()
    except Unprojectable:
        database.execute("ROLLBACK TO entry")
        raise
    finally:
        database.execute("RELEASE entry")


def _usable(path: Path) -> bool:
    """Whether the file is an index of this version. Raises `sqlite3.OperationalError` where that cannot be seen now."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            row = connection.execute("SELECT value FROM state WHERE key='schema'").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if error_code(error) not in _UNREADABLE:
            raise  # busy, say: to replace it would take it away from the process that is using it
        return False
    return row is not None and row[0] == str(schema.VERSION)


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
