"""Erases readers' contacts, and the addresses of clients in the nodes' database, whose time is over."""

import logging
import threading

from corrections.config import Settings
from corrections.services.operations.retention import erase_due
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber

ERASE_SECONDS = 3600.0  # between looks for contacts to erase
_log = logging.getLogger("corrections.worker")


def subscriber(_settings: Settings) -> Subscriber:
    return Subscriber("retention", _erase, seconds=ERASE_SECONDS)


def _erase(publication: Publication, _stop: threading.Event) -> None:
    if erased := erase_due(publication):
        _log.info("%s: erased %s contacts", publication.name, erased)
    if publication.cluster is not None:
        publication.cluster.rate_limits.delete_expired()
