"""Gives each connection of a publication its turn."""

import threading
import time
from datetime import datetime

from corrections.config import Settings
from corrections.connectors.connections import ACTIVE, run_connection
from corrections.private.delivery.connections import Connection
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber

RETRY_SECONDS = 5.0  # after which a connection passes on what failed, however seldom it asks for news


def subscriber(_settings: Settings) -> Subscriber:
    """What a connection has not done by the stop it does after the next start: each has a cursor of its own."""
    return Subscriber("connectors", _run_due)


def _run_due(publication: Publication, stop: threading.Event) -> None:
    for connection in publication.private.connections.all():
        if stop.is_set():
            return
        if connection.requests or (connection.state == ACTIVE and _is_due(publication, connection)):
            run_connection(publication, connection, stop)


def _has_news(publication: Publication, connection: Connection) -> bool:
    """Whether the ledger goes on after the connection's cursor."""
    return publication.private.connections.cursor(connection.name) != (publication.store.ledger() or "")


def _is_due(publication: Publication, connection: Connection) -> bool:
    if connection.last_run is None:
        return True
    elapsed = time.time() - datetime.fromisoformat(connection.last_run).timestamp()
    has_news = _has_news(publication, connection)
    if has_news and connection.last_error is None:
        return True
    has_work = has_news or publication.private.connections.next_delivery(connection.name) is not None
    return elapsed >= (min(connection.seconds, RETRY_SECONDS) if has_work else connection.seconds)
