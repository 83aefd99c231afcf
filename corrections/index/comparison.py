"""The index compared with the ledger: an index is replayed from the ledger beside it, and the two must be equal."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from corrections.index import schema
from corrections.index.index import Index
from repo_store import Finding, Store

SHOWN = 5  # differences reported for each table; there may be more


def compare_with_ledger(store: Store, path: Path) -> list[Finding]:
    """Where the index at `path` is not what the ledger makes. Changes nothing; a service may go on writing both.

    Empty where there is no index, or one of another version: that is made again from the ledger once it is opened.
    """
    if not path.exists():
        return []
    with tempfile.TemporaryDirectory() as folder, closing(Index(Path(folder) / "index.db")) as replayed:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                connection.execute("ATTACH ? AS replayed", (str(replayed.path),))
                connection.execute("BEGIN")  # from its first read on, this connection sees one state of the index
                return _compare(store, connection, replayed)
        except sqlite3.Error as error:
            return [Finding("index", f"index.db cannot be read ({error}). Run `corrections reindex`.")]


def _compare(store: Store, connection: sqlite3.Connection, replayed: Index) -> list[Finding]:
    state = dict(connection.execute("SELECT key, value FROM main.state"))
    if state.get("schema") != str(schema.VERSION):
        return []
    head = state.get("head")
    if head is not None and not store.is_on_ledger(head):
        return [
            Finding("index", "The index contains an event that is not in the ledger: the ledger was rewritten.", head)
        ]
    if head is not None:
        replayed.catch_up(store, until=head)
    return [
        Finding(
            "index", f"index.db differs from the ledger in {table}, at {key}. Run `corrections reindex`.", head or ""
        )
        for table in schema.TABLES
        for key in _different_keys(connection, table)
    ]


def _different_keys(connection: sqlite3.Connection, table: str) -> list[str]:
    """The keys of the first rows that are not the same in the index and the replayed one."""
    key = [f'"{name}"' for name in schema.key(table)]
    columns = [f'"{name}"' for name in schema.TABLES[table]]
    left, right = (", ".join(f"{row}.{name}" for name in columns) for row in ("a", "b"))
    shown = " || ' ' || ".join(f"a.{name}" for name in key)
    same = " AND ".join(f"b.{name} = a.{name}" for name in key)
    different_keys: set[str] = set()
    for one, other in (("main", "replayed"), ("replayed", "main")):
        rows = connection.execute(
            f"SELECT {shown} FROM {one}.{table} a LEFT JOIN {other}.{table} b ON {same} "  # noqa: S608 (our own names)
            f"WHERE ({left}) IS NOT ({right}) ORDER BY {', '.join(f'a.{name}' for name in key)} LIMIT {SHOWN}"
        )
        different_keys |= {str(row[0]) for row in rows}
    return sorted(different_keys)[:SHOWN]
