"""What a git that works for strangers may take of the machine: the kernel's limits on memory and processor time."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessLimits:
    """Of each process: `memory` in bytes of address space (`RLIMIT_AS`), `seconds` of processor time (`RLIMIT_CPU`)."""

    memory: int
    seconds: int


def limit_command(command: Sequence[str], limits: ProcessLimits) -> list[str]:
    """The command line that runs `command`, and all that it starts, within `limits`.

    The shell sets them and becomes the command: a service with threads may not run Python between fork and exec.
    macOS has no limit on address space; there only the time is limited.
    """
    memory = f"ulimit -v {limits.memory // 1024} && " if sys.platform == "linux" else ""
    script = f'{memory}ulimit -t {limits.seconds} && exec "$@"'
    return [shutil.which("sh", path=os.defpath) or "/bin/sh", "-c", script, "sh", *command]


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that leads a group of its own, with all that it has started, and wait for it.

    Nobody else may wait for the process: its number would be free for another group then.
    """
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):  # all of them have ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
