"""An audit that goes on from a checkpoint: what it trusts, and the objects that are new since."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import IO

from git import Repo

from repo_store.audit.chain_checks import Start
from repo_store.audit.checkpoints import (
    NAMESPACE,
    Checkpoint,
    CheckpointFile,
    PublishedKey,
    announced_keys,
    checkpoints,
)
from repo_store.audit.commit_set import IdSet, list_revisions
from repo_store.audit.examination import Examination
from repo_store.audit.examined_files import MISSING, check_object_sizes, object_kinds
from repo_store.errors import BadCheckpoint, BadEvent, GitRefused
from repo_store.git.refs import Tips
from repo_store.model.events import KeyChanged
from repo_store.model.finding import Finding
from repo_store.queries import first_parents, has_object, read_entry
from repo_store.ssh_signatures import is_valid_signature

_KEY_EVENT = f'"type":"{KeyChanged.model_fields["type"].default}"'


def trusted_start(repo: Repo, tips: Tips, since: Checkpoint) -> Start:
    """The event that a checkpoint names. Raises `BadCheckpoint` where the history does not contain it as stated."""
    statement = since.statement
    for tip, commit in ((tips.ledger, statement.ledger), (tips.main, statement.main)):
        if tip is None or not has_object(repo, commit) or not _leads_back(repo, tip, commit):
            raise _not_contained(since)
    try:
        entry = read_entry(repo, statement.ledger)
    except BadEvent as error:
        raise _not_contained(since) from error
    if (entry.seq, entry.main, entry.corrections) != (statement.events, statement.main, statement.corrections):
        raise _not_contained(since)
    return Start(entry)


def _leads_back(repo: Repo, tip: str, commit: str) -> bool:
    """Whether first parents lead from `tip` to `commit`; nothing older is read where they do."""
    with closing(first_parents(repo, tip)) as commits:
        return commit in commits


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


def keys_until(repo: Repo, since: CheckpointFile) -> list[PublishedKey]:
    """The keys that were announced up to the newest checkpoint that was kept, oldest first. Raises `BadEvent`.

    Those that were kept with it are trusted as it is, if each signed for the next and the last signed it; otherwise the
    ledger is walked.
    """
    newest = since.newest
    kept = [key for key in since.keys if key.from_event <= newest.statement.events]
    if kept and _have_signed(kept, newest):
        return kept
    options = ("--first-parent", "--reverse", "--fixed-strings", f"--grep={_KEY_EVENT}")
    commits: list[str] = repo.git.rev_list(*options, newest.statement.ledger, "--").split()
    return announced_keys(read_entry(repo, commit) for commit in commits)


def _have_signed(keys: list[PublishedKey], checkpoint: Checkpoint) -> bool:
    signed = [(before.key, key.key, key.signature) for before, key in pairwise(keys)]
    signed.append((keys[-1].key, checkpoint.text, checkpoint.signature))
    return all(is_valid_signature(key, text.encode(), NAMESPACE, signature) for key, text, signature in signed)


def new_object_findings(examination: Examination, since: Checkpoint, commits: Path) -> Iterator[Finding]:
    """What is wrong with the objects that the references reach and the trusted history does not.

    git packs them and indexes the pack, a temporary file. It holds no ids: indexing it computes them from the contents
    and compares each object with the one that is stored. The file `commits` gets the ids of the new commits of ledger
    and `main`, one a line. Raises `GitRefused` where an object is over a limit, or the cause is not the history.
    """
    with tempfile.TemporaryDirectory(prefix="corrections-objects-") as name:
        folder = Path(name)
        try:
            objects = _list_new_objects(examination, since, folder, commits)
            if objects.stat().st_size == 0:
                return
            expected, count = IdSet(), 0
            with objects.open() as listed:
                for line in listed:
                    expected.add(line.strip())
            packed = folder / "packed.pack"
            _pack(examination.repo, objects, packed)
            examination.repo.git.index_pack("--strict", str(packed))
            for commit in _indexed(examination.repo, packed.with_suffix(".idx")):
                count += commit in expected
        except GitRefused as error:
            if error.environmental:
                raise
            yield Finding("object", f"git: {' '.join(str(error.words).split())[:300]}")
            return
    if count != len(expected):
        yield Finding("object", f"Of {len(expected)} new objects, {len(expected) - count} do not match their ids.")


def _list_new_objects(examination: Examination, since: Checkpoint, folder: Path, commits: Path) -> Path:
    """A file in `folder` with the ids of all new objects; git walks back to the oldest commit that one is based on."""
    repo, tips, statement = examination.repo, examination.tips, since.statement
    listed, objects, new_commits = folder / "listed", folder / "objects", folder / "commits"
    published = [tip for tip in (tips.ledger, tips.main) if tip is not None]
    _list_objects(repo, listed, [*published, f"^{statement.ledger}", f"^{statement.main}"])
    with listed.open() as names, objects.open("w") as file, new_commits.open("w") as commits_file:
        for name, kind in object_kinds(repo, examination.source, map(str.strip, names)):
            if kind == MISSING:
                raise GitRefused(f"The object {name} is missing.", words=f"{name} missing", environmental=False)
            file.write(f"{name}\n")
            if kind == "commit":
                commits_file.write(f"{name}\n")
    if tips.checkpoints is not None:
        with closing(first_parents(repo, tips.checkpoints)) as chain:
            check_object_sizes(repo, examination.source, chain)
        stored = stored_commit(repo, tips.checkpoints, since)
        _list_objects(repo, listed, [tips.checkpoints, *([f"^{stored}"] if stored else [])])
        with listed.open() as names, objects.open("a") as file:
            file.writelines(f"{name}\n" for name, _ in object_kinds(repo, examination.source, map(str.strip, names)))
    shutil.move(new_commits, commits)
    return objects


def _list_objects(repo: Repo, file: Path, revisions: Sequence[str]) -> None:
    list_revisions(repo, file, ["--objects", "--no-object-names", *revisions])


def _pack(repo: Repo, listed: Path, target: Path) -> None:
    with listed.open("rb") as file, target.open("wb") as packed:
        process = repo.git.pack_objects("--stdout", "-q", as_process=True, istream=file)
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
