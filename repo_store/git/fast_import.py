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
from repo_store.model.articles import article_paths
from repo_store.model.events import CorrectionAccepted, CorrectionSubmitted, Event, message
from repo_store.model.head import Head
from repo_store.model.intents import PREVIOUS, EditedWords, Intent, Person, Proposal, Revision, Sending
from repo_store.ssh_signatures import Key

SCRATCH = "refs/scratch/batch"
COMMITTER = Person(NAME, EMAIL)
SECONDS = 60  # that git may take to make a batch durable


@dataclass
class Written:
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
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Write a commit whose tree is its first parent's with `files` in place; returns what `id_of` takes."""
        self.marks += 1
        when = f"{int(self.at.timestamp())} +0000"
        lines = [
            b"reset " + SCRATCH.encode() + b"\n\n" if not parents else b"",
            f"commit {SCRATCH}\nmark :{self.marks}\n".encode(),
            f"author {author.name} <{author.email}> {when}\n".encode(),
            f"committer {COMMITTER.name} <{COMMITTER.email}> {when}\n".encode(),
            b"data %d\n%s\n" % (len(message), message),
        ]
        if parents:
            lines.append(f"from {self._name(parents[0])}\n".encode())
            lines += [f"merge {self._name(parent)}\n".encode() for parent in parents[1:]]
        for path, data in files:
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
            made = self._answer()
            if len(made) != 40:
                raise self.refusal()
            self.ids.append(made)
            self.mark_of[made] = len(self.ids)
        return self.ids[int(commit[1:]) - 1]

    def _name(self, commit: str) -> str:
        """How the stream names a commit: those it has just made are not in the object store yet."""
        return f":{self.mark_of[commit]}" if commit in self.mark_of else commit

    def _answer(self) -> str:
        stdin, stdout = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        stdin.flush()
        return stdout.readline().strip().decode()

    def done(self) -> None:
        """Make durable what was made. The scratch reference stays until the next batch: without it, a `git gc` by hand
        could throw the batch away before the references that matter have been moved to it."""
        self._send(b"done\n")
        _, stderr = self.process.communicate(timeout=SECONDS)
        if self.process.returncode != 0:
            raise self._refused(stderr)

    def refusal(self) -> GitRefused:
        """Why git ended before it was done."""
        try:
            _, stderr = self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return self._refused(b"error: it did not answer within %d seconds" % SECONDS)
        return self._refused(stderr)

    def _refused(self, stderr: bytes) -> GitRefused:
        status = self.process.returncode or 0
        return refusal(["git", "fast-import"], status, stderr, self.repo.git_dir, writing=True)


@dataclass
class _Signed(_Stream):
    """git 2.39's fast-import signs nothing: here it makes the trees, under commits without a word; ours go beside."""

    key: Key | None = None
    made: list[bytes] = field(default_factory=list)
    trees: dict[str, str] = field(default_factory=dict)

    def commit(
        self,
        message: bytes,
        author: Person,
        parents: Sequence[str],
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        tree, mark = self._tree(parents, files)
        data = commit_object(tree, parents, author, COMMITTER, self.at, message, self.key)
        made = object_id("commit", data)
        self.made.append(data)
        self.trees[made] = tree
        if mark:
            self.mark_of[made] = mark
        return made

    def _tree(self, parents: Sequence[str], files: Sequence[tuple[str, bytes]]) -> tuple[str, int]:
        """The tree, and the mark of the commit that has it (0: there was no need of one)."""
        if not files:
            first = parents[0] if parents else None
            return self.trees.get(first or "") or self._tree_of(first), self.mark_of.get(first or "", 0)
        self.id_of(super().commit(b"", COMMITTER, parents[:1], files))
        self._send(f'ls :{self.marks} ""\n'.encode())
        return self._answer().split()[2], self.marks

    def _tree_of(self, commit: str | None) -> str:
        if commit is None:
            return EMPTY_TREE
        return read_bytes(self.repo, commit)[5:45].decode()


def write_batch(
    repo: Repo, head: Head, intents: Sequence[Intent], at: datetime, key: Key | None = None
) -> list[Written]:
    """Make a batch's commits durable under the scratch reference and return their ids, in order; with `key`, signed.

    Raises `WriteFailed`; the references then stand as before.
    """
    process = repo.git.fast_import("--quiet", "--done", "--force", as_process=True, istream=subprocess.PIPE)
    stream = _Stream(repo, process.proc, at) if key is None else _Signed(repo, process.proc, at, key=key)
    try:
        written = _content(stream, head, intents)
        _events(stream, head, intents, written)
        stream.done()
        if isinstance(stream, _Signed):
            write_pack(repo, [("tree", b""), *(("commit", each) for each in stream.made)])
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


def _content(stream: _Stream, head: Head, intents: Sequence[Intent]) -> list[Written]:
    main = head.main
    corrections = head.corrections
    written = []
    for offset, intent in enumerate(intents, start=1):
        result = Written(seq=head.seq + offset, commit=intent.about)
        if isinstance(intent.event, CorrectionSubmitted):
            corrections += 1
        match intent.content:
            case Proposal() as proposal:
                result.content = result.commit = _propose(stream, proposal, corrections)
            case Revision() as revision:
                if revision.sending is not None:
                    result.commit = _keep(stream, revision.sending, main)
                result.content = main = _publish(stream, revision, main)
            case Sending() as sending:
                result.content = result.commit = _keep(stream, sending, main)
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


def _propose(stream: _Stream, proposal: Proposal, number: int) -> str:
    path, _ = article_paths(proposal.article)
    files = [] if proposal.text is None else [(path, proposal.text.encode())]
    text = proposal.message.encode().replace(b"{number}", str(number).encode(), 1)
    return stream.commit(text, proposal.author, [proposal.revision], files)


def _publish(stream: _Stream, revision: Revision, main: str | None) -> str:
    merged = revision.merges
    if isinstance(merged, EditedWords):
        if main is None:
            raise WriteFailed("The first event of a ledger accepts no correction.")
        words = (article_paths(revision.article)[0], revision.text.encode())
        merged = stream.commit(merged.message.encode(), merged.author, [main], [words])
    parents = [parent for parent in (main, merged) if parent is not None]
    return stream.commit(revision.message.encode(), revision.author, parents, _files(revision))


def _keep(stream: _Stream, sending: Sending, main: str | None) -> str:
    if main is None:
        raise WriteFailed("The first event of a ledger publishes an article as it was sent.")
    return stream.commit(sending.message.encode(), sending.author, [main], _files(sending))


def _files(content: Revision | Sending) -> list[tuple[str, bytes]]:
    text, meta = article_paths(content.article)
    return [(text, content.text.encode()), (meta, content.meta.encode())]


def _events(stream: _Stream, head: Head, intents: Sequence[Intent], written: Sequence[Written]) -> None:
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
