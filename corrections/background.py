"""The background threads: one for each subscriber, so that one that is slow delays no other.

Each worker process has them, and one process at a time lets them work: the one that holds the lock. When it ends,
another takes the lock. Of several nodes one at a time works for a publication: the database decides which.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from corrections.cluster import DatabaseUnavailable
from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber
from corrections.workers.file_lock import try_lock

POLL_SECONDS = 2.0  # between looks at the ledgers
TAKEOVER_SECONDS = 0.5  # between looks whether the process that did the work has ended
LOCK = "background.lock"  # in the data folder
_log = logging.getLogger("corrections.worker")


class BackgroundWork:
    """Runs subscribers for all publications until told to stop."""

    def __init__(self, publications: Publications, subscribers: Sequence[Subscriber], data: Path) -> None:
        """`data` is the folder whose lock decides which process does the work."""
        self._publications = publications
        self._subscribers = subscribers
        self._lock = data / LOCK
        self._stop = threading.Event()
        self._obstacles: dict[str, str] = {}  # why a publication is only read, as last logged
        self._outages: set[tuple[str, str]] = set()  # subscribers and publications that wait for the database
        self._guard = threading.Lock()
        self._leader = threading.Thread(target=self._lead, name="background", daemon=True)

    def start(self) -> None:
        self._leader.start()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()
        self._leader.join()

    def _lead(self) -> None:
        """Wait for the lock, then run the subscribers until told to stop."""
        while (lock := self._try_lock()) is None:
            if self._stop.wait(TAKEOVER_SECONDS):
                return
        try:
            threads = [self._thread(subscriber) for subscriber in self._subscribers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self._publications.give_up_lead()
            os.close(lock)

    def _thread(self, subscriber: Subscriber) -> threading.Thread:
        name = f"background-{subscriber.name}"
        return threading.Thread(target=self._run, args=(subscriber,), name=name, daemon=True)

    def _try_lock(self) -> int | None:
        try:
            return try_lock(self._lock)
        except OSError as error:
            _log.error("%s cannot be locked: %s", self._lock, error.strerror or error)
            return None

    def _run(self, subscriber: Subscriber) -> None:
        last_turns: dict[str, float] = {}
        while not self._stop.wait(POLL_SECONDS):
            for name in self._publications.names():
                now = time.monotonic()
                if name not in last_turns or now - last_turns[name] >= subscriber.seconds:
                    last_turns[name] = now
                    self._turn(subscriber, name)
        if subscriber.runs_at_stop:
            for name in self._publications.names():
                self._turn(subscriber, name)

    def _turn(self, subscriber: Subscriber, name: str) -> None:
        """One turn for one publication; an error is logged and stops nothing else."""
        outage = (subscriber.name, name)
        try:
            if not subscriber.on_each_node and not self._publications.leads(name):
                return
            publication = self._publications.get(name)
            publication.refresh()
            if not self._is_only_read(publication):
                subscriber.handle(publication, self._stop)
            self._outages.discard(outage)
        except DatabaseUnavailable as error:
            if outage not in self._outages:  # when it begins, not at every turn
                _log.error("%s: %s waits for the database: %s", name, subscriber.name, error)
            self._outages.add(outage)
        except Exception:
            _log.exception("%s: %s failed, after %s", name, subscriber.name, self._position(subscriber, name))

    def _position(self, subscriber: Subscriber, name: str) -> str:
        """How far a subscriber has come, for the log."""
        try:
            cursor = subscriber.cursor(self._publications.get(name))
        except Exception:  # what the turn failed at: that is being logged
            return "an unknown event"
        return f"event {cursor}" if cursor else "no event"

    def _is_only_read(self, publication: Publication) -> bool:
        """Whether nothing may be done for it; why is logged when it begins."""
        reason = str(publication.obstacle or "")
        with self._guard:
            is_news = bool(reason) and self._obstacles.get(publication.name) != reason
            self._obstacles[publication.name] = reason
        if is_news:
            _log.error("%s is only read, nothing is written to it: %s", publication.name, reason)
        return bool(reason)
