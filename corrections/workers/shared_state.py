"""A folder that all workers of one service reach, and the tables in it."""

import os
import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path

from sqlite_utils import Database

from corrections.database import ThreadDatabases
from corrections.workers.places import Places

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, on Linux; the folder made there is ours alone
_TABLES = """
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS presence (
    publication TEXT, number INTEGER, name TEXT, at REAL NOT NULL, PRIMARY KEY (publication, number, name)
) WITHOUT ROWID;
"""


class SharedState:
    """Create it before the workers are forked; each of them opens the database for itself."""

    def __init__(self) -> None:
        """Make the folder; it is deleted when this process ends. Raises `OSError`."""
        memory = str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="corrections-", dir=memory))
        weakref.finalize(self, _delete, self.folder, os.getpid())

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

    @cached_property
    def metrics_folder(self) -> Path:
        folder = self.folder / "metrics"
        folder.mkdir(exist_ok=True)
        return folder


def _delete(folder: Path, process: int) -> None:
    if os.getpid() == process:  # not in a worker, which has a copy of everything
        shutil.rmtree(folder, ignore_errors=True)
