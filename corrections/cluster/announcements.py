"""What the nodes wrote, as PostgreSQL's NOTIFY tells it: one listening connection for each process."""

import logging
import os
import threading
from collections import Counter
from functools import cache

import psycopg

from corrections.cluster.pool import connect, database_name
from corrections.cluster.registry import CHANNEL
from corrections.cluster.schema_databases import WORK_CHANNEL, schema_name
from corrections.cluster.unavailable import DatabaseUnavailable

RECONNECT_SECONDS = 2.0  # after the connection was lost, until the next attempt
_log = logging.getLogger("corrections")


class Announcements:
    """The last announced head of each ledger, and how often background work was announced for each publication.

    Nothing is heard before `listen`. Share it between threads.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._heads: dict[str, str] = {}
        self._work_counts: Counter[str] = Counter()  # by schema
        self._guard = threading.Lock()
        self._process = 0  # that listens
        self._is_connected = False
        self._connections = 0

    def listen(self) -> None:
        """Begin to listen, in a thread that ends with the process."""
        with self._guard:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._run, name="announcements", daemon=True).start()

    @property
    def is_listening(self) -> bool:
        """Whether announcements arrive now; what was announced while they did not is in the registry."""
        return self._is_connected and self._process == os.getpid()

    @property
    def connections(self) -> int:
        """How often this process has begun to listen. Since it last did, nothing was missed while `is_listening`."""
        return self._connections

    def head(self, publication: str) -> str:
        """The last head of its ledger that this process has heard of; empty where it has heard of none."""
        return self._heads.get(publication, "")

    def work_count(self, publication: str) -> int:
        """How often this process has heard that there is background work to do for it."""
        return self._work_counts[schema_name(publication)]

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            try:
                self._receive()
            except (psycopg.Error, DatabaseUnavailable) as error:
                if self._is_connected:
                    reason = " ".join(str(error).split())
                    _log.warning("Announcements of %s cannot be received: %s", database_name(self._url), reason)
            self._is_connected = False
            pause.wait(RECONNECT_SECONDS)

    def _receive(self) -> None:
        with connect(self._url) as connection:
            connection.execute(f"LISTEN {CHANNEL}; LISTEN {WORK_CHANNEL}".encode())
            self._connections += 1
            self._is_connected = True
            with connection.unlimited():
                for notification in connection.notifies():
                    self._note(notification)

    def _note(self, notification: psycopg.Notify) -> None:
        if notification.channel == WORK_CHANNEL:
            self._work_counts[notification.payload] += 1
        else:
            name, _, head = notification.payload.partition(" ")
            self._heads[name] = head


@cache
def announcements(url: str) -> Announcements:
    """Those of this process."""
    return Announcements(url)
