"""Objects read through one `git cat-file --batch` that is kept running (git-cat-file(1))."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from repo_store.errors import GitRefused
from repo_store.git.refusals import refusal, unreadable

_COMMAND = ("git", "cat-file")
_PIPE_BYTES = 1 << 16  # bytes, what a pipe holds


@dataclass(frozen=True)
class GitObject:
    id: str
    kind: str
    data: bytes


class _ProcessEnded(Exception):
    """The process is no more."""


class ObjectReader:
    """For one thread. Tells what is not there (None) from what git would not read (`GitRefused`)."""

    def __init__(
        self, start: Callable[[], "subprocess.Popen[bytes]"], git_dir: Path, object_bytes: int | None = None
    ) -> None:
        """`start` starts the git; an object longer than `object_bytes` is refused."""
        self._object_bytes = object_bytes
        self._start = start
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._started_by = 0  # the process that started it

    def read(self, name: str) -> GitObject | None:
        if "\n" in name:
            raise ValueError("An object's name is one line.")
        self._forget_inherited()
        was_running = self._process is not None
        try:
            return self._request(name)
        except _ProcessEnded:
            error = self._refusal()
        if not was_running:
            raise error
        try:  # it had ended meanwhile, for whatever reason
            return self._request(name)
        except _ProcessEnded:
            raise self._refusal() from None

    def close(self) -> None:
        self._forget_inherited()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            _wait_for_end(process)

    def _forget_inherited(self) -> None:
        """In a fork: the git is the parent's, which would be waited for in vain, and whose answers are not for us."""
        if self._started_by != os.getpid():
            self._process = None

    def _request(self, name: str) -> GitObject | None:
        if self._process is None:
            self._process, self._started_by = self._start(), os.getpid()
            os.set_blocking(cast(IO[bytes], self._process.stderr).fileno(), False)
        stdin, stdout = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        try:
            stdin.write(name.encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise _ProcessEnded from None
        header = stdout.readline()
        if not header.endswith(b"\n"):
            raise _ProcessEnded
        stderr_output = self._read_stderr()
        parts = header.split()
        if len(parts) != 3 or len(parts[0]) not in (40, 64):
            self._check_absence(name, header, stderr_output)
            return None
        size = int(parts[2])
        if self._object_bytes is not None and size > self._object_bytes:
            self.close()  # it goes on writing
            raise too_long(name, size, self._object_bytes)
        data = stdout.read(size + 1)
        if len(data) != size + 1:
            raise _ProcessEnded
        return GitObject(parts[0].decode(), parts[1].decode(), data[:-1])

    def _check_absence(self, name: str, header: bytes, stderr_output: bytes) -> None:
        """git says "missing" too where it could not read what may hold the object: that is no absence."""
        if b"error:" in stderr_output or b"fatal:" in stderr_output:
            raise refusal(_COMMAND, 0, stderr_output, self._git_dir)
        if not header.endswith((b" missing\n", b" ambiguous\n")):
            raise refusal(_COMMAND, 0, header, self._git_dir)
        objects = self._git_dir / "objects"
        for path in (objects, objects / "pack", objects / name[:2], objects / name[:2] / name[2:40]):
            if path.exists() and not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
                raise unreadable(path, PermissionError(13, os.strerror(13)), self._git_dir)
        for path in (objects / "pack").glob("pack-*"):
            if not os.access(path, os.R_OK) and path.exists():
                raise unreadable(path, PermissionError(13, os.strerror(13)), self._git_dir)

    def _read_stderr(self) -> bytes:
        """What git has written to its stderr so far; it is read each time, or a full pipe would stop git."""
        assert self._process is not None
        try:
            return os.read(cast(IO[bytes], self._process.stderr).fileno(), _PIPE_BYTES)
        except BlockingIOError:
            return b""

    def _refusal(self) -> GitRefused:
        assert self._process is not None
        process, self._process = self._process, None
        stderr_output = _wait_for_end(process)
        return refusal(_COMMAND, process.returncode or 0, stderr_output, self._git_dir)


def too_long(name: str, size: int, limit: int) -> GitRefused:
    """The error of an object that is longer than may be read."""
    words = f"the object {name} has {size} bytes, more than {limit}"
    return GitRefused(f"{words[0].upper()}{words[1:]}: it was not read.", words=words)


def _wait_for_end(process: "subprocess.Popen[bytes]") -> bytes:
    """Wait for a process that ends or has ended; returns what was left in its stderr."""
    stderr = cast(IO[bytes], process.stderr)
    os.set_blocking(stderr.fileno(), True)
    try:
        _, stderr_output = process.communicate()
    except BrokenPipeError:
        process.wait()
        stderr_output = b""
    return stderr_output or b""
