"""The repository that the public clones: `main` and what it reaches, nothing else. Deleted, it is made again.

It is a repository of its own because git's protocol 2 hands out any object whose id a client knows: hiding the ledger's
reference would hide nothing, and the ledger's head is published. For the same reason a reader's words that an editor
struck out must not be in it: where an older version merged them, history is rewritten (`repo_store.public_history`).
"""

import json
import os
import shutil
import threading
from dataclasses import asdict
from pathlib import Path

from corrections.services.publication import Publication
from repo_store.git.command import GitRepository, init_bare
from repo_store.git.repository import MAIN
from repo_store.public_history import PublicHistory, update_copy

FOLDER = "public.git"
STATE = "made-of"  # a file of what the copy was made of
FORM = 2  # copies of an older form may hold words that an editor struck out
_guard = threading.Lock()


def public_copy(publication: Publication) -> Path:
    """The path of the copy, brought up to `main`. Raises `GitRefused`, `BadEvent`."""
    path = publication.folder / FOLDER
    main = publication.store.main()
    made_of = {"form": FORM, "generation": publication.store.generation}
    with _guard:
        known = _known(path, made_of)
        if known is None:
            if path.exists():
                shutil.rmtree(path)  # what was taken out of the history must not be in a copy of it
            init_bare(path)
            known = PublicHistory()
        if main is not None and main != known.source_main:
            with GitRepository(path) as copy, GitRepository(publication.store.path) as source:
                history = update_copy(source, copy, main, known)
                copy.git.update_ref(MAIN, history.main)
            _write(path / STATE, json.dumps({**made_of, **asdict(history)}))
    return path


def _known(path: Path, made_of: dict[str, int]) -> PublicHistory | None:
    """What is in the copy; None where there is none, or one of another form or another writing of the history."""
    try:
        state = json.loads((path / STATE).read_bytes())
        if {name: state.pop(name) for name in made_of} == made_of and (path / "HEAD").exists():
            return PublicHistory(**state)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def _write(path: Path, text: str) -> None:
    """Put a file in place whole."""
    half = path.with_name(f"{path.name}.new")
    half.write_text(text)
    os.replace(half, path)
