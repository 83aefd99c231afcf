"""Folders made durable, and a lock between processes: of the kernel, on a file."""

import fcntl
import os
import threading
from pathlib import Path
from typing import ClassVar


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

    The kernel gives it to who waits, and has no limit for that: beyond `seconds` a thread goes on waiting, for the next
    who asks here, and lets go where nobody does.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except BlockingIOError:
        os.close(descriptor)
    return _Wait.at(path).result(seconds)


class _Wait:
    """A thread's wait for the lock on a file, of which whoever asked for it may lose interest."""

    _guard = threading.Lock()
    _abandoned: ClassVar[dict[Path, "_Wait"]] = {}

    def __init__(self, path: Path) -> None:
        self._path, self._process = path, os.getpid()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._is_locked = threading.Event()
        self._is_abandoned = False
        threading.Thread(target=self._run, name="file-lock", daemon=True).start()

    @classmethod
    def at(cls, path: Path) -> "_Wait":
        """One that was abandoned and goes on, or a new one."""
        with cls._guard:
            wait = cls._abandoned.pop(path, None)
            if wait is not None and wait._process == os.getpid():  # a fork has no such thread
                wait._is_abandoned = False
                return wait
        return cls(path)

    def result(self, seconds: float) -> int | None:
        """The descriptor once it holds the lock, or None after `seconds`."""
        self._is_locked.wait(seconds)
        with self._guard:
            if self._is_locked.is_set():
                return self._descriptor
            self._is_abandoned = True
            self._abandoned.setdefault(self._path, self)
            return None

    def _run(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._guard:
            if self._abandoned.get(self._path) is self:
                del self._abandoned[self._path]
            if self._is_abandoned:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # a fork may have the descriptor, too
                os.close(self._descriptor)
            else:
                self._is_locked.set()
