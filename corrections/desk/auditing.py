"""The audit of a publication: the repository by itself, then the index against the ledger. Changes nothing."""

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from corrections.desk.errors import UnknownPublication
from corrections.desk.publication import KEY
from corrections.index import Index, schema
from repo_store import Finding, Store, audit
from repo_store.audit import Tell, quiet
from repo_store.checkpoints import Checkpoint
from repo_store.errors import BadEvent, RepoStoreError
from repo_store.events import CorrectionSubmitted


def audit_publication(folder: Path, against: Sequence[Checkpoint] = (), progress: Tell = quiet) -> list[Finding]:
    """Everything that is wrong; empty where nothing is. `against` are checkpoints that somebody kept.

    `progress` hears what is being checked, how far, of how much (0: not known).

    Raises `UnknownPublication`.
    """
    repository = folder / "articles.git"
    if not repository.is_dir():
        raise UnknownPublication(f"There is no publication {folder.name!r} in {folder.parent}.")
    findings = audit(repository, against, progress)
    if any(finding.code in ("unreadable", "event") for finding in findings):
        return findings
    store = Store(repository)
    try:
        progress("index and readers' contacts", 0, 0)
        if store.checkpoints(limit=1) and not (folder / KEY).exists():
            findings.append(Finding("key", "signing.key is missing: no checkpoint can be signed. Restore it."))
        return findings + _index(store, folder / "index.db") + _private(store, folder / "private.db")
    except (BadEvent, RepoStoreError) as error:
        return [*findings, Finding("unreadable", error.message)]
    finally:
        store.close()


def _index(store: Store, path: Path) -> list[Finding]:
    if not path.exists():
        return []
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            version = connection.execute("SELECT value FROM state WHERE key='schema'").fetchone()
            if version != (str(schema.VERSION),):
                return []  # of another version: it is made anew from the ledger as soon as something opens it
            actual = {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608 (our own names)
                for table in schema.TABLES
            }
    except sqlite3.Error as error:
        return [Finding("index", f"index.db cannot be read ({error}). Run `corrections reindex`.")]
    head = dict(actual["state"]).get("head")
    if head is not None and not store.is_on_ledger(head):
        return [Finding("index", "The index knows an event that is not on the ledger: the ledger was rewritten.", head)]
    expected = _replayed(store, head)
    return [
        Finding(
            "index", f"index.db differs from the ledger in {table}, at {key}. Run `corrections reindex`.", head or ""
        )
        for table in schema.TABLES
        for key in _differences(actual[table], expected.get(table, []))
    ]


def _private(store: Store, path: Path) -> list[Finding]:
    """Readers' contacts and receipts whose corrections the ledger does not have."""
    if not path.exists():
        return []
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            rows = connection.execute(
                "SELECT correction FROM contacts UNION SELECT correction FROM receipts"
            ).fetchall()
    except sqlite3.Error as error:
        return [Finding("private", f"private.db cannot be read ({error}). Restore it from a backup.")]
    known = {entry.event.correction for entry in store.entries() if isinstance(entry.event, CorrectionSubmitted)}
    return [
        Finding("orphan", f"private.db knows a correction {correction} that the ledger does not have.")
        for (correction,) in rows
        if correction not in known
    ]


def _replayed(store: Store, head: str | None) -> dict[str, list[tuple[object, ...]]]:
    """The tables as the ledger up to `head` makes them."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Index(Path(folder) / "index.db")
        if head is not None:
            fresh.catch_up(store, until=head)
        expected: dict[str, list[tuple[object, ...]]] = {}
        for table, row in fresh.content():
            expected.setdefault(table, []).append(row)
        fresh.close()
    return expected


def _differences(actual: list[tuple[object, ...]], expected: list[tuple[object, ...]]) -> list[str]:
    ours, theirs = {row[0]: tuple(row) for row in actual}, {row[0]: tuple(row) for row in expected}
    return [str(key) for key in sorted(set(ours) | set(theirs), key=str) if ours.get(key) != theirs.get(key)][:5]
