"""`Private`: the private store of one publication."""

import hashlib
import hmac
import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.domain.roles import Role
from corrections.errors import CorrectionsError, ReadOnly
from corrections.i18n import LazyString
from corrections.private.accounts import LONGEST_PASSWORD, ROLES, Account, BadAccount, check_password, check_role
from corrections.private.schema import KNOWN, migrations
from corrections.private.tokens import Tokens, TokenScope, lower, revoke_all
from repo_store.model.intents import person_name

__all__ = [
    "LONGEST_PASSWORD",
    "ROLES",
    "Account",
    "BadAccount",
    "Contact",
    "Fingerprint",
    "KeyReused",
    "NewerStore",
    "Private",
    "check_role",
    "newer_migrations",
]

KEY_REUSED = LazyString("This Idempotency-Key was used for another correction. Make a new key for each correction.")

_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What a password is checked against where there is no such account: it takes as long as where there is one."""
    return _hasher.hash("nobody has this password")


_RECEIPT = "SELECT correction, request, coalesce(words, '') FROM receipts WHERE key=?"

# what waits for a correction's reader; a colleague who was mentioned on it still hears of it
_NO_LETTERS = "DELETE FROM outbox WHERE correction=? AND state='waiting' AND kind NOT LIKE 'mention-%'"


@dataclass(frozen=True)
class Contact:
    """How to reach a reader, and in which language; `credit`: the reader wants to be named in the notice."""

    name: str
    email: str
    credit: bool
    language: str = ""


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a request to recognise it by, and what earlier versions would have kept of the same one.

    All are hashes: nothing of what somebody sent can be read from them. `words` is of the request without its sender:
    it is what remains to recognise the request by when the sender was forgotten.
    """

    now: str
    earlier: frozenset[str] = frozenset()
    words: str = ""


class NewerStore(ReadOnly):
    """The private store holds what this version does not know: it can be read, nothing is written to it."""

    code = "newer_store"


class KeyReused(CorrectionsError):
    """One idempotency key for two different requests."""

    code = "idempotency_key_reused"
    status = 422


class Private:
    """Accounts, tokens, contacts and secrets. Share it between threads; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open (or make) the store at `path`, with the tables of today; one of a newer version is only read."""
        self.databases = ThreadDatabases(path, "FULL")
        self.tokens = Tokens(self.databases)
        if not path.exists():
            path.touch(mode=0o600)
        if unknown := newer_migrations(path):
            self.databases.refusal = NewerStore(
                f"{path} was written by a newer version of Corrections (it has {', '.join(unknown)}). Nothing was "
                "changed. Upgrade Corrections to write to it, or restore a backup made before that version; until you "
                "upgrade, it is only read."
            )
            return
        migrations.apply(self.databases.get())
        if self.setting("secret") is None:
            self.put("secret", secrets.token_hex(32))

    @property
    def newer(self) -> ReadOnly | None:
        """Why nothing is written here: a newer version of Corrections wrote it. None where this version may."""
        return self.databases.refusal

    def close(self) -> None:
        self.databases.close()

    def setting(self, key: str) -> str | None:
        row = self.databases.get().execute("SELECT value FROM settings WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        with self.databases.write() as database:
            database.table("settings").insert({"key": key, "value": value}, replace=True)

    # accounts and tokens

    def set_account(self, name: str, role: str, password: str, email: str = "") -> None:
        """Add an account, or give an existing one a new role and password (and address, where one is given).

        An existing one is reset: whatever somebody else could still come in by is cleared (sessions, passkeys, second
        factor, the binding to the identity provider, tokens, invitations that the person sent). This is the way back
        in for somebody who has lost them, and the way to hand an account over. Raises `BadAccount`, `BadName`.
        """
        name = person_name(name)
        check_role(role)
        check_password(password)
        hashed = _hasher.hash(password)
        with self.databases.write() as database:
            if _has_account(database, name):
                _close_doors(database, name)
                database.execute(
                    "UPDATE accounts SET role=?, password=?, email=coalesce(nullif(?, ''), email) WHERE name=?",
                    (role, hashed, email, name),
                )
            else:
                _insert_account(database, name, role, hashed, email)

    def join(self, invitation: str, password: str) -> Account | None:
        """The new account of who was invited; None where the invitation is used, taken back or over.

        Of several that come with one invitation at once, one gets the account. Raises `BadAccount`.
        """
        check_password(password)
        hashed = _hasher.hash(password)
        with self.databases.write() as database:
            row = database.execute(
                "SELECT name, role, email FROM invitations WHERE id=? AND expires>?", (invitation, time.time())
            ).fetchone()
            if row is None:
                return None
            name, role, email = row
            if _has_account(database, name):
                raise BadAccount(f"{name} has an account already. Ask an admin.")
            database.execute("DELETE FROM invitations WHERE id=?", (invitation,))
            _insert_account(database, name, role, hashed, email or "")
            account = database.execute("SELECT id FROM accounts WHERE name=?", (name,)).fetchone()
        return Account(name, Role(role), account[0], email or "")

    def set_role(self, name: str, role: str) -> None:
        """Tokens in the name do no more than the new role, and who is no admin now has invited nobody.

        Raises `BadAccount`.
        """
        check_role(role)
        with self.databases.write() as database:
            if not database.execute("UPDATE accounts SET role=? WHERE name=?", (role, name)).rowcount:
                raise BadAccount(f"There is no account {name[:60]!r}.")
            lower(database, name, role)
            if role != Role.ADMIN:
                database.execute('DELETE FROM invitations WHERE "by"=?', (name,))

    def set_password(self, account: int, password: str) -> None:
        """Raises `BadAccount`."""
        check_password(password)
        with self.databases.write() as database:
            database.execute("UPDATE accounts SET password=? WHERE id=?", (_hasher.hash(password), account))

    def remove_account(self, name: str) -> bool:
        with self.databases.write() as database:
            if not _has_account(database, name):
                return False
            _close_doors(database, name)
            return bool(database.execute("DELETE FROM accounts WHERE name=?", (name,)).rowcount)

    def accounts(self) -> list[Account]:
        rows = self.databases.get().execute("SELECT name, role, id, coalesce(email, '') FROM accounts ORDER BY name")
        return [_account(row) for row in rows]

    def account(self, account_id: int) -> Account | None:
        row = (
            self.databases.get()
            .execute("SELECT name, role, id, coalesce(email, '') FROM accounts WHERE id=?", (account_id,))
            .fetchone()
        )
        return None if row is None else _account(row)

    def account_id(self, name: str) -> int | None:
        """Of who signs in by this name, if there is such an account."""
        row = self.databases.get().execute("SELECT id FROM accounts WHERE name=?", (name.strip(),)).fetchone()
        return None if row is None else int(row[0])

    def sign_in(self, name: str, password: str) -> Account | None:
        """The account, or None; a wrong name takes as long as a wrong password."""
        row = (
            self.databases.get()
            .execute("SELECT name, role, id, password FROM accounts WHERE name=?", (name.strip(),))
            .fetchone()
        )
        try:
            _hasher.verify(row[3] if row is not None else _nobodys_hash(), password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return None
        return None if row is None else Account(row[0], Role(row[1]), row[2])

    def new_token(self, name: str, role: str) -> str:
        """A new token for the API that lasts until it is revoked. Raises `BadAccount`, `BadName`."""
        return self.tokens.create(name, TokenScope(role))

    def token(self, token: str) -> Account | None:
        """Who acts with a token, or None. Raises `TokenExpired`."""
        return self.tokens.holder(token)

    # readers

    def keep_contact(self, correction: str, contact: Contact) -> None:
        row = {"correction": correction, **contact.__dict__, "created_at": _now()}
        with self.databases.write() as database:
            database.table("contacts").insert(row, replace=True)

    def contact(self, correction: str) -> Contact | None:
        row = (
            self.databases.get()
            .execute("SELECT name, email, credit, language FROM contacts WHERE correction=?", (correction,))
            .fetchone()
        )
        return None if row is None else Contact(row[0], row[1], bool(row[2]), row[3] or "")

    def forget_contact(self, correction: str) -> None:
        """Erase a reader's contact, and what could tell it: from the file and its log, not from the tables alone."""
        with self.databases.write() as database:
            database.execute("DELETE FROM contacts WHERE correction=?", (correction,))
            database.execute(_NO_LETTERS, (correction,))
            database.execute("UPDATE receipts SET request='' WHERE correction=?", (correction,))
        self.databases.get().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def forget_submission(self, correction: str) -> None:
        """Erase contact and receipt of a correction that was never written."""
        with self.databases.write() as database:
            database.execute("DELETE FROM contacts WHERE correction=?", (correction,))
            database.execute("DELETE FROM receipts WHERE correction=?", (correction,))

    def stop_mail(self, correction: str) -> None:
        """Send no more mail to the address that this correction came with; of the address only a hash is kept."""
        contact = self.contact(correction)
        with self.databases.write() as database:
            if contact is not None and contact.email:
                database.execute("INSERT OR IGNORE INTO no_mail VALUES (?, ?)", (self._hidden(contact.email), _now()))
            database.execute(_NO_LETTERS, (correction,))

    def takes_mail(self, email: str) -> bool:
        row = self.databases.get().execute("SELECT 1 FROM no_mail WHERE address=?", (self._hidden(email),)).fetchone()
        return row is None

    def received_lately(self, email: str, up_to: str) -> int:
        """How many corrections came with this e-mail address in the day before `up_to`, itself included."""
        since = f"{int((time.time() - 24 * 3600) * 1000):012x}"  # ids begin with the time
        return sum(since <= each <= up_to for each in self.corrections_of(email))

    def _hidden(self, email: str) -> str:
        secret = str(self.setting("secret")).encode()
        return hmac.new(secret, f"address:{email.casefold()}".encode(), hashlib.sha256).hexdigest()

    def corrections_of(self, email: str) -> list[str]:
        """The latest corrections that came with this e-mail address."""
        rows = self.databases.get().execute(
            "SELECT correction FROM contacts WHERE lower(email)=lower(?) ORDER BY correction DESC LIMIT 100", (email,)
        )
        return [str(row[0]) for row in rows]

    def contacts(self) -> set[str]:
        """The corrections whose readers left a contact."""
        return {str(row[0]) for row in self.databases.get().execute("SELECT correction FROM contacts")}

    def correction_of(self, key: str, request: Fingerprint) -> str | None:
        """The correction id that an idempotency key has already, if any. Raises as `correction_for` does."""
        row = self.databases.get().execute(_RECEIPT, (_digest(key),)).fetchone()
        return None if row is None else _same_request(row, request)

    def correction_for(self, key: str, request: Fingerprint, proposed: str) -> str:
        """The correction id that belongs to an idempotency key: `proposed` the first time, then always that one.

        Raises `KeyReused` when the key came with another `request` before.
        """
        hashed = _digest(key)
        with self.databases.write() as database:
            database.execute(
                "INSERT OR IGNORE INTO receipts (key, correction, request, words, created_at) VALUES (?,?,?,?,?)",
                (hashed, proposed, request.now, request.words, _now()),
            )
            row = database.execute(_RECEIPT, (hashed,)).fetchone()
        return _same_request(row, request)

    def use_proof(self, challenge: str, expires: float) -> bool:
        """Note a proof of work as used; False where it was used before. Expired ones (in seconds) are cleared."""
        with self.databases.write() as database:
            database.execute("DELETE FROM proofs WHERE expires < ?", (time.time(),))
            used = database.execute("INSERT OR IGNORE INTO proofs VALUES (?, ?)", (_digest(challenge), expires))
            return bool(used.rowcount)

    def reader_key(self, correction: str) -> str:
        """The unguessable part of the address of a correction's page, for its reader."""
        secret = str(self.setting("secret")).encode()
        return hmac.new(secret, f"reader:{correction}".encode(), hashlib.sha256).hexdigest()[:32]

    def is_reader(self, correction: str, key: str) -> bool:
        return hmac.compare_digest(self.reader_key(correction).encode(), key.encode())


def _account(row: tuple[Any, ...]) -> Account:
    """Of name, role and, for an account, id and e-mail address."""
    name, role, *rest = row
    return Account(name, Role(role), *rest)


def newer_migrations(path: Path) -> list[str]:
    """The migrations that the store at `path` has had and this version does not know, in their order."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set='private' ORDER BY id")
            return [str(name) for (name,) in rows if name not in KNOWN]
        except sqlite3.OperationalError:  # it has no table of them: it is new
            return []


def _same_request(row: tuple[str, str, str], request: Fingerprint) -> str:
    correction, kept, words = row
    if kept in (request.now, *request.earlier):
        return correction
    # without `kept` its reader was forgotten; an earlier version kept no words, and then the key is nobody's any more
    if kept or not words or words != request.words:
        raise KeyReused(KEY_REUSED)
    return correction


def _has_account(database: Database, name: str) -> bool:
    return database.execute("SELECT 1 FROM accounts WHERE name=?", (name,)).fetchone() is not None


def _insert_account(database: Database, name: str, role: str, hashed: str, email: str) -> None:
    row = {"name": name, "role": role, "password": hashed, "created_at": _now(), "email": email}
    database.table("accounts").insert(row)


def _close_doors(database: Database, name: str) -> None:
    """Clear every way into an account but its password; ids of accounts are used again."""
    for table in ("sessions", "passkeys"):
        database.execute(
            f"DELETE FROM {table} WHERE account=(SELECT id FROM accounts WHERE name=?)",  # noqa: S608 (our own names)
            (name,),
        )
    database.execute("UPDATE accounts SET totp='', totp_step=0, subject=NULL, issuer=NULL WHERE name=?", (name,))
    database.execute('DELETE FROM invitations WHERE "by"=?', (name,))
    revoke_all(database, name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
