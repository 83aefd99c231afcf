"""Keeping packs few and history quick, and throwing away what no reference reaches any more."""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from git import Repo

from repo_store.files import sync_folders
from repo_store.git.command import git_program
from repo_store.git.packfile import KEEP
from repo_store.git.repository import REWRITTEN

BATCHES_BETWEEN = 100
MAINTENANCE = "repo-maintenance"  # the name of the thread that does it
HALF_WRITTEN = ("objects/pack/tmp_pack_*", "objects/pack/tmp_idx_*", "objects/pack/.tmp-*", "objects/**/tmp_obj_*")
ABANDONED_SECONDS = 3600  # a half-written file of this age belongs to nobody at work
_FETCHING = b"fetch-pack "  # how git begins the file that keeps a pack while it is fetched
PENDING = "redaction.pending"  # a file that stands while history was rewritten and the old one is still there


def maintain(repo: Repo, path: Path) -> None:
    """Fold small packs together and write the commit-graph. Safe beside readers and the writer; one at a time."""
    with maintenance_lock(path) as lock:
        remove(path, HALF_WRITTEN, min_age=ABANDONED_SECONDS)
        remove(path, _packs_without_index(path), min_age=ABANDONED_SECONDS)
        _repack(repo, lock)


def release_packs(path: Path) -> None:
    """Let git fold the packs of batches and fetches that died before the references were moved.

    Called with the writer's lock held, so no batch is being written and none is fetched. After a power cut the file can
    hold any part of what was written to it, or nothing.
    """
    for keep in (path / "objects" / "pack").glob("pack-*.keep"):
        with suppress(FileNotFoundError):
            reason = keep.read_bytes()
            if KEEP.startswith(reason) or reason.startswith(_FETCHING):
                keep.unlink()


def remove(path: Path, patterns: Iterable[str], min_age: float = 0) -> None:
    """Remove the files under `path` that match one of `patterns` and were not touched for `min_age` seconds."""
    for pattern in patterns:
        for file in path.glob(pattern):
            with suppress(FileNotFoundError):
                if file.is_file() and time.time() - file.stat().st_mtime >= min_age:
                    file.unlink()


def purge(repo: Repo, path: Path) -> None:
    """Throw away every object that no reference reaches, and tell all processes to forget what they read of them.

    Called with the writer's lock held.
    """
    with maintenance_lock(path) as lock:
        release_packs(path)  # git repack -a leaves kept packs as they are
        abandoned = _packs_without_index(path)
        remove(path, (*HALF_WRITTEN, "objects/info/commit-graph*", "objects/info/commit-graphs/*"))
        repo.git.repack("-a", "-d", "-q", "--no-write-bitmap-index", istream=lock)
        remove(path, abandoned & _packs_without_index(path))  # not those that a git gc by hand was about to index
        repo.git.prune("--expire=now", istream=lock)
        _repack(repo, lock)
        marker = path / f"{REWRITTEN}.new"
        marker.write_bytes(b"")
        marker.replace(path / REWRITTEN)
        (path / PENDING).unlink(missing_ok=True)
        sync_folders(path)


def _packs_without_index(path: Path) -> set[str]:
    """Packs whose writer died before their index had its name: git neither sees nor removes them."""
    packs = (path / "objects" / "pack").glob("pack-*.pack")
    return {str(pack.relative_to(path)) for pack in packs if not pack.with_suffix(".idx").exists()}


def _repack(repo: Repo, lock: int | None) -> None:
    """Fold packs and write the commit-graph, at low priority, so that requests are not slowed down.

    The lock is git's standard input, which it does not read: so it is held until git has ended, even where the process
    that started it was killed. What such a git writes late would bring back what a purge has just thrown away.
    """
    for command in (
        ("repack", "-d", "-q", "--geometric=2", "--write-midx"),
        ("commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress"),
    ):
        repo.git.execute(["nice", git_program(), *command], istream=lock)


@contextmanager
def maintenance_lock(path: Path, wait: bool = True) -> Iterator[int | None]:
    """Hold the kernel lock of a repository's maintenance; yields its descriptor, or None where it is not held.

    It is not held only where another holds it and this was not to `wait`.
    """
    descriptor = os.open(path / "maintenance.flock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield descriptor
    finally:
        os.close(descriptor)
