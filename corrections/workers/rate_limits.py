"""Rate limits: counted by all nodes together, or by all workers of one service."""

import logging
import sqlite3
import threading
import time

from limits import parse
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from corrections.workers.shared_state import SharedState

RETRY_SECONDS = 5.0  # after shared counters could not be reached, until they are tried again
_log = logging.getLogger("corrections")
_COUNT = """
INSERT INTO counts (key, count, expires) VALUES (:key, :amount, :until) ON CONFLICT (key) DO UPDATE SET
    count = iif(expires <= :now, :amount, count + :amount),
    expires = iif(expires <= :now, :until, expires)
RETURNING count
"""
_CLEAN_EVERY = 1000  # counts between two times that expired ones are deleted


class RateLimits:
    """Fixed windows: a counter begins anew when its time is over. Share it between threads."""

    def __init__(self, state: SharedState, shared: Storage | None = None) -> None:
        """Attempts are counted in `shared`, where there is one, and in `state` while that cannot be reached.

        `shared` raises `StorageError` then, instead of errors of its own (`wrap_exceptions`).
        """
        self._own = FixedWindowRateLimiter(WorkersCounts(state))
        self._shared = None if shared is None else FixedWindowRateLimiter(shared)
        self._guard = threading.Lock()
        self._paused_until = 0.0

    def within(self, rate: str, scope: str, count: bool = True, on_this_node: bool = False) -> bool:
        """Whether one more of something is within `rate` ("20/hour"; "off": always); `count` it.

        `on_this_node` asks the counters of this service, whether or not there are shared ones.
        """
        if rate == "off":
            return True
        item = parse(rate)
        if self._shared is not None and not on_this_node and time.monotonic() >= self._paused_until:
            try:
                return self._shared.hit(item, scope) if count else self._shared.test(item, scope)
            except StorageError as error:
                self._pause(error)
        return self._own.hit(item, scope) if count else self._own.test(item, scope)

    def _pause(self, error: StorageError) -> None:
        with self._guard:
            is_news = time.monotonic() - self._paused_until >= RETRY_SECONDS
            self._paused_until = time.monotonic() + RETRY_SECONDS
        if is_news:
            _log.warning("Rate limits are counted by this node alone: %s", error.storage_error)


class WorkersCounts(Storage):
    """Counters that all workers of a service share: a storage for the package limits."""

    STORAGE_SCHEME = None

    def __init__(self, state: SharedState) -> None:
        super().__init__()
        self._state = state
        self._counted = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._state.databases.write() as database:
            row = database.execute(
                _COUNT,
                {"key": key, "amount": amount, "now": now, "until": now + expiry},
            ).fetchone()
            self._counted += 1
            if self._counted % _CLEAN_EVERY == 0:
                database.execute("DELETE FROM counts WHERE expires <= ?", (now,))
        return int(row[0])

    def get(self, key: str) -> int:
        row = self._row("SELECT count FROM counts WHERE key=? AND expires > ?", key, time.time())
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row("SELECT expires FROM counts WHERE key=?", key)
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        try:
            self._state.database.execute("SELECT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        with self._state.databases.write() as database:
            return int(database.execute("DELETE FROM counts").rowcount)

    def clear(self, key: str) -> None:
        with self._state.databases.write() as database:
            database.execute("DELETE FROM counts WHERE key=?", (key,))

    def _row(self, query: str, *parameters: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._state.database.execute(query, parameters).fetchone()
        return row
