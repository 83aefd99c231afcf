"""`Cluster`: the database that nodes share, as an immutable value to be passed on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # PostgreSQL's driver is loaded only where there is a database
    from corrections.cluster.locks import HeldLock
    from corrections.cluster.registry import Registry
    from corrections.cluster.schema_databases import SchemaDatabases


@dataclass(frozen=True)
class Cluster:
    """`database` is its address, postgresql://user@host/name; a password in it is never shown.

    Connections belong to the process: every `Cluster` of the same address shares them. Each method connects when it has
    to, and raises `DatabaseUnavailable` where it cannot.
    """

    database: str = field(repr=False)

    @property
    def name(self) -> str:
        """What an operator knows the database by, without user and password."""
        from corrections.cluster.pool import database_name

        return database_name(self.database)

    @cached_property
    def publications(self) -> "Registry":
        """The publications of all nodes."""
        from corrections.cluster.registry import Registry

        return Registry(self.database)

    def databases(self, publication: str) -> "SchemaDatabases":
        """The schema of one publication, which may not have been made yet; `publication` is a valid name."""
        from corrections.cluster.schema_databases import SchemaDatabases

        return SchemaDatabases(self.database, publication)

    def check(self) -> None:
        """Raises `DatabaseUnavailable` where the database does not answer or takes no writes."""
        self.publications.check_writable()

    @contextmanager
    def advisory_lock(self, publication: str) -> Iterator["HeldLock"]:
        """Hold the lock of a publication's writers, on a connection of its own; nobody else has it on any node.

        The lock ends with its connection: call `check` of what is given before something that needs it. Raises
        `DatabaseUnavailable` where the lock cannot be had in time.
        """
        from corrections.cluster.locks import held_lock

        with held_lock(self.database, publication) as lock:
            yield lock

    def notify(self, publication: str) -> None:
        """Tell every node that listens that a publication changed."""
        from corrections.cluster.wake_ups import notify

        notify(self.database, publication)

    def listen(self, stop: Event) -> Iterator[str]:
        """The publications that change on any node, as they do, until `stop` is set; see `wake_ups.listen`.

        It waits for a database that is away, and raises nothing.
        """
        from corrections.cluster.wake_ups import listen

        return listen(self.database, stop)

    def close(self) -> None:
        """Close the connections that are idle; what is used again opens new ones."""
        from corrections.cluster.pool import close_idle

        close_idle(self.database)
