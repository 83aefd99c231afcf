"""Erases readers' contacts, those of corrections that were never written among them, and clients' addresses in the
nodes' database, whose time is over."""

import logging
import threading
from contextlib import suppress

from corrections.config import Settings
from corrections.services.operations.retention import erase_due, erase_failed
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber
from repo_store.errors import RemoteFailure

ERASE_SECONDS = 3600.0  # between looks for contacts to erase
_log = logging.getLogger("corrections.worker")


def subscriber(_settings: Settings) -> Subscriber:
    return Subscriber("retention", _erase, seconds=ERASE_SECONDS)


def _erase(publication: Publication, stop: threading.Event) -> None:
    if erased := erase_due(publication):
        _log.info("%s: erased %s contacts", publication.name, erased)
    with suppress(RemoteFailure):  # asked again in the next hour
        if erased := erase_failed(publication, is_awaited=lambda: not stop.is_set()):
            _log.info("%s: erased what was kept of %s corrections that could not be written", publication.name, erased)
    if publication.cluster is not None:
        publication.cluster.rate_limits.delete_expired()
