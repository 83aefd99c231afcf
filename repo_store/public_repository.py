"""The repository that the public clones: `main` and what it reaches, without the words that editors struck out.

How its history is made from the publication's own: `repo_store.public_history`.
"""

from pathlib import Path

from repo_store.git.command import GitRepository, init_bare
from repo_store.git.repository import MAIN
from repo_store.public_history import PublicHistory, update_public_history


def create_public_repository(path: Path) -> None:
    """Create an empty public repository in a new folder. Raises `GitRefused`."""
    init_bare(path)


def update_public_repository(path: Path, source_path: Path, main: str, history: PublicHistory) -> PublicHistory:
    """Bring the public repository at `path` up to the commit `main` of the one at `source_path`.

    `history` is what the previous update returned, an empty `PublicHistory` the first time.

    Raises `GitRefused`, `BadEvent`.
    """
    with GitRepository(path) as copy, GitRepository(source_path) as source:
        updated = update_public_history(source, copy, main, history)
        copy.git.update_ref(MAIN, updated.main)
    return updated
