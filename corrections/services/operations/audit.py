"""The audit of a publication: the repository by itself, then the index against the ledger. Changes nothing."""

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from corrections.index import Index, schema
from corrections.private.private import newer_migrations
from corrections.services.errors import UnknownPublication
from corrections.services.publication import KEY
from repo_store import Finding, Store
from repo_store.audit.checkpoints import Checkpoint
from repo_store.audit.disclosures import disclosures
from repo_store.audit.repository_audit import Tell, audit, quiet
from repo_store.errors import GitRefused, RepoStoreError
from repo_store.model.events import CorrectionSubmitted

WRITTEN_SECONDS = 2.0  # in which a correction that is being written has come to the ledger
UNREADABLE = ("unreadable", "event", "newer", "alternates")  # codes of findings after which nothing more can be read
SHOWN = 5  # differences of a table of the index; there may be more


def audit_publication(folder: Path, against: Sequence[Checkpoint] = (), progress: Tell = quiet) -> list[Finding]:
    """Everything that is wrong; empty where nothing is. `against` are checkpoints that somebody kept.

    `progress` hears what is being checked, how far, of how much (0: not known).

    Raises `UnknownPublication`, `NotARepository`, `GitRefused`.
    """
    if not (folder / "articles.git").is_dir():
        raise UnknownPublication(f"There is no publication {folder.name!r} in {folder.parent}.")
    with closing(Store(folder / "articles.git")) as store:
        while True:
            generation = store.generation
            findings = _found(store, folder, against, progress)
            if not findings or store.generation == generation:
                return findings
            # history was redacted meanwhile, and what was read is gone


def disclosed_words(folder: Path, findings: Sequence[Finding]) -> list[Finding]:
    """What was public though an editor had struck it out: remarks beside an audit's `findings`, not damage.

    Empty where the findings say that the ledger cannot be read. Raises `NotARepository`, `GitRefused`.
    """
    if any(finding.code in UNREADABLE for finding in findings):
        return []
    return disclosures(folder / "articles.git")


def _found(store: Store, folder: Path, against: Sequence[Checkpoint], progress: Tell) -> list[Finding]:
    findings = audit(store.path, against, progress)
    if any(finding.code in UNREADABLE for finding in findings):
        return findings
    try:
        progress("index and reader contacts", 0, 0)
        if store.checkpoints(limit=1) and not (folder / KEY).exists():
            findings.append(Finding("key", "signing.key is missing, so no checkpoint can be signed. Restore it."))
        return findings + _index(store, folder / "index.db") + _private(store, folder / "private.db")
    except RepoStoreError as error:
        if isinstance(error, GitRefused) and error.environmental:
            raise
        return [*findings, Finding("unreadable", error.message)]


def _index(store: Store, path: Path) -> list[Finding]:
    """Where the index is not what the ledger makes. A service may go on writing both meanwhile."""
    if not path.exists():
        return []
    with tempfile.TemporaryDirectory() as folder, closing(Index(Path(folder) / "index.db")) as fresh:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                connection.execute("ATTACH ? AS fresh", (str(fresh.path),))
                connection.execute("BEGIN")  # from its first look on, the index stands still for this connection
                return _compared(store, connection, fresh)
        except sqlite3.Error as error:
            return [Finding("index", f"index.db cannot be read ({error}). Run `corrections reindex`.")]


def _compared(store: Store, connection: sqlite3.Connection, fresh: Index) -> list[Finding]:
    state = dict(connection.execute("SELECT key, value FROM main.state"))
    if state.get("schema") != str(schema.VERSION):
        return []  # of another version: it is made anew from the ledger as soon as something opens it
    head = state.get("head")
    if head is not None and not store.is_on_ledger(head):
        return [
            Finding("index", "The index contains an event that is not in the ledger: the ledger was rewritten.", head)
        ]
    if head is not None:
        fresh.catch_up(store, until=head)
    return [
        Finding(
            "index", f"index.db differs from the ledger in {table}, at {key}. Run `corrections reindex`.", head or ""
        )
        for table in schema.TABLES
        for key in _differences(connection, table)
    ]


def _differences(connection: sqlite3.Connection, table: str) -> list[str]:
    """The keys of the first rows that the index and the fresh one do not both have alike."""
    key, *columns = (f'"{name}"' for name in schema.TABLES[table])
    ours, theirs = (", ".join(f"{row}.{name}" for name in (key, *columns)) for row in ("a", "b"))
    found: set[str] = set()
    for here, there in (("main", "fresh"), ("fresh", "main")):
        rows = connection.execute(
            f"SELECT a.{key} FROM {here}.{table} a LEFT JOIN {there}.{table} b ON b.{key} = a.{key} "  # noqa: S608 (our own names)
            f"WHERE ({ours}) IS NOT ({theirs}) ORDER BY 1 LIMIT {SHOWN}"
        )
        found |= {str(row[0]) for row in rows}
    return sorted(found)[:SHOWN]


def _private(store: Store, path: Path) -> list[Finding]:
    """Readers' contacts and receipts whose corrections the ledger does not have."""
    if not path.exists():
        return []
    try:
        if unknown := newer_migrations(path):
            return [
                Finding(
                    "newer",
                    f"private.db was written by a newer version of Corrections (it contains {', '.join(unknown)}). "
                    "Upgrade Corrections to check it and to write to it.",
                )
            ]
        orphans = _orphans(store, path)
        if orphans:  # a contact is kept just before its correction is written
            time.sleep(WRITTEN_SECONDS)
            orphans &= _orphans(store, path)
    except sqlite3.Error as error:
        return [Finding("private", f"private.db cannot be read ({error}). Restore it from a backup.")]
    return [
        Finding("orphan", f"private.db contains correction {correction}, which is not in the ledger.")
        for correction in sorted(orphans)
    ]


def _orphans(store: Store, path: Path) -> set[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT correction FROM contacts UNION SELECT correction FROM receipts").fetchall()
    told = {entry.event.correction for entry in store.entries() if isinstance(entry.event, CorrectionSubmitted)}
    return {correction for (correction,) in rows} - told
