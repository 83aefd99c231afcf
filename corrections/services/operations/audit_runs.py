"""Audits that somebody of the staff started: one at a time for each publication, beside the service's work."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from corrections.services.operations.audit import audit_publication, disclosed_words
from corrections.services.publication import Publication
from repo_store import Finding
from repo_store.audit.checkpoints import Checkpoint

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


_runs: dict[str, Run] = {}
_guard = threading.Lock()


def last(publication: Publication) -> Run | None:
    """The audit that runs, or the last that ended since the service was started."""
    return _runs.get(str(publication.folder))


def begin(publication: Publication, by: str, against: Sequence[Checkpoint] = ()) -> Run:
    """Start an audit, unless one is running; the one that runs."""
    with _guard:
        known = last(publication)
        if known is not None and known.ended is None:
            return known
        run = Run(by, datetime.now(UTC), len(against), events=publication.head().seq)
        _runs[str(publication.folder)] = run
    arguments = (publication, run, tuple(against))
    threading.Thread(target=_audit, args=arguments, name="audit", daemon=True).start()
    return run


def _audit(publication: Publication, run: Run, against: Sequence[Checkpoint]) -> None:
    def tell(step: str, done: int, total: int) -> None:
        run.step, run.done, run.total = step, done, total

    try:
        run.findings = audit_publication(publication.folder, against, tell)
        run.disclosed = disclosed_words(publication.folder, run.findings)
    except Exception:
        _log.exception("the audit of %s could not be completed", publication.name)
        run.failed = True
    finally:
        run.ended = datetime.now(UTC)
