"""Commits with their trees and texts, made here from those that the repository has, for one pack."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from git import Repo

from repo_store.errors import RefusedWrite
from repo_store.git.command import kept_commits, read_object
from repo_store.git.packfile import EMPTY_TREE, Pack, commit_object
from repo_store.model.intents import Person
from repo_store.ssh_signatures import Key

KNOWN_ENTRIES = 200_000  # of trees, before these are forgotten; each some hundred bytes
_FILE, _FOLDER = b"100644", b"40000"  # modes, as trees have them
_ID_BYTES = 20

_Entries = dict[bytes, tuple[bytes, str]]  # of a tree: by name, the mode and the object's id
_Changes = dict[str, "_Changes | bytes | None"]  # by name: changes in a folder, a file's bytes, or None to remove it


class KnownTrees:
    """Trees that were read or written lately in a repository. For one thread at a time; begin anew after a rewrite."""

    def __init__(self) -> None:
        self._tree_of: dict[str, str] = {}  # of commits
        self._trees: dict[str, _Entries] = {}
        self._size = 0

    def tree_of(self, repo: Repo, commit: str) -> str:
        """The id of a commit's tree. Raises `RefusedWrite` where it is missing, `GitRefused` where it is unreadable."""
        tree = self._tree_of.get(commit)
        if tree is None:
            kept = (kept_commits(repo) or {}).get(commit)
            tree = _read(repo, commit, "commit")[5:45].decode() if kept is None else kept.tree
            self._make_room(1)
            self._tree_of[commit] = tree
        return tree

    def entries(self, repo: Repo, tree: str) -> _Entries:
        """What is in a tree; not to be changed. Raises as `tree_of`."""
        entries = self._trees.get(tree)
        if entries is None:
            entries = _decode(_read(repo, tree, "tree"))
            self._make_room(1 + len(entries))
            self._trees[tree] = entries
        return entries

    def add(self, tree_of: dict[str, str]) -> None:
        """Keep the trees of commits that were just written; not what is in them, as few are built on."""
        self._make_room(len(tree_of))
        self._tree_of |= tree_of

    def _make_room(self, size: int) -> None:
        self._size += size
        if self._size > KNOWN_ENTRIES:
            self._tree_of.clear()
            self._trees.clear()
            self._size = size


class ObjectBatch:
    """Commits of one moment by one committer; with a key, signed. Nothing is written before `write`."""

    def __init__(
        self, repo: Repo, committer: Person, at: datetime, key: Key | None = None, known: KnownTrees | None = None
    ) -> None:
        self._repo = repo
        self._known = known or KnownTrees()
        self._committer = committer
        self.at = at
        self._key = key
        self._pack = Pack()
        self._tree_of: dict[str, str] = {}  # of commits that were made
        self._trees: dict[str, _Entries] = {}  # that were made

    def commit(
        self,
        message: bytes,
        author: Person,
        parents: Sequence[str],
        files: Sequence[tuple[str, bytes | None]] = (),
    ) -> str:
        """Make a commit whose tree is its first parent's with `files` in place (None: taken out); returns its id.

        Raises `RefusedWrite` where a parent is missing, and `GitRefused` where it cannot be read.
        """
        trees = [self.tree(parent) for parent in parents]  # of each, to see that it is there
        tree = self._changed(trees[0] if trees else EMPTY_TREE, _nested(files)) if files else (*trees, EMPTY_TREE)[0]
        if tree is None or not parents:
            self._pack.add("tree", b"")
        tree = tree or EMPTY_TREE
        data = commit_object(tree, parents, author, self._committer, self.at, message, self._key)
        commit = self._pack.add("commit", data)
        self._tree_of[commit] = tree
        return commit

    def written(self) -> AbstractContextManager[None]:
        """Make all of it durable; within, git keeps it though no reference reaches it. Raises `RefusedWrite`."""
        return self._pack.kept(self._repo)

    def remember(self) -> None:
        """Let the next batch know the commits that have been written, so that it need not read them."""
        self._known.add(self._tree_of)

    def tree(self, commit: str) -> str:
        """The id of a commit's tree. Raises as `commit`."""
        return self._tree_of.get(commit) or self._known.tree_of(self._repo, commit)

    def _changed(self, tree: str | None, changes: _Changes) -> str | None:
        """A tree with changes in it; None where nothing is left."""
        entries = dict(self._entries(tree))
        for name, change in changes.items():
            key = name.encode()
            if isinstance(change, dict):
                mode, identifier = entries.get(key, (b"", ""))
                changed = self._changed(identifier if mode == _FOLDER else None, change)
                entry = None if changed is None else (_FOLDER, changed)
            else:
                entry = None if change is None else (_FILE, self._pack.add("blob", change))
            if entry is None:
                entries.pop(key, None)
            else:
                entries[key] = entry
        if not entries:
            return None
        identifier = self._pack.add("tree", _encode(entries))
        self._trees[identifier] = entries
        return identifier

    def _entries(self, tree: str | None) -> _Entries:
        if tree is None or tree == EMPTY_TREE:
            return {}
        made = self._trees.get(tree)
        return self._known.entries(self._repo, tree) if made is None else made


def _read(repo: Repo, identifier: str, kind: str) -> bytes:
    git_object = read_object(repo, identifier)
    if git_object is None or git_object.kind != kind:
        words = f"{kind} {identifier} is missing"
        raise RefusedWrite(f"Nothing was written: {words}.", words=words, environmental=False)
    return git_object.data


def _nested(files: Sequence[tuple[str, bytes | None]]) -> _Changes:
    changes: _Changes = {}
    for path, data in files:
        *folders, name = path.split("/")
        within = changes
        for folder in folders:
            inner = within.setdefault(folder, {})
            assert isinstance(inner, dict)
            within = inner
        within[name] = data
    return changes


def _encode(entries: _Entries) -> bytes:
    """The bytes of a tree, in git's order: a folder as if its name ended with a slash."""
    ordered = sorted(entries.items(), key=lambda item: item[0] + (b"/" if item[1][0] == _FOLDER else b""))
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(identifier) for name, (mode, identifier) in ordered)


def _decode(data: bytes) -> _Entries:
    entries: _Entries = {}
    at = 0
    while at < len(data):
        mode_end = data.index(b" ", at)
        name_end = data.index(b"\0", mode_end)
        end = name_end + 1 + _ID_BYTES
        entries[data[mode_end + 1 : name_end]] = (data[at:mode_end], data[name_end + 1 : end].hex())
        at = end
    return entries
