"""One batch as one `git fast-import` stream (git-fast-import(1)), through GitPython.

Everything lands in one pack, fsynced by git, under a scratch reference; references that matter are moved by the
writer afterwards. Commit ids come back over the pipe, once for all contents and once for all events, since an event
names the `main` that results from it.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, assert_never, cast

from git import Repo

from repo_store.errors import GitRefused, WriteFailed
from repo_store.file_sync import sync_folders
from repo_store.git.command import read_bytes
from repo_store.git.environment import EMAIL, NAME
from repo_store.git.packfile import EMPTY_TREE, commit_object, object_id, write_pack
from repo_store.git.refusals import refusal
from repo_store.model.articles import Source, article_paths, part_path, part_paths
from repo_store.model.entries import message
from repo_store.model.events import CorrectionAccepted, CorrectionSubmitted, Event
from repo_store.model.head import Head
from repo_store.model.intents import PREVIOUS, EditedWords, Intent, Person, Proposal, Revision, SourceVersion
from repo_store.model.kinds import Part
from repo_store.ssh_signatures import Key

SCRATCH = "refs/scratch/batch"
COMMITTER = Person(NAME, EMAIL)
SECONDS = 60  # that git may take to make a batch durable


@dataclass
class WrittenIntent:
    """The ids that one intent's commits received; `commit` is the second parent of its entry."""

    content: str | None = None
    commit: str | None = None
    entry: str = ""
    main: str = ""
    corrections: int = 0
    seq: int = 0
    event: Event | None = None  # as it was written, where that is not as it was asked for


@dataclass
class _Stream:
    repo: Repo
    process: subprocess.Popen[bytes]
    at: datetime
    marks: int = 0
    mark_of: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)  # of the marks from 1, as far as they were asked for

    def _send(self, data: bytes) -> None:
        cast(IO[bytes], self.process.stdin).write(data)

    def commit(
        self,
        message: bytes,
        author: Person,
        parents: Sequence[str],
        files: Sequence[tuple[str, bytes | None]] = (),
    ) -> str:
        """Write a commit whose tree is its first parent's with `files` in place (None: taken out).

        Returns what `id_of` takes."""
        self.marks += 1
        timestamp = f"{int(self.at.timestamp())} +0000"
        lines = [
            b"reset " + SCRATCH.encode() + b"\n\n" if not parents else b"",
            f"commit {SCRATCH}\nmark :{self.marks}\n".encode(),
            f"author {author.name} <{author.email}> {timestamp}\n".encode(),
            f"committer {COMMITTER.name} <{COMMITTER.email}> {timestamp}\n".encode(),
            b"data %d\n%s\n" % (len(message), message),
        ]
        if parents:
            lines.append(f"from {self._mark_or_id(parents[0])}\n".encode())
            lines += [f"merge {self._mark_or_id(parent)}\n".encode() for parent in parents[1:]]
        for path, data in files:
            if data is None:
                lines.append(f"D {path}\n".encode())
            else:
                lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        lines.append(f"\nget-mark :{self.marks}\n".encode())
        self._send(b"".join(lines))
        return f":{self.marks}"

    def id_of(self, commit: str) -> str:
        """The id of a commit that this stream made (or of any other). One question at a time would cost a turn each:
        the answers to all are read when the first is needed."""
        if not commit.startswith(":"):
            return commit
        while len(self.ids) < self.marks:
            commit_id = self._read_line()
            if len(commit_id) != 40:
                raise self.refusal()
            self.ids.append(commit_id)
            self.mark_of[commit_id] = len(self.ids)
        return self.ids[int(commit[1:]) - 1]

    def _mark_or_id(self, commit: str) -> str:
        """How the stream names a commit: those it has just made are not in the object store yet."""
        return f":{self.mark_of[commit]}" if commit in self.mark_of else commit

    def _read_line(self) -> str:
        stdin, stdout = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        stdin.flush()
        return stdout.readline().strip().decode()

    def finish(self) -> None:
        """Make durable what was made. The scratch reference stays until the next batch: without it, a `git gc` by hand
        could throw the batch away before the references that matter have been moved to it."""
        self._send(b"done\n")
        _, stderr = self.process.communicate(timeout=SECONDS)
        if self.process.returncode != 0:
            raise self._refusal_of(stderr)

    def refusal(self) -> GitRefused:
        """Why git ended before it was done."""
        try:
            _, stderr = self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return self._refusal_of(b"error: it did not answer within %d seconds" % SECONDS)
        return self._refusal_of(stderr)

    def _refusal_of(self, stderr: bytes) -> GitRefused:
        status = self.process.returncode or 0
        return refusal(["git", "fast-import"], status, stderr, self.repo.git_dir, writing=True)


@dataclass
class _SignedStream(_Stream):
    """git 2.39's fast-import signs nothing: here it makes the trees, under commits without a word; ours go beside."""

    key: Key | None = None
    commits: list[bytes] = field(default_factory=list)
    trees: dict[str, str] = field(default_factory=dict)

    def commit(
        self,
        message: bytes,
        author: Person,
        parents: Sequence[str],
        files: Sequence[tuple[str, bytes | None]] = (),
    ) -> str:
        tree, mark = self._tree(parents, files)
        data = commit_object(tree, parents, author, COMMITTER, self.at, message, self.key)
        commit_id = object_id("commit", data)
        self.commits.append(data)
        self.trees[commit_id] = tree
        if mark:
            self.mark_of[commit_id] = mark
        return commit_id

    def _tree(self, parents: Sequence[str], files: Sequence[tuple[str, bytes | None]]) -> tuple[str, int]:
        """The tree, and the mark of the commit that has it (0: there was no need of one)."""
        if not files:
            first = parents[0] if parents else None
            return self.trees.get(first or "") or self._tree_of(first), self.mark_of.get(first or "", 0)
        self.id_of(super().commit(b"", COMMITTER, parents[:1], files))
        self._send(f'ls :{self.marks} ""\n'.encode())
        return self._read_line().split()[2], self.marks

    def _tree_of(self, commit: str | None) -> str:
        if commit is None:
            return EMPTY_TREE
        return read_bytes(self.repo, commit)[5:45].decode()


def write_batch(
    repo: Repo, head: Head, intents: Sequence[Intent], at: datetime, key: Key | None = None
) -> list[WrittenIntent]:
    """Make a batch's commits durable under the scratch reference and return their ids, in order; with `key`, signed.

    Raises `WriteFailed`; the references then stand as before.
    """
    process = repo.git.fast_import("--quiet", "--done", "--force", as_process=True, istream=subprocess.PIPE)
    stream = _Stream(repo, process.proc, at) if key is None else _SignedStream(repo, process.proc, at, key=key)
    try:
        written = _write_contents(stream, head, intents)
        _write_events(stream, head, intents, written)
        stream.finish()
        if isinstance(stream, _SignedStream):
            write_pack(repo, [("tree", b""), *(("commit", commit) for commit in stream.commits)])
        sync_folders(Path(repo.git_dir) / "objects" / "pack")  # before anything names what is in there
    except (BrokenPipeError, subprocess.TimeoutExpired) as error:
        raise stream.refusal() from error
    finally:
        if process.proc.poll() is None:
            process.proc.kill()
        process.proc.wait()
        for pipe in (process.proc.stdin, process.proc.stdout, process.proc.stderr):
            if pipe is not None and not pipe.closed:
                _close_quietly(pipe)
    return written


def _write_contents(stream: _Stream, head: Head, intents: Sequence[Intent]) -> list[WrittenIntent]:
    main = head.main
    corrections = head.corrections
    written = []
    for offset, intent in enumerate(intents, start=1):
        result = WrittenIntent(seq=head.seq + offset, commit=intent.about)
        if isinstance(intent.event, CorrectionSubmitted):
            corrections += 1
        match intent.content:
            case Proposal() as proposal:
                result.content = result.commit = _write_proposal(stream, proposal, corrections)
            case Revision() as revision:
                if revision.source is not None:
                    result.commit = _write_source(stream, revision.source, main)
                result.content = main = _write_revision(stream, revision, main)
            case SourceVersion() as source:
                result.content = result.commit = _write_source(stream, source, main)
            case None:
                pass
            case _:
                assert_never(intent.content)
        if main is None:
            raise WriteFailed("The first event of a ledger imports an article.")
        result.main = main
        result.corrections = corrections
        written.append(result)
    for result in written:
        result.content = None if result.content is None else stream.id_of(result.content)
        result.commit = None if result.commit is None else stream.id_of(result.commit)
        result.main = stream.id_of(result.main)
    return written


def _write_proposal(stream: _Stream, proposal: Proposal, number: int) -> str:
    path = part_path(proposal.article, proposal.part, proposal.format)
    files = [] if proposal.text is None else [(path, proposal.text.encode())]
    text = proposal.message.encode().replace(b"{number}", str(number).encode(), 1)
    return stream.commit(text, proposal.author, [proposal.revision], files)


def _write_revision(stream: _Stream, revision: Revision, main: str | None) -> str:
    merged = revision.merges
    if isinstance(merged, EditedWords):
        if main is None:
            raise WriteFailed("The first event of a ledger accepts no correction.")
        words = _edited_file(revision, merged.part)
        merged = stream.commit(merged.message.encode(), merged.author, [main], [words])
    parents = [parent for parent in (main, merged) if parent is not None]
    return stream.commit(revision.message.encode(), revision.author, parents, _files(revision))


def _write_source(stream: _Stream, source: SourceVersion, main: str | None) -> str:
    if main is None:
        raise WriteFailed("The first event of a ledger publishes an article as it was sent.")
    return stream.commit(source.message.encode(), source.author, [main], _files(source))


def _edited_file(revision: Revision, part: Part) -> tuple[str, bytes]:
    """The file of the part that an editor changed."""
    source = None if revision.parts is None else revision.parts.of(part)
    if part is Part.BODY or source is None:
        source = Source(revision.text, revision.format)
    return part_path(revision.article, part, source.format), source.text.encode()


def _files(content: Revision | SourceVersion) -> list[tuple[str, bytes | None]]:
    """The files of an article: a part in another format, which it may have had before, is taken out."""
    sources: dict[Part, Source | None] = {Part.BODY: Source(content.text, content.format)}
    if content.parts is not None:
        sources |= {part: content.parts.of(part) for part in (Part.HEADLINE, Part.STANDFIRST)}
    files: list[tuple[str, bytes | None]] = []
    for part, source in sources.items():
        path = None if source is None else part_path(content.article, part, source.format)
        files += [(other, None) for other in part_paths(content.article, part) if other != path]
        if path is not None and source is not None:
            files.append((path, source.text.encode()))
    return [*files, (article_paths(content.article)[1], content.meta.encode())]


def _write_events(stream: _Stream, head: Head, intents: Sequence[Intent], written: Sequence[WrittenIntent]) -> None:
    previous, main = head.ledger, head.main
    for intent, result in zip(intents, written, strict=True):
        commit = result.commit
        event = intent.event
        if isinstance(event, CorrectionAccepted) and event.onto == PREVIOUS:
            event = result.event = event.model_copy(update={"onto": main})
        main = result.main
        text = message(result.seq, stream.at, result.main, result.corrections, event)
        parents = [previous] if previous is not None else []
        if previous is None and commit is not None:
            raise WriteFailed("The first event of a ledger is about no correction.")
        if commit is not None:
            parents.append(commit)
        result.entry = previous = stream.commit(text, COMMITTER, parents)
    for result in written:
        result.entry = stream.id_of(result.entry)


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return
