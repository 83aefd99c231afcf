"""The real service as a process of its own, forked from one that has imported it: starting one takes no second of imports.

The process is what `python -m corrections` would be: it leads its own process group, and has its own environment,
working folder, umask and standard error.
"""

import ctypes
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

_PR_CAPBSET_DROP = 24
_CAPABILITY_VERSION = 0x20080522
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preload"])


class Service:
    """A command of the service at work; what is used of `subprocess.Popen` is here by the same name."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the process writes to it as long as it lives
        self._arguments = list(arguments)
        self._process = _FORKS.Process(
            target=_run,
            args=("corrections.cli", self._arguments, _surroundings(environment), (os.devnull, self._log.name)),
            daemon=False,
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


def run_command(
    *arguments: str | Path,
    timeout: float = 120,
    environment: Mapping[str, str] | None = None,
    without: Sequence[int] = (),
) -> "subprocess.CompletedProcess[str]":
    """What `python -m corrections` with these arguments says and how it ends; it has nothing to read.

    `without` are the capabilities (numbers of capabilities(7)) that it and what it starts lack.
    """
    surroundings = _surroundings(os.environ if environment is None else environment, without)
    return _completed("corrections.cli", arguments, timeout, surroundings)


def run_verifier(*arguments: str | Path, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
    """What `python -m repo_store.verify` with these arguments says and how it ends."""
    return _completed("repo_store.verify", arguments, timeout, _surroundings(os.environ))


def _completed(
    module: str, arguments: Sequence[str | Path], timeout: float, surroundings: "_Surroundings"
) -> "subprocess.CompletedProcess[str]":
    given = [str(argument) for argument in arguments]
    with tempfile.NamedTemporaryFile() as output, tempfile.NamedTemporaryFile() as errors:
        process = _FORKS.Process(
            target=_run,
            args=(module, given, surroundings, (output.name, errors.name)),
            daemon=False,
        )
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(given, timeout)
        return subprocess.CompletedProcess(given, process.exitcode, output.read().decode(), errors.read().decode())


@dataclass(frozen=True)
class _Surroundings:
    """What a process inherits of the one that starts it."""

    environment: dict[str, str]
    folder: str
    umask: int
    without: tuple[int, ...]  # the capabilities that it does not inherit


def _surroundings(environment: Mapping[str, str], without: Sequence[int] = ()) -> _Surroundings:
    umask = os.umask(0o077)
    os.umask(umask)
    return _Surroundings(dict(environment), os.getcwd(), umask, tuple(without))


def _run(module: str, arguments: list[str], surroundings: _Surroundings, written: tuple[str, str]) -> None:
    """Run `main` of the module; `written` are the files for its standard output and its standard error."""
    output, errors = written
    os.setsid()
    os.chdir(surroundings.folder)
    os.umask(surroundings.umask)
    _drop_capabilities(surroundings.without)
    os.environ.clear()
    os.environ.update(surroundings.environment)
    with open(errors, "ab", buffering=0) as file, open(output, "ab", buffering=0) as out, open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["corrections", *arguments]
    sys.exit(import_module(module).main())


def _drop_capabilities(numbers: Sequence[int]) -> None:
    """Take them from this process and, by its bounding set, from every program that it starts. All are below 32."""
    if not numbers:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, of capabilities 0 to 31 and of 32 to 63
    results = [libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) for number in numbers]
    results.append(libc.capget(header, sets))
    for at in range(3):
        sets[at] &= ~sum(1 << number for number in numbers)
    results.append(libc.capset(header, sets))
    if any(results):
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
