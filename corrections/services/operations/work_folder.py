"""Folders in which commands put a publication's files together. One that a killed command left, with readers' data in
it, is removed later."""

import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corrections.workers.file_lock import try_lock

PREFIXES = (".restoring-", ".backing-up-")
RESTORING, BACKING_UP = PREFIXES
_LOCK = "lock"  # held by the command that works in the folder
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)  # as some shared folders say
_log = logging.getLogger("corrections")


@contextmanager
def work_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder in `parent`, for one command and as long as the block; abandoned ones are removed before.

    Its name begins with `prefix`, one of `PREFIXES`. Raises `OSError` where none can be made.
    """
    remove_abandoned(parent)
    folder, lock = _make_locked(parent, prefix)
    try:
        yield folder
    finally:
        if lock is not None:
            os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of commands that were killed; one in which a command works stays."""
    for folder in [folder for prefix in PREFIXES for folder in parent.glob(f"{prefix}*")]:
        try:
            lock = try_lock(folder / _LOCK)
        except OSError:  # it is gone already, another user's, or where there are no locks
            continue
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            _log.info("Removed %s, which a command that was killed had left.", folder)


def _make_locked(parent: Path, prefix: str) -> tuple[Path, int | None]:
    """A new folder, and the descriptor that locks it; None where the file system has no locks.

    One that was removed before it was locked is made again.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            lock = try_lock(folder / _LOCK)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return folder, None
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if lock is not None and (folder / _LOCK).exists():
            return folder, lock
        if lock is not None:
            os.close(lock)
