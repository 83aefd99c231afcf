"""Reads from one thread's `Repo`: texts and the ledger. Only full commit ids and checked paths reach git."""

import os
import re
import subprocess
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from git import Repo

from repo_store.errors import BadEvent, BadRevision, NotFound
from repo_store.git.command import LedgerCommit, kept_commits, read_object
from repo_store.git.packfile import commit_parents, commit_tree
from repo_store.git.refusals import refusal, unreadable
from repo_store.git.repository import LEDGER, MAIN
from repo_store.git.stored_references import REFERENCE_BYTES
from repo_store.model.articles import ArticleMeta, Parts, Source, all_part_paths, article_paths, decode_meta, part_path
from repo_store.model.entries import Entry, decode
from repo_store.model.events import CorrectionAccepted
from repo_store.model.head import Head
from repo_store.model.kinds import Format, Part

FEW = 100  # entries
GREP_SECONDS = 60  # that looking through all articles may take
_NO = 1  # the status by which git answers "no"
_ABSENT = re.compile(r"Not a valid (commit|object) name|bad object|no such commit", re.IGNORECASE)
_DAMAGED = "surrogateescape"  # what is no UTF-8 is no event, and the error that says so names its commit
_PART_FILES = tuple(f"/{part.file(format)}" for part in Part for format in part.formats)
_COMMIT_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)
_SYMBOLIC_REFERENCES = 5  # one after the other, as git follows them


@dataclass(frozen=True)
class RevisionSummary:
    """One line of an article's history by plain git: the commit on `main`, its time (UTC), author and subject."""

    revision: str
    at: datetime
    author: str
    subject: str


@dataclass(frozen=True)
class BlamedLine:
    """A line of an article's text (a paragraph, in Markdown) and the commit that last wrote it."""

    commit: str
    line: str


def commit_id(text: str) -> str:
    """`text` if it is a full commit id; raises `BadRevision`."""
    if not _COMMIT_ID.fullmatch(text):
        raise BadRevision(f"{text[:80]!r} is not a revision. A revision is 40 characters of 0-9 and a-f.")
    return text


def reference(repo: Repo, name: str) -> str | None:
    """The commit that the reference `name` (in full) holds, or None where it holds none. Raises `GitRefused`.

    Its file is read, or `packed-refs` (gitrepository-layout(5)): it is asked for many times in each write.
    """
    for _ in range(_SYMBOLIC_REFERENCES):
        text = _loose_reference(repo, name)
        if text is None:
            text = _packed_reference(repo, name)
        if text is None or _COMMIT_ID.fullmatch(text):
            return text
        if not text.startswith("ref: refs/"):
            return None
        name = text.removeprefix("ref: ")
    return None


def _loose_reference(repo: Repo, name: str) -> str | None:
    """What a reference's own file says; None where it has none."""
    file = _opened(repo, name)
    if file is None:
        return None
    with file:
        return file.read(REFERENCE_BYTES).decode(errors="replace").strip()


def _packed_reference(repo: Repo, name: str) -> str | None:
    file = _opened(repo, "packed-refs")
    if file is None:
        return None
    ending = f" {name}".encode()
    with file:
        return next((line[:40].decode(errors="replace") for line in file if line.rstrip().endswith(ending)), None)


def _opened(repo: Repo, name: str) -> IO[bytes] | None:
    """None where there is no such file. Raises `GitRefused` where the system does not let this process read it."""
    path = os.path.join(repo.common_dir, name)
    try:
        return open(path, "rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise unreadable(Path(path), error, repo.git_dir) from error


def references(repo: Repo) -> dict[str, str]:
    """What every reference holds, by its full name, as git lists them (GitPython stumbles over a writer's lock)."""
    lines: list[str] = repo.git.for_each_ref("--format=%(objectname) %(refname)").splitlines()
    return {name: commit for commit, _, name in (line.partition(" ") for line in lines)}


def has_object(repo: Repo, commit: str) -> bool:
    """Is this object there?"""
    return read_object(repo, commit_id(commit)) is not None


def read_blob(repo: Repo, revision: str, path: str) -> bytes:
    """The bytes at `path` in `revision`; raises `NotFound`."""
    blob = read_object(repo, f"{commit_id(revision)}:{path}")
    if blob is None or blob.kind != "blob":
        raise NotFound(f"There is no {path} at revision {revision}.", revision=revision, path=path)
    return blob.data


def read_source(repo: Repo, article: str, revision: str) -> Source:
    """An article's body at a revision, and its format; raises `NotFound`, `BadRevision` or `BadArticleId`."""
    body = _read_part(repo, article, revision, Part.BODY)
    if body is not None:
        return body
    path = article_paths(article)[0]
    raise NotFound(f"There is no {path} at revision {revision}.", revision=revision, path=path)


def read_part(repo: Repo, article: str, revision: str, part: Part) -> Source:
    """A part of an article at a revision; empty where nothing is stored beside the body. Raises as `read_source`."""
    if part is Part.BODY:
        return read_source(repo, article, revision)
    return _read_part(repo, article, revision, part) or Source("", Format.PLAIN)


def read_parts(repo: Repo, article: str, revision: str) -> Parts:
    """What is stored beside an article's body at a revision. Raises `BadRevision` or `BadArticleId`."""
    folder = read_object(repo, f"{commit_id(revision)}:{article_paths(article)[0].rpartition('/')[0]}")
    if folder is None or not any(part.value.encode() in folder.data for part in (Part.HEADLINE, Part.STANDFIRST)):
        return Parts()  # as of most articles: one read instead of one for each part and format
    return Parts(*(_read_part(repo, article, revision, part) for part in (Part.HEADLINE, Part.STANDFIRST)))


def _read_part(repo: Repo, article: str, revision: str, part: Part) -> Source | None:
    for format in part.formats:
        blob = read_object(repo, f"{commit_id(revision)}:{part_path(article, part, format)}")
        if blob is not None and blob.kind == "blob":
            return Source(blob.data.decode(), format)
    return None


def read_meta(repo: Repo, article: str, revision: str) -> ArticleMeta:
    """What stands beside an article's text at a revision; raises as `read_source` does."""
    return decode_meta(read_blob(repo, revision, article_paths(article)[1]), revision)


def read_entry(repo: Repo, commit: str) -> Entry:
    """The ledger's entry at `commit`; raises `BadEvent` that names it."""
    kept = _read_commit(repo, commit)
    return decode(commit, kept.parents, kept.message)


def _read_commit(repo: Repo, commit: str) -> LedgerCommit:
    """A ledger's commit; raises `BadEvent` where it is missing."""
    commits = kept_commits(repo)
    kept = None if commits is None else commits.get(commit)
    if kept is not None:
        return kept
    git_object = read_object(repo, commit_id(commit))
    if git_object is None or git_object.kind != "commit":
        raise BadEvent(f"Ledger commit {commit} is missing.", commit=commit)
    header, _, message = git_object.data.decode(errors=_DAMAGED).partition("\n\n")
    content = LedgerCommit(commit_parents(header), message, commit_tree(header))
    if commits is not None:
        commits[commit] = content
    return content


def read_head(repo: Repo) -> Head:
    """Where the chain stands, by its own last event (not by `main`, which may lag after a crash)."""
    ledger = reference(repo, LEDGER)
    if ledger is None:
        return Head(None, reference(repo, MAIN), 0, 0, None)
    last = read_entry(repo, ledger)
    return Head(ledger, last.main, last.seq, last.corrections, last.at)


def entries(repo: Repo, after: str | None = None, until: str | None = None) -> Iterator[Entry]:
    """The ledger's entries, oldest first, after the entry `after` (None: from the first) to `until` (None: the head).

    Raises `BadEvent` naming the commit that cannot be read.
    """
    tip = commit_id(until) if until is not None else reference(repo, LEDGER)
    if tip is None or tip == after:
        return
    entries_walked = None if after is None else _walk_back(repo, tip, commit_id(after))
    if entries_walked is not None:
        yield from entries_walked
        return
    span = tip if after is None else f"{after}..{tip}"
    process = repo.git.log(
        "--first-parent",
        "--reverse",
        "--format=%H %P%x00%B%x00%x00",
        span,
        "--",
        as_process=True,
        istream=subprocess.DEVNULL,
    )
    for commit, parents, message in parse_log_records(process.proc.stdout):
        yield decode(commit, parents, message)
    process.wait()


def _walk_back(repo: Repo, tip: str, after: str) -> Iterator[Entry] | None:
    """The entries between, where they are few: read one by one they cost less than a process."""
    commits: list[tuple[str, list[str], str]] = []
    commit_id_: str | None = tip
    while commit_id_ is not None and commit_id_ != after:
        if len(commits) == FEW:
            return None
        parents, message, _ = _read_commit(repo, commit_id_)
        commits.append((commit_id_, parents, message))
        commit_id_ = parents[0] if parents else None
    if commit_id_ != after:
        return None
    return (decode(*commit) for commit in reversed(commits))  # the first that cannot be read is the oldest such one


def first_parents(repo: Repo, tip: str) -> Generator[str, None, None]:
    """The commits from `tip` back by first parents, newest first, no further than the caller asks."""
    for line in _streamed(repo.git.rev_list("--first-parent", tip, "--", as_process=True, istream=subprocess.DEVNULL)):
        yield line.decode().strip()


def entries_about(repo: Repo, tip: str, commits: Collection[str]) -> Generator[Entry, None, None]:
    """The ledger's entries up to `tip` whose second parent is one of `commits`, newest first. Raises `BadEvent`.

    The ledger is walked no further back than the caller asks.
    """
    process = repo.git.log("--first-parent", "--format=%H %P", tip, "--", as_process=True, istream=subprocess.DEVNULL)
    for line in _streamed(process):
        commit, *parents = line.decode().split()
        if len(parents) == 2 and parents[1] in commits:
            yield read_entry(repo, commit)


def _streamed(process: Any) -> Iterator[bytes]:
    """The lines that a running git writes; it is stopped where no more are asked for. Raises `GitRefused`."""
    is_ended = False
    try:
        yield from process.proc.stdout
        is_ended = True
    finally:
        if not is_ended:
            process.proc.kill()
            process.proc.communicate()
    process.wait()


def edited_words_commit(repo: Repo, entry: Entry) -> str | None:
    """The commit with an editor's words that an acceptance merged in place of the correction's own commit.

    None where it merged that one, and where the commit on `main` is missing.
    """
    if not isinstance(entry.event, CorrectionAccepted) or not entry.event.edited:
        return None
    try:
        parents = _read_commit(repo, entry.main).parents
    except BadEvent:
        return None
    return parents[1] if len(parents) == 2 and parents[1] != entry.commit else None


def parse_log_records(stdout: IO[bytes]) -> Iterator[tuple[str, list[str], str]]:
    """What `git log --format=%H %P%x00%B%x00%x00` prints: commit, parents, message."""
    rest = bytearray()
    while chunk := stdout.read(1 << 16):
        is_complete = b"\0\0" in rest[-1:] + chunk
        rest += chunk
        if not is_complete:  # a long record is put together without looking through it again
            continue
        *complete, rest = rest.split(b"\0\0")
        for record in complete:
            header, _, message = record.lstrip(b"\n").partition(b"\0")
            commit, *parents = header.decode().split()
            yield commit, parents, message.decode(errors=_DAMAGED)


def history(repo: Repo, article: str, revision: str) -> list[RevisionSummary]:
    """An article's revisions, newest first, as `git log --first-parent` tells them."""
    format = "--format=%H%x00%ct%x00%an%x00%s"
    output: str = repo.git.log("--first-parent", format, commit_id(revision), "--", *all_part_paths(article))
    revisions = []
    for line in output.splitlines():
        commit, timestamp, author, subject = line.split("\0", 3)
        revisions.append(RevisionSummary(commit, datetime.fromtimestamp(int(timestamp), UTC), author, subject))
    return revisions


def blame(repo: Repo, article: str, revision: str) -> list[BlamedLine]:
    """Each line of an article's text with the commit of `main`'s first-parent line that last wrote it."""
    path = article_paths(article, read_source(repo, article, revision).format)[0]
    options = ("--porcelain", "--no-textconv", "--ignore-revs-file=", "--first-parent")
    output: str = repo.git.blame(*options, commit_id(revision), "--", path, strip_newline_in_stdout=False)
    lines, commit = [], ""
    for line in output.split("\n"):
        if line.startswith("\t"):
            lines.append(BlamedLine(commit, line[1:]))
        elif _COMMIT_ID.fullmatch(line[:40]) and line[40:41] == " ":
            commit = line[:40]
    return lines


def articles_with(repo: Repo, words: str, revision: str, limit: int) -> list[str]:
    """The ids of articles whose source at `revision` has a line with just these words, by path; up to `limit`.

    `words` are one line; they reach git on its standard input, never as an argument.
    """
    options = ("-F", "-l", "-z", "--max-count=1", "-f", "-", commit_id(revision), "--", "articles")
    process = repo.git.grep(*options, as_process=True, istream=subprocess.PIPE)
    output, stderr = process.proc.communicate(words.encode() + b"\n", timeout=GREP_SECONDS)
    if process.proc.returncode not in (0, _NO):
        raise refusal(["git", "grep"], process.proc.returncode, stderr, repo.git_dir)
    paths = [name.decode().partition(":")[2] for name in output.split(b"\0")]
    folders = [path.rpartition("/")[0] for path in paths if path.endswith(_PART_FILES)]
    return [folder.removeprefix("articles/") for folder in dict.fromkeys(folders)][:limit]


def is_ancestor(repo: Repo, ancestor: str, commit: str) -> bool:
    """Does `commit` contain `ancestor` in its history?"""
    arguments = ("--is-ancestor", ancestor, commit)
    status, _, stderr = repo.git.merge_base(*arguments, with_exceptions=False, with_extended_output=True)
    if status not in (0, _NO) and not _ABSENT.search(stderr):
        raise refusal(["git", "merge-base"], status, stderr, repo.git_dir)
    return bool(status == 0)
