"""`StoredSettings`: values by key, and the secret of the store among them."""

import secrets

from corrections.cluster import DatabaseUnavailable
from corrections.database import Databases
from corrections.private.digests import keyed_digest

_SECRET_KEY = "secret"  # noqa: S105 (the name of the setting)


class StoredSettings:
    """Of one publication. What a key means and which values it takes is the services' to know."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._known: dict[str, str] | None = None

    def remember(self) -> None:
        """Keep the values, for reading them as they last were when the database is away."""
        self._known = self.starting_with("")

    def get(self, key: str) -> str | None:
        try:
            row = self._databases.get().execute("SELECT value FROM settings WHERE key=?", (key,)).fetchone()
        except DatabaseUnavailable:
            if self._known is None:
                raise
            return self._known.get(key)
        value = None if row is None else str(row[0])
        if self._known is not None:
            self._known.update({} if value is None else {key: value})
        return value

    def put(self, key: str, value: str) -> None:
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO settings (key, value) VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value",
                (key, value),
            )

    def starting_with(self, prefix: str) -> dict[str, str]:
        """The values whose keys start with `prefix`, by key."""
        query = "SELECT key, value FROM settings WHERE substr(key, 1, ?)=? ORDER BY key"
        try:
            rows = self._databases.get().execute(query, (len(prefix), prefix))
        except DatabaseUnavailable:
            if self._known is None:
                raise
            return {key: value for key, value in sorted(self._known.items()) if key.startswith(prefix)}
        return {str(key): str(value) for key, value in rows}

    def remove(self, key: str) -> None:
        """Forget a value; nothing happens where there is none."""
        with self._databases.write() as database:
            database.execute("DELETE FROM settings WHERE key=?", (key,))
        if self._known is not None:
            self._known.pop(key, None)

    def ensure_secret(self) -> None:
        """Make the secret that `keyed` works with, unless there is one."""
        if self.get(_SECRET_KEY) is None:
            with self._databases.write() as database:  # of two processes at once, both have that of the first
                database.execute(
                    "INSERT INTO settings (key, value) VALUES (?,?) ON CONFLICT DO NOTHING",
                    (_SECRET_KEY, secrets.token_hex(32)),
                )

    def keyed(self, text: str) -> str:
        """A digest of `text` (64 hexadecimal digits) that only this store can compute."""
        return keyed_digest(str(self.get(_SECRET_KEY)), text)
