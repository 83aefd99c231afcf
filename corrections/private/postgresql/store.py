"""`SharedStore`: the private store of a publication in the database of a cluster, and its copies as files of SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from corrections.cluster.migrations import applied_migrations, migrate
from corrections.cluster.schema_databases import SchemaDatabases, Transaction
from corrections.private import schema
from corrections.private.postgresql.schema import MIGRATIONS


class SharedStore(SchemaDatabases):
    """Of one publication. Every method raises `DatabaseUnavailable`."""

    def prepare(self) -> list[str]:
        """Make the tables or bring them up to date; returns what a newer version has done, and changes nothing then."""
        return migrate(self, MIGRATIONS)

    def newer_migrations(self) -> list[str]:
        """What a newer version has done to the tables."""
        known = {migration.name for migration in MIGRATIONS}
        return [name for name in self.migrations() if name not in known]

    def migrations(self) -> list[str]:
        """The migrations that the tables have had, in their order."""
        return applied_migrations(self)

    def copy_to(self, target: Path) -> None:
        """Copy everything, as of one moment, to a new file of SQLite; others may write meanwhile."""
        with closing(sqlite3.connect(target)) as connection, self.snapshot() as source:
            file = Database(connection)
            schema.migrations.apply(file)
            for table, columns in _tables(file):
                names, places = _names(columns), ",".join("?" * len(columns))
                rows = source.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608 (names of the schema)
                connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608
            connection.commit()

    def copy_from(self, source: Path) -> None:
        """Put in what a file of SQLite holds, which has had every migration; in place of what is here."""
        with closing(sqlite3.connect(source)) as connection, self.write() as target:
            file = Database(connection)
            for table, columns in _tables(file):
                target.execute(f'DELETE FROM "{table}"')  # noqa: S608 (names of the schema)
                target.insert(table, columns, connection.execute(f'SELECT {_names(columns)} FROM "{table}"'))  # noqa: S608
                if file.table(table).columns_dict.get("id") is int:
                    _continue_ids(target, table)


def _tables(file: Database) -> Iterator[tuple[str, list[str]]]:
    """The tables of a private store with their columns; not the one of its migrations."""
    for table in file.table_names():
        if not table.startswith(("_sqlite", "sqlite_")):
            yield table, [column.name for column in file.table(table).columns]


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _continue_ids(target: Transaction, table: str) -> None:
    """Let new rows have ids after the largest."""
    largest = f'SELECT max(id) FROM "{table}"'  # noqa: S608 (a name of the schema)
    target.execute(f"SELECT setval(pg_get_serial_sequence(?, 'id')::regclass, ({largest}))", (table,))
