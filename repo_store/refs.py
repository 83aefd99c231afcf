"""Where a repository has its references: our own at home, a clone's under its remote."""

from dataclasses import dataclass

from git import Repo

from repo_store.repository import CHECKPOINTS, LEDGER, MAIN


@dataclass(frozen=True)
class Refs:
    ledger: str = LEDGER
    main: str = MAIN
    checkpoints: str = CHECKPOINTS


def refs_of(repo: Repo) -> Refs:
    """The full names of the three in `repo`; where a clone has none of its own, those of `origin`."""

    names = {reference.path for reference in repo.references}

    def found(name: str) -> str:
        of_remote = name.replace("refs/heads/", "refs/remotes/origin/", 1)
        return of_remote if name not in names and of_remote in names else name

    return Refs(found(LEDGER), found(MAIN), found(CHECKPOINTS))
