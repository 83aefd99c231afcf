"""`Connections`: the publisher's systems that a publication is connected to, and what waits to be sent to them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from corrections.database import Databases, Statements
from corrections.private.digests import timestamp

_CONNECTION = "name, kind, options, secret, state, seconds, created_at, last_run, last_error, hook_secret, requests"
_ARTICLE = "connection, article, path, blob, problem"
_DELIVERY = "id, connection, event, type, state, due, attempts, status, error, at"


@dataclass(frozen=True)
class Connection:
    """`options` are those of its kind; `secret` is encrypted; `seconds` is how often it is looked after at most.

    `state` is `active` or `paused`; `last_error` is None where the last run went well. `hook_secret` (encrypted) signs
    the requests that ask for a run; `requests` is how many have asked since the last run began.
    """

    name: str
    kind: str
    options: Mapping[str, str]
    secret: bytes
    state: str
    seconds: int
    created_at: str
    last_run: str | None = None
    last_error: str | None = None
    hook_secret: bytes | None = None
    requests: int = 0


@dataclass(frozen=True)
class Delivery:
    """A message about the ledger event `event`, of the type `type`, for one connection.

    It is `waiting`, `delivered`, or `dead` after too many attempts; `due` is in seconds since the epoch, `status` the
    HTTP status of the last answer (None: there was none), `at` when the state last changed.
    """

    id: int
    connection: str
    event: str
    type: str
    state: str
    due: float
    attempts: int
    status: int | None
    error: str | None
    at: str


@dataclass(frozen=True)
class ConnectedArticle:
    """An article of a connection: its file's `path` there, and the id of the content (`blob`) that was last seen.

    `problem` says why it is not in step, for an admin; empty where it is. `article` is empty: nothing was imported.
    """

    connection: str
    article: str
    path: str
    blob: str
    problem: str = ""


class Connections:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def add(self, connection: Connection, event: str) -> bool:
        """Keep a new connection, which begins after the ledger event `event`; False where its name is taken."""
        with self._databases.write(has_work=True) as database:
            options = json.dumps(dict(connection.options), ensure_ascii=False)
            added = database.execute(
                f"INSERT INTO connections ({_CONNECTION}) "  # noqa: S608 (our own names)
                "VALUES (?,?,?,?,?,?,?,NULL,NULL,?,0) ON CONFLICT DO NOTHING",
                (
                    connection.name,
                    connection.kind,
                    options,
                    connection.secret,
                    connection.state,
                    connection.seconds,
                    connection.created_at,
                    connection.hook_secret,
                ),
            )
            if added.rowcount:
                _forget(database, connection.name)  # what a run left that ended after its connection was removed
                move_cursor(database, _subscriber(connection.name), event)
            return bool(added.rowcount)

    def all(self) -> list[Connection]:
        rows = self._databases.get().execute(f"SELECT {_CONNECTION} FROM connections ORDER BY created_at, name")  # noqa: S608
        return [_connection(row) for row in rows]

    def get(self, name: str) -> Connection | None:
        row = (
            self._databases.get()
            .execute(f"SELECT {_CONNECTION} FROM connections WHERE name=?", (name,))  # noqa: S608
            .fetchone()
        )
        return None if row is None else _connection(row)

    def set_state(self, name: str, state: str) -> None:
        with self._databases.write(has_work=True) as database:
            database.execute("UPDATE connections SET state=? WHERE name=?", (state, name))

    def set_secret(self, name: str, secret: bytes) -> None:
        with self._databases.write(has_work=True) as database:
            database.execute("UPDATE connections SET secret=? WHERE name=?", (secret, name))

    def set_hook_secret(self, name: str, secret: bytes) -> None:
        with self._databases.write() as database:
            database.execute("UPDATE connections SET hook_secret=? WHERE name=?", (secret, name))

    def request_run(self, name: str) -> None:
        """Ask for a run at once, whatever the state; one that has begun already does not count."""
        with self._databases.write(has_work=True) as database:
            database.execute("UPDATE connections SET requests=requests+1 WHERE name=?", (name,))

    def request_run_if_active(self, name: str) -> None:
        """Ask for a further run, unless the connection has been paused."""
        with self._databases.write(has_work=True) as database:
            database.execute("UPDATE connections SET requests=requests+1 WHERE name=? AND state='active'", (name,))

    def note_run(self, connection: Connection, error: str | None) -> None:
        """Note that a connection, as it was before, had its run, and what went wrong (None: nothing)."""
        with self._databases.write() as database:
            database.execute(
                "UPDATE connections SET last_run=?, last_error=?, "
                "requests=CASE WHEN requests>? THEN requests-? ELSE 0 END WHERE name=?",
                (timestamp(), error, connection.requests, connection.requests, connection.name),
            )

    def remove(self, name: str) -> None:
        """Forget a connection and what waits for it; articles stay."""
        with self._databases.write() as database:
            database.execute("DELETE FROM connections WHERE name=?", (name,))
            _forget(database, name)

    def articles(self, name: str) -> list[ConnectedArticle]:
        """The articles of a connection, by their paths."""
        query = (
            "SELECT connection, article, path, blob, problem FROM connected_articles WHERE connection=? ORDER BY path"
        )
        return [ConnectedArticle(*row) for row in self._databases.get().execute(query, (name,))]

    def articles_with_problems(self, name: str) -> list[ConnectedArticle]:
        """As `articles`, those that are not in step."""
        query = (
            "SELECT connection, article, path, blob, problem FROM connected_articles "
            "WHERE connection=? AND problem<>'' ORDER BY path"
        )
        return [ConnectedArticle(*row) for row in self._databases.get().execute(query, (name,))]

    def put_article(self, article: ConnectedArticle) -> None:
        """Keep what was seen at a path."""
        with self._databases.write() as database:
            database.execute(
                f"INSERT INTO connected_articles ({_ARTICLE}) VALUES (?,?,?,?,?) "  # noqa: S608 (our own names)
                "ON CONFLICT (connection, path) "
                "DO UPDATE SET article=excluded.article, blob=excluded.blob, problem=excluded.problem",
                (article.connection, article.article, article.path, article.blob, article.problem),
            )

    def move_article(self, name: str, old_path: str, new_path: str) -> None:
        with self._databases.write() as database:
            database.execute(
                "UPDATE connected_articles SET path=? WHERE connection=? AND path=?", (new_path, name, old_path)
            )

    def pulled(self, name: str) -> str | None:
        """The version of the publisher's system that was last pulled."""
        row = self._databases.get().execute("SELECT event FROM cursors WHERE subscriber=?", (_pull(name),)).fetchone()
        return None if row is None else str(row[0])

    def set_pulled(self, name: str, version: str) -> None:
        with self._databases.write() as database:
            move_cursor(database, _pull(name), version)

    def cursor(self, name: str) -> str | None:
        """The ledger event up to which messages were written."""
        query = "SELECT event FROM cursors WHERE subscriber=?"
        row = self._databases.get().execute(query, (_subscriber(name),)).fetchone()
        return None if row is None else str(row[0])

    def add_deliveries(self, name: str, messages: Iterable[tuple[str, str]], up_to: str) -> None:
        """Put in messages (event, type), due at once, and move the cursor, in one transaction."""
        with self._databases.write() as database:
            for event, kind in messages:
                database.execute(
                    "INSERT INTO deliveries (connection, event, type, state, due, attempts, at)"
                    " VALUES (?,?,?,'waiting',0,0,?) ON CONFLICT DO NOTHING",
                    (name, event, kind, timestamp()),
                )
            move_cursor(database, _subscriber(name), up_to)

    def rename_events(self, new_id: Callable[[str], str | None]) -> None:
        """Follow events that have other ids since a redaction; `new_id` gives None where an id is the same."""
        with self._databases.write() as database:
            events = [row[0] for row in database.execute("SELECT DISTINCT event FROM deliveries")]
            for event in events:
                if (new := new_id(event)) is not None:
                    database.execute("UPDATE deliveries SET event=? WHERE event=?", (new, event))

    def next_delivery(self, name: str) -> Delivery | None:
        """The oldest message that waits, which is the only one to be sent now."""
        rows = self.deliveries(name, "state='waiting' ORDER BY id LIMIT 1")
        return rows[0] if rows else None

    def latest_deliveries(self, name: str, limit: int) -> list[Delivery]:
        """The newest first."""
        return self.deliveries(name, f"1=1 ORDER BY id DESC LIMIT {int(limit)}")

    def deliveries(self, name: str, condition: str) -> list[Delivery]:
        rows = self._databases.get().execute(
            f"SELECT {_DELIVERY} FROM deliveries WHERE connection=? AND {condition}",  # noqa: S608 (our own conditions)
            (name,),
        )
        return [Delivery(*row) for row in rows]

    def note_attempt(self, delivery: Delivery) -> None:
        """Keep the state of a message after an attempt."""
        with self._databases.write() as database:
            database.execute(
                "UPDATE deliveries SET state=?, due=?, attempts=?, status=?, error=?, at=? WHERE id=?",
                (
                    delivery.state,
                    delivery.due,
                    delivery.attempts,
                    delivery.status,
                    delivery.error,
                    timestamp(),
                    delivery.id,
                ),
            )

    def redeliver(self, name: str, delivery: int | None = None) -> int:
        """Send a message again at once, or all that wait or are dead; returns how many."""
        only = "state<>'delivered'" if delivery is None else f"id={int(delivery)}"
        with self._databases.write(has_work=True) as database:
            updated = database.execute(
                f"UPDATE deliveries SET state='waiting', due=0, attempts=0, at=? WHERE connection=? AND {only}",  # noqa: S608
                (timestamp(), name),
            )
            return int(updated.rowcount)


def _subscriber(name: str) -> str:
    return f"connection:{name}"


def _pull(name: str) -> str:
    return f"pull:{name}"


def _forget(database: Statements, name: str) -> None:
    """Delete what is kept of a connection beside its own row."""
    database.execute("DELETE FROM deliveries WHERE connection=?", (name,))
    database.execute("DELETE FROM connected_articles WHERE connection=?", (name,))
    database.execute("DELETE FROM cursors WHERE subscriber IN (?, ?)", (_subscriber(name), _pull(name)))


def move_cursor(database: Statements, subscriber: str, event: str) -> None:
    """Keep how far a subscriber has come, inside a transaction."""
    database.execute(
        "INSERT INTO cursors (subscriber, event) VALUES (?,?) "
        "ON CONFLICT (subscriber) DO UPDATE SET event=excluded.event",
        (subscriber, event),
    )


def _connection(row: tuple[object, ...]) -> Connection:
    name, kind, options, *rest = row
    return Connection(str(name), str(kind), json.loads(str(options)), *rest)  # type: ignore[arg-type]
