"""`Private`: the private store of one publication."""

import hmac
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corrections.database import ThreadDatabases
from corrections.errors import CorrectionsError, ReadOnly
from corrections.private.accounts import Accounts
from corrections.private.contacts import Contact, Contacts
from corrections.private.delivery.connections import Connections
from corrections.private.identities import Identities
from corrections.private.invitations import Invitations
from corrections.private.journal import Journal
from corrections.private.passkeys import Passkeys
from corrections.private.proofs import Proofs
from corrections.private.receipts import Receipts
from corrections.private.schema import KNOWN_MIGRATIONS, migrations
from corrections.private.second_factor import SecondFactor
from corrections.private.sessions import Sessions
from corrections.private.staff.memberships import Memberships
from corrections.private.staff.resolved_remarks import ResolvedRemarks
from corrections.private.stored_settings import StoredSettings
from corrections.private.tokens import Tokens

__all__ = ["Contact", "Inspection", "NewerStore", "Private", "UnreadableStore", "inspect_store"]

_READER_KEY_LENGTH = 32  # hexadecimal digits


class NewerStore(ReadOnly):
    """The private store holds what this version does not know: it can be read, nothing is written to it."""

    code = "newer_store"


class UnreadableStore(CorrectionsError):
    """SQLite cannot read the file; `str` of the error is SQLite's message."""

    code = "unreadable_store"


@dataclass(frozen=True)
class Inspection:
    """`newer_migrations` are the names of those that this version does not know, in their order.

    `corrections` are the ids of all corrections with a contact or receipt; empty where there are newer migrations.
    """

    newer_migrations: list[str]
    corrections: set[str]


class Private:
    """What a publication keeps in private, by what it is about. Share it between threads; close it when done."""

    def __init__(self, path: Path) -> None:
        """Open (or make) the store at `path`, with the tables of today; one of a newer version is only read."""
        databases = self.databases = ThreadDatabases(path, "FULL")
        self.settings = StoredSettings(databases)
        self.accounts, self.tokens = Accounts(databases), Tokens(databases)
        self.sessions, self.second_factor = Sessions(databases), SecondFactor(databases)
        self.passkeys, self.identities = Passkeys(databases), Identities(databases)
        self.invitations, self.journal = Invitations(databases, self.settings), Journal(databases)
        self.contacts, self.receipts = Contacts(databases, self.settings), Receipts(databases)
        self.proofs, self.connections = Proofs(databases), Connections(databases)
        self.memberships, self.resolved_remarks = Memberships(databases), ResolvedRemarks(databases)
        if not path.exists():
            path.touch(mode=0o600)
        if unknown := _newer_migrations(path):
            databases.refusal = NewerStore(
                f"{path} was written by a newer version of Corrections (it contains {', '.join(unknown)}). Nothing "
                "was changed. To write to it, upgrade Corrections or restore a backup made with this version; until "
                "then it is read-only."
            )
            return
        migrations.apply(databases.get())
        self.settings.ensure_secret()

    @property
    def newer(self) -> ReadOnly | None:
        """Why nothing is written here: a newer version of Corrections wrote it. None where this version may."""
        return self.databases.refusal

    def close(self) -> None:
        self.databases.close()

    def reader_key(self, correction: str) -> str:
        """The unguessable part of the address of a correction's page, for its reader."""
        return self.settings.keyed(f"reader:{correction}")[:_READER_KEY_LENGTH]

    def is_reader(self, correction: str, key: str) -> bool:
        return hmac.compare_digest(self.reader_key(correction).encode(), key.encode())

    def copy_to(self, target: Path) -> None:
        """Copy the whole store, as of one moment, to a new file; others may write to the store meanwhile."""
        self.databases.copy_to(target)


def inspect_store(path: Path) -> Inspection:
    """Read the store at `path` without opening it for service or changing it. Raises `UnreadableStore`."""
    try:
        if unknown := _newer_migrations(path):
            return Inspection(unknown, set())
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT correction FROM contacts UNION SELECT correction FROM receipts")
            return Inspection([], {str(correction) for (correction,) in rows})
    except sqlite3.Error as error:
        raise UnreadableStore(str(error)) from error


def _newer_migrations(path: Path) -> list[str]:
    """The migrations that the store at `path` has had and this version does not know, in their order."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set='private' ORDER BY id")
            return [str(name) for (name,) in rows if name not in KNOWN_MIGRATIONS]
        except sqlite3.OperationalError:  # it has no table of them: it is new
            return []
