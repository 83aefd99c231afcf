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
CONFIRMED_SECONDS = 1.0  # that locks count as held after the database has said so
PASS_SECONDS = 10.0  # that a node which passed the work on leaves it to others
_log = logging.getLogger("corrections.worker")


class Leadership:
    """The locks of this process, all of one connection. Share it between threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._guard = threading.Lock()
        self._process = 0
        self._link: Link | None = None
        self._asked_for: set[str] = set()  # publications
        self._held: set[str] = set()
        self._passed_until: dict[str, float] = {}  # monotonic, by publication
        self._looked_at = 0.0

    def leads(self, publication: str) -> bool:
        """Whether this process does the work; it takes the lock where no other process has it.

        One statement a second asks for all publications. False while the database cannot be reached: another node may
        have taken the lock.
        """
        with self._guard:
            if self._process != os.getpid():  # a parent's connection is the parent's
                self._process, self._link, self._held = os.getpid(), None, set()
            if time.monotonic() < self._passed_until.get(publication, 0.0):
                return False
            is_new = publication not in self._asked_for
            self._asked_for.add(publication)
            if is_new or time.monotonic() - self._looked_at >= CONFIRMED_SECONDS:
                self._look()
            return publication in self._held

    def give_up(self) -> None:
        """Let another node take over."""
        with self._guard:
            self._forget()

    def pass_on(self, publication: str) -> None:
        """Let another node do the work of one publication, if there is one that can; ask again in `PASS_SECONDS`."""
        with self._guard:
            self._passed_until[publication] = time.monotonic() + PASS_SECONDS
            self._asked_for.discard(publication)
            if publication not in self._held or self._link is None or self._process != os.getpid():
                return
            self._held.discard(publication)
            try:
                self._link.connection.execute("SELECT pg_advisory_unlock(%s)", (lock_key(f"background:{publication}"),))
            except psycopg.Error:
                self._forget()

    def _look(self) -> None:
        """Confirm the locks of this connection, and take those that nobody has."""
        self._looked_at = time.monotonic()
        try:
            link = self._link = self._link or self._connected()
            keys = {lock_key(f"background:{name}"): name for name in self._asked_for - self._held}
            query = "SELECT key FROM unnest(%s::bigint[]) AS key WHERE pg_try_advisory_lock(key)"
            self._held |= {keys[key] for (key,) in link.connection.execute(query, (list(keys),))}
        except (psycopg.Error, DatabaseUnavailable) as error:
            if self._link is not None:
                reason = " ".join(str(error).split())
                _log.warning("%s: background work pauses: %s", database_name(self._url), reason)
            self._forget()

    def _connected(self) -> Link:
        connection = connect(self._url)
        connection.execute(f"SET idle_session_timeout='{SILENT_SECONDS}s'".encode())
        return Link(connection)

    def _forget(self) -> None:
        if self._link is not None and self._process == os.getpid():
            self._link.connection.close()
        self._link, self._held = None, set()


@cache
def leadership(url: str) -> Leadership:
    """That of this process."""
    return Leadership(url)
