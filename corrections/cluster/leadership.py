"""Which node does the background work of a publication: the one that has its advisory lock."""

import logging
import os
import threading
import time
from functools import cache

import psycopg

from corrections.cluster.pool import Link, connect, database_name
from corrections.cluster.schema_databases import lock_key
from corrections.cluster.unavailable import DatabaseUnavailable

SILENT_SECONDS = 60  # that a node which says nothing keeps its locks: it is frozen, or cut off
CONFIRMED_SECONDS = 1.0  # that a lock counts as held after the database has said so
_log = logging.getLogger("corrections.worker")


class Leadership:
    """The locks of this process. Share it between threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._guard = threading.Lock()
        self._process = 0
        self._link: Link | None = None
        self._confirmed: dict[str, float] = {}  # when the lock of a publication was last confirmed

    def leads(self, publication: str) -> bool:
        """Whether this process does the work; it takes the lock where no other process has it.

        False while the database cannot be reached: another node may have taken the lock.
        """
        with self._guard:
            if self._process != os.getpid():  # a parent's connection is the parent's
                self._process, self._link, self._confirmed = os.getpid(), None, {}
            confirmed_at = self._confirmed.get(publication)
            if confirmed_at is not None and time.monotonic() - confirmed_at < CONFIRMED_SECONDS:
                return True
            try:
                return self._take(publication)
            except (psycopg.Error, DatabaseUnavailable) as error:
                if self._link is not None:
                    reason = " ".join(str(error).split())
                    _log.warning("%s: background work pauses: %s", database_name(self._url), reason)
                self._forget()
                return False

    def give_up(self) -> None:
        """Let another node take over."""
        with self._guard:
            self._forget()

    def _take(self, publication: str) -> bool:
        link = self._link = self._link or self._connected()
        if publication in self._confirmed:  # the lock lasts as long as the connection
            link.connection.execute("SELECT 1")
        else:
            key = lock_key(f"background:{publication}")
            row = link.connection.execute(f"SELECT pg_try_advisory_lock({key})".encode()).fetchone()
            if row != (True,):
                return False
        self._confirmed[publication] = time.monotonic()
        return True

    def _connected(self) -> Link:
        connection = connect(self._url)
        connection.execute(f"SET idle_session_timeout='{SILENT_SECONDS}s'".encode())
        return Link(connection)

    def _forget(self) -> None:
        if self._link is not None and self._process == os.getpid():
            self._link.connection.close()
        self._link, self._confirmed = None, {}


@cache
def leadership(url: str) -> Leadership:
    """That of this process."""
    return Leadership(url)
