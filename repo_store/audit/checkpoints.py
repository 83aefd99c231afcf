"""Signed statements of where ledger and main stood: a chain of commits on a reference of their own.

A checkpoint's commit has a subject, the statement in one line of JSON, and that line's signature; the commit is signed
too, for git. Anyone who kept a statement with its signature can tell whether the history was rewritten since.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from git import Repo
from pydantic import Field, ValidationError

from repo_store.errors import BadCheckpoint
from repo_store.git.batches import COMMITTER
from repo_store.git.packfile import EMPTY_TREE, commit_object, object_id
from repo_store.git.repository import CHECKPOINTS
from repo_store.model.entries import Entry
from repo_store.model.events import KeyChanged, Value
from repo_store.queries import parse_log_records, read_head, reference
from repo_store.ssh_signatures import Key

FORMAT: Literal["corrections-checkpoint/1"] = "corrections-checkpoint/1"
NAMESPACE = "corrections-checkpoint"  # of the statements' signatures
PAGE = 100
_ID = r"^[0-9a-f]{40}$"


class Statement(Value):
    """Where a publication's ledger stood at a time: its head, how many events and corrections, and `main`.

    `number` counts the checkpoints from 1, `previous` is the SHA-256 of the statement before (empty: the first).
    `redactions` are the events that took something out of the history before them.
    """

    format: Literal["corrections-checkpoint/1"] = FORMAT
    publication: str
    number: int = Field(ge=1)
    at: datetime
    ledger: str = Field(pattern=_ID)
    events: int = Field(ge=1)
    corrections: int = Field(ge=0)
    main: str = Field(pattern=_ID)
    previous: str = ""
    redactions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """`text` is the line that is signed, `commit` where it stands (empty: it came from elsewhere)."""

    text: str
    signature: str
    statement: Statement
    commit: str = ""


def parse_checkpoint(text: str, signature: str, commit: str = "") -> Checkpoint:
    """A checkpoint from its statement and signature. Raises `BadCheckpoint`."""
    try:
        return Checkpoint(text, signature, Statement.model_validate_json(text), commit)
    except ValidationError as error:
        raise BadCheckpoint(
            f"Checkpoint {commit or text[:60]!r} cannot be read: {error.errors(include_url=False)[0]['msg']}",
            commit=commit,
        ) from error


@dataclass(frozen=True)
class PublishedKey:
    """A key, the event from which on it signs, and its signature by the key before it (empty: there is none).

    `entry` is the commit of that event (empty: it came from elsewhere).
    """

    from_event: int
    key: str
    signature: str = ""
    entry: str = field(default="", compare=False)


def announced_keys(entries: Iterable[Entry]) -> list[PublishedKey]:
    """The keys that these entries of the ledger announce, in their order."""
    return [
        PublishedKey(entry.seq, entry.event.key, entry.event.signature, entry.id)
        for entry in entries
        if isinstance(entry.event, KeyChanged)
    ]


@dataclass(frozen=True)
class CheckpointFile:
    """What somebody kept: checkpoints, and the keys that were published with them, oldest first (may be none)."""

    checkpoints: list[Checkpoint]
    keys: list[PublishedKey]

    @property
    def newest(self) -> Checkpoint:
        """The one with the most events. Raises `BadCheckpoint` where there is none."""
        if not self.checkpoints:
            raise BadCheckpoint("The file contains no checkpoint.")
        return max(self.checkpoints, key=lambda checkpoint: checkpoint.statement.events)


def read_checkpoint_file(path: Path) -> CheckpointFile:
    """A file as it is published, or one with a checkpoint of it alone. Raises `BadCheckpoint`."""
    try:
        content = json.loads(path.read_bytes())
        items = content.get("checkpoints", [content])
        keys = [
            PublishedKey(int(item["from_event"]), str(item["key"]), str(item.get("signature", "")))
            for item in content.get("keys", ())
        ]
        return CheckpointFile(
            [parse_checkpoint(str(item["statement"]), str(item["signature"])) for item in items], keys
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadCheckpoint(f"{path} contains no checkpoint: {error}") from error


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file as it is published, or of one of them alone. Raises `BadCheckpoint`."""
    return read_checkpoint_file(path).checkpoints


def checkpoints(repo: Repo, tip: str | None, limit: int | None = None) -> Iterator[Checkpoint]:
    """The checkpoints from the commit `tip` back, newest first. Raises `BadCheckpoint`."""
    if tip is None:
        return
    process = repo.git.log(
        "--first-parent", "--format=%H %P%x00%B%x00%x00", tip, "--", as_process=True, istream=subprocess.DEVNULL
    )
    count = 0
    try:
        for commit, _, message in islice(parse_log_records(process.proc.stdout), limit):
            _, _, body = message.partition("\n\n")
            text, _, signature = body.partition("\n\n")
            count += 1
            yield parse_checkpoint(text, signature.strip(), commit)
        if limit is None or count < limit:  # it ended by itself
            process.wait()
    finally:
        process.proc.kill()
        process.proc.wait()


@dataclass(frozen=True)
class NewCheckpoint:
    """A checkpoint that is nowhere yet, its objects, and the commit of the one before (None: it is the first)."""

    checkpoint: Checkpoint
    objects: list[tuple[str, bytes]]
    previous: str | None


def make_checkpoint(
    repo: Repo, key: Key, publication: str, at: datetime, redactions: tuple[int, ...] = ()
) -> NewCheckpoint | None:
    """State where the ledger stands now, signed; None where the last checkpoint says the same already.

    The caller holds the writer's lock.
    """
    head, tip = read_head(repo), reference(repo, CHECKPOINTS)
    previous = next(checkpoints(repo, tip, 1), None)
    if head.ledger is None or head.main is None or (previous and previous.statement.ledger == head.ledger):
        return None
    statement = Statement(
        publication=publication,
        number=previous.statement.number + 1 if previous else 1,
        at=at,
        ledger=head.ledger,
        events=head.seq,
        corrections=head.corrections,
        main=head.main,
        previous=digest(previous.text) if previous else "",
        redactions=tuple(seq for seq in redactions if seq <= head.seq),
    )
    text = statement.model_dump_json()
    signature = key.sign(text.encode(), NAMESPACE)
    subject = f"Checkpoint {statement.number}: {statement.events} events"
    data = commit_object(
        EMPTY_TREE,
        [tip] if tip else [],
        COMMITTER,
        COMMITTER,
        at,
        f"{subject}\n\n{text}\n\n{signature}\n".encode(),
        key,
    )
    checkpoint = Checkpoint(text, signature, statement, object_id("commit", data))
    return NewCheckpoint(checkpoint, [("tree", b""), ("commit", data)], tip)


def digest(text: str) -> str:
    """What the next statement says of this one."""
    return hashlib.sha256(text.encode()).hexdigest()
