"""Connections to PostgreSQL: of one process, shared by its threads and by all publications, never more than a limit."""

import math
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

from corrections.cluster.unavailable import DatabaseUnavailable

DATABASE_CONNECTIONS = 5  # of each process, for statements
LOCK_CONNECTIONS = 5  # of each process, for locks that outlast a transaction
DATABASE_SECONDS = 30  # to wait for a connection of this process, or for a lock that another node holds
CONNECT_SECONDS = 5  # until a new connection is given up
STATEMENT_SECONDS = 9  # until the server ends a statement by itself that is not in a transaction
ANSWER_SECONDS = 10  # until one is given up on which the server, or the network, says nothing
STUCK_SECONDS = 60  # that a transaction of ours may do nothing, before the server ends it and lets others write
LOCK_HELD_SECONDS = 300  # that a lock is held for a node that says nothing
OLDEST_SERVER = 14  # PostgreSQL's major version
_KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * ANSWER_SECONDS,
}
_SLOW = 1.0  # seconds; a connection that fails after more is not tried again at once
_PAUSE = 5.0  # seconds until it is
# what says nothing about the statement, but that the database cannot do it now; or is another one than it was
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError, psycopg.errors.UndefinedTable)

Result = TypeVar("Result")
Row = tuple[Any, ...]


class _Silent(psycopg.OperationalError):
    """The server said nothing for as long as a statement may take; the connection is of no use any more."""


class Connection(psycopg.Connection[Row]):
    """`limit` is how many seconds a statement may take, whatever the server and the network do; None: any time."""

    limit: float | None = None

    def wait(self, gen: Generator[Any, Any, Result], *arguments: Any, **options: Any) -> Result:
        try:
            return super().wait(gen if self.limit is None else _limited(gen, self.limit), *arguments, **options)
        except _Silent:
            self.close()
            raise

    @contextmanager
    def unlimited(self) -> Iterator[None]:
        """Within the block a statement may take as long as it does."""
        limit, self.limit = self.limit, None
        try:
            yield
        finally:
            self.limit = limit


def _limited(gen: Generator[Any, Any, Result], seconds: float) -> Generator[Any, Any, Result]:
    """What psycopg waits for, which it asks several times a second even where nothing came. Raises `_Silent`."""
    end = time.monotonic() + seconds
    try:
        awaited = next(gen)
        while True:
            ready = yield awaited
            if not ready and time.monotonic() > end:
                raise _Silent(f"no answer within {seconds:g} seconds")
            awaited = gen.send(ready)
    except StopIteration as done:
        return cast(Result, done.value)


@dataclass
class Link:
    """A connection, and the schema that its statements are about."""

    connection: Connection
    schema: str = ""


class Pool:
    """Connections that are opened when they are needed and kept for the next use; share it between threads."""

    def __init__(self, url: str, limit: int) -> None:
        self._url, self._limit = url, limit
        self._name = database_name(url)
        self._guard = threading.Lock()
        self._idle: list[Link] = []
        self._begin_anew()

    @contextmanager
    def use(self, begin: Callable[[Link], Result], seconds: float) -> Iterator[tuple[Link, Result]]:
        """A connection for the time of the block, and what `begin` gave on it. No statement may take longer than
        `seconds`.

        `begin` is called again, on a new connection, where an idle one turns out to be lost. Raises
        `DatabaseUnavailable`.
        """

        def begin_in_time(link: Link) -> Result:
            link.connection.limit = seconds
            return begin(link)

        with self._translated(), self._place():
            try:
                link, result = self._begun(begin_in_time)
                try:
                    yield link, result
                finally:
                    self._give_back(link)
            except _Silent as error:
                self.close_idle()  # it says nothing on these either
                self._failure, self._failed_until = _reason(self._name, error), time.monotonic() + _PAUSE
                raise

    def close_idle(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for link in idle:
            link.connection.close()

    def _begin_anew(self) -> None:
        self._process = os.getpid()
        self._places = threading.BoundedSemaphore(self._limit)
        self._idle = []
        self._failure, self._failed_until = "", 0.0

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the places for connections of this process."""
        with self._guard:
            if self._process != os.getpid():  # what a parent process opened is the parent's
                self._begin_anew()
            places = self._places
        if not places.acquire(timeout=DATABASE_SECONDS):
            raise DatabaseUnavailable(
                f"All {self._limit} connections of this process to the database {self._name} were in use for "
                f"{DATABASE_SECONDS} seconds."
            )
        try:
            yield
        finally:
            places.release()

    def _begun(self, begin: Callable[[Link], Result]) -> tuple[Link, Result]:
        with self._guard:
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            try:
                return idle, begin(idle)
            except _Silent:
                raise
            except psycopg.OperationalError:
                lost = idle.connection.closed
                self._give_back(idle)
                if not lost:
                    raise
                self.close_idle()  # lost with the server, as this one was
            except BaseException:
                self._give_back(idle)
                raise
        link = self._connected()
        try:
            return link, begin(link)
        except BaseException:
            self._give_back(link)
            raise

    def _connected(self) -> Link:
        """A new connection. After an attempt that took long, one thread makes the next; meanwhile the others fail at
        once, and answer with what they have."""
        started, failed_until = time.monotonic(), 0.0
        with self._guard:
            if started < self._failed_until:
                raise DatabaseUnavailable(self._failure)
            if self._failed_until:
                self._failed_until = math.inf
        try:
            return Link(connect(self._url))
        except psycopg.Error as error:
            self._failure = _reason(self._name, error)
            if time.monotonic() - started > _SLOW:
                failed_until = time.monotonic() + _PAUSE
            raise
        finally:
            self._failed_until = failed_until

    def _give_back(self, link: Link) -> None:
        """Keep a connection for the next use, unless it was lost or is still in a transaction."""
        if link.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            with self._guard:
                self._idle.append(link)
        else:
            link.connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _AWAY as error:
            raise DatabaseUnavailable(_reason(self._name, error)) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseUnavailable(_missing_rights(self._url, self._name, error)) from error


@cache
def statement_pool(url: str) -> Pool:
    """The connections of this process for statements."""
    return Pool(url, DATABASE_CONNECTIONS)


@cache
def lock_pool(url: str) -> Pool:
    """The connections of this process for locks: who waits for a lock keeps nobody from a statement."""
    return Pool(url, LOCK_CONNECTIONS)


def close_idle(url: str) -> None:
    """Close every idle connection of this process to the database."""
    statement_pool(url).close_idle()
    lock_pool(url).close_idle()


def connect(url: str) -> Connection:
    """A new connection, outside any transaction, whose statements have `ANSWER_SECONDS` until that is changed.

    Raises `psycopg.Error`, `DatabaseUnavailable`.
    """
    given = conninfo_to_dict(url)
    defaults = {"connect_timeout": CONNECT_SECONDS, "application_name": "corrections", **_KEEPALIVE}
    missing = {name: value for name, value in defaults.items() if name not in given}
    # statements are not prepared: a migration by another node changes what they give
    connection = Connection.connect(url, autocommit=True, prepare_threshold=None, **missing)  # type: ignore[arg-type]
    connection.limit = ANSWER_SECONDS
    if connection.info.server_version < OLDEST_SERVER * 10_000:
        version = connection.info.server_version // 10_000
        connection.close()
        raise DatabaseUnavailable(
            f"The database {database_name(url)} runs PostgreSQL {version}; {OLDEST_SERVER} or newer is needed."
        )
    with suppress(psycopg.errors.UndefinedObject):  # of a proxy that does not know one of them
        connection.execute(
            f"SET lock_timeout='{DATABASE_SECONDS}s'; SET idle_in_transaction_session_timeout='{STUCK_SECONDS}s'; "
            f"SET statement_timeout='{STATEMENT_SECONDS}s'; SET client_encoding='UTF8'"
        )
    return connection


def database_name(url: str) -> str:
    """What an operator knows the database by: its name and its host, without user and password."""
    given = conninfo_to_dict(url)
    host, port, name = (str(given.get(part) or "") for part in ("host", "port", "dbname"))
    return f"{name or given.get('user') or 'of the default name'} on {host or 'this machine'}{f':{port}' * bool(port)}"


def _reason(name: str, error: Exception) -> str:
    return f"The database {name} cannot be used: {' '.join(str(error).split())}"


def _missing_rights(url: str, name: str, error: Exception) -> str:
    given = conninfo_to_dict(url)
    role, database = given.get("user") or "ROLE", given.get("dbname") or "DATABASE"
    return (
        f"The role {role} may not do what the service needs in the database {name} ({' '.join(str(error).split())}). "
        f"As an administrator of the database, run: GRANT CREATE ON DATABASE {database} TO {role}"
    )
