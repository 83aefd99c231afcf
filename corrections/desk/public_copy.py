"""The repository that the public clones: `main` and what it reaches, nothing else. Deleted, it is made again.

It is a repository of its own because git's protocol 2 hands out any object whose id a client knows: hiding the ledger's
reference would hide nothing, and the ledger's head is published.
"""

import threading
from pathlib import Path

from git import Repo

from corrections.desk.publication import Publication
from repo_store.repository import MAIN

FOLDER = "public.git"
_guard = threading.Lock()


def public_copy(publication: Publication) -> Path:
    """The path of the copy, brought up to `main`."""
    path = publication.folder / FOLDER
    main = publication.store.main()
    with _guard:
        if not (path / "HEAD").exists():
            Repo.init(path, bare=True, initial_branch="main").close()
        with Repo(path) as repo:
            if main is not None and (not repo.heads or repo.heads[0].commit.hexsha != main):
                repo.git.fetch("--quiet", "--no-tags", str(publication.store.path), f"+{MAIN}:{MAIN}")
    return path
