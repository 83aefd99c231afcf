"""Keeping packs few and history quick: geometric repacking and the commit-graph with changed paths."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from git import Repo

BATCHES_BETWEEN = 100


def maintain(repo: Repo, path: Path) -> None:
    """Fold small packs together and write the commit-graph. Safe beside readers and the writer; one at a time."""
    with maintenance_lock(path):
        repo.git.repack("-d", "-q", "--geometric=2", "--write-midx")
        repo.git.commit_graph("write", "--reachable", "--changed-paths", "--split", "--no-progress")


@contextmanager
def maintenance_lock(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the kernel lock of a repository's maintenance; yields whether it is held (without `wait` it may not be)."""
    descriptor = os.open(path / "maintenance.flock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
