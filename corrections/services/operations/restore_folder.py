"""The folder that a restore works in. One that a killed restore left, with readers' data in it, is removed later."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corrections.workers.file_lock import try_lock

PREFIX = ".restoring-"
_LOCK = "lock"  # held by the restore that works in the folder
_log = logging.getLogger("corrections")


@contextmanager
def restore_folder(data: Path) -> Iterator[Path]:
    """A folder in the data folder `data`, for one restore and as long as the block; abandoned ones are removed before.

    Raises `OSError` where none can be made.
    """
    remove_abandoned(data)
    folder, lock = _make_locked(data)
    try:
        yield folder
    finally:
        os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(data: Path) -> None:
    """Remove the folders of restores that were killed; one in which a restore works stays."""
    for folder in data.glob(f"{PREFIX}*"):
        try:
            lock = try_lock(folder / _LOCK)
        except OSError:  # it is gone already, or another user's
            continue
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            _log.info("Removed %s, which a restore that was killed had left.", folder)


def _make_locked(data: Path) -> tuple[Path, int]:
    """A new folder, and the descriptor that locks it. One that was removed before it was locked is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=data))
        try:
            lock = try_lock(folder / _LOCK)
        except FileNotFoundError:
            continue
        if lock is not None and (folder / _LOCK).exists():
            return folder, lock
        if lock is not None:
            os.close(lock)
