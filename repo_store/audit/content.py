"""What `main` says against what the events say: the files a commit changes, the words of a correction, the notices."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from git import Repo

from repo_store.errors import GitRefused, RepoStoreError
from repo_store.history_rewrite import HIDDEN
from repo_store.model.articles import Notice, article_paths
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
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
    Entry,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    RevisionLogged,
    Span,
)
from repo_store.model.finding import Finding
from repo_store.queries import merged_words, read_meta, read_text

LISTED_BYTES = 2 << 30  # of the paths that all commits change


def content_findings(
    repo: Repo, chain: list[Entry], watched: Callable[[list[Entry]], Iterator[Entry]] = iter
) -> Iterator[Finding]:
    """Each difference between the texts and notices in git and the events that made them.

    `watched` passes the events on and sees how far it is.
    """
    notices: dict[str, tuple[Notice, ...]] = {}
    changed = _changed(repo, chain)
    main: str | None = None
    for entry in watched(chain):
        event = entry.event
        moved, main = entry.main != main, entry.main
        try:
            if isinstance(event, CorrectionSubmitted) and entry.commit is not None:
                yield from _proposal(repo, entry, event, changed)
            elif moved:
                article = str(getattr(event, "article", ""))
                yield from _files(entry.main, entry, article, changed.get(entry.main, set()))
                yield from _merged_files(repo, entry, changed)
                yield from _words(repo, entry)
                notices[article] = _notices(entry, notices.get(article, ()))
                yield from _beside(repo, entry, article, notices[article])
            elif isinstance(event, ArticleRevised):
                yield from _beside(repo, entry, event.article, notices.get(event.article, ()))
            if isinstance(event, ArticleRevised) and entry.commit is not None:
                yield from _files(entry.commit, entry, event.article, changed.get(entry.commit, set()))
        except RepoStoreError as error:
            if isinstance(error, GitRefused) and error.environmental:
                raise
            yield Finding("text", f"What event {entry.seq} published cannot be read: {error.message}", entry.main)


def _changed(repo: Repo, chain: list[Entry]) -> dict[str, set[str]]:
    """The paths that each commit on main changes against its first parent, each proposal against its revision, and what
    a publisher sent against what was published then."""
    lines, before = [], ""
    listed: set[str] = set()
    for entry in chain:
        if isinstance(entry.event, CorrectionSubmitted) and entry.commit is not None:
            lines.append(f"{entry.commit} {entry.event.revision}")
        elif entry.main != before:
            lines.append(f"{entry.main} {before}".rstrip())
            listed.add(entry.main)
            lines += [f"{words} {before}" for words in [merged_words(repo, entry)] if words is not None]
        if isinstance(entry.event, ArticleRevised) and entry.commit is not None and entry.commit not in listed:
            lines.append(f"{entry.commit} {before}".rstrip())
            listed.add(entry.commit)
        before = entry.main
    out = _listed(repo, lines)
    found: dict[str, set[str]] = {}
    paths: set[str] = set()
    for part in out.decode().replace("\n", "\0").split("\0"):
        if len(part) == 40 and "/" not in part:
            paths = found.setdefault(part, set())
        elif part:
            paths.add(part)
    return found


def _listed(repo: Repo, lines: list[str]) -> bytes:
    """What git lists for these lines. Raises `GitRefused` where it is more than `LISTED_BYTES`.

    A few folders that hold each other many times over are a few bytes, and more paths than any memory holds.
    """
    with tempfile.TemporaryFile() as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.seek(0)
        options = ("--stdin", "-r", "--root", "--name-only", "-z", "--no-renames")
        process = repo.git.diff_tree(*options, as_process=True, istream=file)
        out: bytes = process.proc.stdout.read(LISTED_BYTES + 1)
        if len(out) > LISTED_BYTES:
            process.proc.kill()
            words = f"its commits change more paths than {LISTED_BYTES} bytes hold"
            raise GitRefused(f"The history was not examined: {words}.", words=words)
        process.wait()
    return out


def _files(commit: str, entry: Entry, article: str, paths: Iterable[str]) -> Iterator[Finding]:
    for path in sorted(set(paths) - set(article_paths(article))):
        yield Finding("text", f"{commit} changes {path}, of which event {entry.seq} says nothing.", commit)


def _merged_files(repo: Repo, entry: Entry, changed: dict[str, set[str]]) -> Iterator[Finding]:
    commit = merged_words(repo, entry)
    if commit is not None and isinstance(entry.event, CorrectionAccepted):
        text, _ = article_paths(entry.event.article)
        for path in sorted(changed.get(commit, set()) - {text}):
            yield Finding("text", f"{commit} changes {path}, of which event {entry.seq} says nothing.", commit)


def _proposal(repo: Repo, entry: Entry, event: CorrectionSubmitted, changed: dict[str, set[str]]) -> Iterator[Finding]:
    commit = str(entry.commit)
    wanted = read_text(repo, event.article, event.revision)
    if event.edit is not None:
        wanted = _applied(wanted, event.edit)
    stray = changed.get(commit, set()) - {article_paths(event.article)[0]}
    if stray or not _same(read_text(repo, event.article, commit), wanted, entry):
        yield Finding("text", f"Commit {commit} holds other words than event {entry.seq} says.", commit)


def _words(repo: Repo, entry: Entry) -> Iterator[Finding]:
    event = entry.event
    if isinstance(event, CorrectionAccepted | CorrectionReverted):
        wanted = _applied(read_text(repo, event.article, event.onto), event.edit)
        for commit in (entry.main, merged_words(repo, entry)):
            if commit is not None and not _same(read_text(repo, event.article, commit), wanted, entry):
                yield Finding("text", f"{commit} holds other words than event {entry.seq} says.", commit)


def _notices(entry: Entry, before: tuple[Notice, ...]) -> tuple[Notice, ...]:
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
            | CorrectionReleased()
            | CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionUsed()
            | CorrectionRejected()
            | CorrectionDuplicate()
            | CorrectionSpam()
            | CorrectionWithdrawn()
            | CorrectionReopened()
            | RevisionLogged()
            | KeyChanged()
            | HistoryRedacted()
        ):
            return before
        case _:
            assert_never(event)


def _beside(repo: Repo, entry: Entry, article: str, wanted: tuple[Notice, ...]) -> Iterator[Finding]:
    meta = read_meta(repo, article, entry.main)
    if meta.notices != wanted:
        yield Finding("notice", f"The notices at {entry.main} are not those of the events.", entry.main)
    event = entry.event
    if isinstance(event, ArticleImported | ArticleRevised) and (meta.title, meta.url, meta.language) != (
        event.title,
        event.url,
        event.language,
    ):
        yield Finding("text", f"meta.json at {entry.main} is not what event {entry.seq} says.", entry.main)


def _same(found: str, wanted: str, entry: Entry) -> bool:
    """Whether two texts are the same; after a redaction, what is hidden in one may still stand in the other."""
    if found == wanted or not entry.was:
        return found == wanted
    return len(found) == len(wanted) and all(
        one == two or HIDDEN in (one, two) for one, two in zip(found, wanted, strict=True)
    )


def _applied(text: str, edit: Span) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]
