"""`SharedHistory`: keeps a node's clone at what the other nodes have written, and fetches only where there is news."""

import logging
import threading
import time
from collections.abc import Callable

from corrections.cluster import Cluster, DatabaseUnavailable
from repo_store import RepoStoreError, Store
from repo_store.errors import RemoteBusy, RemoteUnavailable

CHECK_SECONDS = 2.0  # while announcements are not heard, between looks for what was announced
FETCH_SECONDS = 30.0  # between fetches of what was not even announced: its node died between writing and announcing it
LONGEST_FETCH_SECONDS = 600.0  # the same, where nothing is written; doubled up to that with each fetch for nothing
TIME_LIMIT = 5.0  # seconds that a fetch may take while somebody waits for what it brings
ANSWER_LIMIT = 5.0  # the same, to see whether it answers at all
READING_LIMIT = 2.5  # the same, for a page that could do without
PAUSE_SECONDS = 2.0  # after a fetch that failed, doubled with each; what is here is read meanwhile
MOST_DOUBLINGS = 3
_log = logging.getLogger("corrections")


class SharedHistory:
    """Of one publication. Share it between threads, one of which fetches at a time.

    While a server is away what is here can be read: `follow` and `ask` do not fail.
    """

    def __init__(self, store: Store, cluster: Cluster, publication: str) -> None:
        """`store` was opened with the remote of `cluster`, and so is up to date."""
        self._store, self._cluster, self._publication = store, cluster, publication
        self._guard = threading.Lock()
        self._known = ""  # the last announced head that is here
        self._checked_at = self._fetched_at = time.monotonic()
        self._fetch_pause = FETCH_SECONDS
        self._seen = store.ledger()  # at the last fetch
        self._listens_since = 0  # which of the announcements' connections there was at the last look
        self._paused_until = self._asking_paused_until = 0.0
        self._failures = 0
        self._is_catching_up = False

    def follow(self) -> None:
        """Fetch what was announced since the last call; from time to time, look for what was not heard of.

        One thread does it, and the others answer with what is here: a server that hangs stops no reader for long.
        """
        now, head = time.monotonic(), self._cluster.announcements.head(self._publication)
        is_news = self._is_news(head)
        if now < self._paused_until or not (is_news or self._is_look_due(now)):
            return
        if self._guard.acquire(blocking=False):
            try:
                if not is_news:
                    self._look()
                elif self._is_news(head):
                    self._fetch(head, READING_LIMIT)
            finally:
                self._guard.release()

    def catch_up(self, is_awaited: Callable[[], bool] | None = None) -> None:
        """Fetch what is too much for a request: for as long as git reports progress, and as `is_awaited`."""
        if time.monotonic() >= self._paused_until and self._guard.acquire(blocking=False):
            try:
                self._is_catching_up = True
                self._fetch(self._noted_head() or "", None, is_awaited)
            finally:
                self._is_catching_up = False
                self._guard.release()

    def ask(self) -> None:
        """Ask the database for news, now, and fetch them, for somebody who cannot do without."""
        self._ask()

    def missing(self) -> str | None:
        """The announced head that the git server does not have; empty: there is none; None: nobody can say now."""
        head = self._noted_head()
        if not head or self._is_here(head):
            return None if head is None else ""
        if not self._ask(is_forced=True):
            return None
        return "" if self._is_here(head) else head

    def _ask(self, *, is_forced: bool = False) -> bool:
        """As `ask`; whether the server could be asked, or there is nothing to ask for.

        With `is_forced` it is asked for what it did not have before, too.
        """
        if self._is_asking_paused() or not self._guard.acquire(timeout=TIME_LIMIT):
            return False
        try:
            if self._is_asking_paused():  # since another thread has asked for nothing
                return False
            head = self._noted_head() or ""
            has_answered = not (is_forced or self._is_news(head)) or self._fetch(head, TIME_LIMIT)
            if not has_answered:
                self._asking_paused_until = time.monotonic() + PAUSE_SECONDS
            return has_answered
        finally:
            self._guard.release()

    def is_behind(self) -> bool:
        """Whether something was announced that could not be fetched yet."""
        return self._is_news(self._cluster.announcements.head(self._publication))

    def _is_asking_paused(self) -> bool:
        return self._is_catching_up or time.monotonic() < self._asking_paused_until

    @property
    def is_cut_off(self) -> bool:
        """Whether the last fetch failed."""
        return self._failures > 0

    def check(self) -> None:
        """Ask the git server, now. Raises `RemoteFailure` where nothing can be written to it."""
        if not self._guard.acquire(timeout=ANSWER_LIMIT):
            raise RemoteUnavailable(f"The shared git server did not answer within {ANSWER_LIMIT:g} seconds.")
        try:
            self._store.fetch(ANSWER_LIMIT)
        finally:
            self._guard.release()
        self._store.check_pushes()

    def _is_look_due(self, now: float) -> bool:
        if now - self._checked_at < CHECK_SECONDS:
            return False
        announcements = self._cluster.announcements
        is_heard = announcements.is_listening and announcements.connections == self._listens_since
        return not is_heard or now - self._fetched_at >= self._fetch_pause

    def _look(self) -> None:
        now = self._checked_at = time.monotonic()
        self._listens_since = self._cluster.announcements.connections
        head = self._noted_head()
        if head is None or now - self._fetched_at >= self._fetch_pause or self._is_news(head):
            self._fetch(head or "", READING_LIMIT)

    def _noted_head(self) -> str | None:
        """None while the database is away: then only the git server can say what there is."""
        try:
            return self._cluster.publications.head(self._publication)
        except DatabaseUnavailable:
            return None

    def _is_news(self, head: str) -> bool:
        """Is this head not in the clone? What was fetched for, and did not come, is not fetched for again."""
        if not head or head == self._known:
            return False
        if self._is_here(head):
            self._known = head
            return False
        return True

    def _is_here(self, head: str) -> bool:
        return head == self._store.ledger() or self._store.is_on_ledger(head)

    def _fetch(self, head: str, seconds: float | None, is_awaited: Callable[[], bool] | None = None) -> bool:
        """Whether the server could be asked."""
        try:
            self._store.fetch(seconds, is_awaited)
        except RemoteBusy:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            return False
        except RepoStoreError as error:
            _log.warning("%s: nothing could be fetched: %s", self._publication, error.message)
            self._paused_until = time.monotonic() + PAUSE_SECONDS * 2.0 ** min(self._failures, MOST_DOUBLINGS)
            self._failures += 1
            return False
        self._failures = 0
        self._fetched_at, self._known = time.monotonic(), head or self._known
        seen = self._store.ledger()
        self._fetch_pause = FETCH_SECONDS if seen != self._seen else min(2 * self._fetch_pause, LONGEST_FETCH_SECONDS)
        self._seen = seen
        return True
