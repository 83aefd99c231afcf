"""Audits that somebody of the staff started: one at a time for each publication, beside the service's work."""

import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from corrections.services.operations.audit import audit_publication, disclosed_words
from corrections.services.publication import Publication
from corrections.workers.file_lock import try_lock
from repo_store import Finding
from repo_store.audit.checkpoints import Checkpoint

FILE = "last-audit.json"  # in the publication's folder
LOCK = "last-audit.lock"  # held by the process that audits
WRITE_SECONDS = 0.5  # between two notes of how far an audit has come
_log = logging.getLogger("corrections.audit")


@dataclass
class Run:
    """An audit: what it checks now, `done` of `total` (0: not known); once it has ended, what it found.

    `against` is how many kept checkpoints it holds the history to; `failed` tells that it could not be finished.
    `disclosed` is what was public though an editor had struck it out.
    """

    by: str
    begun: datetime
    against: int
    step: str = ""
    done: int = 0
    total: int = 0
    ended: datetime | None = None
    events: int = 0
    failed: bool = False
    findings: list[Finding] = field(default_factory=list)
    disclosed: list[Finding] = field(default_factory=list)


_RUN = TypeAdapter(Run)


def last(publication: Publication) -> Run | None:
    """The audit that runs, or the last that ended, whichever process of the service ran it."""
    run = _read(publication)
    if run is None or run.ended is not None:
        return run
    lock = try_lock(publication.folder / LOCK)
    if lock is None:
        return run  # it runs
    try:
        run = _read(publication) or run  # it may have ended in between
    finally:
        os.close(lock)
    if run.ended is None:  # its process died
        run.ended, run.failed = datetime.now(UTC), True
    return run


def begin(publication: Publication, by: str, against: Sequence[Checkpoint] = ()) -> None:
    """Start an audit, unless one is running."""
    lock = try_lock(publication.folder / LOCK)
    if lock is None:
        return
    run = Run(by, datetime.now(UTC), len(against), events=publication.head().seq)
    try:
        _write(publication, run)
        arguments = (publication, run, tuple(against), lock)
        threading.Thread(target=_audit, args=arguments, name="audit", daemon=True).start()
    except BaseException:
        os.close(lock)
        raise


def _audit(publication: Publication, run: Run, against: Sequence[Checkpoint], lock: int) -> None:
    written_at = 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal written_at
        is_new_step, now = step != run.step, time.monotonic()
        run.step, run.done, run.total = step, done, total
        if is_new_step or now - written_at >= WRITE_SECONDS:
            written_at = now
            _write(publication, run)

    try:
        run.findings = audit_publication(publication.folder, against, tell, cluster=publication.cluster)
        run.disclosed = disclosed_words(publication.folder, run.findings)
    except Exception:
        _log.exception("the audit of %s could not be completed", publication.name)
        run.failed = True
    finally:
        run.ended = datetime.now(UTC)
        try:
            _write(publication, run)
        finally:
            os.close(lock)


def _read(publication: Publication) -> Run | None:
    try:
        return _RUN.validate_json((publication.folder / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _write(publication: Publication, run: Run) -> None:
    temporary = publication.folder / f"{FILE}.new"
    temporary.write_bytes(_RUN.dump_json(run))
    os.replace(temporary, publication.folder / FILE)
