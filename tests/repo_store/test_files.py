"""A lock between processes that is waited for no longer than one wants to."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from repo_store.files import lock_file_in_time

HOLDING = """
import sys
from pathlib import Path
from repo_store.files import lock_file
lock_file(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(path: Path) -> Iterator[None]:
    """Another process holds the lock."""
    command = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        yield
        holder.kill()


def test_whoever_gives_up_leaves_one_thread_and_one_descriptor_for_the_next(tmp_path: Path):
    path = tmp_path / "lock"
    with held_elsewhere(path):
        assert lock_file_in_time(path, 0.05) is None
        before = len(os.listdir("/proc/self/fd")), threading.active_count()
        for _ in range(20):
            assert lock_file_in_time(path, 0.01) is None
        assert (len(os.listdir("/proc/self/fd")), threading.active_count()) == before
    descriptor = lock_file_in_time(path, 60)
    assert descriptor is not None
    os.close(descriptor)


def test_of_two_who_give_up_at_once_neither_keeps_the_lock(tmp_path: Path):
    path = tmp_path / "lock"
    with held_elsewhere(path), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: lock_file_in_time(path, 0.3), range(2))) == [None, None]
    descriptor = lock_file_in_time(path, 20)
    assert descriptor is not None
    os.close(descriptor)


def test_a_fork_keeps_nothing_of_a_wait_that_was_given_up(tmp_path: Path):
    path = tmp_path / "lock"
    may_end, end = os.pipe()
    with held_elsewhere(path):
        assert lock_file_in_time(path, 0.05) is None
        child = os.fork()
        if child == 0:
            os.close(end)
            os.read(may_end, 1)
            locked = lock_file_in_time(path, 60)
            os._exit(0 if locked is not None else 1)
    descriptor = lock_file_in_time(path, 60)
    assert descriptor is not None
    os.close(descriptor)
    with held_elsewhere(path):  # no process has it any more
        pass
    os.close(end)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
