"""The repository that the public clones: `main` and what it reaches, nothing else. If deleted, it is made again.

It is a repository of its own because git's protocol 2 hands out any object whose id a client knows: hiding the ledger's
reference would hide nothing, and the ledger's head is published. For the same reason a reader's words that an editor
struck out must not be in it: where an older version merged them, history is rewritten (`repo_store.public_history`).
"""

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from corrections.services.publication import Publication
from corrections.workers.file_lock import file_lock
from repo_store.public_history import PublicHistory
from repo_store.public_repository import create_public_repository, update_public_repository

FOLDER = "public.git"
STATE = "made-of"  # a file that says which history the copy was made from
FORM = 2  # copies of an older form may hold words that an editor struck out
LOCK = "public.lock"  # a file: one process at a time updates the copy


def public_copy(publication: Publication) -> Path:
    """The path of the copy, brought up to `main`. Raises `GitRefused`, `BadEvent`."""
    path = publication.folder / FOLDER
    main = publication.store.main()
    origin = {"form": FORM, "generation": publication.store.generation}
    with file_lock(publication.folder / LOCK):
        history = _read_state(path, origin)
        if history is None:
            if path.exists():
                shutil.rmtree(path)  # what was redacted must not be in a copy
            create_public_repository(path)
            history = PublicHistory()
        if main is not None and main != history.source_main:
            history = update_public_repository(path, publication.store.path, main, history)
            _write_atomically(path / STATE, json.dumps({**origin, **asdict(history)}))
    return path


def _read_state(path: Path, origin: dict[str, int]) -> PublicHistory | None:
    """The history in the copy; None where there is no copy, or one of another form or generation."""
    try:
        state = json.loads((path / STATE).read_bytes())
        if {name: state.pop(name) for name in origin} == origin and (path / "HEAD").exists():
            return PublicHistory(**state)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text)
    os.replace(temporary, path)
