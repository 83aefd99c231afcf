"""Proof that nothing is missing: the chain of events, the objects, and `main` against what the events say.

Reads only. Needs nothing but the repository; each finding names a commit where it can.
"""

import configparser
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from git import Repo
from git.config import GitConfigParser

from repo_store.audit.checkpoints import Checkpoint
from repo_store.audit.content import content_findings
from repo_store.audit.examination import Examination, OutsideFiles, examine
from repo_store.audit.known_keys import KnownKeys
from repo_store.audit.public_audit import audit_main
from repo_store.audit.redactions import redaction_findings
from repo_store.audit.signatures import signature_findings
from repo_store.errors import BadEvent, GitRefused, NewerFormat, RepoStoreError
from repo_store.git.command import DIED
from repo_store.git.refs import Tips
from repo_store.git.refusals import refusal
from repo_store.model.entries import Entry
from repo_store.model.event_rules import moves_main
from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionReverted,
    CorrectionSubmitted,
)
from repo_store.model.finding import Finding
from repo_store.queries import edited_words_commit, entries

PROGRESS_EVERY = 200  # events
AUDIT_SECONDS = 12 * 3600  # that the texts of a history may take to be compared
LOOKS = 3  # at objects, while others fold packs together
ProgressCallback = Callable[
    [str, int, int], None
]  # what is being checked, how much is done, of how much (0: not known)


def ignore_progress(step: str, done: int, total: int) -> None:
    """Show no progress."""


def audit(
    path: Path, against: Sequence[Checkpoint] = (), progress: ProgressCallback = ignore_progress
) -> list[Finding]:
    """Everything that is wrong with the repository or clone at `path`; an empty list is a clean bill.

    `against` are checkpoints that somebody kept; `progress` is called with how far the audit is.
    """
    try:
        with examine(path) as examination:
            return audit_examined(examination, against, progress)
    except OutsideFiles as error:
        return error.findings


def audit_examined(
    examination: Examination,
    against: Sequence[Checkpoint] = (),
    progress: ProgressCallback = ignore_progress,
    known: KnownKeys | None = None,
) -> list[Finding]:
    """As `audit`, of what is open already; what is written from here on is the next audit's.

    With `known`, the keys that somebody knew beforehand, the newest checkpoint has to be signed by one of these or by
    one that leads back to them.
    """
    repo, tips = examination.repo, examination.tips
    progress("objects", 0, 0)
    findings = [*_check_objects(examination), *examination.findings, *_check_garbage(examination.source)]
    try:
        progress("chain", 0, 0)
        parents = _read_parents(repo, tips)
        chain, chain_findings = _read_chain(repo, tips)
        findings += chain_findings
        findings += _check_order(chain)
        findings += _check_mains(chain, parents)
        findings += _check_proposals(chain, parents)
        findings += _check_source_versions(chain, parents)
        findings += _check_dates(repo, chain, tips)
        if not chain_findings:
            findings += _check_head(chain, tips)
            findings += redaction_findings(repo, chain)
            findings += content_findings(repo, chain, lambda events: _report_progress(events, progress))
            progress("signatures", 0, 0)
            findings += signature_findings(repo, chain, list(parents), tips.checkpoints, against, known)
    except (RepoStoreError, ValueError, LookupError, OSError) as error:
        findings.append(_unreadable(error))
    return findings


def audit_public(
    examination: Examination, against: Sequence[Checkpoint] = (), known: KnownKeys | None = None
) -> list[Finding]:
    """What is wrong with a clone that has `main` alone: objects, and `main` against checkpoints that somebody kept."""
    findings = [*_check_objects(examination), *examination.findings, *_check_garbage(examination.source)]
    try:
        findings += audit_main(examination, against, known)
    except (RepoStoreError, ValueError, LookupError, OSError) as error:
        findings.append(_unreadable(error))
    return findings


def _unreadable(error: Exception) -> Finding:
    """The finding that git could not read the history; raises the error where it says nothing of the history."""
    if isinstance(error, PermissionError) or (isinstance(error, GitRefused) and error.environmental):
        raise error
    return Finding("unreadable", f"git cannot read the history: {_one_line(error)}")


def _report_progress(chain: Sequence[Entry], progress: ProgressCallback) -> Iterator[Entry]:
    deadline = time.monotonic() + AUDIT_SECONDS
    for at, entry in enumerate(chain):
        if time.monotonic() > deadline:
            words = f"its texts take longer than {AUDIT_SECONDS} s to compare"
            raise GitRefused(f"The history was not examined to its end: {words}.", words=words)
        if at % PROGRESS_EVERY == 0:
            progress("texts", at, len(chain))
        yield entry


def _check_garbage(source: Path) -> Iterator[Finding]:
    """Settings that keep a `git fsck` that somebody runs there from naming damage."""
    try:
        with GitConfigParser(str(source / "config"), read_only=True, merge_includes=False) as settings:
            names = settings.options("fsck") if settings.has_section("fsck") else []
    except (configparser.Error, UnicodeError):
        return  # git refuses it before this is asked
    for name in names:
        yield Finding("configuration", f"The config sets fsck.{name}: git may pass over damage. Take it out.")


def _check_objects(examination: Examination) -> list[Finding]:
    """What git finds wrong with the objects; asked again where packs were folded together while it looked."""
    for _ in range(LOOKS):
        before = _packs(examination.source)
        findings = list(_fsck(examination))
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


def _read_parents(repo: Repo, tips: Tips) -> dict[str, list[str]]:
    """Parents of every commit that ledger and main reach."""
    if not _existing_tips(tips):
        return {}
    lines = repo.git.rev_list("--parents", *_existing_tips(tips)).splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines}


def _existing_tips(tips: Tips) -> list[str]:
    return [commit for commit in (tips.ledger, tips.main) if commit is not None]


def _read_chain(repo: Repo, tips: Tips) -> tuple[list[Entry], list[Finding]]:
    chain: list[Entry] = []
    try:
        if tips.ledger is not None:
            chain.extend(entries(repo, until=tips.ledger))
    except BadEvent as error:
        code = "newer" if isinstance(error, NewerFormat) else "event"
        return chain, [Finding(code, error.message, str(error.details.get("commit", "")))]
    return chain, []


def _check_order(chain: list[Entry]) -> Iterator[Finding]:
    previous: Entry | None = None
    for entry in chain:
        expected = 1 if previous is None else previous.seq + 1
        if entry.seq != expected:
            yield Finding(
                "gap", f"Event {entry.seq} stands where event {expected} should: events are missing.", entry.id
            )
        expected_count = 0 if previous is None else previous.corrections
        expected_count += isinstance(entry.event, CorrectionSubmitted)
        if entry.corrections != expected_count:
            yield Finding(
                "count",
                f"Event {entry.seq} counts {entry.corrections} corrections, not {expected_count}.",
                entry.id,
            )
        if previous is not None and entry.at < previous.at:
            yield Finding("time", f"Event {entry.seq} is dated before the event it follows.", entry.id)
        previous = entry


def _check_mains(chain: list[Entry], parents: dict[str, list[str]]) -> Iterator[Finding]:
    main: str | None = None
    for entry in chain:
        if not moves_main(entry.event) or _changes_nothing(entry, main):
            if entry.main != main:
                yield Finding("main", f"Event {entry.seq} ({entry.event.type}) moves main, which it may not.", entry.id)
        elif entry.main not in parents:
            yield Finding("main", f"main does not contain {entry.main}, which event {entry.seq} published.", entry.main)
        else:
            if parents[entry.main] not in _allowed_parents(entry, main, parents):
                yield Finding(
                    "main", f"{entry.main} does not follow from what stood before event {entry.seq}.", entry.main
                )
        main = entry.main


def _changes_nothing(entry: Entry, main: str | None) -> bool:
    """Does the event tell what a publisher sent, where nothing was published by it?"""
    return isinstance(entry.event, ArticleRevised) and entry.commit is not None and entry.main == main


def _allowed_parents(entry: Entry, main: str | None, parents: dict[str, list[str]]) -> list[list[str]]:
    """What the parents of the commit that an event published may be, where `main` stood before it."""
    before = [] if main is None else [main]
    if not isinstance(entry.event, CorrectionAccepted) or entry.commit is None:
        return [before]
    allowed = [[*before, entry.commit]]  # of an edited one, as it was merged before editors' words had their own commit
    merged = parents[entry.main][1:]
    if entry.event.edited and len(merged) == 1 and parents.get(merged[0]) == before:
        allowed.append([*before, *merged])
    return allowed


def _check_proposals(chain: list[Entry], parents: dict[str, list[str]]) -> Iterator[Finding]:
    commits: dict[str, str | None] = {}
    for entry in chain:
        event = entry.event
        if isinstance(event, CorrectionSubmitted):
            commits[event.correction] = entry.commit
            if entry.commit is None or entry.commit not in parents:
                yield Finding("proposal", f"The commit of correction {entry.corrections} is missing.", entry.id)
            elif parents[entry.commit] != [event.revision]:
                yield Finding(
                    "proposal", f"Correction {entry.corrections} was not made on {event.revision}.", entry.commit
                )
        elif hasattr(event, "correction"):
            if commits.get(event.correction) != entry.commit or entry.commit is None:
                yield Finding("proposal", f"Event {entry.seq} is about another commit than its correction's.", entry.id)
            if isinstance(event, CorrectionAccepted | CorrectionReverted) and event.onto not in parents:
                yield Finding("proposal", f"Event {entry.seq} was decided on a text that is gone.", entry.id)


def _check_source_versions(chain: list[Entry], parents: dict[str, list[str]]) -> Iterator[Finding]:
    """A commit with what a publisher sent follows what was published then, or holds what was sent or published last."""
    sources: dict[str, str] = {}
    published: dict[str, str] = {}
    main: str | None = None
    for entry in chain:
        article = str(getattr(entry.event, "article", ""))
        if isinstance(entry.event, ArticleRevised) and entry.commit is not None:
            expected = (sources.get(article), published.get(article))
            follows_main = parents.get(entry.commit) == [main] and entry.commit != entry.main
            if entry.commit not in expected and not follows_main:
                message = f"Event {entry.seq} names {entry.commit}, which its publisher did not send then."
                yield Finding("sending", message, entry.commit)
        if entry.main != main:
            published[article] = entry.main
        if isinstance(entry.event, ArticleImported | ArticleRevised):
            sources[article] = entry.commit or entry.main
        main = entry.main


def _check_head(chain: list[Entry], tips: Tips) -> Iterator[Finding]:
    named = chain[-1].main if chain else None
    if tips.main != named:
        yield Finding("main", f"main stands at {tips.main}, but the last event names {named}.", tips.main or "")


def _check_dates(repo: Repo, chain: list[Entry], tips: Tips) -> Iterator[Finding]:
    """An event's commit, and that on main, are dated as the event says."""
    tip_commits = _existing_tips(tips)
    lines = repo.git.log("--format=%H %ct %at", *tip_commits, "--").splitlines() if tip_commits else []
    dates = {line[:40]: line[41:].split() for line in lines}
    previous_main: str | None = None
    for entry in chain:
        expected_dates = [str(int(entry.at.timestamp()))] * 2
        published = (entry.main, edited_words_commit(repo, entry)) if entry.main != previous_main else ()
        for commit in {entry.id, *(commit for commit in published if commit)}:
            if commit in dates and dates[commit] != expected_dates:
                yield Finding("date", f"{commit} is dated otherwise than event {entry.seq}.", commit)
        previous_main = entry.main


def _one_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "words", error)).split())[:300]
