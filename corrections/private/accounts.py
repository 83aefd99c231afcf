"""`Accounts`: who may sign in, with which role and password."""

import time
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corrections.database import Databases, Statements
from corrections.domain.roles import Role
from corrections.private.account import LONGEST_PASSWORD, Account, BadAccount, check_password, check_role
from corrections.private.digests import timestamp
from corrections.private.invitations import check_address_is_free, delete_invitations_by
from corrections.private.passkeys import delete_passkeys
from corrections.private.second_factor import turn_off
from corrections.private.sessions import delete_sessions
from corrections.private.staff.memberships import Home, delete_memberships, insert_member
from corrections.private.tokens import limit_tokens, revoke_all
from repo_store.model.intents import person_name

NO_PASSWORD = ""  # of a member whose home is another publication: nobody signs in with it
_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What a password is checked against where there is no such account: it takes as long as where there is one."""
    return _hasher.hash("nobody has this password")


class Accounts:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def save(self, name: str, role: str, password: str, email: str = "") -> None:
        """Add an account, or give an existing one a new role and password (and address, where one is given).

        An existing one is reset: whatever somebody else could still come in by is cleared (sessions, passkeys, second
        factor, the binding to the identity provider, memberships, tokens, invitations that the person sent). This is
        the way back in for somebody who has lost them, and the way to hand an account over.
        Raises `BadAccount`, `BadName`.
        """
        name = person_name(name)
        check_role(role)
        check_password(password)
        hashed = _hasher.hash(password)
        with self._databases.write() as database:
            account = _id_of(database, name)
            if account is None:
                _insert(database, name, role, hashed, email)
                return
            _revoke_access(database, name, account)
            database.execute(
                "UPDATE accounts SET role=?, password=?, email=coalesce(nullif(?, ''), email) WHERE id=?",
                (role, hashed, email, account),
            )

    def join(self, invitation: str, password: str) -> Account | None:
        """The new account of who was invited; None where the invitation is used, taken back or over.

        Of several that come with one invitation at once, one gets the account. Raises `BadAccount`.
        """
        check_password(password)
        hashed = _hasher.hash(password)
        with self._databases.write() as database:
            row = database.execute(
                "SELECT name, role, email FROM invitations WHERE id=? AND expires>?", (invitation, time.time())
            ).fetchone()
            if row is None:
                return None
            name, role, email = row
            if _id_of(database, name) is not None:
                raise BadAccount(f"{name} already has an account. Ask an admin.")
            database.execute("DELETE FROM invitations WHERE id=?", (invitation,))
            check_address_is_free(database, email or "")
            _insert(database, name, role, hashed, email or "")
            return Account(name, Role(role), _id_of(database, name), email or "")

    def add_member(self, member: Account, home: Home, key: str, invitation: str = "") -> Account:
        """A new account without a password, for an account of another publication.

        `invitation` is the id of one to use up. Raises `BadAccount` where it is used already, and `BadName`.
        """
        name, email = person_name(member.name), member.email
        check_role(member.role)
        with self._databases.write() as database:
            if _id_of(database, name) is not None:
                raise BadAccount(f"{name} already has an account. Ask an admin.")
            if invitation and not database.execute("DELETE FROM invitations WHERE id=?", (invitation,)).rowcount:
                raise BadAccount("This invitation is no longer valid. Ask for a new one.")
            check_address_is_free(database, email)
            _insert(database, name, member.role, NO_PASSWORD, email)
            account = _id_of(database, name)
            assert account is not None
            insert_member(database, account, home, key)
            return Account(name, Role(member.role), account, email)

    def set_role(self, name: str, role: str) -> None:
        """Tokens in the name do no more than the new role, and who is no admin now has invited nobody.

        Raises `BadAccount`.
        """
        check_role(role)
        with self._databases.write() as database:
            if not database.execute("UPDATE accounts SET role=? WHERE name=?", (role, name)).rowcount:
                raise BadAccount(f"There is no account named {name[:60]}.")
            limit_tokens(database, name, role)
            if role != Role.ADMIN:
                delete_invitations_by(database, name)

    def set_password(self, account: int, password: str) -> None:
        """Raises `BadAccount`."""
        check_password(password)
        with self._databases.write() as database:
            database.execute("UPDATE accounts SET password=? WHERE id=?", (_hasher.hash(password), account))

    def remove(self, name: str) -> bool:
        """False where there is no such account."""
        with self._databases.write() as database:
            account = _id_of(database, name)
            if account is None:
                return False
            _revoke_access(database, name, account)
            return bool(database.execute("DELETE FROM accounts WHERE id=?", (account,)).rowcount)

    def all(self) -> list[Account]:
        """By name."""
        rows = self._databases.get().execute("SELECT name, role, id, coalesce(email, '') FROM accounts ORDER BY name")
        return [_account(row) for row in rows]

    def get(self, account: int) -> Account | None:
        row = (
            self._databases.get()
            .execute("SELECT name, role, id, coalesce(email, '') FROM accounts WHERE id=?", (account,))
            .fetchone()
        )
        return None if row is None else _account(row)

    def id_of(self, name: str) -> int | None:
        """Of who signs in by this name, if there is such an account."""
        return _id_of(self._databases.get(), name.strip())

    def sign_in(self, name: str, password: str) -> Account | None:
        """The account, or None; a wrong name takes as long as a wrong password."""
        row = (
            self._databases.get()
            .execute("SELECT name, role, id, password FROM accounts WHERE name=?", (name.strip(),))
            .fetchone()
        )
        hashed = row[3] if row is not None else NO_PASSWORD
        try:
            _hasher.verify(hashed or _nobodys_hash(), password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return None
        return None if row is None or not hashed else Account(row[0], Role(row[1]), row[2])


def _account(row: tuple[Any, ...]) -> Account:
    """Of name, role, id and e-mail address."""
    name, role, *optional = row
    return Account(name, Role(role), *optional)


def _id_of(database: Statements, name: str) -> int | None:
    row = database.execute("SELECT id FROM accounts WHERE name=?", (name,)).fetchone()
    return None if row is None else int(row[0])


def _insert(database: Statements, name: str, role: str, hashed: str, email: str) -> None:
    database.execute(
        "INSERT INTO accounts (name, role, password, created_at, email) VALUES (?,?,?,?,?)",
        (name, role, hashed, timestamp(), email),
    )


def _revoke_access(database: Statements, name: str, account: int) -> None:
    """Clear every way into an account but its password; ids of accounts are used again."""
    delete_sessions(database, account)
    delete_passkeys(database, account)
    delete_memberships(database, account)
    turn_off(database, account)
    database.execute("UPDATE accounts SET subject=NULL, issuer=NULL WHERE id=?", (account,))
    delete_invitations_by(database, name)
    revoke_all(database, name)
