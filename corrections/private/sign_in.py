"""What signing in needs beside name and password: sessions, a second factor, passkeys, invitations, a journal."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp

from corrections.domain.roles import Role
from corrections.private.accounts import Account, BadAccount, check_role
from corrections.private.private import Private
from repo_store.model.intents import person_name

INVITED_DAYS = 7
SESSION_DAYS = 30  # after the last request
AGENT_LIMIT = 120
JOURNAL_SHOWN = 200
TOTP_STEP = 30  # seconds


@dataclass(frozen=True)
class Session:
    """Times are RFC 3339, UTC; `agent` is what the browser called itself."""

    id: str
    account: int
    agent: str
    created_at: str
    seen_at: str


@dataclass(frozen=True)
class Invitation:
    """`expires` is in seconds since the epoch."""

    id: str
    name: str
    role: str
    email: str
    by: str
    expires: float


@dataclass(frozen=True)
class Passkey:
    """`id` is the credential's in base64url, `key` its public key (COSE), `count` its last signature counter."""

    id: str
    account: int
    key: bytes
    count: int
    label: str
    created_at: str


class SignInStore:
    """Of one publication."""

    def __init__(self, private: Private) -> None:
        self._private, self._databases = private, private.databases

    # sessions

    def begin(self, account: int, agent: str) -> str:
        """A new session; returns its id, a secret that only the cookie has."""
        identifier = secrets.token_urlsafe(24)
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO sessions VALUES (?,?,?,?,?)",
                (_hashed(identifier), account, agent[:AGENT_LIMIT], _now(), _now()),
            )
        return identifier

    def is_alive(self, identifier: str, account: int) -> bool:
        """Whether the session was neither ended nor unused for too long; notes that it was seen, by the minute."""
        row = (
            self._databases.get()
            .execute("SELECT seen_at FROM sessions WHERE id=? AND account=?", (_hashed(identifier), account))
            .fetchone()
        )
        if row is None:
            return False
        unseen = (datetime.now(UTC) - datetime.fromisoformat(row[0])).total_seconds()
        if unseen > SESSION_DAYS * 86400:
            self.end(_hashed(identifier), account)
            return False
        if unseen > 60 and self._private.newer is None:
            with self._databases.write() as database:
                database.execute("UPDATE sessions SET seen_at=? WHERE id=?", (_now(), _hashed(identifier)))
        return True

    def sessions(self, account: int) -> list[Session]:
        rows = self._databases.get().execute(
            "SELECT id, account, agent, created_at, seen_at FROM sessions WHERE account=? ORDER BY seen_at DESC",
            (account,),
        )
        return [Session(*row) for row in rows]

    def end(self, session: str, account: int) -> None:
        """End a session by the id that `sessions` lists."""
        with self._databases.write() as database:
            database.execute("DELETE FROM sessions WHERE id=? AND account=?", (session, account))

    def end_this(self, identifier: str, account: int) -> None:
        self.end(_hashed(identifier), account)

    def end_all(self, account: int, but: str = "") -> None:
        """End every session of an account, but the one with this identifier."""
        with self._databases.write() as database:
            database.execute("DELETE FROM sessions WHERE account=? AND id<>?", (account, _hashed(but)))

    def is_this(self, session: Session, identifier: str) -> bool:
        return hmac.compare_digest(session.id, _hashed(identifier))

    # second factor (RFC 6238)

    def has_totp(self, account: int) -> bool:
        return bool(self._totp(account))

    def set_totp(self, account: int, secret: str, code: str) -> bool:
        """Turn the second factor on if `code` is right for `secret`; an empty secret turns it off."""
        if secret and not pyotp.TOTP(secret).verify(code, valid_window=1):
            return False
        with self._databases.write() as database:
            database.execute("UPDATE accounts SET totp=?, totp_step=0 WHERE id=?", (secret, account))
        return True

    def check_totp(self, account: int, code: str) -> bool:
        """Whether the code is right, now or half a minute off, and was not used before."""
        secret = self._totp(account)
        if not secret:
            return False
        now = int(time.time())
        with self._databases.write() as database:
            used = database.execute("SELECT totp_step FROM accounts WHERE id=?", (account,)).fetchone()[0] or 0
            for step in range(now // TOTP_STEP - 1, now // TOTP_STEP + 2):
                right = pyotp.TOTP(secret).at(step * TOTP_STEP)
                if step > used and hmac.compare_digest(right.encode(), code.strip().encode()):
                    database.execute("UPDATE accounts SET totp_step=? WHERE id=?", (step, account))
                    return True
        return False

    def _totp(self, account: int) -> str:
        row = self._databases.get().execute("SELECT totp FROM accounts WHERE id=?", (account,)).fetchone()
        return str(row[0] or "") if row else ""

    # passkeys

    def add_passkey(self, passkey: Passkey) -> bool:
        """False where the credential is known already, to whomever it belongs."""
        with self._databases.write() as database:
            if database.execute("SELECT 1 FROM passkeys WHERE id=?", (passkey.id,)).fetchone() is not None:
                return False
            database.table("passkeys").insert(passkey.__dict__)
            return True

    def passkeys(self, account: int) -> list[Passkey]:
        rows = self._databases.get().execute("SELECT * FROM passkeys WHERE account=? ORDER BY created_at", (account,))
        return [Passkey(*row) for row in rows]

    def passkey(self, identifier: str) -> Passkey | None:
        row = self._databases.get().execute("SELECT * FROM passkeys WHERE id=?", (identifier,)).fetchone()
        return None if row is None else Passkey(*row)

    def used_passkey(self, identifier: str, count: int) -> None:
        with self._databases.write() as database:
            database.execute("UPDATE passkeys SET count=? WHERE id=?", (count, identifier))

    def remove_passkey(self, identifier: str, account: int) -> None:
        with self._databases.write() as database:
            database.execute("DELETE FROM passkeys WHERE id=? AND account=?", (identifier, account))

    # invitations

    def invite(self, name: str, role: str, email: str, by: str) -> Invitation:
        """Invite somebody by mail. Raises `BadAccount`, `BadName`."""
        name = person_name(name)
        check_role(role)
        if any(each.name == name for each in self._private.accounts()):
            raise BadAccount(f"{name} has an account already.")
        made = Invitation(secrets.token_hex(8), name, role, email, by, time.time() + INVITED_DAYS * 86400)
        with self._databases.write() as database:
            database.execute("DELETE FROM invitations WHERE name=? OR expires<?", (name, time.time()))
            database.table("invitations").insert(made.__dict__)
            database.execute(
                "INSERT INTO outbox (event, correction, kind, state, due, attempts, at) VALUES (?,?,?,'waiting',?,0,?)",
                (made.id, "", "invitation", time.time(), _now()),
            )
        return made

    def invitation(self, identifier: str) -> Invitation | None:
        row = self._databases.get().execute("SELECT * FROM invitations WHERE id=?", (identifier,)).fetchone()
        found = None if row is None else Invitation(*row)
        return found if found is not None and found.expires > time.time() else None

    def invitations(self) -> list[Invitation]:
        rows = self._databases.get().execute("SELECT * FROM invitations WHERE expires>? ORDER BY name", (time.time(),))
        return [Invitation(*row) for row in rows]

    def take_back(self, identifier: str) -> None:
        with self._databases.write() as database:
            database.execute("DELETE FROM invitations WHERE id=?", (identifier,))

    def key_of(self, invitation: Invitation) -> str:
        """The unguessable part of the invitation's address."""
        secret = str(self._private.setting("secret")).encode()
        told = f"invitation:{invitation.id}:{invitation.expires}"
        return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()[:32]

    # the newsroom's own identity provider

    def known_by(self, issuer: str, subject: str, email: str) -> Account | None:
        """The account of who the provider `issuer` calls `subject`; the first time, by the address it vouches for.

        A binding of an earlier version has no issuer: it holds for the account's own address alone, and gets one.
        `email` is empty where the provider does not vouch for it.
        """
        with self._databases.write() as database:
            row = database.execute(
                "SELECT name, role, id FROM accounts WHERE subject=? AND issuer=?", (subject, issuer)
            ).fetchone()
            if row is None and email:
                rows = database.execute(
                    "SELECT name, role, id FROM accounts WHERE lower(email)=lower(?) "
                    "AND (coalesce(subject, '')='' OR (subject=? AND coalesce(issuer, '')=''))",
                    (email, subject),
                ).fetchall()
                row = rows[0] if len(rows) == 1 else None
                if row is not None:
                    database.execute("UPDATE accounts SET subject=?, issuer=? WHERE id=?", (subject, issuer, row[2]))
        return None if row is None else Account(row[0], Role(row[1]), row[2])

    # the journal

    def note(self, who: str, what: str) -> None:
        """Note a sign-in or a change of staff or settings."""
        with self._databases.write() as database:
            database.execute("INSERT INTO journal (at, who, what) VALUES (?,?,?)", (_now(), who[:100], what[:500]))

    def journal(self) -> list[tuple[str, str, str]]:
        """When, who, what; newest first."""
        rows = self._databases.get().execute(
            "SELECT at, who, what FROM journal ORDER BY id DESC LIMIT ?", (JOURNAL_SHOWN,)
        )
        return [(str(at), str(who), str(what)) for at, who, what in rows]


def _hashed(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
