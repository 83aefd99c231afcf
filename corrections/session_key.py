"""The key of session cookies: in the file `session.key`, and where nodes share a database, the same one on each."""

import logging
import os
import secrets
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from flask import Flask

from corrections.cluster import Cluster, DatabaseUnavailable
from repo_store.files import sync_folders

FILE = "session.key"  # in the data folder
RETRY_SECONDS = 5.0  # between attempts to ask a database that was away at start
_log = logging.getLogger("corrections")


def install(app: Flask, data: Path, cluster: Cluster | None) -> None:
    """Give `app` its key. While the database is away it is the one in the file, until the database can be asked."""
    app.config["SECRET_KEY"] = _own_key(data)
    if cluster is not None:
        shared = _SharedKey(app, data, cluster)
        shared.take()
        if not shared.is_taken:
            app.before_request(shared.take)


class _SharedKey:
    """The key that all nodes have: that of the node which was the first to start."""

    def __init__(self, app: Flask, data: Path, cluster: Cluster) -> None:
        self.is_taken = False
        self._app, self._data, self._cluster = app, data, cluster
        self._guard = threading.Lock()
        self._tried_at = 0.0

    def take(self) -> None:
        """Ask the database, unless that was done or has just failed; one thread asks, the others do not wait."""
        if self.is_taken or not self._guard.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._tried_at >= RETRY_SECONDS:
                self._ask()
        finally:
            self._tried_at = time.monotonic()
            self._guard.release()

    def _ask(self) -> None:
        own = str(self._app.config["SECRET_KEY"])
        try:
            key = self._cluster.publications.shared_value(FILE, own)
        except DatabaseUnavailable as error:
            _log.warning("The key of session cookies is that of %s until the database answers: %s", self._data, error)
            return
        if key != own:
            _replace(self._data / FILE, key)
            self._app.config["SECRET_KEY"] = key
        self.is_taken = True


def _own_key(data: Path) -> str:
    """That of the file, which is made if need be; losing it signs everybody out, nothing more."""
    path = data / FILE
    if path.exists() and not path.stat().st_size:  # cut off by a loss of power
        path.unlink()
    if not path.exists():
        temporary = _write(path, secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first
            os.link(temporary, path)
        temporary.unlink()
        sync_folders(data)
    return path.read_text().strip()


def _replace(path: Path, key: str) -> None:
    _write(path, key).replace(path)
    sync_folders(path.parent)


def _write(path: Path, key: str) -> Path:
    """A file beside `path` with the key, on the disk; only its owner can read it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)
