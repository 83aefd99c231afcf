"""Locks between nodes: PostgreSQL's advisory locks, each on a connection of its own for as long as it is held."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from corrections.cluster.clocks import DATABASE_TIME, check_clock
from corrections.cluster.pool import (
    ANSWER_SECONDS,
    DATABASE_SECONDS,
    LOCK_HELD_SECONDS,
    Link,
    database_name,
    lock_pool,
)
from corrections.cluster.schema_databases import lock_key
from corrections.cluster.unavailable import DatabaseUnavailable, WritersBusy


class HeldLock:
    """A lock that this thread holds, unless its connection was lost meanwhile."""

    def __init__(self, link: Link, database: str) -> None:
        self._link, self._database = link, database

    @property
    def is_held(self) -> bool:
        """Asks the database: the server frees the lock of a connection that is lost."""
        try:
            self._link.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def check(self) -> None:
        """Raises `DatabaseUnavailable` where the lock was lost: another node may hold it now."""
        if not self.is_held:
            raise DatabaseUnavailable(
                f"The connection to the database {self._database} was lost, and the writers' lock with it."
            )


@contextmanager
def held_lock(url: str, publication: str) -> Iterator[HeldLock]:
    """Hold the lock of a publication's writers.

    Raises `WritersBusy` where another node does not give it up in time, `DatabaseUnavailable` where it cannot be had
    for another reason, or the clock here is wrong.
    """
    key = lock_key(f"writers:{publication}")

    def acquire(link: Link) -> None:
        # a node that is stopped or cut off while it holds the lock does not stop the others for ever
        try:
            link.connection.execute(
                f"SET idle_session_timeout='{LOCK_HELD_SECONDS}s'; SET statement_timeout=0; "
                f"SELECT pg_advisory_lock({key})".encode()
            )
        except psycopg.errors.LockNotAvailable as error:
            raise WritersBusy(
                f"Another node has held the writers' lock of {publication} for {DATABASE_SECONDS} seconds: it "
                "is waiting for the git server, or does not respond."
            ) from error

    with lock_pool(url).use(acquire, DATABASE_SECONDS + ANSWER_SECONDS) as (link, _result):
        link.connection.limit = ANSWER_SECONDS
        try:
            for (database_time,) in link.connection.execute(f"SELECT {DATABASE_TIME}".encode()):
                check_clock(database_time, url)
            yield HeldLock(link, database_name(url))
        finally:
            with suppress(psycopg.Error):  # lost with the connection
                link.connection.execute(f"SELECT pg_advisory_unlock({key}); SET idle_session_timeout=0".encode())
