"""The entries of the ledger: events in their places, encoded as versioned JSON, decoded strictly.

An entry's commit message is a subject that a person can read, an empty line, and one line of JSON:
`{"version": 1, "seq": …, "at": …, "main": …, "corrections": …, "event": {"type": …}}`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from repo_store.errors import BadEvent, NewerFormat
from repo_store.model.events import Event, Value
from repo_store.newer import additions, is_newer, printable, version_of

VERSION: Literal[1] = 1


class PreviousIds(Value):
    """The ids that an entry, its `main` and its correction's commit (empty: none) had before a redaction."""

    entry: str
    main: str
    commit: str = ""


class _Record(Value):
    version: Literal[1] = VERSION
    seq: int = Field(ge=1)
    at: datetime
    main: str = Field(pattern=r"^[0-9a-f]{40}$")
    corrections: int = Field(ge=0)
    event: Annotated[Event, Field(discriminator="type")]
    was: tuple[PreviousIds, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the ledger.

    `id` is its commit, `seq` its place (from 1), `at` its time (UTC), `main` the commit of `main` that results from
    it, `corrections` how many submissions the ledger holds with it (of a submission: its number), `commit` the
    correction's commit (the second parent), `previous` the id before it, `was` the ids before each redaction that
    rewrote it, the earliest first.
    """

    id: str
    previous: str | None
    commit: str | None
    seq: int
    at: datetime
    main: str
    corrections: int
    event: Event
    was: tuple[PreviousIds, ...] = ()


def encode(seq: int, at: datetime, main: str, corrections: int, event: Event) -> str:
    """The JSON line of an entry's commit message."""
    record = _Record(seq=seq, at=at, main=main, corrections=corrections, event=event)
    return record.model_dump_json(exclude={"was"})


def message(seq: int, at: datetime, main: str, corrections: int, event: Event) -> bytes:
    """The whole commit message of an entry."""
    return f"{subject(event, corrections)}\n\n{encode(seq, at, main, corrections, event)}\n".encode()


def subject(event: Event, number: int) -> str:
    """The line by which a person knows the event in `git log ledger`."""
    return event.subject.format(event=event, number=number, kind=event.type.removeprefix("correction."))


def decode(commit: str, parents: list[str], text: str) -> Entry:
    """The entry that the ledger commit `commit` with the message `text` holds.

    Raises `BadEvent` that names it, `NewerFormat` where a newer version wrote it.
    """
    previous = parents[0] if parents else None
    _, separator, body = text.partition("\n\n")
    try:
        if not separator:
            raise ValueError("its message has no body")
        record = _Record.model_validate_json(body)
    except (ValidationError, ValueError) as error:
        raise _unreadable(commit, previous, body, error) from error
    return Entry(
        id=commit,
        previous=previous,
        commit=parents[1] if len(parents) > 1 else None,
        seq=record.seq,
        at=record.at,
        main=record.main,
        corrections=record.corrections,
        event=record.event,
        was=record.was,
    )


def _unreadable(commit: str, previous: str | None, body: str, error: ValueError) -> BadEvent:
    """Why this commit's event cannot be read; `previous` is the last one before it that may be."""
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if isinstance(error, ValidationError) and is_newer(error, data, VERSION):
        return _newer(commit, previous, data, error)
    return BadEvent(
        f"Ledger commit {commit} holds no event that this version can read: it is damaged, or was written by something "
        f"else. Run `corrections audit`. ({_first_line(error)})",
        commit=commit,
        previous=previous,
    )


def _newer(commit: str, previous: str | None, data: object, error: ValidationError) -> NewerFormat:
    event = data.get("event") if isinstance(data, dict) else None
    kind, version = event.get("type") if isinstance(event, dict) else None, version_of(data, VERSION)
    what = [f"event type `{printable(kind)}`"] if isinstance(kind, str) else []
    what += [f"format {version}", *(additions(error) if version == VERSION else ()), f"ledger commit {commit}"]
    return NewerFormat(
        f"This ledger was written by a newer version of Corrections ({', '.join(what)}). Upgrade Corrections to read "
        "all of it and to write to it. Until you upgrade, what came before that event can be read, and nothing is "
        "written.",
        commit=commit,
        previous=previous,
        type=kind,
        version=version,
    )


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).split("\n", 1)[0]
