"""Gives each connection of a publication its turn."""

import math
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

from corrections.config import Settings
from corrections.connectors.connections import ACTIVE, run_connection
from corrections.private.delivery.connections import Connection
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber

RUNS_AT_ONCE = 8
RETRY_SECONDS = 5.0  # after which a connection passes on what failed, however seldom it asks for news


def subscriber(_settings: Settings) -> Subscriber:
    """What a connection has not done by the stop it does after the next start: each has a cursor of its own."""
    return Subscriber("connectors", ConnectionRuns().start_due, runs_at_stop=True)


class ConnectionRuns:
    """The runs of connections, several at once: one that is slow delays no other."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RUNS_AT_ONCE, "connection")  # kept, with what each has open
        self._runs: dict[tuple[str, str], Future[bool]] = {}  # by publication and connection

    def start_due(self, publication: Publication, stop: threading.Event) -> float | None:
        """Start what is due and does not run; when the service stops, wait until what runs has ended.

        Returns the seconds until something is due, unless something is written; None while anything runs.
        """
        if stop.is_set():
            self._threads.shutdown(cancel_futures=True)
            return None
        pause: float | None = math.inf
        for connection in publication.private.connections.all():
            key = publication.name, connection.name
            is_running = key in self._runs and not self._runs[key].done()
            if not is_running and (seconds := _seconds_until_due(publication, connection)) <= 0:
                self._runs[key] = self._threads.submit(run_connection, publication, connection, stop)
                is_running = True
            pause = None if is_running or pause is None else min(pause, seconds)
        return pause

    def wait(self) -> None:
        """Wait until what runs now has ended."""
        wait(self._runs.values())


def _has_news(publication: Publication, connection: Connection) -> bool:
    """Whether the ledger goes on after the connection's cursor."""
    return publication.private.connections.cursor(connection.name) != (publication.store.ledger() or "")


def _seconds_until_due(publication: Publication, connection: Connection) -> float:
    """Not more than 0 where it is due; infinite where it is not before somebody asks for it."""
    if connection.requests:
        return 0
    if connection.state != ACTIVE:
        return math.inf
    has_news = _has_news(publication, connection)
    if connection.last_run is None or (has_news and connection.last_error is None):
        return 0
    elapsed = time.time() - datetime.fromisoformat(connection.last_run).timestamp()
    if elapsed < 0:
        return 0  # it was noted by a clock that is ahead of this one
    has_work = has_news or publication.private.connections.next_delivery(connection.name) is not None
    return (min(connection.seconds, RETRY_SECONDS) if has_work else connection.seconds) - elapsed
