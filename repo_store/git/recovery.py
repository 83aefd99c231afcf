"""Recovery when a repository is opened: clears what a dead writer left and rolls `main` to what the ledger names.

Called with the writer's kernel lock held, so nothing it clears is in use.
"""

import os
import time
from pathlib import Path

from git import Repo

from repo_store.errors import WriteFailed
from repo_store.files import sync_folders
from repo_store.git.maintenance import HALF_WRITTEN, PENDING, maintenance_lock, purge, release_packs, remove
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN, SCRATCH, tracking_name
from repo_store.model.head import Head
from repo_store.queries import is_ancestor, read_head, reference

STALE_SECONDS = 10  # a reference's lock file of this age belongs to nobody alive
_NAMES = (LEDGER, MAIN, CHECKPOINTS)
_LOCKED = (*_NAMES, *map(tracking_name, _NAMES), "packed-refs")  # files that a writer locks
_LOCKS = ("*.lock", "refs/**/*.lock")
_CRASHES = ("fast_import_crash_*",)  # each holds readers' words
_PACK_LOCKS = ("objects/info/**/*.lock", "objects/pack/*.lock")


def clear_leftovers(path: Path) -> None:
    """Remove lock files and half-written files.

    Those of packs are left alone while maintenance runs, here or in another process: they may be its own.
    """
    with maintenance_lock(path, wait=False) as lock:
        release_packs(path)
        remove(path, (*_LOCKS, *_CRASHES, *((*_PACK_LOCKS, *HALF_WRITTEN) if lock is not None else ())))


def clear_half_written(path: Path) -> None:
    """Remove what a batch that failed left: on a full disk every further try would take more of it."""
    with maintenance_lock(path, wait=False) as lock:
        remove(path, (*_CRASHES, *(HALF_WRITTEN if lock is not None else ())))


def finish_redaction(repo: Repo, path: Path) -> None:
    """Throw away what a redaction took out, where the process that was to do it died."""
    if (path / PENDING).exists():
        drop_tracking(repo)
        purge(repo, path)


def drop_tracking(repo: Repo) -> None:
    """Forget what a fetch noted of a shared git server, so that it keeps no words from a purge."""
    for name in map(tracking_name, (LEDGER, MAIN, CHECKPOINTS)):
        if reference(repo, name) is not None:
            repo.git.update_ref("-d", name)


def drop_scratch(repo: Repo, path: Path) -> None:
    """Remove the reference under which earlier versions wrote a batch, with or without its objects."""
    (path / SCRATCH).unlink(missing_ok=True)  # git would not delete one whose object was never on the disk
    if reference(repo, SCRATCH) is not None:
        repo.git.update_ref("-d", SCRATCH)


def clear_stale_locks(path: Path) -> None:
    """Remove the lock files that a writer which died lately left on references, not those of a git at work."""
    for name in _LOCKED:
        lock = os.path.join(path, f"{name}.lock")
        try:
            if time.time() - os.stat(lock).st_mtime > STALE_SECONDS:
                os.unlink(lock)
        except FileNotFoundError:
            continue


def roll_forward(repo: Repo, path: Path, known: Head | None = None) -> Head:
    """Move `main` to what the last event names, where it still stands on an ancestor of that.

    `known` is where the chain stood when last seen; it is not read again where it still stands there.
    A `main` that is elsewhere was moved by hand: it is left for the audit to name, and writing is refused. While
    history is being rewritten it is where that was interrupted.
    """
    head = known if known is not None and known.ledger == reference(repo, LEDGER) else read_head(repo)
    actual = reference(repo, MAIN)
    if head.ledger is None:
        _check_empty(repo)
        return head
    if actual == head.main:
        return head
    is_rewriting = (path / PENDING).exists()
    if actual is not None and not is_rewriting and not is_ancestor(repo, actual, str(head.main)):
        raise WriteFailed(
            f"main is at {actual}, which does not follow from the ledger (its last event names {head.main}). "
            "Somebody moved it by hand. Nothing was written. Run `corrections audit` and put it back with "
            f"`git update-ref {MAIN} {head.main}`.",
            main=actual,
            ledger=head.ledger,
        )
    repo.git.update_ref(MAIN, str(head.main), actual if actual is not None else "0" * 40)
    sync_folders(path / "refs" / "heads")
    return head


def _check_empty(repo: Repo) -> None:
    """Raises `WriteFailed` where there is no ledger, but something that came after its first event: it was lost."""
    for name in (MAIN, CHECKPOINTS):
        if reference(repo, name) is not None:
            raise WriteFailed(
                f"{LEDGER} is missing, but {name} is there: the ledger was lost. Nothing was written. Restore a "
                "backup. If there is none, find the ledger's last commit with `git fsck --unreachable` and put it back "
                f"with `git update-ref {LEDGER} COMMIT`; then run `corrections audit`."
            )
