"""A process that is forked while a store is open, as a service starts its workers."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repo_store import Store
from repo_store.git.gitpython import EXECUTABLE
from repo_store.git.maintenance import maintenance_lock
from tests.repo_store.test_store import ARTICLE, TEXT, importing, revising

SECONDS = 20  # that a fork has for what takes it some milliseconds


def in_a_fork(act: Callable[[], object]) -> None:
    """Call `act` in a fork of this process, and see to it that it returned."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the fork did not go on")


def test_a_fork_lets_go_of_its_parents_store_and_the_parent_reads_on(tmp_path: Path):
    store = Store.create(tmp_path / "articles.git")
    imported = store.write(importing())[0].entry
    revision = imported.main
    assert store.text(ARTICLE, revision) == TEXT
    in_a_fork(store.close)
    in_a_fork(lambda: store.write(revising("Written by the fork.\n", imported.id)))
    assert store.head().seq == imported.seq + 1
    assert store.write(revising("Written by the parent.\n", store.head().ledger))
    store.close()


def test_a_git_whose_process_was_killed_keeps_the_maintenance_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = Store.create(tmp_path / "articles.git")
    store.write(importing())
    began, may_end, git = tmp_path / "began", tmp_path / "may-end", tmp_path / "git"
    git.write_text(
        f'#!/bin/sh\nif [ "$1" = repack ]; then touch {began}; until [ -e {may_end} ]; do sleep 0.05; done; fi\n'
        'exec git "$@"\n'
    )
    git.chmod(0o755)
    child = os.fork()
    if child == 0:
        monkeypatch.setenv(EXECUTABLE, str(git))
        store.maintain()
        os._exit(0)
    wait_until(began.exists)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        with maintenance_lock(store.path, wait=False) as lock:
            assert lock is None
    finally:
        may_end.touch()
    with maintenance_lock(store.path) as lock:
        assert lock is not None
    store.close()


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
