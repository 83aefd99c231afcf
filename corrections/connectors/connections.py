"""What admins do with connections: connect, list, pause, resume, run now, disconnect."""

import logging
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.connectors.connector import Conflict, ConnectionFailed, Run
from corrections.connectors.credentials import Credentials, create_signing_secret
from corrections.connectors.registry import CONNECTORS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.connections import Connection, Delivery
from corrections.services.actors import Actor, check_right
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.submission import origins
from corrections.text.comparison.merge import Side
from corrections.workers.file_lock import try_lock
from repo_store import RepoStoreError

ACTIVE, PAUSED = "active", "paused"
DEFAULT_SECONDS = 60
LONGEST_SECONDS = 86_400
UNEXPECTED = "An unexpected error occurred. The service’s log has its details. Nothing is lost."
_log = logging.getLogger("corrections")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


class UnknownConnection(CorrectionsError):
    code = "unknown_connection"


class UnknownDelivery(CorrectionsError):
    code = "unknown_delivery"


class ConnectionBusy(CorrectionsError):
    code = "connection_busy"


@dataclass(frozen=True)
class NewConnection:
    """`name` may be empty: the kind's, with a number where that is taken. `seconds` between two runs at most.

    With `is_remote_only`, what is on this server's disk or private network is refused: it is not the operator who asks.
    """

    kind: str
    options: Mapping[str, str]
    name: str = ""
    seconds: int = DEFAULT_SECONDS
    password: str = ""
    is_remote_only: bool = False


@dataclass(frozen=True)
class ConnectionStatus:
    """`lag` is how many seconds ago the oldest event happened that has not been passed on (0: none is waiting).

    `requested`: a run was asked for and has not ended. `progress`: how far a long import has come; empty: none goes on.
    `remarks` say what waits for the team in the other system.
    """

    name: str
    kind: str
    state: str
    lag: float
    last_error: str | None
    last_run: str | None
    waiting: int
    dead: int
    options: Mapping[str, str]
    seconds: int
    requested: bool
    progress: str = ""
    remarks: tuple[str, ...] = ()


def connect(
    publication: Publication, actor: Actor, new: NewConnection, tell: Callable[[str], None] = lambda _sentence: None
) -> tuple[str, str]:
    """Add a connection; its name, and the secret that is shown once. Raises `Forbidden`, `Invalid`.

    The secret is that of the messages sent, or, of a connection that pulls, that of its hook. What the test of the
    other system finds is passed to `tell`, a sentence at a time.
    """
    check_right(actor, "staff")
    publication.check_writable()
    connector = CONNECTORS.get(new.kind)
    if connector is None:
        raise Invalid({"kind": f"There is no connector “{new.kind}”. There are: {', '.join(CONNECTORS)}."})
    if unused := sorted(name for name, value in new.options.items() if value and name not in connector.options):
        raise Invalid({unused[0]: f"--{unused[0]} is not an option of {new.kind}."})
    options: Mapping[str, str] = connector.check(new.options)
    if new.is_remote_only:
        connector.check_reach(options)
    else:
        options = connector.operator_options(options)
    if not 1 <= new.seconds <= LONGEST_SECONDS:
        raise Invalid({"seconds": f"Enter a number of seconds from 1 to {LONGEST_SECONDS:,}."})
    name = new.name or _free_name(publication, new.kind)
    if not _NAME.fullmatch(name):
        raise Invalid({"name": "A connection’s name must have 1 to 40 lower-case letters, digits and hyphens."})
    credentials = Credentials(publication.folder.parent)
    secret, hook_secret = connector.create_secret(new.password), create_signing_secret() if connector.pulls else ""
    test = connector.test(options, secret)
    connection = Connection(
        name,
        new.kind,
        test.options,
        credentials.encrypt(secret),
        ACTIVE,
        new.seconds,
        datetime.now(UTC).isoformat(timespec="microseconds"),  # tells it from an earlier one of the same name
        hook_secret=credentials.encrypt(hook_secret) if hook_secret else None,
    )
    if not publication.private.connections.add(connection, publication.store.ledger() or ""):
        raise Invalid({"name": f"There is already a connection {name}; nothing was changed."})
    for address in test.origins:
        origins.add(publication, address)
    publication.private.journal.note(actor.name, f"connected {name} ({new.kind})")
    for remark in test.remarks:
        tell(remark)
    return name, secret if connector.shows_secret else hook_secret


def status_of(publication: Publication, name: str) -> ConnectionStatus:
    """Raises `UnknownConnection`."""
    return _status(publication, known_connection(publication, name))


def status_of_all(publication: Publication) -> list[ConnectionStatus]:
    """Every connection of a publication, oldest first."""
    return [_status(publication, connection) for connection in publication.private.connections.all()]


def pause(publication: Publication, actor: Actor, name: str) -> None:
    """Let a connection rest; what happens meanwhile is passed on later. Raises `Forbidden`, `UnknownConnection`."""
    _change(publication, actor, name, PAUSED, "paused")


def resume(publication: Publication, actor: Actor, name: str) -> None:
    """Raises as `pause` does."""
    _change(publication, actor, name, ACTIVE, "resumed")


def disconnect(publication: Publication, actor: Actor, name: str) -> None:
    """Forget a connection; articles and corrections stay. A run that goes on ends by itself, and leaves nothing that a
    later connection of this name would take for its own. Raises `Forbidden`, `UnknownConnection`."""
    check_right(actor, "staff")
    publication.check_writable()
    known_connection(publication, name)
    publication.private.connections.remove(name)
    publication.private.journal.note(actor.name, f"disconnected {name}")


def synchronise(
    publication: Publication, actor: Actor, name: str, tell: Callable[[str], None] = lambda _progress: None
) -> ConnectionStatus:
    """Do now what is due, and try again what failed; how far a long import has come is passed to `tell`.

    Raises `Forbidden`, `UnknownConnection`, `ConnectionBusy`.
    """
    check_right(actor, "staff")
    publication.check_writable()
    known_connection(publication, name)
    publication.private.connections.redeliver(name)
    publication.private.connections.request_run(name)
    while (connection := known_connection(publication, name)).requests:
        if not run_connection(publication, connection, threading.Event()):
            raise ConnectionBusy(
                f"{name} is already being synchronized. `corrections connections` shows when it is done."
            )
        if progress := CONNECTORS[connection.kind].progress(publication, connection):
            tell(progress)
    return _status(publication, connection)


def request_run(publication: Publication, actor: Actor, name: str) -> None:
    """Have the background work do what `synchronise` does. Raises `Forbidden`, `UnknownConnection`."""
    check_right(actor, "staff")
    publication.check_writable()
    known_connection(publication, name)
    publication.private.connections.redeliver(name)
    publication.private.connections.request_run(name)


def replace_hook_secret(publication: Publication, actor: Actor, name: str) -> str:
    """A new secret of a connection's hook; the old one ends. Raises `Forbidden`, `UnknownConnection`."""
    check_right(actor, "staff")
    publication.check_writable()
    if not CONNECTORS[known_connection(publication, name).kind].pulls:
        raise UnknownConnection(f"{name} has no hook.")
    secret = create_signing_secret()
    publication.private.connections.set_hook_secret(name, Credentials(publication.folder.parent).encrypt(secret))
    publication.private.journal.note(actor.name, f"replaced the hook secret of {name}")
    return secret


def replace_password(publication: Publication, actor: Actor, name: str, password: str) -> None:
    """A new password for the other system, after a test of it. Raises `Forbidden`, `UnknownConnection`, `Invalid`."""
    check_right(actor, "staff")
    publication.check_writable()
    connection = known_connection(publication, name)
    connector = CONNECTORS[connection.kind]
    if not connector.takes_password:
        raise Invalid({"password": f"{name} has no password."})
    secret = connector.create_secret(password)
    connector.test(connection.options, secret)
    publication.private.connections.set_secret(name, Credentials(publication.folder.parent).encrypt(secret))
    publication.private.connections.request_run_if_active(name)
    publication.private.journal.note(actor.name, f"replaced the password of {name}")


def conflicts(publication: Publication, name: str) -> list[Conflict]:
    """The conflicts of a connection that an editor can decide. Raises `UnknownConnection`."""
    connection = known_connection(publication, name)
    return CONNECTORS[connection.kind].conflicts(publication, connection)


def all_conflicts(publication: Publication) -> list[tuple[Connection, Conflict]]:
    """As `conflicts`, of all connections."""
    return [
        (connection, conflict)
        for connection in publication.private.connections.all()
        for conflict in CONNECTORS[connection.kind].conflicts(publication, connection)
    ]


def resolve(publication: Publication, actor: Actor, name: str, path: str, side: Side) -> None:
    """Have a conflict decided for what the other system has (`theirs`) or for what is published (`ours`).

    Raises `Forbidden`, `UnknownConnection`, `Invalid` where there is no such conflict.
    """
    check_right(actor, "decide")
    publication.check_writable()
    connection = known_connection(publication, name)
    if path not in {conflict.path for conflict in conflicts(publication, name)}:
        raise Invalid({"path": f"{path} is no longer in conflict."})
    CONNECTORS[connection.kind].resolve(publication, connection, path, side)
    publication.private.connections.request_run_if_active(name)
    publication.private.journal.note(actor.name, f"decided a conflict of {name}: {path}, {side}")


def latest_deliveries(publication: Publication, name: str, limit: int) -> list[Delivery]:
    """The newest messages of a connection, newest first. Raises `UnknownConnection`."""
    known_connection(publication, name)
    return publication.private.connections.latest_deliveries(name, limit)


def redeliver(publication: Publication, actor: Actor, name: str, delivery: int) -> None:
    """Send a message again with the next run. Raises `Forbidden`, `UnknownConnection`, `UnknownDelivery`."""
    check_right(actor, "staff")
    publication.check_writable()
    known_connection(publication, name)
    if not publication.private.connections.redeliver(name, delivery):
        raise UnknownDelivery(f"{name} has no message {delivery}.")


def run_connection(publication: Publication, connection: Connection, stop: threading.Event) -> bool:
    """Give a connection its turn, and note what came of it; False where another process is at it.

    Nothing is done where it has been removed, or another has its name, since `connection` was read.
    """
    lock = try_lock(publication.folder / f"connection-{connection.name}.lock")
    if lock is None:
        return False
    try:
        current = publication.private.connections.get(connection.name)
        if current is None or current.created_at != connection.created_at:
            return True
        connection = current
        secret = Credentials(publication.folder.parent).decrypt(connection.secret)
        CONNECTORS[connection.kind].run(Run(publication, connection, secret, stop))
    except (ConnectionFailed, CorrectionsError) as error:
        publication.private.connections.note_run(connection, str(error))
    except Exception:
        _log.exception("%s: the run of the connection %s failed", publication.name, connection.name)
        publication.private.connections.note_run(connection, UNEXPECTED)
    else:
        publication.private.connections.note_run(connection, None)
    finally:
        os.close(lock)
    return True


def known_connection(publication: Publication, name: str) -> Connection:
    """Raises `UnknownConnection`."""
    connection = publication.private.connections.get(name)
    if connection is None:
        names = ", ".join(connection.name for connection in publication.private.connections.all()) or "none"
        raise UnknownConnection(f"There is no connection {name}. There are: {names}.")
    return connection


def _change(publication: Publication, actor: Actor, name: str, state: str, done: str) -> None:
    check_right(actor, "staff")
    publication.check_writable()
    known_connection(publication, name)
    publication.private.connections.set_state(name, state)
    publication.private.journal.note(actor.name, f"{done} the connection {name}")


def _free_name(publication: Publication, kind: str) -> str:
    taken = {connection.name for connection in publication.private.connections.all()}
    names = (kind, *(f"{kind}-{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)


def _status(publication: Publication, connection: Connection) -> ConnectionStatus:
    connections = publication.private.connections
    waiting = connections.deliveries(connection.name, "state='waiting' ORDER BY id")
    dead = connections.deliveries(connection.name, "state='dead'")
    try:
        oldest = publication.store.entry(waiting[0].event).at if waiting else _first_after(publication, connection)
    except RepoStoreError:  # an older copy was restored; the next run says so
        oldest = None
    lag = 0.0 if oldest is None else max(0.0, (datetime.now(UTC) - oldest).total_seconds())
    return ConnectionStatus(
        connection.name,
        connection.kind,
        connection.state,
        round(lag, 1),
        connection.last_error,
        connection.last_run,
        len(waiting),
        len(dead),
        connection.options,
        connection.seconds,
        bool(connection.requests),
        CONNECTORS[connection.kind].progress(publication, connection),
        CONNECTORS[connection.kind].remarks(publication, connection),
    )


def _first_after(publication: Publication, connection: Connection) -> datetime | None:
    """The time of the first event after the cursor of a connection."""
    cursor = publication.private.connections.cursor(connection.name) or ""
    cursor = queries.moved_to(publication.index, cursor) or cursor
    if cursor == (publication.store.ledger() or ""):
        return None
    first = next(publication.store.entries(after=cursor or None), None)
    return None if first is None else first.at
