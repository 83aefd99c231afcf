"""The background threads: one for each subscriber, so that one that is slow delays no other.

Each worker process has them, and one process at a time lets them work: the one that holds the lock. When it ends,
another takes the lock. Of several nodes one at a time works for a publication: the database decides which.
"""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corrections.cluster import DatabaseUnavailable
from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber
from corrections.workers.file_lock import try_lock
from repo_store.errors import RemoteFailure

POLL_SECONDS = 2.0  # between looks at the ledgers
REST_SECONDS = 60.0  # after which a subscriber with nothing to do looks again, where nodes announce what they write
REPEAT_SECONDS = 600.0  # after which a failure that goes on is logged again
OFFER_SECONDS = 600.0  # after which a node that is cut off leaves the work to others again
TAKEOVER_SECONDS = 0.5  # between looks whether the process that did the work has ended
LOCK = "background.lock"  # in the data folder
_log = logging.getLogger("corrections.worker")
_Turn = tuple[str, str]  # the names of a subscriber and of a publication


class BackgroundWork:
    """Runs subscribers for all publications until told to stop."""

    def __init__(self, publications: Publications, subscribers: Sequence[Subscriber], data: Path) -> None:
        """`data` is the folder whose lock decides which process does the work."""
        self._publications = publications
        self._subscribers = subscribers
        self._lock = data / LOCK
        self._stop = threading.Event()
        self._obstacles: dict[str, str] = {}  # why a publication is only read, as last logged
        self._failures: dict[_Turn, tuple[object, float]] = {}  # how turns failed, and when that was logged
        self._offered: dict[str, float] = {}  # when the work for a publication was left to other nodes; monotonic
        self._active_turns: Counter[str] = Counter()  # by publication, of work that one node does
        self._passing: set[str] = set()  # publications whose work is left to other nodes once no turn is active
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
        rests: dict[str, _Rest] = {}
        while not self._stop.wait(POLL_SECONDS):
            for name in self._names(subscriber):
                now = time.monotonic()
                if name not in last_turns or now - last_turns[name] >= subscriber.seconds:
                    last_turns[name] = now
                    self._turn(subscriber, name, rests)
        if subscriber.runs_at_stop:
            for name in self._names(subscriber):
                self._turn(subscriber, name, {})

    def _names(self, subscriber: Subscriber) -> list[str]:
        """The publications; none where they cannot be listed now, as without a file descriptor to do it with."""
        turn = subscriber.name, ""
        try:
            names = self._publications.names()
        except OSError as error:
            if self._is_news(turn, str(error)):
                _log.error("%s: the publications cannot be listed: %s", subscriber.name, error.strerror or error)
            return []
        self._failures.pop(turn, None)
        return names

    def _turn(self, subscriber: Subscriber, name: str, rests: "dict[str, _Rest]") -> None:
        """One turn for one publication, unless it rests; an error is logged and stops nothing else."""
        try:
            self._begin_turn(subscriber, name, rests)
        except Exception as error:  # of leaving the work to others
            if self._is_news((subscriber.name, name), (type(error), str(error))):
                _log.exception("%s: %s failed", name, subscriber.name)

    def _begin_turn(self, subscriber: Subscriber, name: str, rests: "dict[str, _Rest]") -> None:
        if subscriber.on_each_node:
            self._take_turn(subscriber, name, rests)
            return
        with self._guard:
            if name in self._passing:
                return
            self._active_turns[name] += 1
        try:
            self._take_turn(subscriber, name, rests)
        finally:
            with self._guard:
                self._active_turns[name] -= 1
            self._pass_if_idle(name)

    def _take_turn(self, subscriber: Subscriber, name: str, rests: "dict[str, _Rest]") -> None:
        turn = (subscriber.name, name)
        rest = rests.pop(name, None)
        try:
            if not subscriber.on_each_node and not self._publications.leads(name):
                return
            publication = self._opened(name)
            news = self._publications.news(publication)
            if rest is not None and rest.lasts(news):
                rests[name] = rest
                return
            publication.refresh()
            if self._is_only_read(publication):
                self._pass_on(name)
            elif subscriber.on_each_node or not self._is_passed_on(publication):
                seconds = subscriber.handle(publication, self._stop)
                if seconds is not None:
                    rests[name] = _Rest(time.monotonic() + min(seconds, REST_SECONDS), news)
            self._failures.pop(turn, None)
        except DatabaseUnavailable as error:
            if self._is_news(turn, DatabaseUnavailable):
                _log.error("%s: %s waits for the database: %s", name, subscriber.name, error)
        except RemoteFailure as error:
            if self._is_news(turn, type(error)):
                _log.error("%s: %s waits for the git server: %s", name, subscriber.name, error.message)
        except Exception as error:
            if self._is_news(turn, (type(error), str(error))):
                _log.exception("%s: %s failed, after %s", name, subscriber.name, self._position(subscriber, name))

    def _is_news(self, turn: _Turn, failure: object) -> bool:
        """Whether a turn is the first to fail so, or the first in `REPEAT_SECONDS`: then it is logged, and not each."""
        last, logged_at = self._failures.get(turn, (None, 0.0))
        now = time.monotonic()
        if failure == last and now - logged_at < REPEAT_SECONDS:
            return False
        self._failures[turn] = failure, now
        return True

    def _opened(self, name: str) -> Publication:
        try:
            return self._publications.get(name)
        except Exception:
            self._pass_on(name)  # another node may be able to
            raise

    def _pass_on(self, name: str) -> None:
        """Leave the work for a publication to another node, as soon as nobody here is at work on it."""
        with self._guard:
            self._passing.add(name)
        self._pass_if_idle(name)

    def _pass_if_idle(self, name: str) -> None:
        with self._guard:
            if name in self._passing and not self._active_turns[name]:
                self._passing.discard(name)
                self._publications.pass_lead(name)

    def _is_passed_on(self, publication: Publication) -> bool:
        """Let another node do the work where this one is cut off from the git server; whether that was done.

        It is not where it was done lately: then nobody has taken it, and what can be done without is done here.
        """
        name, now = publication.name, time.monotonic()
        if not publication.is_cut_off:
            self._offered.pop(name, None)
            return False
        if now - self._offered.get(name, -OFFER_SECONDS) < OFFER_SECONDS:
            return not self._publications.leads(name)  # another thread may just have passed it on
        self._offered[name] = now
        self._pass_on(name)
        return True

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


@dataclass(frozen=True)
class _Rest:
    """How long a subscriber leaves a publication alone: until a monotonic time, or until the news changes."""

    until: float
    news: object

    def lasts(self, news: object) -> bool:
        return news is not None and news == self.news and time.monotonic() < self.until
