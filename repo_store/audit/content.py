"""What `main` says against what the events say: the files a commit changes, the words of a correction, the notices."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import assert_never

from git import Repo

from repo_store.audit.commit_set import CommitSet
from repo_store.errors import GitRefused, NotFound, RepoStoreError
from repo_store.history_rewrite import HIDDEN
from repo_store.model.articles import Notice, all_part_paths, article_paths, part_path
from repo_store.model.entries import Entry
from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionFlagged,
    CorrectionRejected,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSubmitted,
    CorrectionUsed,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    PlainDecision,
    RevisionLogged,
    Span,
)
from repo_store.model.finding import Finding
from repo_store.model.kinds import Part
from repo_store.queries import edited_words_commit, read_meta, read_part, read_parts, read_source

LISTED_BYTES = 256 << 20  # of the paths that the commits of a portion of the ledger change


class ContentCheck:
    """Each difference between the texts and notices in git and the events that made them.

    `check` is given the entries in portions; `main` is what was published before the first of them.
    """

    def __init__(self, repo: Repo, commits: CommitSet, main: str | None) -> None:
        self._repo = repo
        self._commits = commits
        self._main = main
        # by article, where those in git are others than its events say; elsewhere git is asked for them
        self._expected_notices: dict[str, tuple[Notice, ...]] = {}

    def check(self, entries: list[Entry]) -> Iterator[Finding]:
        changed_paths = _list_changed_paths(self._repo, self._commits, entries, self._main or "")
        for entry in entries:
            before, self._main = self._main, entry.main
            try:
                yield from self._check_entry(entry, before, changed_paths)
            except RepoStoreError as error:
                if isinstance(error, GitRefused) and error.environmental:
                    raise
                yield Finding("text", f"What event {entry.seq} published cannot be read: {error.message}", entry.main)

    def _check_entry(self, entry: Entry, before: str | None, changed_paths: dict[str, set[str]]) -> Iterator[Finding]:
        repo, event = self._repo, entry.event
        if isinstance(event, CorrectionSubmitted) and entry.commit is not None:
            yield from _check_proposal(repo, entry, event, changed_paths)
        elif entry.main != before:
            article = str(getattr(event, "article", ""))
            yield from _check_paths(entry.main, entry, article, changed_paths.get(entry.main, set()))
            yield from _check_merged_paths(repo, entry, changed_paths)
            yield from _check_published_text(repo, entry)
            yield from self._check_meta(entry, article, _expected_notices(entry, self._notices(article, before)))
        elif isinstance(event, ArticleRevised):
            yield from self._check_meta(entry, event.article, self._notices(event.article, before))
        if isinstance(event, ArticleRevised) and entry.commit is not None:
            yield from _check_paths(entry.commit, entry, event.article, changed_paths.get(entry.commit, set()))

    def _notices(self, article: str, main: str | None) -> tuple[Notice, ...]:
        """The notices of an article after the entries so far. Those in git were compared with them."""
        if article in self._expected_notices:
            return self._expected_notices[article]
        try:
            return () if main is None else read_meta(self._repo, article, main).notices
        except NotFound:
            return ()

    def _check_meta(self, entry: Entry, article: str, expected: tuple[Notice, ...]) -> Iterator[Finding]:
        self._expected_notices[article] = expected
        meta = read_meta(self._repo, article, entry.main)
        if meta.notices == expected:
            del self._expected_notices[article]
        else:
            yield Finding("notice", f"The notices at {entry.main} do not match the events.", entry.main)
        event = entry.event
        if not isinstance(event, ArticleImported | ArticleRevised):
            return
        title = "" if event.headline_format else event.title
        if (meta.title, meta.url, meta.language) != (title, event.url, event.language):
            yield Finding("text", f"meta.json at {entry.main} does not match event {entry.seq}.", entry.main)
        parts = read_parts(self._repo, article, entry.main)
        expected_formats = (event.format, event.headline_format, event.standfirst_format)
        stored = (read_source(self._repo, article, entry.main), parts.headline, parts.standfirst)
        if tuple(source and source.format for source in stored) != expected_formats:
            message = f"The text at {entry.main} is not in the format that event {entry.seq} states."
            yield Finding("text", message, entry.main)


def _list_changed_paths(repo: Repo, commits: CommitSet, chain: list[Entry], previous_main: str) -> dict[str, set[str]]:
    """The paths that each commit on main changes against what was published before, each proposal against its revision,
    and what a publisher sent against its parent, which is what was published then."""
    lines = []
    listed_commits: set[str] = set()
    for entry in chain:
        if isinstance(entry.event, CorrectionSubmitted) and entry.commit is not None:
            lines.append(f"{entry.commit} {entry.event.revision}")
        elif entry.main != previous_main:
            lines.append(f"{entry.main} {previous_main}".rstrip())
            listed_commits.add(entry.main)
            lines += [
                f"{edited} {previous_main}" for edited in [edited_words_commit(repo, entry)] if edited is not None
            ]
        if isinstance(entry.event, ArticleRevised) and entry.commit is not None and entry.commit not in listed_commits:
            facts = commits.facts(entry.commit)
            lines.append(" ".join([entry.commit, *(facts.parents[:1] if facts else ())]))
            listed_commits.add(entry.commit)
        previous_main = entry.main
    output = _diff_tree(repo, lines)
    changed_paths: dict[str, set[str]] = {}
    paths: set[str] = set()
    for part in output.decode().replace("\n", "\0").split("\0"):
        if len(part) == 40 and "/" not in part:
            paths = changed_paths.setdefault(part, set())
        elif part:
            paths.add(part)
    return changed_paths


def _diff_tree(repo: Repo, lines: list[str]) -> bytes:
    """What git lists for these lines. Raises `GitRefused` where it is more than `LISTED_BYTES`.

    A few folders that hold each other many times over are a few bytes, and more paths than any memory holds.
    """
    with tempfile.TemporaryFile() as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.seek(0)
        options = ("--stdin", "-r", "--root", "--name-only", "-z", "--no-renames")
        process = repo.git.diff_tree(*options, as_process=True, istream=file)
        output: bytes = process.proc.stdout.read(LISTED_BYTES + 1)
        if len(output) > LISTED_BYTES:
            process.proc.kill()
            words = f"its commits change more paths than {LISTED_BYTES} bytes hold"
            raise GitRefused(f"The history was not examined: {words}.", words=words)
        process.wait()
    return output


def _check_paths(commit: str, entry: Entry, article: str, paths: Iterable[str]) -> Iterator[Finding]:
    for path in sorted(set(paths) - {article_paths(article)[1], *all_part_paths(article)}):
        yield Finding("text", f"{commit} changes {path}, which event {entry.seq} does not mention.", commit)


def _check_merged_paths(repo: Repo, entry: Entry, changed_paths: dict[str, set[str]]) -> Iterator[Finding]:
    commit = edited_words_commit(repo, entry)
    if commit is not None and isinstance(entry.event, CorrectionAccepted):
        event = entry.event
        for path in sorted(changed_paths.get(commit, set()) - {_path(repo, event.article, commit, event.part)}):
            yield Finding("text", f"{commit} changes {path}, which event {entry.seq} does not mention.", commit)


def _check_proposal(
    repo: Repo, entry: Entry, event: CorrectionSubmitted, changed_paths: dict[str, set[str]]
) -> Iterator[Finding]:
    commit = str(entry.commit)
    source = read_part(repo, event.article, event.revision, event.part)
    expected = source.text if event.edit is None else _apply_edit(source.text, event.edit)
    unexpected_paths = changed_paths.get(commit, set()) - {part_path(event.article, event.part, source.format)}
    actual = read_part(repo, event.article, commit, event.part).text
    if unexpected_paths or not _is_same_text(actual, expected, entry):
        yield Finding("text", f"Commit {commit} contains another text than event {entry.seq} states.", commit)


def _check_published_text(repo: Repo, entry: Entry) -> Iterator[Finding]:
    event = entry.event
    if isinstance(event, CorrectionAccepted | CorrectionReverted):
        expected = _apply_edit(read_part(repo, event.article, event.onto, event.part).text, event.edit)
        for commit in (entry.main, edited_words_commit(repo, entry)):
            if commit is None:
                continue
            if not _is_same_text(read_part(repo, event.article, commit, event.part).text, expected, entry):
                yield Finding("text", f"{commit} contains another text than event {entry.seq} states.", commit)


def _expected_notices(entry: Entry, before: tuple[Notice, ...]) -> tuple[Notice, ...]:
    event = entry.event
    match event:
        case CorrectionAccepted():
            return (*before, event.notice) if event.notice else before
        case CorrectionReverted():
            return tuple(notice for notice in before if notice.number != event.number)
        case NoticeChanged():
            return event.notices
        case (
            ArticleImported()
            | ArticleRevised()
            | CorrectionSubmitted()
            | CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionUsed()
            | CorrectionRejected()
            | CorrectionDuplicate()
            | PlainDecision()
            | RevisionLogged()
            | KeyChanged()
            | HistoryRedacted()
        ):
            return before
        case _:
            assert_never(event)


def _path(repo: Repo, article: str, commit: str, part: Part) -> str:
    """The file that holds a part of an article at a commit."""
    return part_path(article, part, read_part(repo, article, commit, part).format)


def _is_same_text(actual: str, expected: str, entry: Entry) -> bool:
    """Whether two texts are the same; after a redaction, what is hidden in one may still stand in the other."""
    if actual == expected or not entry.was:
        return actual == expected
    return len(actual) == len(expected) and all(
        one == two or HIDDEN in (one, two) for one, two in zip(actual, expected, strict=True)
    )


def _apply_edit(text: str, edit: Span) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]
