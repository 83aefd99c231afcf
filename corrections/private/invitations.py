"""`Invitations`: who may make an account for themselves, by a link in a letter."""

import secrets
import time
from dataclasses import dataclass

from corrections.database import Databases, Statements
from corrections.private.account import BadAccount, check_role
from corrections.private.digests import lower, timestamp
from corrections.private.stored_settings import StoredSettings
from repo_store.model.intents import person_name

INVITED_DAYS = 7
_KEY_LENGTH = 32  # hexadecimal digits
_COLUMNS = 'id, name, role, email, "by", expires'


@dataclass(frozen=True)
class Invitation:
    """`expires` is in seconds since the epoch."""

    id: str
    name: str
    role: str
    email: str
    by: str
    expires: float


class Invitations:
    """Of one publication."""

    def __init__(self, databases: Databases, settings: StoredSettings) -> None:
        self._databases, self._settings = databases, settings

    def invite(self, name: str, role: str, email: str, by: str) -> Invitation:
        """Invite somebody by mail. Raises `BadAccount`, `BadName`."""
        name = person_name(name)
        check_role(role)
        account = self._databases.get().execute("SELECT 1 FROM accounts WHERE name=?", (name,)).fetchone()
        if account is not None:
            raise BadAccount(f"{name} already has an account.")
        check_address_is_free(self._databases.get(), email)
        expires = time.time() + INVITED_DAYS * 86400
        invitation = Invitation(secrets.token_hex(8), name, role, email, by, expires)
        with self._databases.write(has_work=True) as database:
            database.execute(
                "DELETE FROM invitations WHERE name=? OR expires<? OR (email<>'' AND lower(email)=?)",
                (name, time.time(), lower(email)),
            )
            database.execute(
                f"INSERT INTO invitations ({_COLUMNS}) VALUES (?,?,?,?,?,?)",  # noqa: S608 (our own names)
                (invitation.id, name, role, email, by, expires),
            )
            database.execute(
                "INSERT INTO outbox (event, correction, kind, state, due, attempts, at) VALUES (?,?,?,'waiting',?,0,?)",
                (invitation.id, "", "invitation", time.time(), timestamp()),
            )
        return invitation

    def get(self, identifier: str) -> Invitation | None:
        """None where it is used, taken back or over."""
        row = self._databases.get().execute(f"SELECT {_COLUMNS} FROM invitations WHERE id=?", (identifier,)).fetchone()  # noqa: S608
        invitation = None if row is None else Invitation(*row)
        return invitation if invitation is not None and invitation.expires > time.time() else None

    def all(self) -> list[Invitation]:
        """Those that are not over, by name."""
        query = f"SELECT {_COLUMNS} FROM invitations WHERE expires>? ORDER BY name"  # noqa: S608 (our own names)
        rows = self._databases.get().execute(query, (time.time(),))
        return [Invitation(*row) for row in rows]

    def withdraw(self, identifier: str) -> None:
        with self._databases.write() as database:
            database.execute("DELETE FROM invitations WHERE id=?", (identifier,))

    def key_of(self, invitation: Invitation) -> str:
        """The unguessable part of the invitation's address."""
        return self._settings.keyed(f"invitation:{invitation.id}:{invitation.expires}")[:_KEY_LENGTH]


def delete_invitations_by(database: Statements, name: str) -> None:
    """Take back what somebody sent, inside a transaction."""
    database.execute('DELETE FROM invitations WHERE "by"=?', (name,))


def check_address_is_free(database: Statements, email: str) -> None:
    """One address has one account. Raises `BadAccount`."""
    row = database.execute("SELECT name FROM accounts WHERE email<>'' AND lower(email)=?", (lower(email),)).fetchone()
    if row is not None:
        raise BadAccount(f"{email[:100]} belongs to the account {row[0]}. Change the role of that account instead.")
