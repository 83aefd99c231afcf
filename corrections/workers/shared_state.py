"""A folder that all workers of one service reach, and the tables in it."""

import os
import shutil
import tempfile
import time
import weakref
from functools import cached_property
from pathlib import Path

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.workers.file_lock import try_lock
from corrections.workers.places import Places

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, on Linux; the folder made there is ours alone
_PREFIX = "corrections-"
_LOCK = "alive"
_ABANDONED_SECONDS = 60  # after which a folder that nobody has locked is nobody's; one is locked as soon as it is made
_TABLES = """
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS presence (
    publication TEXT, number INTEGER, name TEXT, at REAL NOT NULL, PRIMARY KEY (publication, number, name)
) WITHOUT ROWID;
"""


class SharedState:
    """Use `folder` before the workers are forked; each of them opens the database for itself."""

    @cached_property
    def folder(self) -> Path:
        """Made when first asked for; deleted when the process that made it ends, or by the next service if it was
        killed. Raises `OSError`."""
        parent = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
        _delete_abandoned(parent)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        try_lock(folder / _LOCK)  # kept open, here and in the workers, until all have ended
        weakref.finalize(self, _delete, folder, os.getpid())
        return folder

    @cached_property
    def databases(self) -> ThreadDatabases:
        databases = ThreadDatabases(self.folder / "shared.db", "NORMAL")
        with databases.write() as database:
            for statement in _TABLES.split(";")[:-1]:
                database.execute(statement)
        return databases

    @property
    def database(self) -> Database:
        """This thread's connection, for queries."""
        return self.databases.get()

    def places(self, name: str, count: int, per_client: int) -> Places:
        """`count` places for something that few may do at once, `per_client` of them for one client."""
        return Places(self.folder / name, count, per_client)

    @property
    def metrics_folder(self) -> Path:
        return self.folder / "metrics"


def _delete(folder: Path, process: int) -> None:
    if os.getpid() == process:  # not in a worker, which has a copy of everything
        shutil.rmtree(folder, ignore_errors=True)


def _delete_abandoned(parent: Path) -> None:
    """Delete the folders of services that were killed."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            status = folder.stat()
            if status.st_uid != os.geteuid() or time.time() - status.st_mtime < _ABANDONED_SECONDS:
                continue
            lock = try_lock(folder / _LOCK)
        except OSError:  # deleted by another, or not a folder
            continue
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
