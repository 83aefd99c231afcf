"""The names of a repository's references, and what they held at one moment."""

from dataclasses import dataclass

from git import Repo

from repo_store.errors import BadEvent, GitRefused
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN
from repo_store.queries import read_entry

MAX_READS = 20  # at references that a writer may be moving
READ_INTERVAL_SECONDS = 0.05  # between looks


@dataclass(frozen=True)
class Refs:
    """Full names: our own at home, a clone's under its remote."""

    ledger: str = LEDGER
    main: str = MAIN
    checkpoints: str = CHECKPOINTS


@dataclass(frozen=True)
class Tips:
    """The commits that the references held at one moment; None where there is no such reference."""

    ledger: str | None
    main: str | None
    checkpoints: str | None

    def by_name(self) -> dict[str, str | None]:
        """The commits by the full names that their references have at home."""
        return {LEDGER: self.ledger, MAIN: self.main, CHECKPOINTS: self.checkpoints}


def agree(repo: Repo, ledger: str | None, main: str | None) -> bool:
    """Does the last event name what `main` holds? Where it cannot be read, no further look will tell: yes."""
    try:
        return main == (None if ledger is None else read_entry(repo, ledger).main)
    except (BadEvent, GitRefused) as error:
        if isinstance(error, GitRefused) and error.environmental:
            raise
        return True
