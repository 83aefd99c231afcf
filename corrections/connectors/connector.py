"""`Connector`: what is known of one kind of system."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from corrections.private.delivery.connections import Connection
from corrections.services.publication import Publication


class ConnectionFailed(Exception):
    """What went wrong in a run and what happens next, as one or two sentences for an admin."""


@dataclass(frozen=True)
class Run:
    """One turn of a connection; `secret` is decrypted. Nothing more is begun once `stop` is set."""

    publication: Publication
    connection: Connection
    secret: str
    stop: threading.Event


@dataclass(frozen=True)
class Connector:
    """`check` takes the options as given and returns those to keep, or raises `Invalid`.

    `create_secret` gives the secret of a new connection, empty where there is none; with `shows_secret` it is shown
    once. `run` does what is due, and raises `ConnectionFailed`.
    """

    kind: str
    options: frozenset[str]
    check: Callable[[Mapping[str, str]], dict[str, str]]
    create_secret: Callable[[], str]
    run: Callable[[Run], None]
    shows_secret: bool = False
