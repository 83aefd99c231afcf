"""The real service as a process of its own, forked from one that has imported it: starting one takes no second of imports.

The process is what `python -m corrections` would be: it leads its own process group, and has its own environment,
working folder and standard error.
"""

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preload"])


class Service:
    """A command of the service at work; what is used of `subprocess.Popen` is here by the same name."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the process writes to it as long as it lives
        self._arguments = list(arguments)
        self._process = _FORKS.Process(
            target=_run, args=(self._arguments, dict(environment), os.getcwd(), self._log.name), daemon=False
        )
        self._process.start()
        self.pid = int(self._process.pid or 0)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def stderr(self) -> IO[bytes]:
        """What the process has written to its standard error so far."""
        with open(self._log.name, "rb") as file:
            return io.BytesIO(file.read())

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
        return status

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _run(arguments: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab", buffering=0) as file, open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["corrections", *arguments]
    from corrections.cli import main

    main(arguments)
