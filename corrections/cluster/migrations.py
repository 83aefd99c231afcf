"""Migrations of a schema in PostgreSQL: which it has had is a table of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.cluster.schema_databases import SchemaDatabases, Transaction


@dataclass(frozen=True)
class Migration:
    """One step, by its name, which never changes; `statements` are SQL, divided by semicolons."""

    name: str
    statements: str


def migrate(databases: SchemaDatabases, migrations: Sequence[Migration]) -> list[str]:
    """Bring a schema up to date, or make it; returns what a newer version has done to it, and changes nothing then.

    One process at a time does it. Raises `DatabaseUnavailable`, where the role may not create what is missing, too.
    """
    known = [migration.name for migration in migrations]
    applied = applied_migrations(databases)
    if known != applied and set(applied) <= set(known):
        with databases.write() as transaction, transaction.unlimited():
            _apply(transaction, databases.schema, migrations)
        applied = applied_migrations(databases)
    return [name for name in applied if name not in known]


def applied_migrations(databases: SchemaDatabases) -> list[str]:
    """The names of what a schema has had, in their order; none where it does not exist."""
    exists = databases.execute("SELECT to_regclass(?)", (f'"{databases.schema}".migrations',)).fetchone()
    if exists is None or exists[0] is None:
        return []
    return [str(name) for (name,) in databases.execute("SELECT name FROM migrations ORDER BY number")]


def _apply(transaction: Transaction, schema: str, migrations: Sequence[Migration]) -> None:
    """Apply what is missing, now that nobody else does."""
    if transaction.execute("SELECT to_regnamespace(?)", (f'"{schema}"',)).fetchone() == (None,):
        transaction.execute(f'CREATE SCHEMA "{schema}"')
    if transaction.execute("SELECT to_regclass(?)", (f'"{schema}".migrations',)).fetchone() == (None,):
        transaction.execute(
            "CREATE TABLE migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied_at TEXT NOT NULL)"
        )
    applied = {str(name) for (name,) in transaction.execute("SELECT name FROM migrations")}
    for number, migration in enumerate(migrations, 1):
        if migration.name not in applied:
            transaction.execute(migration.statements)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            transaction.execute(
                "INSERT INTO migrations (number, name, applied_at) VALUES (?,?,?)", (number, migration.name, now)
            )
