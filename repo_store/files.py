"""Folders made durable, and a lock between processes: of the kernel, on a file."""

import fcntl
import os
import threading
from pathlib import Path


def sync_folders(*folders: Path) -> None:
    """fsync directories: git syncs files, never the folders that name them."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def lock_file(path: Path) -> int:
    """Wait for the lock on a file, which is made where there is none; returns the descriptor that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def lock_file_in_time(path: Path, seconds: float) -> int | None:
    """As `lock_file`; None where others keep it for `seconds`.

    The kernel gives it to who waits, and has no limit for that: beyond `seconds` a thread goes on waiting, and lets go.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except BlockingIOError:
        return _Wait(descriptor).result(seconds)


class _Wait:
    """One thread's wait for a lock, of which another may lose interest."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._guard = threading.Lock()
        self._is_locked = threading.Event()
        self._is_abandoned = False
        threading.Thread(target=self._run, name="file-lock", daemon=True).start()

    def result(self, seconds: float) -> int | None:
        """The descriptor once it holds the lock, or None after `seconds`."""
        self._is_locked.wait(seconds)
        with self._guard:
            if self._is_locked.is_set():
                return self._descriptor
            self._is_abandoned = True
            return None

    def _run(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._guard:
            if self._is_abandoned:
                os.close(self._descriptor)
            else:
                self._is_locked.set()
