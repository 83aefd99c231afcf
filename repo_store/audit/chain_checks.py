"""What each event has to be by those before it: order, dates, and the commits that it names.

Each check is given one entry after the other and holds what it needs of those before. `Start` is what was there before
the first: an audit that goes on from a checkpoint takes that on trust.
"""

from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from git import Repo

from repo_store.audit.commit_set import CommitSet, IdSet
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
from repo_store.queries import edited_words_commit, entries_about


@dataclass(frozen=True)
class Start:
    """The last entry that is trusted; None: every entry is checked."""

    entry: Entry | None = None

    @property
    def main(self) -> str | None:
        return self.entry.main if self.entry else None

    @property
    def corrections(self) -> int:
        return self.entry.corrections if self.entry else 0


class OrderCheck:
    """No event is missing, none is dated before the one it follows, and submissions are counted."""

    def __init__(self, start: Start) -> None:
        self._previous = start.entry

    def check(self, entry: Entry) -> Iterator[Finding]:
        previous, self._previous = self._previous, entry
        expected = 1 if previous is None else previous.seq + 1
        if entry.seq != expected:
            yield Finding(
                "gap", f"Event {entry.seq} is in the place of event {expected}: events are missing.", entry.id
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


class MainCheck:
    """`main` moves by events that may move it, from one commit to the next."""

    def __init__(self, commits: CommitSet, start: Start) -> None:
        self._commits = commits
        self._main = start.main

    def check(self, entry: Entry) -> Iterator[Finding]:
        main, self._main = self._main, entry.main
        if not moves_main(entry.event) or _changes_nothing(entry, main):
            if entry.main != main:
                yield Finding(
                    "main",
                    f"Event {entry.seq} ({entry.event.type}) moves main, which this type of event must not do.",
                    entry.id,
                )
            return
        facts = self._commits.facts(entry.main)
        if facts is None:
            yield Finding("main", f"main does not contain {entry.main}, which event {entry.seq} published.", entry.main)
        elif facts.parents not in self._allowed_parents(entry, main, facts.parents):
            yield Finding(
                "main", f"{entry.main} does not follow from main as it was before event {entry.seq}.", entry.main
            )

    def _allowed_parents(self, entry: Entry, main: str | None, parents: list[str]) -> list[list[str]]:
        """What the parents of the commit that an event published may be, where `main` stood before it."""
        before = [] if main is None else [main]
        if not isinstance(entry.event, CorrectionAccepted) or entry.commit is None:
            return [before]
        # of an edited one, as it was merged before editors' words had their own commit
        allowed = [[*before, entry.commit]]
        merged = parents[1:]
        if entry.event.edited and len(merged) == 1:
            facts = self._commits.facts(merged[0])
            if facts is not None and facts.parents == before:
                allowed.append([*before, *merged])
        return allowed


@dataclass(frozen=True)
class _About:
    """Which correction an event (by its place and its id) is about, and by which commit (empty: none)."""

    seq: int
    entry: str
    correction: str
    number: int
    commit: str

    @property
    def proposal(self) -> tuple[str, int, str]:
        """What its submission has to be about."""
        return self.correction, self.number, self.commit

    @property
    def finding(self) -> Finding:
        return Finding(
            "proposal", f"Event {self.seq} refers to another commit than that of its correction.", self.entry
        )


class ProposalCheck:
    """A correction's commit is made on the revision its reader saw, and all events about it name that commit.

    Events about corrections of before the start are compared with their submissions at the end, in one walk of the
    older ledger, back to the oldest of these.
    """

    def __init__(self, repo: Repo, commits: CommitSet, start: Start) -> None:
        self._repo = repo
        self._commits = commits
        self._start = start.entry
        self._trusted = start.corrections
        self._about_trusted: list[_About] = []
        self._ids = IdSet()
        self._proposals = array("Q")  # digests of correction and commit, by number

    def check(self, entry: Entry) -> Iterator[Finding]:
        event = entry.event
        if isinstance(event, CorrectionSubmitted):
            self._proposals.append(self._digest(event.correction, entry.commit))
            facts = self._commits.facts(entry.commit) if entry.commit else None
            if facts is None:
                yield Finding("proposal", f"The commit of correction {entry.corrections} is missing.", entry.id)
            elif facts.parents != [event.revision]:
                yield Finding(
                    "proposal", f"Correction {entry.corrections} is not based on {event.revision}.", str(entry.commit)
                )
        elif hasattr(event, "correction"):
            number = int(getattr(event, "number", 0) or 0)
            about = _About(entry.seq, entry.id, str(event.correction), number, entry.commit or "")
            if 0 < number <= self._trusted:
                self._about_trusted.append(about)
            elif not self._is_proposal(about):
                yield about.finding
            if isinstance(event, CorrectionAccepted | CorrectionReverted) and event.onto not in self._commits:
                yield Finding("proposal", f"Event {entry.seq} is based on a text that is missing.", entry.id)

    def check_end(self) -> Iterator[Finding]:
        """What is wrong with events about corrections of before the start. Raises `BadEvent`."""
        if self._start is None or not self._about_trusted:
            return
        missing = {about.proposal for about in self._about_trusted}
        commits = {commit for _, _, commit in missing}
        with closing(entries_about(self._repo, self._start.id, commits)) as entries:
            for entry in entries:
                if isinstance(entry.event, CorrectionSubmitted):
                    missing.discard((entry.event.correction, entry.corrections, entry.commit or ""))
                    if not missing:
                        break
        for about in self._about_trusted:
            if about.proposal in missing:
                yield about.finding

    def _is_proposal(self, about: "_About") -> bool:
        """Is this the commit of the correction with this id and number, submitted after the start?"""
        place = about.number - self._trusted - 1
        if not 0 <= place < len(self._proposals):
            return False
        return self._proposals[place] == self._digest(about.correction, about.commit)

    def _digest(self, correction: str, commit: str | None) -> int:
        return self._ids.digest(f"{correction} {commit}")


class SourceVersionCheck:
    """A commit with what a publisher sent follows what was published then, or holds what was sent or published last."""

    def __init__(self, commits: CommitSet, start: Start) -> None:
        self._commits = commits
        self._sources: dict[str, str] = {}
        self._published: dict[str, str] = {}
        self._main = start.main
        self._goes_on = start.entry is not None

    def check(self, entry: Entry) -> Iterator[Finding]:
        main, article = self._main, str(getattr(entry.event, "article", ""))
        if (
            isinstance(entry.event, ArticleRevised)
            and entry.commit is not None
            and not self._is_expected(article, entry.commit)
            and not self._follows_main(entry, main)
        ):
            message = (
                f"Event {entry.seq} names {entry.commit} as what the publisher sent, but that does not follow main of "
                "the time."
            )
            yield Finding("sending", message, entry.commit)
        if entry.main != main:
            self._published[article] = entry.main
        if isinstance(entry.event, ArticleImported | ArticleRevised):
            self._sources[article] = entry.commit or entry.main
        self._main = entry.main

    def _is_expected(self, article: str, commit: str) -> bool:
        if commit in (self._sources.get(article), self._published.get(article)):
            return True
        return self._goes_on and article not in self._sources and not self._commits.is_new(commit)

    def _follows_main(self, entry: Entry, main: str | None) -> bool:
        facts = self._commits.facts(entry.commit or "")
        return facts is not None and facts.parents == [main] and entry.commit != entry.main


class DateCheck:
    """An event's commit, and that on main, are dated as the event says."""

    def __init__(self, repo: Repo, commits: CommitSet, start: Start) -> None:
        self._repo = repo
        self._commits = commits
        self._main = start.main

    def check(self, entry: Entry) -> Iterator[Finding]:
        expected_dates = [str(int(entry.at.timestamp()))] * 2
        published = (entry.main, edited_words_commit(self._repo, entry)) if entry.main != self._main else ()
        self._main = entry.main
        for commit in {entry.id, *(commit for commit in published if commit)}:
            facts = self._commits.facts(commit)
            if facts is not None and facts.dates != expected_dates:
                yield Finding("date", f"{commit} has another date than event {entry.seq}.", commit)


def _changes_nothing(entry: Entry, main: str | None) -> bool:
    """Does the event tell what a publisher sent, where nothing was published by it?"""
    return isinstance(entry.event, ArticleRevised) and entry.commit is not None and entry.main == main


def named_commits(entries: list[Entry]) -> Iterator[str]:
    """The commits that these entries are, and name: what their checks will ask for."""
    main = ""
    for entry in entries:
        yield entry.id
        if entry.commit is not None:
            yield entry.commit
        if entry.main != main:
            yield entry.main
        main = entry.main
