"""The shared git server as a bare repository in a folder: made with the first publication that is kept there."""

import tempfile
from pathlib import Path

from repo_store.errors import NotARepository
from repo_store.files import sync_folders
from repo_store.git.command import GitRepository, init_bare

_SETTINGS = {"fsync": "all", "fsyncMethod": "fsync"}  # what was acknowledged is on the disk


def create_server(url: str) -> None:
    """Make an empty repository where `url` is a path, or file://PATH, and nothing is there; any other is left alone.

    It appears whole. Raises `NotARepository` where something else is there, `OSError`, `GitRefused`.
    """
    path = Path(url.removeprefix("file://"))
    if not path.is_absolute() or (path / "HEAD").is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        new = Path(folder) / path.name
        init_bare(new)
        with GitRepository(new, {}) as repo, repo.config_writer() as writer:
            for key, value in _SETTINGS.items():
                writer.set_value("core", key, value)
        sync_folders(new, new / "refs" / "heads")
        try:
            new.rename(path)
        except OSError as error:
            if not (path / "HEAD").is_file():
                raise NotARepository(f"{path} already exists and is not a git repository.") from error
    sync_folders(path.parent)
