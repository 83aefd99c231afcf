"""The commits that some references reach: which they are, and what is in those that an audit asks for.

Eight bytes are kept in memory for each, and the list of all in a file. The key of the digests is made anew for each
set, so that nobody can prepare two commits that are taken for each other.
"""

import secrets
import subprocess
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO

from git import Repo

from repo_store.git.command import read_object
from repo_store.git.object_reader import GitObject
from repo_store.git.object_stream import read_objects
from repo_store.git.packfile import commit_parents
from repo_store.queries import is_ancestor

_PARTS = 256  # each is sorted by itself
_HELD_BYTES = 32 << 20  # of commits read ahead


class IdSet:
    """Digests of texts (object ids, or others): membership alone, in eight bytes each."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._parts = [array("Q") for _ in range(_PARTS)]
        self._is_sorted = False

    def digest(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=self._key).digest(), "big")

    def add(self, text: str) -> None:
        value = self.digest(text)
        self._parts[value % _PARTS].append(value)
        self._is_sorted = False

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __contains__(self, text: object) -> bool:
        if not self._is_sorted:
            self._parts = [array("Q", sorted(part)) for part in self._parts]
            self._is_sorted = True
        value = self.digest(str(text))
        part = self._parts[value % _PARTS]
        place = bisect_left(part, value)
        return place < len(part) and part[place] == value


@dataclass(frozen=True)
class CommitFacts:
    """Of a commit: its parents, the seconds (UTC, as git writes them) of its committer and its author, the author's
    name and address, and the message."""

    parents: list[str]
    dates: list[str]
    author: str
    message: str


class CommitSet:
    """The commits that a file lists, one a line. `known` are commits whose history is trusted: it is in the set too."""

    def __init__(self, repo: Repo, file: Path, known: Sequence[str] = ()) -> None:
        self._repo = repo
        self._file = file
        self._known = known
        self._ids = IdSet()
        self._ahead: dict[str, GitObject] = {}
        self._facts: dict[str, CommitFacts | None] = {}  # of those that were read ahead
        for commit in self:
            self._ids.add(commit)

    def __iter__(self) -> Iterator[str]:
        """Those that are listed."""
        with self._file.open() as file:
            for line in file:
                yield line[:40]

    def is_new(self, commit: str) -> bool:
        """Is it listed?"""
        return commit in self._ids

    def __contains__(self, commit: str) -> bool:
        return commit in self._ids or self._is_known(commit)

    def _is_known(self, commit: str) -> bool:
        return any(commit == known or is_ancestor(self._repo, commit, known) for known in self._known)

    def read_ahead(self, commits: Iterable[str]) -> None:
        """Read these at once, for `facts`; what was read ahead before is forgotten."""
        self._ahead, self._facts, held = {}, {}, 0
        for name, commit in read_objects(self._repo, list(dict.fromkeys(commits))):
            if commit is not None and held < _HELD_BYTES:
                self._ahead[name] = commit
                held += len(commit.data)

    def facts(self, commit: str) -> CommitFacts | None:
        """What is in a commit of the set; None where it is not in it."""
        return self.facts_of_reached(commit) if commit in self._facts or commit in self else None

    def facts_of_reached(self, commit: str) -> CommitFacts | None:
        """As `facts`, of one that is in the set for certain: to ask is expensive for those of `known`."""
        if commit in self._facts:
            return self._facts[commit]
        git_object = self._ahead.get(commit)
        if git_object is not None:
            facts = self._facts[commit] = _facts_of(git_object)
            return facts
        git_object = read_object(self._repo, commit)
        return None if git_object is None else _facts_of(git_object)


def _facts_of(git_object: GitObject) -> CommitFacts | None:
    if git_object.kind != "commit":
        return None
    header, _, message = git_object.data.decode(errors="surrogateescape").partition("\n\n")
    lines = [line.partition(" ") for line in header.split("\n")]
    dates = {name: value.rpartition(">")[2].split()[:1] for name, _, value in lines if name in _DATED}
    author = next((value.rpartition(">")[0] for name, _, value in lines if name == "author"), "")
    times = [*dates.get("committer", ()), *dates.get("author", ())]
    return CommitFacts(commit_parents(header), times, f"{author}>", message)


_DATED = ("committer", "author")


def list_commits(repo: Repo, file: Path, tips: Sequence[str], known: Sequence[str] = ()) -> None:
    """Write the commits that `tips` reach and `known` do not to a file, one id a line. Raises `GitRefused`."""
    if tips:
        list_revisions(repo, file, [*tips, *(f"^{commit}" for commit in known)])
    else:
        file.touch()


def list_revisions(repo: Repo, file: Path, arguments: Sequence[str]) -> None:
    """Write what `git rev-list` lists to a file, one id a line. Raises `GitRefused`."""
    process = repo.git.rev_list(*arguments, as_process=True, istream=subprocess.DEVNULL)
    stdout: IO[bytes] = process.proc.stdout
    with file.open("wb") as written:
        while chunk := stdout.read(1 << 16):
            written.write(chunk)
    process.wait()
