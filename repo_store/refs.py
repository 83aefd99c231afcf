"""Where a repository has its references (our own at home, a clone's under its remote), and what they hold."""

import time
from dataclasses import dataclass

from git import Repo

from repo_store.errors import BadEvent, GitRefused
from repo_store.reading import read_entry, reference, references
from repo_store.repository import CHECKPOINTS, LEDGER, MAIN

LOOKS = 20  # at references that a writer may be moving
LOOK_SECONDS = 0.05  # between looks


@dataclass(frozen=True)
class Refs:
    ledger: str = LEDGER
    main: str = MAIN
    checkpoints: str = CHECKPOINTS


def refs_of(repo: Repo) -> Refs:
    """The full names of the three in `repo`; where a clone has none of its own, those of `origin`."""
    names = references(repo)

    def found(name: str) -> str:
        of_remote = name.replace("refs/heads/", "refs/remotes/origin/", 1)
        return of_remote if name not in names and of_remote in names else name

    return Refs(found(LEDGER), found(MAIN), found(CHECKPOINTS))


@dataclass(frozen=True)
class Tips:
    """The commits that the references held at one moment; None where there is no such reference."""

    ledger: str | None
    main: str | None
    checkpoints: str | None


def tips_of(repo: Repo, refs: Refs) -> Tips:
    """What they hold between two writes: a writer moves `ledger` and `main` one after the other.

    Where they do not agree for a second, nobody is moving them: they are returned as they are.
    """
    for look in range(LOOKS):
        if look:
            time.sleep(LOOK_SECONDS)
        checkpoints, ledger, main, later = (
            reference(repo, name) for name in (refs.checkpoints, refs.ledger, refs.main, refs.ledger)
        )
        if ledger == later and _agree(repo, ledger, main):
            break
    return Tips(ledger, main, checkpoints)


def _agree(repo: Repo, ledger: str | None, main: str | None) -> bool:
    try:
        return main == (None if ledger is None else read_entry(repo, ledger).main)
    except (BadEvent, GitRefused) as error:
        if isinstance(error, GitRefused) and error.environmental:
            raise
        return True  # no further look will mend it
