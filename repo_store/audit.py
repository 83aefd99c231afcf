"""Proof that nothing is missing: the chain of events, the objects, and `main` against what the events say.

Reads only. Needs nothing but the repository; each finding names a commit where it can.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from git import Repo
from git.exc import GitCommandError

from repo_store.errors import BadEvent
from repo_store.events import CorrectionAccepted, CorrectionReverted, CorrectionSubmitted, Entry
from repo_store.reading import entries, reference
from repo_store.repository import LEDGER, MAIN

_MOVES_MAIN = ("article.imported", "article.revised", "correction.accepted", "correction.reverted", "notice.changed")


@dataclass(frozen=True)
class Finding:
    """What is wrong; `code` is stable, `commit` is the commit it was found at (empty: none can be named)."""

    code: str
    message: str
    commit: str = ""


def audit(path: Path) -> list[Finding]:
    """Everything that is wrong with the repository at `path`; an empty list is a clean bill."""
    with Repo(path) as repo:
        findings = list(_objects(repo))
        try:
            parents = _commits(repo)
            chain, broken = _chain(repo)
        except GitCommandError as error:
            return [*findings, Finding("unreadable", f"git cannot read the history: {_short(error)}")]
        findings += broken
        findings += _order(chain)
        findings += _mains(chain, parents)
        findings += _proposals(chain, parents)
        findings += _head(repo, chain)
    return findings


def _objects(repo: Repo) -> Iterator[Finding]:
    try:
        repo.git.fsck("--strict", "--full", "--no-progress", "--no-dangling")
    except GitCommandError as error:
        for line in (error.stderr + "\n" + error.stdout).splitlines():
            text = line.strip().strip("'").removeprefix("stderr: '").removeprefix("stdout: '")
            if text:
                found = next((word for word in text.split() if len(word) == 40), "")
                yield Finding("object", f"git fsck: {text}", found)


def _commits(repo: Repo) -> dict[str, list[str]]:
    """Parents of every commit that the references reach."""
    tips = [name for name in (LEDGER, MAIN) if reference(repo, name) is not None]
    if not tips:
        return {}
    lines = repo.git.rev_list("--parents", *tips).splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines}


def _chain(repo: Repo) -> tuple[list[Entry], list[Finding]]:
    chain: list[Entry] = []
    try:
        chain.extend(entries(repo))
    except BadEvent as error:
        return chain, [Finding("event", error.message, str(error.details.get("commit", "")))]
    return chain, []


def _order(chain: list[Entry]) -> Iterator[Finding]:
    previous: Entry | None = None
    for entry in chain:
        expected = 1 if previous is None else previous.seq + 1
        if entry.seq != expected:
            yield Finding(
                "gap", f"Event {entry.seq} stands where event {expected} should: events are missing.", entry.id
            )
        before = 0 if previous is None else previous.corrections
        grows = 1 if isinstance(entry.event, CorrectionSubmitted) else 0
        if entry.corrections != before + grows:
            yield Finding(
                "count", f"Event {entry.seq} counts {entry.corrections} corrections, not {before + grows}.", entry.id
            )
        if previous is not None and entry.at < previous.at:
            yield Finding("time", f"Event {entry.seq} is dated before the event it follows.", entry.id)
        previous = entry


def _mains(chain: list[Entry], parents: dict[str, list[str]]) -> Iterator[Finding]:
    main: str | None = None
    for entry in chain:
        if entry.event.type not in _MOVES_MAIN:
            if entry.main != main:
                yield Finding("main", f"Event {entry.seq} ({entry.event.type}) moves main, which it may not.", entry.id)
        elif entry.main not in parents:
            yield Finding("main", f"main does not contain {entry.main}, which event {entry.seq} published.", entry.main)
        else:
            wanted = [commit for commit in (main, _merged(entry)) if commit is not None]
            if parents[entry.main] != wanted:
                yield Finding(
                    "main", f"{entry.main} does not follow from what stood before event {entry.seq}.", entry.main
                )
        main = entry.main


def _merged(entry: Entry) -> str | None:
    return entry.commit if isinstance(entry.event, CorrectionAccepted) else None


def _proposals(chain: list[Entry], parents: dict[str, list[str]]) -> Iterator[Finding]:
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


def _head(repo: Repo, chain: list[Entry]) -> Iterator[Finding]:
    main = reference(repo, MAIN)
    named = chain[-1].main if chain else None
    if main != named:
        yield Finding("main", f"main stands at {main}, but the last event names {named}.", main or "")


def _short(error: GitCommandError) -> str:
    return " ".join(str(error.stderr).split())[:300]
