"""Counters of rate limits that all workers share: a storage for the package limits, as its documentation describes."""

import sqlite3
import time
from typing import Any

from limits.storage import Storage

from corrections.workers.shared_state import SharedState

SCHEME = "shared"
_COUNT = """
INSERT INTO counts (key, count, expires) VALUES (:key, :amount, :until) ON CONFLICT (key) DO UPDATE SET
    count = iif(expires <= :now, :amount, count + :amount),
    expires = iif(expires <= :now, :until, expires)
RETURNING count
"""
_CLEAN_EVERY = 1000  # counts between two times that expired ones are deleted


class SharedCounts(Storage):
    """Fixed windows: a counter begins anew when its time is over."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - declared so by the package

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, *, state: SharedState, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions)
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
