"""A process that works for strangers takes no more memory and time than it may, nor do those that it starts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repo_store.git.process_limits import ProcessLimits, kill_group, limit_command

ROOMY = ProcessLimits(1 << 30, 60)


def run(program: str, limits: ProcessLimits) -> "subprocess.CompletedProcess[str]":
    command = limit_command([sys.executable, "-c", program], limits)
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_memory_is_limited_for_the_process_and_its_children():
    greedy = "x = bytearray(2 << 30)"
    assert "MemoryError" in run(greedy, ROOMY).stderr
    child = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {greedy!r}]).returncode)"
    assert "MemoryError" in run(child, ROOMY).stderr


def test_processor_time_is_limited():
    assert run("while True: pass", ProcessLimits(1 << 30, 1)).returncode < 0


def test_arguments_are_passed_as_they_are():
    command = limit_command([sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "$(id)", ""], ROOMY)
    assert subprocess.run(command, capture_output=True, text=True).stdout == "['a b', '$(id)', '']\n"


def test_what_it_has_started_is_killed_with_it(tmp_path: Path):
    file = tmp_path / "child"
    program = f"sleep 60 & echo $! > {file}.new && mv {file}.new {file}; wait"
    process = subprocess.Popen(["sh", "-c", program], process_group=0)
    while not file.exists():
        time.sleep(0.01)
    kill_group(process)
    kill_group(process)
    deadline = time.monotonic() + 30
    while is_alive(int(file.read_text())) and time.monotonic() < deadline:  # the system has yet to clear it away
        time.sleep(0.05)
    assert not is_alive(int(file.read_text()))


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
