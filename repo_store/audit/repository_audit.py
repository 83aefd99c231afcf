"""Proof that nothing is missing: the chain of events, the objects, and `main` against what the events say.

Reads only. Needs nothing but the repository; each finding names a commit where it can.
"""

import configparser
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from git import Repo
from git.config import GitConfigParser

from repo_store.audit.chain_checks import (
    DateCheck,
    MainCheck,
    OrderCheck,
    ProposalCheck,
    SourceVersionCheck,
    Start,
    named_commits,
)
from repo_store.audit.checkpoints import Checkpoint, CheckpointFile, announced_keys
from repo_store.audit.commit_set import CommitSet, list_commits
from repo_store.audit.content import ContentCheck
from repo_store.audit.continuation import keys_until, new_object_findings, trusted_start
from repo_store.audit.examination import Examination, OutsideFiles, examine
from repo_store.audit.known_keys import KnownKeys
from repo_store.audit.ledger_chain import LedgerChain
from repo_store.audit.public_audit import audit_main
from repo_store.audit.redactions import RewrittenRuns, redaction_findings
from repo_store.audit.signatures import SignedLedger, signature_findings
from repo_store.errors import BadEvent, GitRefused, NewerFormat, RepoStoreError
from repo_store.git.command import DIED
from repo_store.git.refs import Tips
from repo_store.git.refusals import refusal
from repo_store.model.entries import Entry
from repo_store.model.events import KeyChanged
from repo_store.model.finding import Finding

AUDIT_SECONDS = 12 * 3600  # that the texts of a history may take to be compared
_COMMITS = "commits"  # the file, in the audit's folder, that lists the commits to check
LOOKS = 3  # at objects, while others fold packs together
_UNREADABLE = (RepoStoreError, ValueError, LookupError, OSError)  # what reading a damaged history raises
ProgressCallback = Callable[
    [str, int, int], None
]  # what is being checked, how much is done, of how much (0: not known)


def ignore_progress(step: str, done: int, total: int) -> None:
    """Show no progress."""


def audit(
    path: Path,
    against: Sequence[Checkpoint] = (),
    progress: ProgressCallback = ignore_progress,
    since: CheckpointFile | None = None,
) -> list[Finding]:
    """Everything that is wrong with the repository or clone at `path`; an empty list is a clean bill.

    `against` are checkpoints that somebody kept; `progress` is called with how far the audit is. With `since`, the
    history up to its newest checkpoint is trusted, and not read again. Raises `BadCheckpoint` where that is not
    contained.
    """
    statement = since.newest.statement if since else None
    try:
        with examine(path, {statement.ledger, statement.main} if statement else None) as examination:
            return audit_examined(examination, against, progress, since=since)
    except OutsideFiles as error:
        return error.findings


def audit_examined(
    examination: Examination,
    against: Sequence[Checkpoint] = (),
    progress: ProgressCallback = ignore_progress,
    known: KnownKeys | None = None,
    since: CheckpointFile | None = None,
) -> list[Finding]:
    """As `audit`, of what is open already; what is written from here on is the next audit's.

    With `known`, the keys that somebody knew beforehand, the newest checkpoint has to be signed by one of these or by
    one that leads back to them.
    """
    progress("objects", 0, 0)
    try:
        start = trusted_start(examination.repo, examination.tips, since.newest) if since else Start()
    except GitRefused as error:
        return [*examination.findings, _unreadable(error)]
    with tempfile.TemporaryDirectory(prefix="corrections-audit-") as name:
        folder = Path(name)
        findings = _check_objects(examination, folder / _COMMITS, since)
        findings += [*examination.findings, *_check_garbage(examination.source)]
        try:
            history = _History(examination, folder, start, since)
            for finding in history.findings([*([since.newest] if since else ()), *against], progress, known):
                findings.append(finding)  # one by one: those before an error are kept
        except _UNREADABLE as error:
            findings.append(_unreadable(error))
    return findings


@dataclass(frozen=True)
class _History:
    """The events and commits of an examined repository after `start`; files are made in `folder`."""

    examination: Examination
    folder: Path
    start: Start
    since: CheckpointFile | None

    def findings(
        self, against: Sequence[Checkpoint], progress: ProgressCallback, known: KnownKeys | None
    ) -> Iterator[Finding]:
        """The events are walked once; what is remembered of each is a few bytes."""
        repo, tips = self.examination.repo, self.examination.tips
        progress("chain", 0, 0)
        entry = self.start.entry
        trusted = [entry.id, entry.main] if entry else []
        if not (self.folder / _COMMITS).exists():
            list_commits(repo, self.folder / _COMMITS, _existing_tips(tips), trusted)
        commits = CommitSet(repo, self.folder / _COMMITS, trusted)
        chain = LedgerChain(repo, self.folder, tips.ledger, *((entry.seq, entry.id) if entry else ()))
        walk = _Walk(repo, commits, self.start)
        try:
            unreadable = walk.follow(chain, progress)
        except _UNREADABLE:  # what was found before is not lost by it
            yield from walk.chain_findings
            yield from walk.content_findings
            raise
        if unreadable is not None:
            yield unreadable
        yield from walk.chain_findings
        if unreadable is None:
            yield from _check_head(walk.last, tips)
            yield from redaction_findings(repo, chain, walk.rewritten)
            yield from walk.content_findings
            progress("signatures", 0, 0)
            keys = [*(keys_until(repo, self.since) if self.since else ()), *announced_keys(walk.keys)]
            newest = self.since.newest if self.since else None
            ledger = SignedLedger(chain, keys, walk.rewritten.redactions, newest)
            yield from signature_findings(repo, ledger, commits, tips.checkpoints, against, known)


class _Walk:
    """The events, one after the other, given to each check; `last` is the last that could be read."""

    def __init__(self, repo: Repo, commits: CommitSet, start: Start) -> None:
        self.content_findings: list[Finding] = []
        self.keys: list[Entry] = []
        self.rewritten = RewrittenRuns()
        self.last = start.entry
        self._commits = commits
        self._content = ContentCheck(repo, commits, start.main)
        checks = (
            OrderCheck(start),
            MainCheck(commits, start),
            proposals := ProposalCheck(repo, commits, start),
            SourceVersionCheck(commits, start),
            DateCheck(repo, commits, start),
        )
        self._checks = [(check, list[Finding]()) for check in checks]
        self._proposals = proposals
        self._end_findings: list[Finding] = []

    def follow(self, chain: LedgerChain, progress: ProgressCallback) -> Finding | None:
        """Check all entries of a chain; the finding about the first that cannot be read (None: all can)."""
        unreadable = None
        try:
            self._follow(chain, progress)
        except BadEvent as error:
            code = "newer" if isinstance(error, NewerFormat) else "event"
            unreadable = Finding(code, error.message, str(error.details.get("commit", "")))
        self._end_findings += self._proposals.check_end()
        return unreadable

    def _follow(self, chain: LedgerChain, progress: ProgressCallback) -> None:
        deadline = time.monotonic() + AUDIT_SECONDS
        done = 0
        for portion in chain.portions():
            if time.monotonic() > deadline:
                words = f"its texts take longer than {AUDIT_SECONDS} s to compare"
                raise GitRefused(f"The history was not examined to its end: {words}.", words=words)
            progress("texts", done, len(chain) - chain.before)
            self._check(portion)
            done += len(portion)

    def _check(self, portion: list[Entry]) -> None:
        self._commits.read_ahead(named_commits(portion))
        for entry in portion:
            for check, findings in self._checks:
                findings += check.check(entry)
            if isinstance(entry.event, KeyChanged):
                self.keys.append(entry)
            self.rewritten.add(entry)
            self.last = entry
        self.content_findings += self._content.check(portion)

    @property
    def chain_findings(self) -> list[Finding]:
        """What the checks of the chain found, one check after the other."""
        return [*(finding for _, findings in self._checks for finding in findings), *self._end_findings]


def audit_public(
    examination: Examination, against: Sequence[Checkpoint] = (), known: KnownKeys | None = None
) -> list[Finding]:
    """What is wrong with a clone that has `main` alone: objects, and `main` against checkpoints that somebody kept."""
    findings = [*_check_objects(examination), *examination.findings, *_check_garbage(examination.source)]
    try:
        findings += audit_main(examination, against, known)
    except _UNREADABLE as error:
        findings.append(_unreadable(error))
    return findings


def _unreadable(error: Exception) -> Finding:
    """The finding that git could not read the history; raises the error where it says nothing of the history."""
    if isinstance(error, PermissionError) or (isinstance(error, GitRefused) and error.environmental):
        raise error
    return Finding("unreadable", f"git cannot read the history: {_one_line(error)}")


def _check_garbage(source: Path) -> Iterator[Finding]:
    """Settings that keep a `git fsck` that somebody runs there from naming damage."""
    try:
        with GitConfigParser(str(source / "config"), read_only=True, merge_includes=False) as settings:
            names = settings.options("fsck") if settings.has_section("fsck") else []
    except (configparser.Error, UnicodeError):
        return  # git refuses it before this is asked
    for name in names:
        yield Finding("configuration", f"The config sets fsck.{name}: git may overlook damage. Remove that setting.")


def _check_objects(
    examination: Examination, commits: Path | None = None, since: CheckpointFile | None = None
) -> list[Finding]:
    """What git finds wrong with the objects; asked again where packs were folded together while it looked.

    With `since` only the new ones are looked at, and the file `commits` gets the ids of the commits among them.
    """
    for _ in range(LOOKS):
        before = _packs(examination.source)
        if since is None or commits is None:
            findings = list(_fsck(examination))
        else:
            findings = list(new_object_findings(examination, since.newest, commits))
        if not findings or before <= _packs(examination.source):
            break
    return findings


def _packs(source: Path) -> set[str]:
    return {path.name for path in (source / "objects" / "pack").glob("*.pack")}


def _fsck(examination: Examination) -> Iterator[Finding]:
    arguments = ("--strict", "--full", "--no-progress", "--no-dangling")
    status, out, err = examination.fsck.fsck(*arguments, with_exceptions=False, with_extended_output=True)
    if status < 0 or status >= DIED:
        refused = refusal(["git", "fsck"], status, err, examination.source)
        if refused.environmental:
            raise refused
    for line in f"{err}\n{out}".splitlines() if status else ():
        if text := line.strip():
            object_id = next((word for word in text.split() if len(word) == 40), "")
            yield Finding("object", f"git fsck: {text}", object_id)


def _existing_tips(tips: Tips) -> list[str]:
    return [commit for commit in (tips.ledger, tips.main) if commit is not None]


def _check_head(last: Entry | None, tips: Tips) -> Iterator[Finding]:
    named = last.main if last else None
    if tips.main != named:
        yield Finding("main", f"main is at {tips.main}, but the last event names {named}.", tips.main or "")


def _one_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "words", error)).split())[:300]
