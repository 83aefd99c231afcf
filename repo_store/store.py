"""`Store`: the package's face."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from git import Repo

from repo_store import queries
from repo_store.audit.checkpoints import PAGE, Checkpoint, checkpoints, make_checkpoint
from repo_store.audit.proof_collection import ProofRequest, collect_proof
from repo_store.audit.proofs import sign_proof
from repo_store.bundle import write_bundle
from repo_store.errors import BadCheckpoint, NotARepository, RepoStoreError
from repo_store.git.maintenance import BATCHES_BETWEEN, MAINTENANCE, maintain
from repo_store.git.repository import (
    CHECKPOINTS,
    LEDGER,
    MAIN,
    ThreadRepositories,
    create_clone,
    create_repository,
)
from repo_store.history_rewrite import Redaction
from repo_store.model.articles import ArticleMeta, Parts, Source
from repo_store.model.entries import Entry
from repo_store.model.events import HistoryRedacted
from repo_store.model.head import Head
from repo_store.model.intents import Intent, Receipt
from repo_store.model.kinds import Part
from repo_store.part_cache import PartCache
from repo_store.queries import BlamedLine, RevisionSummary
from repo_store.shared_remote import Remote
from repo_store.ssh_signatures import Key
from repo_store.writer import Writer

_log = logging.getLogger("repo_store")
_Read = TypeVar("_Read")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """One publication's articles and ledger. Safe to share between threads; close it when done."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = utc_now, remote: Remote | None = None) -> None:
        """Open the bare repository at `path` for reading and writing, without repairing anything.

        Raises `NotARepository`.
        """
        if not (path / "HEAD").is_file():
            raise NotARepository(f"{path} is not a git repository. Run `corrections init` first, or restore a backup.")
        self.path = path
        self._repositories = ThreadRepositories(path)
        self._repositories.rewritten = self._forget
        self._parts = PartCache()
        self._rewritten: Callable[[], None] = lambda: None
        self._writer = Writer(path, self._repositories, clock, remote)
        self._clock = clock
        self._maintained = 0

    @classmethod
    def create(cls, path: Path, *, remote: Remote | None = None) -> "Store":
        """Make an empty repository at `path`; raises `NotARepository` when something stands there.

        With `remote` it begins with what the shared git server has; raises as `open` does.
        """
        create_repository(path)
        return cls(path) if remote is None else cls.open(path, remote=remote)

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime] = utc_now, remote: Remote | None = None) -> "Store":
        """Open for service: settings checked, a dead writer's leftovers cleared, `main` rolled forward.

        With `remote` the repository is a clone of what the shared git server has: it is made where there is none, and
        brought up to date. Where the server does not answer, or has another history, what is here can be read; an
        empty clone then raises `RemoteUnavailable`, and a server that cannot move references together `BadRemote`.

        A ledger whose last event cannot be read (a newer version wrote it) is opened and left as it is; what comes
        before can be read, and whatever writes raises `BadEvent`.

        Raises `NotARepository` or, where `main` was moved by hand, `WriteFailed`.
        """
        if remote is not None:
            create_clone(path)
        store = cls(path, clock=clock, remote=remote)
        try:
            store._writer.recover()
        except BaseException:
            store.close()
            raise
        return store

    def fetch(self, seconds: float | None = None, is_awaited: Callable[[], bool] | None = None) -> bool:
        """Bring everything up to date with the shared git server; returns whether something came (without one: no).

        It is given up after `seconds`, or without them when git has reported no progress for a while, and when nobody
        waits for it any more, as `is_awaited` tells. Safe beside writers in other threads and processes. Raises
        `RemoteUnavailable`, `RemoteDiverged`, `WriteFailed`; nothing has then changed.
        """
        has_come = self._writer.fetch(seconds, is_awaited)
        self._schedule_maintenance()
        return has_come

    def share(self) -> None:
        """Give the shared git server what it lacks of this history: one that is empty, or was restored from a backup.

        Raises `RemoteDiverged`, `RemoteRefused`, `RemoteUnavailable`, `BadRemote`; nothing is ever overwritten there.
        """
        self._writer.share()

    def check_pushes(self) -> None:
        """Raises `RemoteRefused` where a shared git server refused the last push, within the last minutes."""
        self._writer.check_pushes()

    def sign_with(self, signer: Callable[[], Key | None]) -> None:
        """Ask `signer` before each batch for the key that signs its commits (None: they are not signed)."""
        self._writer.signer = signer

    def observe_batches(self, observe: Callable[[int, float], None]) -> None:
        """Tell `observe` of each batch how many events it had and how many seconds it took."""
        self._writer.observe = observe

    def check_with(self, check: Callable[[Sequence[Entry]], None]) -> None:
        """Show `check` the entries that intents would make, before anything of them is written.

        It is called with those of one `write_together`, or of one intent, with the writer's lock held; what it raises
        is raised to who asked for these, and does not touch the others of the batch. It must not write to this store.
        The ids of commits that do not exist yet are made up; the numbers are right only where nothing else is written
        in the same batch.
        """
        self._writer.check = check

    def close(self) -> None:
        self._writer.close()
        self._repositories.close()

    def write(self, *intents: Intent) -> list[Receipt]:
        """The one transaction: all intents durable before it returns. See `Writer.write`."""
        receipts = self._writer.write(intents)
        self._schedule_maintenance()
        return receipts

    def write_together(self, intents: Sequence[Intent]) -> list[Receipt]:
        """All of these intents, each on what the one before leaves, or none. See `Writer.write_together`."""
        receipts = self._writer.write_together(intents)
        self._schedule_maintenance()
        return receipts

    def _schedule_maintenance(self) -> None:
        if self._writer.batches - self._maintained >= BATCHES_BETWEEN:
            self._maintained = self._writer.batches
            threading.Thread(target=self._maintain_quietly, name=MAINTENANCE, daemon=True).start()

    def redact(self, redaction: Redaction, key: Key | None) -> HistoryRedacted:
        """Take something out of the history. See `Writer.redact`."""
        return self._writer.redact(redaction, key)

    def on_rewrite(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the history was found rewritten, by this process or another."""
        self._rewritten = callback

    def _forget(self) -> None:
        self._parts = PartCache()
        self._rewritten()

    @property
    def generation(self) -> int:
        """Another number after each time that history was rewritten; 0: it never was, in this copy."""
        return self._repositories.generation()

    def id_after_redaction(self, entry: str, seq: int) -> str | None:
        """The id now of the entry that had the id `entry` before a redaction, at its place `seq`; None: none had."""
        repo = self._repositories.get()
        commit: str | None = queries.reference(repo, LEDGER)
        while commit is not None:
            current = queries.read_entry(repo, commit)
            if current.seq <= seq:
                return commit if any(previous_ids.entry == entry for previous_ids in current.was) else None
            commit = current.previous
        return None

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold off every writer, of other processes too, for a backup."""
        return self._writer.exclusive()

    def maintain(self) -> None:
        """Repack geometrically and write the commit-graph, one at a time."""
        maintain(self._repositories.get(), self.path)

    def checkpoint(self, key: Key, publication: str, redactions: tuple[int, ...] = ()) -> Checkpoint | None:
        """State, signed, where the ledger stands; None where that is stated already. `redactions`: their events."""
        return self._writer.checkpoint(lambda repo: make_checkpoint(repo, key, publication, self._clock(), redactions))

    def checkpoints(self, before: str | None = None, limit: int = PAGE) -> list[Checkpoint]:
        """The checkpoints, newest first; with `before` (a checkpoint's commit), those before it.

        Raises `BadCheckpoint`, `BadRevision`.
        """
        repo = self._repositories.get()
        if before is None:
            return list(checkpoints(repo, queries.reference(repo, CHECKPOINTS), limit))
        tip = queries.reference(repo, CHECKPOINTS)
        if tip is None or not queries.is_ancestor(repo, queries.commit_id(before), tip):
            raise BadCheckpoint("There is no such checkpoint.")
        return list(checkpoints(repo, before, limit + 1))[1:]

    def prove(self, request: ProofRequest, key: Key) -> bytes:
        """The proof bundle of a correction, signed. Raises `NotProvenYet`, `BadProof`."""
        return sign_proof(collect_proof(self._repositories.get(), request), key)

    def heads(self) -> dict[str, str]:
        """The commits that ledger, main and checkpoints hold, by the references' full names."""
        repo = self._repositories.get()
        commits = {name: queries.reference(repo, name) for name in (LEDGER, MAIN, CHECKPOINTS)}
        return {name: commit for name, commit in commits.items() if commit is not None}

    def bundle(self, target: Path, since: Mapping[str, str]) -> bool:
        """Write ledger, main and checkpoints to a git bundle; see `repo_store.bundle.write_bundle`.

        Hold `exclusive` to have the three agree.
        """
        return write_bundle(self._repositories.get(), target, self.heads(), since)

    def head(self) -> Head:
        """Where the ledger stands."""
        return queries.read_head(self._repositories.get())

    def ledger(self) -> str | None:
        """The last entry's commit, or None before the first."""
        return queries.reference(self._repositories.get(), LEDGER)

    def main(self) -> str | None:
        """The commit of `main`, or None before the first article."""
        return queries.reference(self._repositories.get(), MAIN)

    def text(self, article: str, revision: str) -> str:
        """An article's body at a revision (full commit id). Raises `NotFound`, `BadRevision`, `BadArticleId`."""
        return self.source(article, revision).text

    def source(self, article: str, revision: str, part: Part = Part.BODY) -> Source:
        """A part of an article at a revision, and its format; empty where the article has no such part. Raises as
        `text` does."""
        return self._read(
            lambda repo: queries.read_part(repo, article, revision, part),
            lambda cache, read: cache.source(article, revision, part, read),
        )

    def parts(self, article: str, revision: str) -> Parts:
        """What is stored beside an article's body. Raises as `text` does, but for `NotFound`."""
        return self._read(
            lambda repo: queries.read_parts(repo, article, revision),
            lambda cache, read: cache.parts(article, revision, read),
        )

    def _read(self, read: Callable[[Repo], _Read], look_up: Callable[[PartCache, Callable[[], _Read]], _Read]) -> _Read:
        """Look something up that is read from git where it is not kept."""
        cache, repo = self._parts, self._repositories.get()  # in this order: the latter notices a rewritten history
        return look_up(cache, lambda: read(repo)) if cache is self._parts else read(repo)

    def meta(self, article: str, revision: str) -> ArticleMeta:
        """What stands beside the text. Raises as `text` does."""
        return queries.read_meta(self._repositories.get(), article, revision)

    def entries(self, after: str | None = None, until: str | None = None) -> Iterator[Entry]:
        """The ledger replayed, oldest first. Raises `BadEvent`."""
        return queries.entries(self._repositories.get(), after, until)

    def entry(self, commit: str) -> Entry:
        """One entry by its commit. Raises `BadEvent`."""
        return queries.read_entry(self._repositories.get(), commit)

    def has(self, commit: str) -> bool:
        """Is this commit in the repository, whatever leads to it? Raises `GitRefused` where git cannot say."""
        return queries.has_object(self._repositories.get(), queries.commit_id(commit))

    def is_on_ledger(self, commit: str) -> bool:
        """Does the ledger's chain lead back to this commit?"""
        repo = self._repositories.get()
        ledger = queries.reference(repo, LEDGER)
        return ledger is not None and queries.is_ancestor(repo, queries.commit_id(commit), ledger)

    def history(self, article: str, revision: str) -> list[RevisionSummary]:
        """An article's revisions, newest first."""
        return queries.history(self._repositories.get(), article, revision)

    def blame(self, article: str, revision: str) -> list[BlamedLine]:
        """Each line of an article with the commit on `main` that last wrote it."""
        return queries.blame(self._repositories.get(), article, revision)

    def articles_with(self, words: str, revision: str, limit: int) -> list[str]:
        """The ids of articles that have a line with just these words at a revision of `main`, up to `limit`."""
        return queries.articles_with(self._repositories.get(), words, revision, limit)

    def _maintain_quietly(self) -> None:
        try:
            self.maintain()
        except (RepoStoreError, OSError) as error:
            _log.warning("maintenance of %s: %s", self.path, error)
            self._maintained = 0  # the next write tries again
