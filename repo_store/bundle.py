"""A git bundle of a whole store, or of what it has new since an earlier one (git-bundle(1))."""

from collections.abc import Mapping
from pathlib import Path

from git import Repo

from repo_store.errors import NotFound
from repo_store.git.command import GitRepository
from repo_store.git.repository import STORE_SETTINGS
from repo_store.queries import has_object


def write_bundle(repo: Repo, target: Path, heads: Mapping[str, str], since: Mapping[str, str]) -> bool:
    """Write `heads` (commits by the references' full names), with all they reach, to a bundle at `target`.

    What the earlier heads `since` reach is left out. Returns False, and writes no file, where nothing is left.

    Raises `NotFound` where the history was rewritten after `since`.
    """
    missing_commit = next((commit for commit in since.values() if not has_object(repo, commit)), None)
    if missing_commit is not None:
        raise NotFound("The history was rewritten since then: make a full backup.", revision=missing_commit)
    if all(since.get(name) == commit for name, commit in heads.items()):
        return False
    excluded = (f"^{commit}" for commit in since.values())
    repo.git.bundle("create", "--quiet", str(target.absolute()), *heads, *excluded)
    return True


def fetch_bundle(path: Path, bundle: Path) -> None:
    """Copy every branch of a bundle, with its objects, into the repository at `path`. Raises `GitRefused`."""
    with GitRepository(path, STORE_SETTINGS) as repo:
        repo.git.fetch("--quiet", str(bundle.absolute()), "+refs/heads/*:refs/heads/*")
