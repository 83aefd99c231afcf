"""The history that anyone may clone: `main` without the commits that hold words which an editor struck out.

Until editors' words had a commit of their own, accepting a correction with changes merged the reader's commit, so that
the struck-out words could be cloned. Such a merge is written again for the public without that parent, and what follows
it on the new ids. Nothing else changes, and each rewritten commit says what it was: the trailer `Rewritten-from` holds
the id it had, `Left-out-parent` that of the parent, the header `original-signature` its signature. Anyone can put these
back and compute the original id (`original_ids`), so that a checkpoint of the original `main` vouches for the copy.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from git import Repo

from repo_store.files import sync_folders
from repo_store.git.command import UPLOAD_PACK, read_bytes, run_git
from repo_store.git.packfile import commit_parents, object_id, split_commit, write_pack
from repo_store.git.refusals import refusal
from repo_store.history_rewrite import TRAILER
from repo_store.model.entries import Entry
from repo_store.model.events import CorrectionAccepted
from repo_store.queries import edited_words_commit, entries

LEFT_OUT = "Left-out-parent"
SIGNATURE = b"original-signature "
_TRAILERS = re.compile(rb"([0-9a-f]{40})\n(?:%s: ([0-9a-f]{40})\n)?" % LEFT_OUT.encode())
_SECONDS = 3_600  # that git may take to copy the objects of a whole history


@dataclass(frozen=True)
class PublicHistory:
    """A copy of `main` (empty: none yet), made of the history up to the ledger's entry `ledger`.

    `struck_out`: by its commit on `main`, the reader's commit that an edited acceptance merged. `rewritten`: the public
    id, by its original one, of each commit that has another in the copy.
    """

    main: str = ""
    source_main: str = ""
    ledger: str | None = None
    struck_out: Mapping[str, str] = field(default_factory=dict)
    rewritten: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Commit:
    """A commit's parts: header lines without parents and signature, parents, message and signature."""

    id: str
    tree: bytes
    parents: list[str]
    people: bytes
    message: bytes
    signature: str

    def encode(self) -> bytes:
        parents = b"".join(b"parent %s\n" % parent.encode() for parent in self.parents)
        signature = b""
        if self.signature:
            signature = SIGNATURE + self.signature.replace("\n", "\n ").encode() + b"\n"
        return self.tree + parents + self.people + signature + b"\n" + self.message


def struck_out(repo: Repo, chain: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """The acceptances of `chain` that merged a reader's words though an editor changed them, and what they merged."""
    for entry in chain:
        event = entry.event
        if (
            isinstance(event, CorrectionAccepted)
            and event.edited
            and entry.commit
            and not edited_words_commit(repo, entry)
        ):
            yield entry, entry.commit


def update_public_history(source: Repo, copy: Repo, main: str, previous: PublicHistory) -> PublicHistory:
    """Bring the history of `source` up to the commit `main` into `copy`, rewritten where it has to be.

    `previous` is what this returned the last time. The caller moves the copy's reference.

    Raises `GitRefused`, `BadEvent`.
    """
    new_entries = list(entries(source, previous.ledger))
    ledger = new_entries[-1].id if new_entries else previous.ledger
    struck_out_commits = {
        **previous.struck_out,
        **{entry.main: commit for entry, commit in struck_out(source, new_entries)},
    }
    if not struck_out_commits:
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", f"--upload-pack={UPLOAD_PACK}")
        copy.git.fetch(*options, str(Path(source.git_dir).absolute()), main)
        return PublicHistory(main, main, ledger)
    copier = _HistoryCopier(source, struck_out_commits, dict(previous.rewritten))
    previous_main = previous.source_main or None
    revision_range = [main] if previous_main is None else [main, f"^{previous_main}"]
    for commit in source.git.rev_list("--topo-order", "--reverse", *revision_range, "--").split():
        copier.rewrite(commit)
    public = copier.rewritten.get(main, main)
    commits = list(copier.reachable_from(public))
    unchanged = [commit for commit in commits if commit not in copier.objects]
    base = copier.tree_of(previous_main) if previous_main else None
    _copy_objects(source, copy, unchanged, (copier.trees[commit] for commit in commits), base)
    write_pack(copy, [("commit", copier.objects[commit]) for commit in commits if commit in copier.objects])
    return PublicHistory(public, main, ledger, struck_out_commits, copier.rewritten)


def original_ids(repo: Repo, main: str) -> dict[str, str]:
    """The public id of each original commit of a rewritten history that `main` reaches, by its original id.

    What a trailer claims counts only where the original, put together again, has that very id.
    """
    public: dict[str, str] = {}
    originals: dict[str, str] = {}
    claims = repo.git.rev_list("--topo-order", "--reverse", f"--grep=^{TRAILER}: ", main, "--").split()
    for commit in claims:
        original = _original_id(_read(repo, commit), originals)
        if original is not None:
            originals[commit] = original
            public[original] = commit
    return public


@dataclass
class _HistoryCopier:
    source: Repo
    struck_out: Mapping[str, str]
    rewritten: dict[str, str]
    objects: dict[str, bytes] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)  # of the commits that are new in the copy
    trees: dict[str, str] = field(default_factory=dict)  # of the same

    def rewrite(self, name: str) -> None:
        commit = _read(self.source, name)
        left_out = self.struck_out.get(name)
        parents = [self.rewritten.get(parent, parent) for parent in commit.parents if parent != left_out]
        public = name
        if parents != commit.parents:
            commit.parents = parents
            commit.message = _add_trailers(commit.message, name, left_out)
            data = commit.encode()
            public = self.rewritten[name] = object_id("commit", data)
            self.objects[public] = data
        self.parents[public] = parents
        self.trees[public] = commit.tree[5:45].decode()

    def tree_of(self, commit: str) -> str:
        return _read(self.source, commit).tree[5:45].decode()

    def reachable_from(self, main: str) -> Iterator[str]:
        """The commits, as they are in the copy, that are new there."""
        queue, queued = [main], {main}
        while queue:
            commit = queue.pop()
            if commit not in self.parents:
                continue  # the copy has it already
            yield commit
            for parent in self.parents[commit]:
                if parent not in queued:
                    queued.add(parent)
                    queue.append(parent)


def _read(repo: Repo, name: str) -> _Commit:
    header, message, signature = split_commit(read_bytes(repo, name))
    lines = header.splitlines(keepends=True)
    parents = commit_parents(header.decode(errors="surrogateescape"))
    return _Commit(name, lines[0], parents, b"".join(lines[1 + len(parents) :]), message, signature)


def _add_trailers(message: bytes, original: str, left_out: str | None) -> bytes:
    trailers = f"{TRAILER}: {original}\n"
    if left_out is not None:
        trailers += f"{LEFT_OUT}: {left_out}\n"
    return message + (b"" if b"\n\n" in message.rstrip() else b"\n") + trailers.encode()


def _original_id(commit: _Commit, originals: Mapping[str, str]) -> str | None:
    """The id that a rewritten commit had, where putting back what it left out comes to the id that it claims."""
    body, _, trailers = commit.message.rpartition(f"{TRAILER}: ".encode())
    match = _TRAILERS.fullmatch(trailers)
    if match is None:
        return None
    claimed, left_out = match[1].decode(), match[2].decode() if match[2] else None
    parents = [originals.get(parent, parent) for parent in commit.parents]
    if left_out is not None:
        parents.insert(1, left_out)
    people, _, signature = commit.people.partition(SIGNATURE)
    lines = b"".join(b"parent %s\n" % parent.encode() for parent in parents)
    header = commit.tree + lines + people + (b"gpgsig " + signature if signature else b"")
    for message in (body, body.removesuffix(b"\n")):
        if object_id("commit", header + b"\n" + message) == claimed:
            return claimed
    return None


def _copy_objects(source: Repo, copy: Repo, commits: Sequence[str], trees: Iterable[str], base: str | None) -> None:
    """Copy these commits, and these trees with what is in them; the copy has all that is in the tree `base`."""
    revisions = [*dict.fromkeys(trees), *([f"^{base}"] if base else [])]
    objects = _output(source, ["rev-list", "--objects", "--no-object-names", "--stdin"], revisions).decode().split()
    if not objects and not commits:
        return
    pack_process = source.git.pack_objects("--stdout", "--quiet", as_process=True, istream=subprocess.PIPE)
    index_process = copy.git.index_pack("--stdin", as_process=True, istream=pack_process.proc.stdout)
    pack_process.proc.stdout.close()  # it is index-pack's alone
    pack_process.proc.stdin.write("".join(f"{name}\n" for name in [*commits, *objects]).encode())
    pack_process.proc.stdin.close()
    for process, command, repo in (
        (index_process.proc, "index-pack", copy),
        (pack_process.proc, "pack-objects", source),
    ):
        words = process.stderr.read()
        if process.wait(_SECONDS) != 0:
            raise refusal(["git", command], process.returncode, words, repo.git_dir, writing=True)
    sync_folders(Path(copy.git_dir) / "objects" / "pack")


def _output(repo: Repo, command: Sequence[str], lines: Iterable[str]) -> bytes:
    status, output = run_git(Path(repo.git_dir), *command, stdin="".join(f"{line}\n" for line in lines).encode())
    if status != 0:
        raise refusal(["git", *command], status, b"", repo.git_dir)
    return output
