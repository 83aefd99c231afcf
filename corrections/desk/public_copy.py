"""The repository that the public clones: `main` and what it reaches, nothing else. Deleted, it is made again.

It is a repository of its own because git's protocol 2 hands out any object whose id a client knows: hiding the ledger's
reference would hide nothing, and the ledger's head is published.
"""

import shutil
import threading
from pathlib import Path

from corrections.desk.publication import Publication
from repo_store.git_command import UPLOAD_PACK, GitRepository, init_bare
from repo_store.reading import reference
from repo_store.repository import MAIN

FOLDER = "public.git"
GENERATION = "made-of"  # a file that tells of which writing of the history the copy was made
_guard = threading.Lock()


def public_copy(publication: Publication) -> Path:
    """The path of the copy, brought up to `main`."""
    path = publication.folder / FOLDER
    main = publication.store.main()
    generation = str(publication.store.generation)
    with _guard:
        made_of = path / GENERATION
        if path.exists() and (not made_of.exists() or made_of.read_text() != generation):
            shutil.rmtree(path)  # what was taken out of the history must not be in a copy of it
        if not (path / "HEAD").exists():
            init_bare(path)
            made_of.write_text(generation)
        with GitRepository(path) as repo:
            if main is not None and reference(repo, MAIN) != main:
                options = ("--quiet", "--no-tags", f"--upload-pack={UPLOAD_PACK}")
                repo.git.fetch(*options, str(publication.store.path.absolute()), f"+{MAIN}:{MAIN}")
    return path
