"""The background threads: one for each subscriber, so that one that is slow delays no other."""

import logging
import threading
import time
from collections.abc import Sequence

from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber

POLL_SECONDS = 2.0  # between looks at the ledgers
_log = logging.getLogger("corrections.worker")


class Worker:
    """Runs subscribers for all publications until told to stop."""

    def __init__(self, publications: Publications, subscribers: Sequence[Subscriber]) -> None:
        self._publications = publications
        self._stop = threading.Event()
        self._obstacles: dict[str, str] = {}  # why a publication is only read, as last logged
        self._guard = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(subscriber,), name=f"worker-{subscriber.name}", daemon=True)
            for subscriber in subscribers
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

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
        try:
            publication = self._publications.get(name)
            publication.refresh()
            if not self._is_only_read(publication):
                subscriber.handle(publication, self._stop)
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
