"""Signs a checkpoint when one is due."""

import threading

from corrections.config import Settings
from corrections.services.operations.checkpoints import checkpoint, seconds_until_due
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber


def subscriber(_settings: Settings) -> Subscriber:
    """It runs at the stop too: one that failed a moment ago, on a full disk, would be missing until the next start."""
    return Subscriber("checkpoints", _sign_when_due, cursor=_last_signed, runs_at_stop=True)


def _sign_when_due(publication: Publication, _stop: threading.Event) -> float:
    if seconds_until_due(publication) <= 0:
        checkpoint(publication)
    return seconds_until_due(publication)


def _last_signed(publication: Publication) -> str | None:
    latest = next(iter(publication.store.checkpoints(limit=1)), None)
    return None if latest is None else latest.statement.ledger
