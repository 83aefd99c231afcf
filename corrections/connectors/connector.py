"""`Connector`: what is known of one kind of system."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corrections.http_client import is_host_reachable
from corrections.private.delivery.connections import Connection
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side
from repo_store import Format

PROBLEMS_SHOWN = 5


class ConnectionFailed(Exception):
    """What went wrong in a run and what happens next, as one or two sentences for an admin."""


def raise_problems(problems: Sequence[str]) -> None:
    """Raise `ConnectionFailed` with the first of these sentences, where there are any."""
    if problems:
        more = f" And {len(problems) - PROBLEMS_SHOWN} more." if len(problems) > PROBLEMS_SHOWN else ""
        raise ConnectionFailed(" ".join(problems[:PROBLEMS_SHOWN]) + more)


def check_host_reach(option: str, host: str) -> None:
    """Raises `Invalid` for a host on this server's private network, named by an option of the connection."""
    if not is_host_reachable(host.strip("[]")):
        problem = "cannot be found, or is on a private network. The operator can list the network."
        raise Invalid({option: f"The host of --{option} {problem}"})


@dataclass(frozen=True)
class Run:
    """One turn of a connection; `secret` is decrypted. Nothing more is begun once `stop` is set."""

    publication: Publication
    connection: Connection
    secret: str
    stop: threading.Event


@dataclass(frozen=True)
class ConnectionTest:
    """What a test found: the options to keep, sentences for the admin, addresses of sites whose pages readers see."""

    options: Mapping[str, str]
    remarks: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """An article whose words were changed differently on both sides: its `path` there, its id, and what to do.

    `versions` are the paragraphs in question, in a format: the published one, and the one there.
    """

    path: str
    article: str
    message: str
    versions: tuple[tuple[str, str], ...] = ()
    format: Format = Format.HTML


@dataclass(frozen=True)
class Connector:
    """`check` takes the options as given and returns those to keep, or raises `Invalid`.

    `create_secret` takes the password given and returns the secret of a new connection, empty where there is none; with
    `shows_secret` it is shown once. `check_reach` takes checked options of somebody who is not the operator of this
    server, and raises `Invalid` where they lead to its disk or its private network; `operator_options` are those to
    keep of one that the operator makes. `run` does what is due, and raises `ConnectionFailed`. One that `pulls` has a
    hook by which the other system asks for a run. `test` takes checked options and the secret, asks the other system
    before it is connected, and raises `Invalid` where that cannot be. `progress` says how far an import has come that
    takes several turns; empty where there is none. `conflicts` are those that an editor can decide, and `resolve` has
    the next run decide one, by its path, for a side. One that `is_changed_by_hand` writes nothing there: admins are
    shown what to change. `remarks` say what waits for the team there, as sentences.
    """

    kind: str
    options: frozenset[str]
    check: Callable[[Mapping[str, str]], dict[str, str]]
    create_secret: Callable[[str], str]
    run: Callable[[Run], None]
    shows_secret: bool = False
    takes_password: bool = False
    pulls: bool = False
    is_changed_by_hand: bool = False
    check_reach: Callable[[Mapping[str, str]], None] = lambda _options: None
    remarks: Callable[[Publication, Connection], tuple[str, ...]] = lambda _publication, _connection: ()
    operator_options: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda options: options
    progress: Callable[[Publication, Connection], str] = lambda _publication, _connection: ""
    conflicts: Callable[[Publication, Connection], list[Conflict]] = lambda _publication, _connection: []
    resolve: Callable[[Publication, Connection, str, Side], None] = lambda *_: None
    test: Callable[[Mapping[str, str], str], ConnectionTest] = lambda options, _secret: ConnectionTest(options)
