"""`Sessions`: the browsers that are signed in. Of a session's identifier only its hash is kept."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.database import Databases, Statements
from corrections.private.digests import digest, timestamp

SESSION_DAYS = 30  # after the last request
AGENT_LIMIT = 120  # characters
USE_NOTED_SECONDS = 60  # the last use is kept to the minute


@dataclass(frozen=True)
class Session:
    """Times are RFC 3339, UTC; `agent` is what the browser called itself."""

    id: str
    account: int
    agent: str
    created_at: str
    seen_at: str


class Sessions:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def begin(self, account: int, agent: str) -> str:
        """A new session; returns its identifier, a secret that only the cookie has."""
        identifier = secrets.token_urlsafe(24)
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO sessions (id, account, agent, created_at, seen_at) VALUES (?,?,?,?,?)",
                (digest(identifier), account, agent[:AGENT_LIMIT], timestamp(), timestamp()),
            )
        return identifier

    def is_alive(self, identifier: str, account: int) -> bool:
        """Whether the session was neither ended nor unused for too long; notes that it was seen, by the minute."""
        row = (
            self._databases.get()
            .execute("SELECT seen_at FROM sessions WHERE id=? AND account=?", (digest(identifier), account))
            .fetchone()
        )
        if row is None:
            return False
        unseen = (datetime.now(UTC) - datetime.fromisoformat(row[0])).total_seconds()
        if unseen > SESSION_DAYS * 86400:
            self.end_this(identifier, account)
            return False
        if unseen > USE_NOTED_SECONDS and self._databases.refusal is None:
            with self._databases.write() as database:
                database.execute("UPDATE sessions SET seen_at=? WHERE id=?", (timestamp(), digest(identifier)))
        return True

    def of(self, account: int) -> list[Session]:
        """The one that was seen last comes first."""
        rows = self._databases.get().execute(
            "SELECT id, account, agent, created_at, seen_at FROM sessions WHERE account=? ORDER BY seen_at DESC",
            (account,),
        )
        return [Session(*row) for row in rows]

    def end(self, session: str, account: int) -> None:
        """End a session by the id that `of` lists."""
        with self._databases.write() as database:
            database.execute("DELETE FROM sessions WHERE id=? AND account=?", (session, account))

    def end_this(self, identifier: str, account: int) -> None:
        """End a session by the identifier that its cookie has."""
        self.end(digest(identifier), account)

    def end_all(self, account: int, but: str = "") -> None:
        """End every session of an account, but the one with this identifier."""
        with self._databases.write() as database:
            database.execute("DELETE FROM sessions WHERE account=? AND id<>?", (account, digest(but)))

    def is_this(self, session: Session, identifier: str) -> bool:
        return hmac.compare_digest(session.id, digest(identifier))


def delete_sessions(database: Statements, account: int) -> None:
    """End the sessions of an account, inside a transaction."""
    database.execute("DELETE FROM sessions WHERE account=?", (account,))
