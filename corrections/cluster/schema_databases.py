"""`SchemaDatabases`: one schema of PostgreSQL, with the methods that `ThreadDatabases` has for a file of SQLite."""

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from typing import Any

import psycopg

from corrections.cluster import pool
from corrections.cluster.pool import Link, statement_pool
from corrections.errors import ReadOnly

COMMON = "corrections"  # the schema of what is not one publication's
WORK_CHANNEL = "corrections_work"  # of NOTIFY: SCHEMA
_PUBLICATION = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


class Rows:
    """What a statement gave, all of it: the connection is free for others."""

    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self.rowcount = cursor.rowcount
        self._rows = iter(cursor.fetchall() if cursor.description is not None else ())

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows


class Transaction:
    """Runs statements, with `?` where a value is to be, inside a transaction that has begun."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        return _execute(self._link, statement, parameters)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put in many rows at once, with PostgreSQL's COPY."""
        names = ", ".join(f'"{column}"' for column in columns)
        cursor = self._link.connection.cursor()
        with self.unlimited(), cursor.copy(f'COPY "{table}" ({names}) FROM STDIN'.encode()) as copy:
            for row in rows:
                copy.write_row([_value(value) for value in row])

    def unlimited(self) -> AbstractContextManager[None]:
        """Within the block a statement may take as long as it does."""
        return self._link.connection.unlimited()


class SchemaDatabases:
    """One schema; share it between threads, which share the connections of the process.

    Where `refusal` is set, nothing is written, and `write` raises that. Every method raises `DatabaseUnavailable`.
    """

    refusal: ReadOnly | None = None

    def __init__(self, url: str, publication: str | None = None) -> None:
        """The schema of a publication, or, without one, the common one."""
        if publication is not None and not _PUBLICATION.fullmatch(publication):
            raise ValueError(f"{publication!r} is not the name of a publication")
        self.schema = COMMON if publication is None else schema_name(publication)
        self._pool = statement_pool(url)
        self._local = threading.local()

    def get(self) -> "SchemaDatabases | Transaction":
        """What runs a statement: the transaction of this thread, where there is one."""
        transaction: Transaction | None = getattr(self._local, "transaction", None)
        return transaction or self

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement by itself, again where the connection was lost: it reads, or may be done twice."""

        def run(link: Link) -> Rows:
            if link.schema != self.schema:
                link.connection.execute(f'SET search_path TO "{self.schema}"'.encode())
                link.schema = self.schema
            return _execute(link, statement, parameters)

        with self._pool.use(run, pool.ANSWER_SECONDS) as (_link, rows):
            return rows

    @contextmanager
    def write(self, *, has_work: bool = False) -> Iterator[Transaction]:
        """A transaction that takes the schema's write lock first, as SQLite's BEGIN IMMEDIATE does.

        The lock is PostgreSQL's own (an advisory one, until the end of the transaction) and holds on all nodes, so what
        is read inside cannot change before it is written. With `has_work`, the commit wakes the background work of
        all nodes. Raises `refusal` where there is one.
        """
        if self.refusal is not None:
            raise self.refusal.copy()
        with self._transaction(
            f"BEGIN; {self._local_settings}; SELECT pg_advisory_xact_lock({lock_key(self.schema)})"
        ) as it:
            yield it
            if has_work:
                it.execute("SELECT pg_notify(?, ?)", (WORK_CHANNEL, self.schema))

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees everything as of its first query."""
        beginning = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {self._local_settings}"
        with self._transaction(beginning) as transaction, transaction.unlimited():
            yield transaction

    def truncate_log(self) -> None:
        """Nothing to do: when deleted rows leave PostgreSQL's files and log is for the database to say."""

    def close(self) -> None:
        """Nothing to do: connections are the process's."""

    @property
    def _local_settings(self) -> str:
        return f'SET LOCAL search_path TO "{self.schema}"; SET LOCAL statement_timeout=0'

    @contextmanager
    def _transaction(self, beginning: str) -> Iterator[Transaction]:
        seconds = pool.DATABASE_SECONDS + pool.ANSWER_SECONDS  # another node may hold the lock
        with self._pool.use(lambda link: link.connection.execute(beginning.encode()), seconds) as (link, _result):
            transaction = self._local.transaction = Transaction(link)
            try:
                yield transaction
            except BaseException:
                with suppress(psycopg.Error):  # the connection is lost, and the transaction with it
                    link.connection.execute("ROLLBACK")
                raise
            finally:
                self._local.transaction = None
            link.connection.execute("COMMIT")


def schema_name(publication: str) -> str:
    """The schema of a publication's private store."""
    return f"{COMMON}_{publication}"


def lock_key(name: str) -> int:
    """The number of an advisory lock: 64 bits, signed, the same on every node and in every version."""
    return int.from_bytes(hashlib.sha256(f"corrections:{name}".encode()).digest()[:8], signed=True)


def _execute(link: Link, statement: str, parameters: Sequence[Any]) -> Rows:
    return Rows(link.connection.execute(_translated(statement), [_value(value) for value in parameters] or None))


@cache
def _translated(statement: str) -> bytes:
    """In psycopg's form; statements are the program's own, so there are few."""
    if "?" not in statement:
        return statement.encode()
    return statement.replace("%", "%%").replace("?", "%s").encode()


def _value(value: Any) -> Any:
    """PostgreSQL has no NUL in texts; with this in its place, what somebody sent is found nowhere."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
