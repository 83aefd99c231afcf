"""The audit of a publication: the repository by itself, then the index against the ledger. It repairs nothing."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path

from corrections.cluster import Cluster
from corrections.index.comparison import compare_with_ledger
from corrections.private.private import UnreadableStore, inspect_store
from corrections.services.errors import UnknownPublication
from corrections.services.node_folders import MARKER
from corrections.services.publication import KEY
from repo_store import Finding, Remote, Store
from repo_store.audit.checkpoints import Checkpoint, CheckpointFile
from repo_store.audit.disclosures import disclosures
from repo_store.audit.repository_audit import ProgressCallback, audit, ignore_progress
from repo_store.errors import BadKey, GitRefused, RepoStoreError
from repo_store.model.events import CorrectionSubmitted
from repo_store.ssh_signatures import Key

IN_FLIGHT_SECONDS = 300  # within which a correction that is being written reaches the ledger, or has failed
_ELSEWHERE = "Readers' contacts were not compared: run the audit on a node that has it."
UNREADABLE = ("unreadable", "event", "newer", "alternates")  # codes of findings after which nothing more can be read


@dataclass(frozen=True)
class _Places:
    """Where the parts of a publication are beside its repository."""

    folder: Path
    cluster: Cluster | None

    @property
    def private(self) -> Path:
        return self.folder / "private.db"

    @property
    def remote(self) -> Remote | None:
        return None if self.cluster is None else self.cluster.remote(self.folder.name)

    @property
    def name(self) -> str:
        """Of the private store, for who reads a finding."""
        return "private.db" if self.cluster is None else f"The private store in the database {self.cluster.name}"


def audit_publication(
    folder: Path,
    against: Sequence[Checkpoint] = (),
    progress: ProgressCallback = ignore_progress,
    since: CheckpointFile | None = None,
    cluster: Cluster | None = None,
) -> list[Finding]:
    """Everything that is wrong; empty where nothing is. `against` are checkpoints that somebody kept.

    `progress` is called with what is being checked, how much of it is done, and of how much (0: not known). With
    `since`, only what came after its newest checkpoint is read, and neither the index nor readers' contacts are
    compared.

    With `cluster` the private store is the one there, and a node's copy of the history is brought up to date first.

    Raises `UnknownPublication`, `NotARepository`, `GitRefused`, `BadCheckpoint`, `DatabaseUnavailable`.
    """
    if not (folder / "articles.git").is_dir():
        raise UnknownPublication(f"There is no publication {folder.name} in {folder.parent}.")
    places = _Places(folder, cluster)
    with closing(Store(folder / "articles.git", remote=places.remote)) as store:
        if places.remote is not None:  # of checkpoints, other than of events, nothing says that there are new ones
            with suppress(RepoStoreError, OSError):  # as a folder that cannot be written to
                store.fetch()
        while True:
            generation = store.generation
            if since is not None:
                findings = audit(store.path, against, progress, since)
            else:
                findings = _audit_once(store, places, against, progress)
            if not findings or store.generation == generation:
                return findings
            # the history was redacted meanwhile, and what was read no longer exists: audit again


def disclosed_words(folder: Path, findings: Sequence[Finding]) -> list[Finding]:
    """What was public though an editor had struck it out: remarks beside an audit's `findings`, not damage.

    Empty where the findings say that the ledger cannot be read. Raises `NotARepository`, `GitRefused`.
    """
    if any(finding.code in UNREADABLE for finding in findings):
        return []
    return disclosures(folder / "articles.git")


def _audit_once(
    store: Store, places: _Places, against: Sequence[Checkpoint], progress: ProgressCallback
) -> list[Finding]:
    findings = audit(store.path, against, progress)
    if any(finding.code in UNREADABLE for finding in findings):
        return findings
    try:
        progress("index and reader contacts", 0, 0)
        return [
            *findings,
            *_audit_key(store, places),
            *compare_with_ledger(store, places.folder / "index.db"),
            *_audit_private(store, places),
        ]
    except RepoStoreError as error:
        if isinstance(error, GitRefused) and error.environmental:
            raise
        return [*findings, Finding("unreadable", error.message)]


def _audit_key(store: Store, places: _Places) -> list[Finding]:
    """A key that is missing, once there are checkpoints (before, one is made when it is needed), or cannot sign."""
    if not (places.folder / KEY).exists():
        if not store.checkpoints(limit=1):
            return []
        return [Finding("key", f"{KEY} is missing, so no checkpoint can be signed. Restore it.")]
    try:
        Key.read(places.folder / KEY)
    except BadKey:
        return [Finding("key", f"{KEY} cannot be read as a key, so no checkpoint can be signed. Restore it.")]
    return []


def _audit_private(store: Store, places: _Places) -> list[Finding]:
    """Readers' contacts and receipts whose corrections the ledger does not have."""
    if places.cluster is None and (not places.private.exists() or not places.private.stat().st_size):
        lost = f"{places.name} is missing or empty. Restore it from a backup."
        is_elsewhere = (places.folder / MARKER).exists()
        return [] if is_elsewhere or store.ledger() is None else [Finding("private", lost)]
    try:
        if newer_migrations := inspect_store(places.private, places.cluster).newer_migrations:
            return [
                Finding(
                    "newer",
                    f"{places.name} was written by a newer version of Corrections "
                    f"(it contains {', '.join(newer_migrations)}). Upgrade Corrections to check it and to write to it.",
                )
            ]
        orphans = set(filterfalse(may_be_in_flight, _orphans(store, places)))
        if orphans and _lacks_events(store, places):
            return [
                Finding("behind", f"{places.folder} lacks what other nodes wrote, and cannot fetch it. {_ELSEWHERE}")
            ]
    except UnreadableStore as error:
        return [Finding("private", f"{places.name} cannot be read ({error}). Restore it from a backup.")]
    return [
        Finding("orphan", f"{places.name} contains correction {correction}, which is not in the ledger.")
        for correction in sorted(orphans)
    ]


def _lacks_events(store: Store, places: _Places) -> bool:
    """Whether another node announced events that this one's copy does not have. Raises `DatabaseUnavailable`."""
    if places.cluster is None or places.remote is None:
        return False
    head = places.cluster.publications.head(places.folder.name)
    try:
        return bool(head) and not store.is_on_ledger(head)
    except RepoStoreError:  # a damaged one: the audit says how
        return False


def may_be_in_flight(correction: str) -> bool:
    """Whether a correction, by its id, may be about to be written: its contact is stored just before."""
    try:
        sent_at = int(correction[:12], 16) / 1000  # ids begin with the time
    except ValueError:
        return False
    return time.time() - sent_at < IN_FLIGHT_SECONDS


def _orphans(store: Store, places: _Places) -> set[str]:
    corrections = set(
        inspect_store(places.private, places.cluster).corrections
    )  # read before the ledger, which only grows
    for entry in store.entries() if corrections else ():
        if isinstance(entry.event, CorrectionSubmitted):
            corrections.discard(entry.event.correction)
    return corrections
