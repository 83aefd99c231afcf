"""`Private`: the private store of one publication."""

import hmac
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corrections.cluster import Cluster
from corrections.database import Databases, Statements, ThreadDatabases, is_damage
from corrections.errors import ARCHIVE_AWAY, CorrectionsError, ReadOnly
from corrections.private.accounts import Accounts
from corrections.private.contacts import Contact, Contacts
from corrections.private.delivery.connections import Connections
from corrections.private.failed_submissions import MIGRATION, FailedSubmissions
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

_KNOWN = "SELECT correction FROM contacts UNION SELECT correction FROM receipts"
_FAILED = "SELECT correction FROM failed_submissions"
_RESTORE = "Restore it from a backup."
_CHECK_DISK = "Check that the disk has free space and that the service's user may write there."
_LOST = (
    "{path} is missing or empty. It has the accounts, settings and readers' contacts of the publication. Restore it "
    "from a backup. If there is none, `corrections create-private-store {publication}` makes an empty one."
)
_READER_KEY_LENGTH = 32  # hexadecimal digits


class NewerStore(ReadOnly):
    """The private store holds what this version does not know: it can be read, nothing is written to it."""

    code = "newer_store"


class UnreadableStore(CorrectionsError):
    """SQLite cannot read the file, or it is lost; `str` of the error tells the operator why."""

    code = "unreadable_store"


@dataclass(frozen=True)
class Inspection:
    """`newer_migrations` are the names of those that this version does not know, in their order.

    `corrections` are the ids of all corrections with a contact or receipt, but for those that are known not to have
    been written; empty where there are newer migrations.
    """

    newer_migrations: list[str]
    corrections: set[str]


class Private:
    """What a publication keeps in private, by what it is about. Share it between threads; close it when done."""

    def __init__(self, path: Path, cluster: Cluster | None = None, *, may_create: bool = True) -> None:
        """Open the store at `path`, with the tables of today; one of a newer version is only read. Where there is none
        it is made, if it `may_create` one.

        With `cluster` it is in the database there, under the name of the folder that `path` is in.
        Raises `DatabaseUnavailable`, `UnreadableStore`.
        """
        databases = self.databases = _file(path, may_create) if cluster is None else _shared(path.parent.name, cluster)
        self.settings = StoredSettings(databases)
        self.accounts, self.tokens = Accounts(databases), Tokens(databases)
        self.sessions, self.second_factor = Sessions(databases), SecondFactor(databases)
        self.passkeys, self.identities = Passkeys(databases), Identities(databases)
        self.invitations, self.journal = Invitations(databases, self.settings), Journal(databases)
        self.contacts, self.receipts = Contacts(databases, self.settings), Receipts(databases)
        self.failed_submissions = FailedSubmissions(databases)
        self.proofs, self.connections = Proofs(databases), Connections(databases)
        self.memberships, self.resolved_remarks = Memberships(databases), ResolvedRemarks(databases)
        if databases.refusal is None:
            self.settings.ensure_secret()
        if cluster is not None:
            self.settings.remember()

    @property
    def newer(self) -> ReadOnly | None:
        """Why nothing is written here: a newer version of Corrections wrote it. None where this version may."""
        return self.databases.refusal

    def check(self) -> None:
        """Raises `DatabaseUnavailable` where there is a database, and the store is not in it any more."""
        self.databases.get().execute("SELECT 1 FROM settings LIMIT 1").fetchone()

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


def _file(path: Path, may_create: bool) -> Databases:
    """The store's file, with the tables of today. Raises `UnreadableStore`."""
    databases = ThreadDatabases(path, "FULL")
    if not path.exists() or not path.stat().st_size:
        if not may_create:
            raise UnreadableStore(ARCHIVE_AWAY, operator=_LOST.format(path=path, publication=path.parent.name))
        path.touch(mode=0o600)
    try:
        if unknown := _newer_migrations(path):
            databases.refusal = _refusal(str(path), unknown)
        else:
            migrations.apply(databases.get())
    except sqlite3.DatabaseError as error:
        databases.close()
        remedy = _RESTORE if is_damage(error) else _CHECK_DISK
        raise UnreadableStore(ARCHIVE_AWAY, operator=f"{path} cannot be read ({error}). {remedy}") from error
    return databases


def _shared(publication: str, cluster: Cluster) -> Databases:
    """The store in the database of a cluster, with the tables of today."""
    from corrections.private.postgresql.store import SharedStore  # its driver is there only with a database

    databases = SharedStore(cluster.database, publication)
    if unknown := databases.prepare():
        databases.refusal = _refusal(f"The private store of {publication} in the database", unknown)
    return databases


def _refusal(store: str, unknown: list[str]) -> NewerStore:
    return NewerStore(
        f"{store} was written by a newer version of Corrections (it contains {', '.join(unknown)}). Nothing "
        "was changed. To write to it, upgrade Corrections or restore a backup made with this version; until "
        "then it is read-only."
    )


def copy_to_cluster(path: Path, publication: str, cluster: Cluster) -> None:
    """Copy the store at `path` into the database of a cluster, in place of what is there for the publication.

    Raises `NewerStore` where a newer version wrote the file or the database's store, `DatabaseUnavailable`.
    """
    from corrections.private.postgresql.store import SharedStore

    with closing(Private(path)) as file:  # has every migration now
        if file.newer is not None:
            raise file.newer.copy()
    shared = _shared(publication, cluster)
    if shared.refusal is not None:
        raise shared.refusal.copy()
    assert isinstance(shared, SharedStore)
    shared.copy_from(path)


def inspect_store(path: Path, cluster: Cluster | None = None) -> Inspection:
    """Read the store at `path`, or the one in the cluster, without opening it for service or changing it.

    Raises `UnreadableStore`, `DatabaseUnavailable`.
    """
    if cluster is not None:
        from corrections.private.postgresql.store import SharedStore

        shared = SharedStore(cluster.database, path.parent.name)
        unknown = shared.newer_migrations()
        return Inspection(unknown, set() if unknown else _written(shared, MIGRATION in shared.migrations()))
    try:
        if unknown := _newer_migrations(path):
            return Inspection(unknown, set())
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return Inspection([], _written(connection, MIGRATION in _migrations(path)))
    except sqlite3.Error as error:
        raise UnreadableStore(str(error)) from error


def _written(database: Statements, notes_failures: bool) -> set[str]:
    """The ids of all corrections with a contact or receipt that are to be in the ledger."""
    return {str(row[0]) for row in database.execute(f"{_KNOWN} EXCEPT {_FAILED}" if notes_failures else _KNOWN)}


def _newer_migrations(path: Path) -> list[str]:
    """The migrations that the store at `path` has had and this version does not know, in their order."""
    return [name for name in _migrations(path) if name not in KNOWN_MIGRATIONS]


def _migrations(path: Path) -> list[str]:
    """The migrations that the store at `path` has had, in their order."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set='private' ORDER BY id")
            return [str(name) for (name,) in rows]
        except sqlite3.OperationalError:  # it has no table of them: it is new
            return []
