"""`Registry`: the publications that nodes share, in a schema of its own."""

import threading
from datetime import UTC, datetime

from corrections.cluster.clocks import DATABASE_TIME, check_clock
from corrections.cluster.migrations import Migration, migrate
from corrections.cluster.schema_databases import SchemaDatabases
from corrections.cluster.unavailable import DatabaseUnavailable

CHANNEL = "corrections"  # of NOTIFY: NAME HEAD
MIGRATIONS = (
    Migration("first", 'CREATE TABLE publications (name TEXT COLLATE "C" PRIMARY KEY, created_at TEXT NOT NULL)'),
    Migration("heads", "ALTER TABLE publications ADD COLUMN head TEXT NOT NULL DEFAULT ''"),
    Migration("shared values", 'CREATE TABLE shared_values (name TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL)'),
    Migration(
        "rate limits",  # not in the database's log: after a crash of the server it counts anew
        'CREATE UNLOGGED TABLE rate_limits (key TEXT COLLATE "C" PRIMARY KEY, count BIGINT NOT NULL, '
        "expires DOUBLE PRECISION NOT NULL)",
    ),
)


class Registry:
    """Share it between threads. Each method raises `DatabaseUnavailable`."""

    def __init__(self, url: str) -> None:
        self._url, self._databases = url, SchemaDatabases(url)
        self._guard = threading.Lock()
        self._is_prepared = False

    def names(self) -> list[str]:
        """Of every publication, sorted."""
        self.prepare()
        return [str(name) for (name,) in self._databases.execute("SELECT name FROM publications ORDER BY name")]

    def has(self, name: str) -> bool:
        self.prepare()
        return self._databases.execute("SELECT 1 FROM publications WHERE name=?", (name,)).fetchone() is not None

    def add(self, name: str) -> bool:
        """False where there is one of that name already, on whichever node it was made."""
        self.prepare()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._databases.write() as database:
            added = database.execute(
                "INSERT INTO publications (name, created_at) VALUES (?,?) ON CONFLICT DO NOTHING", (name, now)
            )
            return bool(added.rowcount)

    def head(self, name: str) -> str:
        """The last event that was announced of a publication's ledger; empty where none was."""
        self.prepare()
        row = self._databases.execute("SELECT head FROM publications WHERE name=?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def announce(self, name: str, head: str) -> None:
        """Note the last event of a publication's ledger, and wake the nodes that listen."""
        self.prepare()
        self._databases.execute(
            "WITH noted AS (UPDATE publications SET head=? WHERE name=?) SELECT pg_notify(?, ?)",
            (head, name, CHANNEL, f"{name} {head}"),
        )

    def shared_value(self, name: str, own: str) -> str:
        """What all nodes have under `name`; `own` where this node is the first to ask."""
        self.prepare()
        query = "SELECT value FROM shared_values WHERE name=?"
        row = self._databases.execute(query, (name,)).fetchone()
        if row is None:
            with self._databases.write() as database:
                database.execute(
                    "INSERT INTO shared_values (name, value) VALUES (?,?) ON CONFLICT DO NOTHING", (name, own)
                )
            row = self._databases.execute(query, (name,)).fetchone()
        return own if row is None else str(row[0])

    def share_history(self, name: str, address: str) -> None:
        """Note that the history of a publication is on a git server, so that no node goes on without it."""
        self.shared_value(_git_server(name), address)

    def git_server(self, name: str) -> str:
        """The address that the first node gave of the git server with a publication's history; empty: there is none."""
        self.prepare()
        row = self._databases.execute("SELECT value FROM shared_values WHERE name=?", (_git_server(name),)).fetchone()
        return "" if row is None else str(row[0])

    def check_writable(self) -> None:
        """Raises `DatabaseUnavailable` where the database does not answer, only reads, or has another time."""
        self.prepare()
        query = f"SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), {DATABASE_TIME}"
        for is_standby, is_read_only, database_time in self._databases.execute(query):
            if is_standby or is_read_only != "off":
                raise DatabaseUnavailable("The database is read-only: it is a standby, or was set to read-only.")
            check_clock(database_time, self._url)

    def prepare(self) -> None:
        """Make the tables of the common schema, once; what a newer version has added does not concern this one."""
        with self._guard:
            if not self._is_prepared:
                migrate(self._databases, MIGRATIONS)
                self._is_prepared = True


def _git_server(publication: str) -> str:
    return f"git-server {publication}"
