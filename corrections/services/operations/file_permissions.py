"""Who on the machine may read the data folder: its owner alone, for held and rejected words and contacts are in it.

A folder with the set-group-ID bit is shared with its group on purpose, as git's `core.sharedRepository` does it: then
the group keeps its rights there, and everybody else has none.
"""

import logging
import os
import stat
from pathlib import Path

_log = logging.getLogger("corrections")
_OTHERS = 0o007
_GROUP_AND_OTHERS = 0o077


def restrict_new_files(data: Path) -> None:
    """Let no file that this process makes from here on be open to other users, whatever it was started with."""
    os.umask(_denied(data))


def private_folder(path: Path) -> None:
    """Make a folder, and those above it, for its owner alone; one that exists stays as it is."""
    for folder in (*reversed(path.parents), path):
        folder.mkdir(mode=0o700, exist_ok=True)


def restrict(folder: Path) -> None:
    """Close a publication's folder, and the files directly in it, to other users; a warning where that cannot be."""
    denied = _denied(folder)
    try:
        loose = [path for path in (folder, *folder.iterdir()) if not path.is_symlink() and _mode(path) & denied]
        for path in loose:
            path.chmod(_mode(path) & ~denied)
    except OSError:  # it belongs to another user, or the disk is only read
        if not _mode(folder) & denied:
            return
        _log.warning(
            "%s can be read by other users of this machine. Run as its owner: chmod -R go-rwx %s", folder, folder
        )
        return
    if folder in loose:
        _log.warning("%s could be read by other users of this machine; access is now limited to its owner.", folder)


def _denied(folder: Path) -> int:
    shared = any(path.is_dir() and _mode(path) & stat.S_ISGID for path in (folder, folder / "articles.git"))
    return _OTHERS if shared else _GROUP_AND_OTHERS


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:  # a file that was there for a moment
        return 0
