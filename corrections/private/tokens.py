"""Tokens for programs: made, listed, used, revoked. Of a token only its hash is kept."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from corrections.database import Databases, Statements
from corrections.domain.roles import STAFF, Role
from corrections.errors import CorrectionsError
from corrections.private.account import Account, BadAccount, check_role
from corrections.private.digests import digest
from repo_store.model.intents import person_name

LONGEST_TOKEN_DAYS = 3650
USE_NOTED_SECONDS = 60  # the last use is kept to the minute
_ID_LENGTH = 12  # hexadecimal digits of the hash: they tell tokens apart and give nothing of the token away


class TokenExpired(CorrectionsError):
    code = "token_expired"


@dataclass(frozen=True)
class TokenScope:
    """What a new token may do: act with `role`, or only read, until `days` are over (None: until it is revoked)."""

    role: str
    read_only: bool = False
    days: int | None = None

    def describe(self, name: str) -> str:
        """For the journal: what was made, in whose name."""
        end = f", for {self.days} days" if self.days else ""
        return f"created a token for {name} as {self.role}{', read-only' if self.read_only else ''}{end}"


@dataclass(frozen=True)
class Token:
    """A token as it is listed; `name` is whose decisions its are, times are RFC 3339 in UTC, or empty.

    `made_by` is empty for a token of an earlier version.
    """

    id: str
    name: str
    role: str
    read_only: bool
    made_by: str
    created_at: str
    used_at: str
    expires_at: str

    @property
    def expired(self) -> bool:
        return _is_over(self.expires_at)


class Tokens:
    """Of one publication: a token opens nothing elsewhere."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def create(self, name: str, scope: TokenScope, made_by: str = "") -> str:
        """A new token. Raises `BadAccount`, `BadName`."""
        check_role(scope.role)
        if scope.days is not None and not 1 <= scope.days <= LONGEST_TOKEN_DAYS:
            raise BadAccount(f"A token can last 1 to {LONGEST_TOKEN_DAYS:,} days, or until it is revoked.")
        token = f"corr_{secrets.token_urlsafe(32)}"
        now = datetime.now(UTC)
        expires = "" if scope.days is None else (now + timedelta(days=scope.days)).isoformat(timespec="seconds")
        created_at = now.isoformat(timespec="seconds")
        row = (person_name(name), scope.role, digest(token), created_at, int(scope.read_only), made_by, expires)
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO tokens (name, role, hash, created_at, read_only, made_by, expires_at) "
                "VALUES (?,?,?,?,?,?,?)",
                row,
            )
        return token

    def issue(self, name: str, role: str) -> str:
        """A new token that lasts until it is revoked. Raises `BadAccount`, `BadName`."""
        return self.create(name, TokenScope(role))

    def holder(self, token: str) -> Account | None:
        """Who acts with the token, or None where it is not known; notes its use. Raises `TokenExpired`."""
        row = (
            self._databases.get()
            .execute("SELECT id, name, role, read_only, used_at, expires_at FROM tokens WHERE hash=?", (digest(token),))
            .fetchone()
        )
        if row is None:
            return None
        identifier, name, role, read_only, used_at, expires_at = row
        if _is_over(expires_at):
            raise TokenExpired(f"This token expired on {expires_at[:10]}. Ask for a new one.")
        if self._databases.refusal is None:
            self._note_use(identifier, used_at)
        return Account(name, Role(role), read_only=bool(read_only))

    def listed(self) -> list[Token]:
        """All tokens, by name and age."""
        rows = self._databases.get().execute(
            "SELECT substr(hash, 1, ?), name, role, coalesce(read_only, 0), coalesce(made_by, ''), "
            "coalesce(created_at, ''), coalesce(used_at, ''), coalesce(expires_at, '') FROM tokens ORDER BY name, id",
            (_ID_LENGTH,),
        )
        return [
            Token(identifier, name, role, bool(read_only), made_by, created_at, used_at, expires_at)
            for identifier, name, role, read_only, made_by, created_at, used_at, expires_at in rows
        ]

    def revoke(self, identifier: str) -> Token:
        """End a token by the id that `listed` gives; returns what it was. Raises `BadAccount`."""
        token = next((token for token in self.listed() if token.id == identifier), None)
        if token is None:
            raise BadAccount(f"There is no token with the ID {identifier[:40]}.")
        with self._databases.write() as database:
            database.execute("DELETE FROM tokens WHERE substr(hash, 1, ?)=?", (_ID_LENGTH, identifier))
        return token

    def _note_use(self, identifier: int, used_at: str | None) -> None:
        now = datetime.now(UTC)
        if used_at and (now - datetime.fromisoformat(used_at)).total_seconds() < USE_NOTED_SECONDS:
            return
        with self._databases.write() as database:
            database.execute("UPDATE tokens SET used_at=? WHERE id=?", (now.isoformat(timespec="seconds"), identifier))


def revoke_all(database: Statements, name: str) -> None:
    """End the tokens that act in somebody's name, inside a transaction."""
    database.execute("DELETE FROM tokens WHERE name=?", (name,))


def limit_tokens(database: Statements, name: str, role: str) -> None:
    """Let the tokens that act in somebody's name do no more than `role` does, inside a transaction."""
    ranks = [rank.value for rank in STAFF]
    higher = ranks[ranks.index(role) + 1 :]
    places = ",".join("?" * len(higher))
    database.execute(f"UPDATE tokens SET role=? WHERE name=? AND role IN ({places})", (role, name, *higher))  # noqa: S608


def _is_over(expires_at: str | None) -> bool:
    return bool(expires_at) and datetime.fromisoformat(str(expires_at)) <= datetime.now(UTC)
