"""The supervisor restarts a worker that dies, gives up on one that cannot start, and stops when it is told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, time
from corrections.supervisor import Supervisor

def work(context):
    open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
    if sys.argv[2] == "fails":
        raise RuntimeError("it cannot start")
    if sys.argv[2] != "hangs":
        context.ready()
    time.sleep(600)

sys.exit(Supervisor(work, int(sys.argv[3]), start_seconds=1).run())
"""


def supervise(workers: Path, kind: str, count: int = 1) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", SCRIPT, str(workers), kind, str(count)]
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)


def started(workers: Path, number: int) -> list[int]:
    """The processes that have begun to work, once there are so many."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        process_ids = workers.read_text().split("\n")[:-1] if workers.exists() else []
        if len(process_ids) >= number:
            return [int(process) for process in process_ids]
        time.sleep(0.02)
    raise AssertionError(f"{number} workers were to start")


def test_a_worker_that_is_killed_is_replaced_and_the_stop_ends_both(tmp_path: Path):
    process = supervise(tmp_path / "workers", "works")
    os.kill(started(tmp_path / "workers", 1)[0], signal.SIGKILL)
    second = started(tmp_path / "workers", 2)[1]
    process.terminate()
    assert process.wait(timeout=30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_a_worker_that_cannot_start_is_given_up(tmp_path: Path):
    process = supervise(tmp_path / "workers", "fails")
    assert process.wait(timeout=60) == 1


def test_a_worker_that_hangs_before_it_serves_is_replaced_and_one_that_serves_is_not(tmp_path: Path):
    hanging, serving = supervise(tmp_path / "hanging", "hangs"), supervise(tmp_path / "serving", "works")
    first, *_ = started(tmp_path / "hanging", 3)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert len(started(tmp_path / "serving", 1)) == 1
    for process in (hanging, serving):
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_it_stops_between_two_workers_and_starts_no_other(tmp_path: Path):
    process = supervise(tmp_path / "workers", "fails")
    started(tmp_path / "workers", 1)
    time.sleep(0.2)  # within the pause after a worker that could not start
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert len(started(tmp_path / "workers", 1)) == 1
