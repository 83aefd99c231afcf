"""Wake-ups between nodes by LISTEN and NOTIFY: hints that something changed, which may be lost with a connection."""

import logging
import threading
from collections.abc import Iterator

import psycopg

from corrections.cluster.pool import connect, database_name, statement_pool
from corrections.cluster.unavailable import DatabaseUnavailable

EVERYTHING = ""  # in place of a publication's name: what was said meanwhile was not heard
_CHANNEL = "corrections_ledger"
_LOOK_SECONDS = 0.5  # between looks whether to stop
_RECONNECT_SECONDS = 5.0
_log = logging.getLogger("corrections")


def notify(url: str, publication: str) -> None:
    """Tell all nodes that listen, this one too, that a publication changed. Raises `DatabaseUnavailable`."""
    with statement_pool(url).use(
        lambda link: link.connection.execute(b"SELECT pg_notify(%s, %s)", (_CHANNEL, publication))
    ):
        pass


def listen(url: str, stop: threading.Event) -> Iterator[str]:
    """The names of publications as they change, until `stop` is set; blocks between them.

    `EVERYTHING` comes first, and again after each connection that was lost: then any of them may have changed. It has a
    connection of its own, beside those of the pools.
    """
    while not stop.is_set():
        try:
            with connect(url) as connection:
                connection.execute(f"LISTEN {_CHANNEL}".encode())
                yield EVERYTHING
                while not stop.is_set():
                    for notice in connection.notifies(timeout=_LOOK_SECONDS):
                        yield notice.payload
        except (psycopg.Error, DatabaseUnavailable) as error:
            _log.warning(
                "no wake-ups from the database %s until it can be reached: %s",
                database_name(url),
                " ".join(str(error).split()),
            )
            stop.wait(_RECONNECT_SECONDS)
