"""A copy of the publisher's git repository: fetched, read, and written back by compare-and-swap."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from corrections.connectors.connector import ConnectionFailed
from corrections.connectors.git.remote import Remote, Unreachable, resolve
from repo_store.git.command import git_program, init_bare, start_git
from repo_store.git.environment import EMAIL
from repo_store.model.intents import Person

SECONDS = 120  # that a fetch or a push may take
PROPOSED = "corrections/"  # what the names of our own branches begin with
_PROPOSED_HERE = "refs/proposed/"
_FETCH = ("--no-tags", "--no-write-fetch-head")
_BRANCH = re.compile(r"(?!-)[^\s~^:?*\[\\\x00-\x1f]{1,200}")
_NONE: Mapping[str, str] = MappingProxyType({})
_PROTOCOLS = {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
_PASSWORD = "GIT_CONNECTION_PASSWORD"  # noqa: S105 - the name of a variable of git's process alone
_HELPER = f'!f() {{ test "$1" = get && echo "password=${_PASSWORD}"; }}; f'
_SETTINGS = {
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "http.followRedirects": "false",  # one could lead to a private network
    "credential.helper": _HELPER,
}


class GitFailed(ConnectionFailed):
    """A git that ended with an error; `out` is what it printed before."""

    def __init__(self, message: str, out: str = "") -> None:
        super().__init__(message)
        self.out = out


class RemoteFailed(GitFailed):
    """The publisher's server cannot be reached, or refuses."""


def is_branch(name: str) -> bool:
    """Whether a branch can have this name."""
    return _BRANCH.fullmatch(name) is not None and ".." not in name and not name.endswith(("/", ".", ".lock"))


@dataclass(frozen=True)
class CommitMessage:
    """What a commit says of a change: who made it, why, and when."""

    author: Person
    text: str
    at: datetime


@dataclass(frozen=True)
class BranchUpdate:
    """A branch to be moved from the commit `expected` (empty: it does not exist) to `commit` (empty: it is deleted)."""

    branch: str
    commit: str
    expected: str


class GitMirror:
    """Of one branch and of those below `corrections/`. Every method raises `ConnectionFailed` where git fails, and
    `RemoteFailed` where the publisher's server cannot be reached or refuses."""

    def __init__(self, folder: Path, remote: Remote, branch: str) -> None:
        """For a caller that works here alone. `folder` is made when first needed."""
        self._folder = folder
        self._remote = remote
        self._branch = branch
        if not folder.exists():
            init_bare(folder)
        for lock in folder.rglob("*.lock"):  # of a git that was killed: nobody else works here now
            lock.unlink(missing_ok=True)

    def fetch(self) -> str:
        """Bring the branch here; the id of its last commit."""
        self._network("fetch", _FETCH, (self._branch_here,))
        return self._tip()

    def fetch_all(self) -> tuple[str, dict[str, str]]:
        """Bring the branch here, and those below `corrections/` as they are at the same moment: the id of the last
        commit of the one, and those of the others by their names."""
        self._network("fetch", (*_FETCH, "--prune"), (self._branch_here, f"+refs/heads/{PROPOSED}*:{_PROPOSED_HERE}*"))
        lines = self._git("for-each-ref", "--format=%(objectname) %(refname)", _PROPOSED_HERE).decode().splitlines()
        tips = (line.split(" ", 1) for line in lines)
        return self._tip(), {f"{PROPOSED}{name.removeprefix(_PROPOSED_HERE)}": commit for commit, name in tips}

    @property
    def _branch_here(self) -> str:
        return f"+refs/heads/{self._branch}:{self._here}"

    def _tip(self) -> str:
        return self._git("rev-parse", "--verify", f"{self._here}^{{commit}}").decode().strip()

    def files(self, commit: str, folder: str) -> dict[str, str]:
        """The paths below a folder (empty: everywhere) of regular files, with the ids of their contents."""
        arguments = ("ls-tree", "-r", "-z", commit, *(("--", f"{folder}/") if folder else ()))
        found = {}
        for line in self._git(*arguments).split(b"\0")[:-1]:
            facts, _, path = line.partition(b"\t")
            mode, _, blob = facts.decode().split(" ")
            if mode in ("100644", "100755"):
                found[path.decode("utf-8", "surrogateescape")] = blob
        return found

    def blob_at(self, commit: str, path: str) -> str:
        """The id of a file's content; empty where there is none."""
        facts = self._git("ls-tree", "-z", commit, "--", path).partition(b"\t")[0].decode()
        return facts.rpartition(" ")[2]

    def renames(self, old: str, new: str) -> dict[str, str]:
        """The files that have another path in `new` than in `old`: their new paths by the old ones."""
        arguments = ("diff-tree", "-r", "-z", "-M", "--diff-filter=R", "--name-status", old, new)
        parts = self._git(*arguments).decode("utf-8", "surrogateescape").split("\0")[:-1]
        return dict(zip(parts[1::3], parts[2::3], strict=True))

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        try:
            self._git("cat-file", "-e", f"{commit}^{{commit}}")
        except ConnectionFailed:
            return False
        return True

    def read(self, blob: str) -> bytes:
        """The content with this id."""
        return self._git("cat-file", "blob", blob)

    def is_ancestor(self, commit: str, tip: str) -> bool:
        """Whether the history of `tip` has a commit."""
        return self.has(commit) and not self._git("rev-list", "-1", commit, f"^{tip}")

    def is_ours(self, commit: str, text: str) -> bool:
        """Whether the service made a commit, with this message."""
        committer, _, said = self._git("log", "-1", "--format=%ce%n%B", commit).decode(errors="replace").partition("\n")
        return committer == EMAIL and said.strip() == text.strip()

    def commit(self, parent: str, path: str, data: bytes, message: CommitMessage) -> str:
        """A new commit that changes one file; its id. Nothing is pushed."""
        blob = self._git("hash-object", "-w", "--stdin", stdin=data).decode().strip()
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._git("read-tree", parent, variables=index)
            mode = self._git("ls-tree", "-z", parent, "--", path).decode("utf-8", "surrogateescape").split(" ")[0]
            entry = f"{mode or '100644'} {blob}\t{path}\0".encode("utf-8", "surrogateescape")
            self._git("update-index", "-z", "--index-info", stdin=entry, variables=index)
            tree = self._git("write-tree", variables=index).decode().strip()
        author = {
            "GIT_AUTHOR_NAME": message.author.name,
            "GIT_AUTHOR_EMAIL": message.author.email,
            "GIT_AUTHOR_DATE": f"{int(message.at.timestamp())} +0000",
        }
        made = self._git("commit-tree", tree, "-p", parent, stdin=message.text.encode(), variables=author)
        return made.decode().strip()

    def push(self, commit: str, expected: str) -> bool:
        """Move the branch from `expected` to `commit`; False where somebody else has moved it."""
        branch = f"refs/heads/{self._branch}"
        try:
            self._network("push", (f"--force-with-lease={branch}:{expected}",), (f"{commit}:{branch}",))
        except ConnectionFailed as error:
            if "stale info" in str(error) or "fetch first" in str(error) or "non-fast-forward" in str(error):
                return False
            raise
        self._git("update-ref", self._here, commit)
        return True

    def push_all(self, updates: Sequence[BranchUpdate]) -> dict[str, str]:
        """Move branches, each by itself; why one was not moved, by its name. Raises `RemoteFailed` where none could
        be."""
        leases = [f"--force-with-lease=refs/heads/{update.branch}:{update.expected}" for update in updates]
        references = [f"{update.commit}:refs/heads/{update.branch}" for update in updates]
        try:
            self._network("push", ("--porcelain", *leases), references)
        except RemoteFailed as error:
            lines = [line.split("\t") for line in error.out.splitlines() if line.startswith("!\t")]
            if not lines:
                raise
            return {line[1].partition(":")[2].removeprefix("refs/heads/"): line[2] for line in lines}
        return {}

    @property
    def _here(self) -> str:
        return f"refs/remotes/origin/{self._branch}"

    def _network(self, command: str, options: Sequence[str], references: Sequence[str]) -> None:
        try:
            address = resolve(self._remote)
            self._git(
                command, *options, address.url, *references,
                settings={**_SETTINGS, **address.settings},
                variables={**_PROTOCOLS, **address.variables, _PASSWORD: self._remote.password},
                seconds=SECONDS,
            )  # fmt: skip
        except Unreachable as error:
            raise RemoteFailed(str(error)) from error
        except GitFailed as error:
            raise RemoteFailed(str(error), error.out) from error

    def _git(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        settings: Mapping[str, str] = _NONE,
        variables: Mapping[str, str] = _NONE,
        seconds: float | None = None,
    ) -> bytes:
        process = start_git(
            [git_program(), *arguments], self._folder, settings, variables,
            stdin=None if stdin is None else subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = process.communicate(stdin, seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise GitFailed(f"The git server did not answer within {seconds:.0f} seconds.") from error
        if process.returncode:
            raise GitFailed(_refusal(arguments[0], err.decode(errors="replace")), out.decode(errors="replace"))
        return bytes(out)


def mirror_folder(publication_folder: Path, name: str) -> Path:
    """Where the copy of a connection's repository is."""
    folder = publication_folder / "connections"
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder / f"{name}.git"


def _refusal(command: str, words: str) -> str:
    """What git said, on one line, without the user and password of an address."""
    said = " ".join(re.sub(r"//[^/@\s]*@", "//", words).split())
    return f"git {command} was refused: {said[-400:] or 'no reason was given'}"
