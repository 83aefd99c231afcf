"""Folders made durable."""

import os
from pathlib import Path


def sync_folders(*folders: Path) -> None:
    """fsync directories: git syncs files, never the folders that name them."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
