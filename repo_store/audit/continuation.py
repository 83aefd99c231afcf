"""An audit that goes on from a checkpoint: what it trusts, and the objects that are new since."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from git import Repo

from repo_store.audit.chain_checks import Start
from repo_store.audit.checkpoints import Checkpoint, checkpoints
from repo_store.audit.commit_set import IdSet, list_revisions
from repo_store.errors import BadCheckpoint, BadEvent, GitRefused
from repo_store.git.refs import Tips
from repo_store.model.entries import Entry
from repo_store.model.events import KeyChanged
from repo_store.model.finding import Finding
from repo_store.queries import has_object, is_ancestor, read_entry

_KEY_EVENT = f'"type":"{KeyChanged.model_fields["type"].default}"'


def trusted_start(repo: Repo, tips: Tips, since: Checkpoint) -> Start:
    """The event that a checkpoint names. Raises `BadCheckpoint` where the history does not contain it as stated."""
    statement = since.statement
    for tip, commit in ((tips.ledger, statement.ledger), (tips.main, statement.main)):
        if tip is None or not has_object(repo, commit) or not is_ancestor(repo, commit, tip):
            raise _not_contained(since)
    try:
        entry = read_entry(repo, statement.ledger)
    except BadEvent as error:
        raise _not_contained(since) from error
    if (entry.seq, entry.main, entry.corrections) != (statement.events, statement.main, statement.corrections):
        raise _not_contained(since)
    return Start(entry)


def _not_contained(since: Checkpoint) -> BadCheckpoint:
    return BadCheckpoint(
        f"Checkpoint {since.statement.number} is not in this history as it states: the history was redacted or "
        "rewritten since. Run the audit without --since.",
        commit=since.statement.ledger,
    )


def stored_commit(repo: Repo, tip: str | None, since: Checkpoint) -> str | None:
    """The commit that holds this checkpoint; None where it is not published or cannot be read."""
    try:
        for checkpoint in checkpoints(repo, tip):
            if checkpoint.statement.number <= since.statement.number:
                return checkpoint.commit if checkpoint.text == since.text else None
    except BadCheckpoint:  # the check of signatures says so
        pass
    return None


def keys_until(repo: Repo, ledger: str) -> list[Entry]:
    """The events up to this entry of the ledger that announced keys, oldest first. Raises `BadEvent`."""
    options = ("--first-parent", "--reverse", "--fixed-strings", f"--grep={_KEY_EVENT}")
    commits: list[str] = repo.git.rev_list(*options, ledger, "--").split()
    entries = [read_entry(repo, commit) for commit in commits]
    return [entry for entry in entries if isinstance(entry.event, KeyChanged)]


def new_object_findings(repo: Repo, tips: Sequence[str], known: Sequence[str]) -> Iterator[Finding]:
    """What is wrong with the objects that `tips` reach and `known` do not: git packs them and indexes the pack.

    The pack is a temporary file. It holds no ids: indexing it computes them from the contents and compares each object
    with the one that is stored in `repo`.
    """
    revisions = [*tips, *(f"^{commit}" for commit in known)]
    with tempfile.TemporaryDirectory(prefix="corrections-objects-") as folder:
        listed, packed = Path(folder) / "listed", Path(folder) / "packed.pack"
        try:
            list_revisions(repo, listed, ["--objects", "--no-object-names", *revisions])
            if listed.stat().st_size == 0:
                return
            _pack(repo, revisions, packed)
            repo.git.index_pack("--strict", str(packed))
            expected, count = IdSet(), 0
            for line in listed.open():
                expected.add(line.strip())
            for commit in _indexed(repo, packed.with_suffix(".idx")):
                count += commit in expected
        except GitRefused as error:
            if error.environmental:
                raise
            yield Finding("object", f"git: {' '.join(str(error.words).split())[:300]}")
            return
        if count != len(expected):
            yield Finding(
                "object", f"Of {len(expected)} new objects, {len(expected) - count} are not what their ids say."
            )


def _pack(repo: Repo, revisions: Sequence[str], target: Path) -> None:
    with tempfile.TemporaryFile() as file, target.open("wb") as packed:
        file.write("".join(f"{revision}\n" for revision in revisions).encode())
        file.seek(0)
        process = repo.git.pack_objects("--revs", "--stdout", "-q", as_process=True, istream=file)
        stdout: IO[bytes] = process.proc.stdout
        while chunk := stdout.read(1 << 20):
            packed.write(chunk)
        process.wait()


def _indexed(repo: Repo, index: Path) -> Iterator[str]:
    """The ids in the index of a pack."""
    with index.open("rb") as file:
        process = repo.git.show_index(as_process=True, istream=file)
        stdout: IO[bytes] = process.proc.stdout
        for line in stdout:
            yield line.split()[1].decode()
        process.wait()
