"""A publication that several machines share through one git server: `docs/decisions/024-a-shared-git-server.md`.

Each machine has a clone of its own, which is never ahead of the server: what is written goes there first.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from git import Repo

from repo_store.audit.ledger_chain import LedgerChain
from repo_store.audit.redactions import RewrittenRuns, redaction_findings
from repo_store.errors import (
    BadEvent,
    GitRefused,
    NewerFormat,
    RefusedWrite,
    RemoteDiverged,
    RemoteRefused,
    RemoteUnavailable,
    WriteFailed,
)
from repo_store.files import sync_folders
from repo_store.git.maintenance import PENDING
from repo_store.git.recovery import clear_stale_locks, finish_redaction
from repo_store.git.ref_transaction import ReferenceTransaction, ReferenceUpdate
from repo_store.git.refs import Tips
from repo_store.git.remote_transport import PushOutcome, PushStatus, RemoteTransport, check_address, public_url
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN, ThreadRepositories
from repo_store.model.events import HistoryRedacted
from repo_store.queries import has_object, is_ancestor, read_entry, reference

SECONDS = 20  # that a push may report no progress; a fetch for a write may take half of it
SILENT_SECONDS = 20  # that any other fetch may report none: it may bring a whole history
LONGEST = 3  # times as long a push may take at most: other nodes wait for it
SHARE_SECONDS = 600  # that the push of a whole history may report no progress, to a server that nobody else uses yet
OPENING_SECONDS = 5  # that one may take when a clone is opened that can be read without
REFUSAL_SECONDS = 600  # that a refused push is told of, unless one was taken since
_REFUSAL = "push.refused"  # a file with what the server said, for all processes
MAX_FETCHES = 10  # until the server shows ledger and main of one moment: it moves one after the other
FETCH_INTERVAL_SECONDS = 0.1  # between these
_REDACTION = f'"type":"{HistoryRedacted.model_fields["type"].default}"'
_LOST_RACE = ("stale info", "fetch first", "atomic transaction failed", "failed to update ref")  # git's own reasons

_log = logging.getLogger("repo_store")


@dataclass(frozen=True)
class Remote:
    """A git server that several nodes share.

    `url` is anything that `git push` takes, `lock` gives a context manager that keeps the writers of all other nodes
    away from this publication (None: they get in each other's way more often, and do no harm). `seconds` is how
    long a push may report no progress; half of it is how long a fetch for a write may take. `announce` is called with
    the new head of the ledger once the server has it, with the locks held, and before anybody is answered; what was
    written counts whatever it does.

    Raises `BadRemote` where `url` is no address.
    """

    url: str
    lock: Callable[[], AbstractContextManager[object]] | None = None
    seconds: float = SECONDS
    announce: Callable[[str], None] | None = None

    def __post_init__(self) -> None:
        check_address(self.url)

    @property
    def public_url(self) -> str:
        """The address without user and password."""
        return public_url(self.url)


class SharedRepository:
    """One node's clone and the server. All methods but `lock` are called with the clone's writer's lock held."""

    def __init__(
        self, path: Path, repositories: ThreadRepositories, references: ReferenceTransaction, remote: Remote
    ) -> None:
        self._path = path
        self._repositories = repositories
        self._references = references
        self._remote = remote
        self._transport = RemoteTransport(path, remote.url)
        self._others_write = False  # the last write had to fetch: the next one does so before it pushes

    def lock(self) -> AbstractContextManager[object]:
        """Keep the writers of all nodes away."""
        return nullcontext() if self._remote.lock is None else self._remote.lock()

    def begin(self) -> None:
        """Bring the clone up to date when it is opened.

        Where the server does not answer, or has another history, what is here can be read; an empty clone is refused.
        Raises `BadRemote`, `RemoteUnavailable`.
        """
        if reference(self._repositories.get(), LEDGER) is None:
            self._transport.check_atomic()
            self.fetch()
            return
        try:
            self.fetch(OPENING_SECONDS)
        except WriteFailed as error:
            _log.error("%s: %s", self._path, error.message)

    def prepare(self, entries: Iterable[str | None]) -> None:
        """Before a write that is based on `entries`: fetch, if other nodes were writing at the last, or wrote these.

        Raises as `fetch`.
        """
        repo = self._repositories.get()
        if self._others_write or not all(has_object(repo, entry) for entry in set(entries) if entry is not None):
            self._others_write = self._fetch_for_write()

    def fetch(self, seconds: float | None = None, is_awaited: Callable[[], bool] | None = None) -> bool:
        """Bring ledger, main and checkpoints up to date with the server; returns whether something came.

        It is given up after `seconds`, or without them when git has reported no progress for `SILENT_SECONDS`, and when
        nobody waits for it any more, as `is_awaited` tells. They go forward only; a history that was redacted meanwhile
        takes the place of the old one, whose objects are thrown away. Raises `RemoteUnavailable`, `RemoteDiverged`,
        `WriteFailed`; nothing has then been moved.
        """
        clear_stale_locks(self._path)
        is_patient = seconds is None
        for _ in range(MAX_FETCHES):
            self._transport.fetch(
                SILENT_SECONDS if seconds is None else seconds, is_patient=is_patient, is_awaited=is_awaited
            )
            repo = self._repositories.get()
            shared = self._transport.tips(repo)
            named = self._named_main(repo, shared)
            if shared.main == named:
                has_come = self._follow(repo, shared)
                finish_redaction(repo, self._path)
                return has_come
            time.sleep(FETCH_INTERVAL_SECONDS)
        raise RemoteDiverged(
            f"main on the shared git server is at {shared.main}, but the last event of its ledger names {named}. "
            f"Nothing was fetched. Put it back there with `git update-ref {MAIN} {named}`."
        )

    def move(self, repo: Repo, *updates: ReferenceUpdate) -> bool:
        """Move references on the server, then here; False where others had moved them: the clone is up to date then.

        Raises `RemoteUnavailable`, `RemoteRefused`, `RemoteDiverged`. What the server has taken counts as written: if
        the references here cannot be moved, the next fetch does it.
        """
        if not self._push(updates):
            return False
        if self._remote.announce is not None:
            for update in updates:
                if update.name == LEDGER:
                    self._remote.announce(update.new)
        if any(reference(repo, update.name) != update.old for update in updates):
            return True  # a fetch has brought them
        try:
            refused: Exception | None = self._references.move(repo, *updates)
            sync_folders(self._path / "refs" / "heads")
        except (GitRefused, OSError) as error:
            refused = error
        if refused is not None:
            self._others_write = True
            _log.error("%s: it is on the shared git server, and not yet here: %s", self._path, refused)
        return True

    def check_pushes(self) -> None:
        """Raises `RemoteRefused` where the last push, of any process here, was refused a short while ago."""
        with suppress(FileNotFoundError):
            file = self._path / _REFUSAL
            seconds = time.time() - file.stat().st_mtime
            if seconds < REFUSAL_SECONDS:
                words = file.read_text(encoding="utf-8", errors="replace")
                raise RemoteRefused(
                    f"The shared git server refused the last push, {seconds:.0f} seconds ago. It says: {words}.",
                    words=words,
                )

    def share(self) -> None:
        """Give the server what it lacks of this clone's history, of which it has the beginning, or nothing.

        Raises `RemoteDiverged`, `RemoteRefused`, `RemoteUnavailable`.
        """
        self._transport.check_atomic()
        self._transport.fetch(SILENT_SECONDS, is_patient=True)
        repo = self._repositories.get()
        updates = _updates(self._transport.tips(repo), self._own(repo))
        if any(update.old and not is_ancestor(repo, update.old, update.new) for update in updates):
            raise self._diverged("has events that are not in this copy")
        outcome = self._transport.push(updates, SHARE_SECONDS) if updates else PushOutcome(PushStatus.MOVED)
        if outcome.status is not PushStatus.MOVED:
            raise self._failure(outcome)

    def _push(self, updates: tuple[ReferenceUpdate, ...]) -> bool:
        seconds = self._remote.seconds
        outcome = self._transport.push(updates, seconds, LONGEST * seconds)
        generation = self._repositories.generation()
        if outcome.status is PushStatus.MOVED:
            (self._path / _REFUSAL).unlink(missing_ok=True)
            return True
        self._others_write = True
        try:
            self._fetch_for_write()
        except RefusedWrite as error:  # the disk here; written again, a batch that has landed would be there twice
            if outcome.status is PushStatus.UNKNOWN:
                raise self._failure(outcome) from error
            raise
        repo = self._repositories.get()
        current = {update.name: reference(repo, update.name) for update in updates}
        if all(_contains(repo, current[update.name], update.new) for update in updates):
            return True
        if outcome.status is PushStatus.UNKNOWN and generation != self._repositories.generation():
            raise self._failure(outcome)  # it may be there under another id
        if any(current[update.name] != update.old for update in updates):
            return False
        if outcome.status is PushStatus.REFUSED and any(words in outcome.words for words in _LOST_RACE):
            return False
        raise self._failure(outcome)

    def _fetch_for_write(self) -> bool:
        try:
            return self.fetch(self._remote.seconds / 2)
        except RemoteUnavailable as error:
            words = str(error.details["words"])
            raise RemoteUnavailable(
                "The shared git server does not answer. Nothing was saved, as far as is known. Try again in a moment. "
                f"({words})",
                words=words,
            ) from error

    def _failure(self, outcome: PushOutcome) -> RemoteRefused | RemoteUnavailable:
        if outcome.status is PushStatus.REFUSED:
            with suppress(OSError):
                (self._path / _REFUSAL).write_text(outcome.words, encoding="utf-8")
            return RemoteRefused(
                f"The shared git server refused this. Nothing was saved. It says: {outcome.words}.", words=outcome.words
            )
        return RemoteUnavailable(
            "The shared git server broke off before it confirmed this. It was not saved so far; if it does not appear "
            f"in a moment, try again. ({outcome.words})",
            words=outcome.words,
        )

    def _follow(self, repo: Repo, shared: Tips) -> bool:
        own = self._own(repo)
        if own == shared:
            return False
        updates = _updates(own, shared)
        if any(old is not None and shared.by_name()[name] is None for name, old in own.by_name().items()):
            raise self._diverged("lacks events that are here")
        if any(update.old and not is_ancestor(repo, update.old, update.new) for update in updates):
            try:
                self._check_redaction(repo, own, shared)
            except BadEvent as error:
                raise self._diverged(f"has a ledger that this version cannot read ({error.message})") from error
        if own.ledger is not None and _has_redaction(repo, own.ledger, str(shared.ledger)):
            (self._path / PENDING).write_bytes(b"")
            sync_folders(self._path)
        refused = self._references.move(repo, *updates)
        if refused is not None:
            raise refused
        sync_folders(self._path / "refs" / "heads")
        return True

    def _named_main(self, repo: Repo, tips: Tips) -> str | None:
        """The `main` that the last event names; where a newer version wrote that event, the one that is there."""
        if tips.ledger is None:
            return None
        try:
            return read_entry(repo, tips.ledger).main
        except NewerFormat:
            return tips.main
        except BadEvent as error:
            raise self._diverged(f"has a ledger that does not end with an event ({error.message})") from error

    def _check_redaction(self, repo: Repo, own: Tips, shared: Tips) -> None:
        """Raises `RemoteDiverged` where the server's history is not this clone's with something taken out of it.

        Its ledger has to say so: the entry in the place of this clone's last has that one's id among its previous ones,
        and an audit finds nothing wrong with what was rewritten.
        """
        if own.checkpoints and not (shared.checkpoints and is_ancestor(repo, own.checkpoints, shared.checkpoints)):
            raise self._diverged("has other checkpoints")
        if own.ledger is None or shared.ledger is None:
            raise self._diverged("has another history")
        if is_ancestor(repo, shared.ledger, own.ledger):
            raise self._diverged("lacks events that are here")
        last = read_entry(repo, own.ledger)
        with tempfile.TemporaryDirectory(prefix="corrections-fetched-") as folder:
            chain = LedgerChain(repo, Path(folder), shared.ledger)
            if len(chain) <= last.seq:
                raise self._diverged("has another history")
            previous_ids = chain.entry_at(last.seq).was
            if not any((ids.entry, ids.main) == (last.id, last.main) for ids in previous_ids):
                raise self._diverged("has another history")
            runs = RewrittenRuns()
            for portion in chain.portions():
                for entry in portion:
                    runs.add(entry)
            for finding in redaction_findings(repo, chain, runs):
                raise self._diverged(f"was rewritten in another way than it says ({finding.message})")

    def _diverged(self, what: str) -> RemoteDiverged:
        return RemoteDiverged(
            f"The shared git server {what}. Nothing was changed, there or here. Compare {self._path} with "
            f"{self._remote.public_url}: somebody pushed to it by hand, an old backup was restored, or it belongs "
            "to another publication."
        )

    def _own(self, repo: Repo) -> Tips:
        return Tips(*(reference(repo, name) for name in (LEDGER, MAIN, CHECKPOINTS)))


def _updates(old: Tips, new: Tips) -> list[ReferenceUpdate]:
    """What leads from these references to those, which have all of them."""
    previous = old.by_name()
    return [
        ReferenceUpdate(name, commit, previous[name])
        for name, commit in new.by_name().items()
        if commit is not None and commit != previous[name]
    ]


def _contains(repo: Repo, tip: str | None, commit: str) -> bool:
    return tip is not None and (tip == commit or is_ancestor(repo, commit, tip))


def _has_redaction(repo: Repo, old: str, new: str) -> bool:
    """Is there a redaction among the entries that `new` has and `old` has not?"""
    options = ("-1", "--first-parent", "--fixed-strings", f"--grep={_REDACTION}")
    return bool(repo.git.rev_list(*options, new, f"^{old}", "--"))
