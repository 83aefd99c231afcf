"""The one writer of a repository: group commit inside the process, a kernel lock between processes.

`docs/decisions/001-one-writer.md` says why each step is there.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from git import Repo

from repo_store.audit.checkpoints import Checkpoint, NewCheckpoint
from repo_store.dry_run import expected_entries
from repo_store.errors import (
    BadEvent,
    BadRemote,
    RemoteBusy,
    RemoteFailure,
    RepoStoreError,
    Stale,
    WriteFailed,
)
from repo_store.files import lock_file, lock_file_in_time, sync_folders
from repo_store.git.batches import WrittenIntent, write_batch
from repo_store.git.maintenance import PENDING, purge
from repo_store.git.object_batch import KnownTrees
from repo_store.git.packfile import write_pack
from repo_store.git.recovery import (
    clear_half_written,
    clear_leftovers,
    clear_stale_locks,
    drop_scratch,
    drop_tracking,
    finish_redaction,
    roll_forward,
)
from repo_store.git.ref_transaction import ReferenceTransaction, ReferenceUpdate
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN, ThreadRepositories, configure
from repo_store.history_rewrite import Redaction, rewrite
from repo_store.job import Job
from repo_store.model.entries import Entry
from repo_store.model.event_rules import keys
from repo_store.model.events import HistoryRedacted
from repo_store.model.head import Head
from repo_store.model.intents import Intent, Receipt
from repo_store.queries import read_head, reference
from repo_store.recent_changes import RecentChanges
from repo_store.shared_remote import Remote, SharedRepository
from repo_store.ssh_signatures import Key

MAX_BATCH = 200  # intents in one batch; ids of a batch must fit a pipe's buffer
MAX_ATTEMPTS = 5  # at moving the references before a writer outside the lock is reported
BUSY_SECONDS = 5  # that a turn goes on with a shared git server, after which others are refused instead of queued
LOCK_SECONDS = 10  # the same, that other processes on this machine may take
BUSY = "The shared git server is slow, or this node's copy is in use. Nothing was saved. Try again in a moment."
MAX_SHARED_ATTEMPTS = 100  # the same, on a shared git server: without a lock, one in as many succeeds as nodes write


class Writer:
    """Writes batches of intents. One per process and repository; safe to call from many threads."""

    def __init__(
        self,
        path: Path,
        repositories: ThreadRepositories,
        clock: Callable[[], datetime],
        remote: Remote | None = None,
    ) -> None:
        self.signer: Callable[[], Key | None] = lambda: None
        self.check: Callable[[Sequence[Entry]], None] = lambda entries: None
        self.observe: Callable[[int, float], None] = lambda events, seconds: None
        self._path = path
        self._repositories = repositories
        self._clock = clock
        self._condition = threading.Condition()
        self._leading = self._is_batch_next = False
        self._leading_since = 0.0  # monotonic
        self._waiting: list[Job] = []
        self._last_head: Head | None = None  # where this writer left the chain
        self._recent = RecentChanges()
        self._known = KnownTrees()
        self._references = ReferenceTransaction()
        self.shared = None if remote is None else SharedRepository(path, repositories, self._references, remote)
        self._generation = repositories.generation()
        self.batches = 0  # that were written or fetched: so many packs

    def write(self, intents: Sequence[Intent]) -> list[Receipt]:
        """Write each intent, durably, and return the receipts in order.

        Intents of one call go into one batch but do not depend on each other. Raises `Stale` when what the first
        failing intent touches has changed since its `based_on`, `IntentRefused` or what `check` raises when it could
        not be read afterwards, `WriteFailed` when nothing could be written.
        """
        return [receipt for receipts in self._submit([(intent,) for intent in intents]) for receipt in receipts]

    def write_together(self, intents: Sequence[Intent]) -> list[Receipt]:
        """Write all of these, each on the picture that the one before leaves, or none. Raises as `write` does.

        An event whose `onto` is `PREVIOUS` was made onto what the intent before it published.
        """
        return self._submit([tuple(intents)])[0] if intents else []

    def _submit(self, intent_groups: Sequence[tuple[Intent, ...]]) -> list[list[Receipt]]:
        self._check_prompt()
        jobs = [Job(intents, tuple(keys(intent.event) for intent in intents)) for intents in intent_groups]
        with self._condition:
            self._waiting += jobs
        while self._wait_for_lead(jobs):
            try:
                self._write_waiting()
            finally:
                self._hand_over()
        return [job.future.result() for job in jobs]

    def close(self) -> None:
        """Let go of what is kept running between batches."""
        with self._condition:
            while self._leading:
                self._condition.wait()
            self._references.close()

    def recover(self) -> None:
        """Clear what a dead writer left and roll `main` forward. Raises `WriteFailed`.

        Where the ledger's last event cannot be read, all is left as it is: a newer version may be able to read it.
        With a shared git server the clone is then brought up to date; see `SharedRepository.begin`.
        """
        with self._exclusive():
            repo = self._repositories.get()
            try:
                read_head(repo)
            except BadEvent:
                return
            clear_leftovers(self._path)
            configure(repo)
            drop_scratch(repo, self._path)
            roll_forward(repo, self._path)
            finish_redaction(repo, self._path)
            if self.shared is not None:
                self.shared.begin()

    def fetch(self, seconds: float | None = None, is_awaited: Callable[[], bool] | None = None) -> bool:
        """Bring the clone up to date with the shared git server. Raises as `SharedRepository.fetch`.

        With `seconds` it waits no longer for its turn either, with `is_awaited` for `LOCK_SECONDS`: then it raises
        `RemoteBusy`.
        """
        if self.shared is None:
            return False
        if seconds is not None:
            self._check_prompt()
        with self._exclusive(LOCK_SECONDS if seconds is None and is_awaited is not None else seconds):
            has_come = self.shared.fetch(seconds, is_awaited)
            self.batches += has_come  # in a pack of their own
            return has_come

    def check_pushes(self) -> None:
        """Raises as `SharedRepository.check_pushes`."""
        if self.shared is not None:
            self.shared.check_pushes()

    def share(self) -> None:
        """Give an empty shared git server this history. Raises as `SharedRepository.share`."""
        if self.shared is None:
            raise BadRemote("No shared git server is configured.")
        with self._exclusive(), self.shared.lock():
            self.shared.share()

    def checkpoint(self, make: Callable[[Repo], NewCheckpoint | None]) -> Checkpoint | None:
        """Write what `make` makes of the ledger as it stands; None where it makes nothing.

        Raises `WriteFailed`, and as `fetch`: nothing is signed that is not what the shared git server has.
        """
        with self._exclusive(), self._shared_lock():
            if self.shared is not None:
                self.shared.fetch()
            for _ in range(self._attempts):
                repo = self._repositories.get()
                new = make(repo)
                if new is None:
                    return None
                write_pack(repo, new.objects)
                commit, previous = new.checkpoint.commit, new.previous
                if self.shared is None:
                    repo.git.update_ref(CHECKPOINTS, commit, previous or "0" * 40)
                    sync_folders(self._path / "refs" / "heads")
                    return new.checkpoint
                if self.shared.move(repo, ReferenceUpdate(CHECKPOINTS, commit, previous)):
                    return new.checkpoint
        raise self._out_raced()

    def redact(self, redaction: Redaction, key: Key | None) -> HistoryRedacted:
        """Take something out of the history, for good; what was signed is signed by `key`.

        Raises `NothingToRedact`, `WriteFailed`.
        """
        with self._exclusive(), self._shared_lock():
            if self.shared is not None:
                self.shared.fetch()
            repo = self._repositories.get()
            head = self._read_current_head(repo)
            result = rewrite(repo, redaction, head, self._time(head), key, self.signer())
            write_pack(repo, result.objects)
            (self._path / PENDING).write_bytes(b"")
            sync_folders(self._path)
            try:
                if not self._move_references(repo, head, result.ledger, result.main):
                    raise WriteFailed("The references were moved by another writer. Nothing was redacted; try again.")
            except RepoStoreError:
                if reference(repo, LEDGER) == head.ledger:
                    (self._path / PENDING).unlink(missing_ok=True)
                raise
            drop_scratch(repo, self._path)
            drop_tracking(repo)
            purge(repo, self._path)
            return result.event

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the writer's lock, for maintenance and backups."""
        with self._exclusive():
            yield

    def _wait_for_lead(self, jobs: list[Job]) -> bool:
        """Wait until these are answered (False), or until it is this thread's turn to write what is waiting (True)."""
        with self._condition:
            while self._leading and not all(job.future.done() for job in jobs):
                self._condition.wait(None if self.shared is None else BUSY_SECONDS / 5)
                self._leave_if_busy(jobs)
            if all(job.future.done() for job in jobs):
                return False
            self._leading, self._is_batch_next = True, False
            self._leading_since = time.monotonic()
            return True

    def _check_prompt(self) -> None:
        """With a shared git server, raises `RemoteBusy` where the turn of another goes on for `BUSY_SECONDS`."""
        if self.shared is not None and self._leading and time.monotonic() - self._leading_since > BUSY_SECONDS:
            raise RemoteBusy(BUSY, words="busy")

    def _leave_if_busy(self, jobs: list[Job]) -> None:
        """As `_check_prompt`, for jobs that nobody has begun to write: they are taken back."""
        own, waiting = {id(job) for job in jobs}, {id(job) for job in self._waiting}
        if own <= waiting:
            try:
                self._check_prompt()
            except RemoteBusy:
                self._waiting = [job for job in self._waiting if id(job) not in own]
                raise

    def _hand_over(self) -> None:
        with self._condition:
            self._leading = False
            self._condition.notify_all()

    @contextmanager
    def _exclusive(self, seconds: float | None = None) -> Iterator[None]:
        """Raises `RemoteBusy` where its turn does not come within `seconds`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        with self._condition:
            while self._leading or (self._is_batch_next and self._waiting):
                if not self._condition.wait(None if deadline is None else max(0.0, deadline - time.monotonic())):
                    raise RemoteBusy(BUSY, words="busy")
            self._leading = self._is_batch_next = True  # who comes again at once does not keep writers waiting
            self._leading_since = time.monotonic()
        try:
            with self._file_lock(None if deadline is None else max(0.0, deadline - time.monotonic())):
                yield
        finally:
            self._hand_over()

    @contextmanager
    def _file_lock(self, seconds: float | None = None) -> Iterator[None]:
        """Raises `RemoteBusy` where other processes keep the lock for `seconds`."""
        path = self._path / "writer.flock"
        descriptor = lock_file(path) if seconds is None else lock_file_in_time(path, seconds)
        if descriptor is None:
            raise RemoteBusy(BUSY, words="busy")
        try:
            yield
        finally:
            os.close(descriptor)

    def _write_waiting(self) -> None:
        """Write a batch of what waits once this process has its turn: the longer that takes, the more goes into it."""
        batch: list[Job] = []
        try:
            with self._file_lock(None if self.shared is None else LOCK_SECONDS), self._shared_lock():
                batch = self._next_batch()
                self._write_batch(batch)
        except Exception as error:  # whatever it is, nobody may wait for an answer for ever
            for job in batch or self._next_batch():
                if not job.future.done():
                    job.future.set_exception(error)

    def _next_batch(self) -> list[Job]:
        """Take what has waited longest, up to a batch; one job is never cut in two."""
        size = job_count = 0
        with self._condition:
            while job_count < len(self._waiting) and (
                job_count == 0 or size + len(self._waiting[job_count].intents) <= MAX_BATCH
            ):
                size += len(self._waiting[job_count].intents)
                job_count += 1
            batch, self._waiting = self._waiting[:job_count], self._waiting[job_count:]
        return batch

    def _write_batch(self, batch: list[Job]) -> None:
        try:
            self._attempt(batch)
        except (WriteFailed, ValueError) as error:  # the latter from what cannot be encoded
            clear_half_written(self._path)
            if len(batch) == 1 or isinstance(error, RemoteFailure):
                raise  # the server may take the whole batch yet: written again one by one it would be there twice
            for job in batch:
                if not job.future.done():
                    self._write_alone(job)

    def _write_alone(self, job: "Job") -> None:
        try:
            self._attempt([job])
        except (RepoStoreError, ValueError, OSError) as error:
            clear_half_written(self._path)
            job.future.set_exception(error)

    def _attempt(self, batch: list[Job]) -> None:
        if self.shared is not None:
            self.shared.prepare(intent.based_on for job in batch for intent in job.intents)
        for _ in range(self._attempts):
            repo = self._repositories.get()
            head = self._read_current_head(repo)
            at = self._time(head)
            jobs = self._drop_refused(self._drop_stale(repo, head, batch), head, at)
            if not jobs:
                return
            intents, started_at = [intent for job in jobs for intent in job.intents], time.perf_counter()
            with write_batch(repo, head, intents, at, self.signer(), self._known) as written:
                is_moved = self._move_references(repo, head, written[-1].entry, written[-1].main)
            if is_moved:
                self.batches += 1
                self._repositories.commits.update((result.entry, result.entry_commit) for result in written)
                last = written[-1]
                self._last_head = Head(last.entry, last.main, last.seq, last.corrections, at)
                self._resolve(jobs, written, head, at)
                self.observe(len(intents), time.perf_counter() - started_at)
                return
        raise self._out_raced()

    @property
    def _attempts(self) -> int:
        return MAX_ATTEMPTS if self.shared is None else MAX_SHARED_ATTEMPTS

    def _out_raced(self) -> WriteFailed:
        return WriteFailed(f"The references of {self._path} were moved by another writer {self._attempts} times.")

    def _shared_lock(self) -> AbstractContextManager[object]:
        return nullcontext() if self.shared is None else self.shared.lock()

    def _read_current_head(self, repo: Repo) -> Head:
        """The head, with `main` where it names it (a writer in another process may have died between the two)."""
        clear_stale_locks(self._path)
        generation = self._repositories.generation()
        if generation != self._generation:
            self._generation, self._recent, self._last_head = generation, RecentChanges(), None
            self._known = KnownTrees()
        head = roll_forward(repo, self._path, self._last_head)
        self._recent.follow(repo, head)
        return head

    def _drop_stale(self, repo: Repo, head: Head, batch: list[Job]) -> list[Job]:
        current_jobs = []
        touched_keys: set[str] = set()
        for job in batch:
            if job.future.done():
                continue
            job_keys = frozenset[str]().union(*job.keys_by_intent)
            if job_keys & touched_keys or self._recent.has_changed(repo, job.intents[0].based_on, job_keys):
                job.future.set_exception(Stale("This has changed in the meantime. Check it and decide again."))
                continue
            touched_keys |= job_keys
            current_jobs.append(job)
        return current_jobs

    def _drop_refused(self, jobs: list[Job], head: Head, at: datetime) -> list[Job]:
        """The jobs whose events can be read back and projected; the others are refused."""
        accepted = []
        for job in jobs:
            try:
                self.check(expected_entries(job.intents, head, at))
            except Exception as error:  # whatever it is, it is this job's alone
                job.future.set_exception(error)
            else:
                accepted.append(job)
        return accepted

    def _time(self, head: Head) -> datetime:
        now = self._clock().astimezone(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return max(now, head.at) if head.at is not None else now

    def _move_references(self, repo: Repo, head: Head, ledger: str, main: str) -> bool:
        """Move `ledger` and `main` in one transaction with their old values checked; then sync their folder.

        A `main` that stays is left out: git would lock it, and HEAD, which names it, for nothing.
        """
        updates = (ReferenceUpdate(LEDGER, ledger, head.ledger), ReferenceUpdate(MAIN, main, head.main))
        if self.shared is not None:
            return self.shared.move(repo, *updates)
        refused = self._references.move(repo, *(update for update in updates if update.new != update.old))
        if refused and reference(repo, LEDGER) != ledger:
            if reference(repo, LEDGER) == head.ledger and reference(repo, MAIN) == head.main:
                raise refused
            return False
        sync_folders(self._path / "refs" / "heads")
        return True

    def _resolve(self, jobs: list[Job], written: list[WrittenIntent], head: Head, at: datetime) -> None:
        previous = head.ledger
        results = iter(written)
        for job in jobs:
            receipts = []
            for intent, touched in zip(job.intents, job.keys_by_intent, strict=True):
                result = next(results)
                entry = Entry(
                    id=result.entry,
                    previous=previous,
                    commit=result.commit,
                    seq=result.seq,
                    at=at,
                    main=result.main,
                    corrections=result.corrections,
                    event=result.event or intent.event,
                )
                previous = result.entry
                self._recent.add(entry.id, entry.seq, touched)
                receipts.append(Receipt(entry, result.content))
            job.future.set_result(receipts)
