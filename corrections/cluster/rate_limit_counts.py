"""`RateLimitCounts`: counters of rate limits that all nodes share, as a storage for the package limits."""

import psycopg
from limits.storage import Storage

from corrections.cluster.registry import Registry
from corrections.cluster.schema_databases import SchemaDatabases
from corrections.cluster.unavailable import DatabaseUnavailable

# by the database's clock, since those of the nodes may differ
_NOW = "extract(epoch FROM clock_timestamp())"
_COUNT = f"""
INSERT INTO rate_limits (key, count, expires) VALUES (?, ?, {_NOW} + ?) ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN rate_limits.expires <= {_NOW} THEN excluded.count ELSE rate_limits.count + excluded.count END,
    expires = CASE WHEN rate_limits.expires <= {_NOW} THEN excluded.expires ELSE rate_limits.expires END
RETURNING count
"""  # noqa: S608 (a constant)


class RateLimitCounts(Storage):
    """Fixed windows: a counter begins anew when its time is over. Share it between threads.

    Every method of a storage raises `limits.errors.StorageError` where the database cannot be used.
    """

    STORAGE_SCHEME = None

    def __init__(self, url: str, registry: Registry) -> None:
        super().__init__(wrap_exceptions=True)
        self._databases = SchemaDatabases(url)
        self._registry = registry

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return DatabaseUnavailable, psycopg.Error  # whatever a standby says to such a table

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self._registry.prepare()
        row = self._databases.execute(_COUNT, (key, amount, expiry)).fetchone()
        return int(row[0]) if row else amount

    def get(self, key: str) -> int:
        self._registry.prepare()
        query = f"SELECT count FROM rate_limits WHERE key=? AND expires > {_NOW}"  # noqa: S608 (a constant)
        row = self._databases.execute(query, (key,)).fetchone()
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        self._registry.prepare()
        query = f"SELECT coalesce((SELECT expires FROM rate_limits WHERE key=?), {_NOW})"  # noqa: S608 (a constant)
        row = self._databases.execute(query, (key,)).fetchone()
        return float(row[0]) if row else 0.0

    def delete_expired(self) -> None:
        """Delete what is over: the keys have clients' addresses in them. Raises `DatabaseUnavailable`."""
        self._registry.prepare()
        self._databases.execute(f"DELETE FROM rate_limits WHERE expires <= {_NOW}")  # noqa: S608 (a constant)

    def check(self) -> bool:
        try:
            self._registry.check_writable()
        except DatabaseUnavailable:
            return False
        return True

    def reset(self) -> int:
        self._registry.prepare()
        return int(self._databases.execute("DELETE FROM rate_limits").rowcount)

    def clear(self, key: str) -> None:
        self._registry.prepare()
        self._databases.execute("DELETE FROM rate_limits WHERE key=?", (key,))
