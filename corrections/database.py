"""SQLite through sqlite-utils: one `Database` a thread, and one way to write."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlite_utils import Database

from corrections.errors import ReadOnly

BUSY_SECONDS = 30  # a writer waits this long for another


_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_PRIMARY_CODE = 0xFF  # of an error of SQLite; the other bits say more of its cause


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite says that a file is damaged or no database, and not only that it cannot be reached."""
    return error_code(error) in _DAMAGED


def error_code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite; 0 where the error is not SQLite's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE


class Rows(Protocol):
    """What a statement gives: rows of values, or how many rows it inserted, changed or deleted (`rowcount`)."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Statements(Protocol):
    """Runs statements that SQLite and PostgreSQL both understand, with `?` where a value is to be."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows: ...


class Databases(Protocol):
    """What the private store needs of a database, whichever it is; `ThreadDatabases` says what each does."""

    refusal: ReadOnly | None

    def get(self) -> Statements: ...

    def write(self, *, has_work: bool = False) -> AbstractContextManager[Statements]: ...

    def truncate_log(self) -> None: ...

    def copy_to(self, target: Path) -> None: ...

    def close(self) -> None: ...


class ThreadDatabases:
    """Connections to one SQLite file, one a thread; WAL, foreign keys on.

    `synchronous` is NORMAL for what can be made again and FULL for what cannot. `prepare` runs once a connection.
    Where `refusal` is set, before the first connection, the file is only read, and `write` raises that.
    """

    refusal: ReadOnly | None = None

    def __init__(
        self, path: Path, synchronous: Literal["NORMAL", "FULL"], prepare: Callable[[Database], None] | None = None
    ) -> None:
        self.path = path
        self._synchronous = synchronous
        self._prepare = prepare
        self._local = threading.local()
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._open: list[Database] = []
        self._file: tuple[int, int] | None = None  # the device and inode of the file that was followed last
        self._files = 0  # that have stood in its place

    def follow_file(self, is_usable: Callable[[Path], bool]) -> None:
        """Let every thread open the file anew where another process has put a usable one in its place."""
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            return
        file = status.st_dev, status.st_ino
        if self._file is not None and file != self._file:
            if not is_usable(self.path):
                return
            self._files += 1
        self._file = file

    def get(self) -> Database:
        database: Database | None = getattr(self._local, "database", None)
        if database is not None and self._local.files != self._files and not database.conn.in_transaction:
            self._forget(database)
            database = None
        if database is None:
            files = self._files
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only=ON" if self.refusal else "PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")
            database = Database(connection)
            if self._prepare is not None:
                self._prepare(database)
            self._local.database, self._local.files = database, files
            with self._guard:
                self._open.append(database)
        return database

    def _forget(self, database: Database) -> None:
        """Close this thread's connection to a file that was replaced; SQLite leaves the new one's log alone."""
        with self._guard:
            if database in self._open:
                self._open.remove(database)
        database.conn.close()

    @contextmanager
    def write(self, *, has_work: bool = False) -> Iterator[Database]:
        """A transaction that takes the write lock first: one that begins by reading fails as locked under load.

        Threads and processes take turns before they come to SQLite, where waiting is sleeping and looking again.
        `has_work` is for databases of several nodes; background work looks into a file every few seconds anyway.
        Raises `refusal` where there is one.
        """
        if self.refusal is not None:
            raise self.refusal.copy()
        database = self.get()
        with self._writing, self._turn():
            database.conn.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.conn.rollback()
                raise
            database.conn.commit()

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        """A transaction that only reads: all queries of this thread see the database as of the first."""
        database = self.get()
        if database.conn.in_transaction:
            yield database
            return
        database.conn.execute("BEGIN")
        try:
            yield database
        finally:
            database.conn.rollback()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The turn of this process: the kernel wakes who waits for it, where SQLite would sleep and look again.

        It is a lock of a file beside the database, for one of the database itself would interfere with SQLite's own.
        """
        try:
            descriptor = os.open(f"{self.path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        except OSError:  # nothing can be written there; SQLite says so in its own words
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def truncate_log(self) -> None:
        """Leave nothing of what was deleted in the log of changes either."""
        self.get().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy_to(self, target: Path) -> None:
        """Copy everything, as of one moment, to a new file of SQLite; others may write meanwhile."""
        with closing(sqlite3.connect(target)) as copy:
            self.get().conn.backup(copy)

    def close(self) -> None:
        with self._guard:
            opened, self._open = self._open, []
        for database in opened:
            database.conn.close()
        self._local = threading.local()
