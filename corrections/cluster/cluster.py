"""`Cluster`: the database that nodes share, as an immutable value to be passed on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from corrections.cluster.unavailable import DatabaseUnavailable
from repo_store import Remote

if TYPE_CHECKING:  # PostgreSQL's driver is loaded only where there is a database
    from corrections.cluster.announcements import Announcements
    from corrections.cluster.leadership import Leadership
    from corrections.cluster.locks import HeldLock
    from corrections.cluster.rate_limit_counts import RateLimitCounts
    from corrections.cluster.registry import Registry
    from corrections.cluster.schema_databases import SchemaDatabases

PLACEHOLDER = "{publication}"
_log = logging.getLogger("corrections")


@dataclass(frozen=True)
class Cluster:
    """`database` is its address, postgresql://user@host/name; a password in it is never shown.

    `git_remote` is the address of the git server that the nodes share, with {publication} where its name is to be;
    empty: none, each machine has its own repositories.

    Connections belong to the process: every `Cluster` of the same address shares them. Each method connects when it has
    to, and raises `DatabaseUnavailable` where it cannot.
    """

    database: str = field(repr=False)
    git_remote: str = field(default="", repr=False)

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

    def remote(self, publication: str) -> Remote | None:
        """The shared git server for one publication, with the lock of its writers; None where there is none."""
        if not self.git_remote:
            return None
        url = self.git_remote.replace(PLACEHOLDER, publication)
        return Remote(url, partial(self.advisory_lock, publication), announce=partial(self._announce, publication))

    @cached_property
    def rate_limits(self) -> "RateLimitCounts":
        """Where all nodes count attempts."""
        from corrections.cluster.rate_limit_counts import RateLimitCounts

        return RateLimitCounts(self.database, self.publications)

    @property
    def announcements(self) -> "Announcements":
        """What this process hears of the other nodes' writes."""
        from corrections.cluster.announcements import announcements

        return announcements(self.database)

    @property
    def leadership(self) -> "Leadership":
        """Which background work this process does."""
        from corrections.cluster.leadership import leadership

        return leadership(self.database)

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

    def _announce(self, publication: str, head: str) -> None:
        """What was written counts even if nobody hears of it now: the others look by themselves."""
        try:
            self.publications.announce(publication, head)
        except DatabaseUnavailable as error:
            _log.warning("%s: what was written could not be announced: %s", publication, error)

    def close(self) -> None:
        """Close the connections that are idle; what is used again opens new ones."""
        from corrections.cluster.pool import close_idle

        close_idle(self.database)
