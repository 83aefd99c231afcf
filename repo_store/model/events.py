"""The events of the ledger: one definition each, encoded as versioned JSON, decoded strictly.

An `Entry` is one event in its place in the chain. Its commit's message is a subject that a person can read, an empty
line, and one line of JSON: `{"version": 1, "seq": …, "at": …, "main": …, "corrections": …, "event": {"type": …}}`.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from repo_store.errors import BadEvent, NewerFormat
from repo_store.model.articles import Notice
from repo_store.model.kinds import Category, NoticeKind
from repo_store.newer import additions, is_newer, printable, version_of

VERSION: Literal[1] = 1

CATEGORIES = tuple(Category)


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Value):
    """A replacement in an article's Markdown: `start` and `end` in code points of it, `text` for what stands there."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class ArticleImported(Value):
    type: Literal["article.imported"] = "article.imported"
    article: str
    by: str
    title: str
    url: str
    language: str
    published: str


class ArticleRevised(Value):
    """`words_changed`: readers see other words than before."""

    type: Literal["article.revised"] = "article.revised"
    article: str
    by: str
    title: str
    url: str
    language: str
    published: str
    words_changed: bool = True


class CorrectionSubmitted(Value):
    """`commit` of the entry holds the proposal; `edit` is None where the reader proposed no words.

    `verdict` is how the quote was found; `same_as` and `alternative_to` are open corrections at the same place, which
    propose the same words or others. `concerned`: the reader is the person concerned, and was promised an answer by
    the day `reply_by`. `held`: why it waits for a first look before it goes to the queue, by codes.
    """

    type: Literal["correction.submitted"] = "correction.submitted"
    correction: str
    article: str
    revision: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    exact: str
    prefix: str
    suffix: str
    replacement: str | None
    edit: Span | None
    category: Category
    comment: str = ""
    evidence: str = ""
    headline: str = ""
    same_as: int | None = None
    alternative_to: int | None = None
    verdict: Literal["exact", "moved"] = "exact"
    concerned: bool = False
    reply_by: date | None = None
    held: tuple[str, ...] = ()


class CorrectionReleased(Value):
    """What was held back goes to the queue."""

    type: Literal["correction.released"] = "correction.released"
    correction: str
    number: int
    by: str
    reason: str = ""


class CorrectionCommented(Value):
    """A word more: from the reader (`by` is the pseudonym), among the staff, or a question of theirs to the reader."""

    type: Literal["correction.commented"] = "correction.commented"
    correction: str
    number: int
    by: str
    text: str
    kind: Literal["reader", "staff", "question"] = "reader"


class CorrectionAssigned(Value):
    """`to` is who of the staff has it now; empty: nobody."""

    type: Literal["correction.assigned"] = "correction.assigned"
    correction: str
    number: int
    by: str
    to: str


class CorrectionSnoozed(Value):
    """Out of the queue until the day `until`; None: back in it."""

    type: Literal["correction.snoozed"] = "correction.snoozed"
    correction: str
    number: int
    by: str
    until: date | None


class CorrectionFlagged(Value):
    """Whether somebody has to check the facts before it is decided."""

    type: Literal["correction.flagged"] = "correction.flagged"
    correction: str
    number: int
    by: str
    fact_check: bool


class CorrectionSeconded(Value):
    """Somebody of the staff agrees to it, where the house's policy wants two."""

    type: Literal["correction.seconded"] = "correction.seconded"
    correction: str
    number: int
    by: str


class CorrectionUsed(Value):
    """The reader's point was taken, but the article was changed otherwise: by its revision `revision`, if any."""

    type: Literal["correction.used"] = "correction.used"
    correction: str
    number: int
    by: str
    reason: str = ""
    revision: str | None = None


class RevisionLogged(Value):
    """What a revision without a correction behind it was: `kind` is a notice's, or `nothing`."""

    type: Literal["revision.logged"] = "revision.logged"
    article: str
    revision: str
    by: str
    kind: NoticeKind | Literal["nothing"]
    reason: str = ""


class NoticeChanged(Value):
    """The notices of an article as they stand after one was added, edited or withdrawn, with why."""

    type: Literal["notice.changed"] = "notice.changed"
    article: str
    by: str
    notices: tuple[Notice, ...]
    number: int | None = None
    reason: str = ""


class CorrectionAppealed(Value):
    """The reader asks a chief editor to look at it again, once."""

    type: Literal["correction.appealed"] = "correction.appealed"
    correction: str
    number: int
    by: str
    reason: str


class CorrectionAccepted(Value):
    """`edited`: an editor changed the reader's words; `edit` is what was applied to `onto`."""

    type: Literal["correction.accepted"] = "correction.accepted"
    correction: str
    number: int
    article: str
    by: str
    onto: str
    edit: Span
    edited: bool = False
    reason: str = ""
    notice: Notice | None = None


class CorrectionRejected(Value):
    type: Literal["correction.rejected"] = "correction.rejected"
    correction: str
    number: int
    by: str
    reason: str
    code: str = ""


class CorrectionDuplicate(Value):
    type: Literal["correction.duplicate"] = "correction.duplicate"
    correction: str
    number: int
    by: str
    of: int
    reason: str = ""


class CorrectionSpam(Value):
    type: Literal["correction.spam"] = "correction.spam"
    correction: str
    number: int
    by: str
    reason: str = ""


class CorrectionWithdrawn(Value):
    type: Literal["correction.withdrawn"] = "correction.withdrawn"
    correction: str
    number: int
    by: str
    reason: str = ""


class CorrectionReopened(Value):
    type: Literal["correction.reopened"] = "correction.reopened"
    correction: str
    number: int
    by: str
    reason: str = ""


class CorrectionReverted(Value):
    type: Literal["correction.reverted"] = "correction.reverted"
    correction: str
    number: int
    article: str
    by: str
    onto: str
    edit: Span
    reason: str = ""


class KeyChanged(Value):
    """The key that signs from here on, `ssh-ed25519 …`, and the signature of that line by the key before it."""

    type: Literal["key.changed"] = "key.changed"
    key: str = Field(pattern=r"^ssh-ed25519 [A-Za-z0-9+/=]+$")
    by: str
    signature: str = ""
    reason: str = ""


class HistoryRedacted(Value):
    """Something had to go: the events from `first` on were written anew, and those of `touched` say less than before.

    `ledger` and `main` are where the two stood before; their content is gone. `number`: the correction it was about.
    """

    type: Literal["history.redacted"] = "history.redacted"
    article: str
    by: str
    reason: str
    number: int | None = None
    first: int = Field(ge=1)
    touched: tuple[int, ...]
    ledger: str
    main: str


Event = (
    ArticleImported
    | ArticleRevised
    | CorrectionSubmitted
    | CorrectionReleased
    | CorrectionCommented
    | CorrectionAppealed
    | CorrectionAssigned
    | CorrectionSnoozed
    | CorrectionFlagged
    | CorrectionSeconded
    | CorrectionUsed
    | RevisionLogged
    | NoticeChanged
    | CorrectionAccepted
    | CorrectionRejected
    | CorrectionDuplicate
    | CorrectionSpam
    | CorrectionWithdrawn
    | CorrectionReopened
    | CorrectionReverted
    | KeyChanged
    | HistoryRedacted
)


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
    correction's commit (the second parent), `previous` the id before it, `was` the ids before each redaction that wrote
    it anew, the earliest first.
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


def moves_main(event: Event) -> bool:
    """Whether an event publishes a text or notices: only such a one may name another `main` than that before it."""
    match event:
        case ArticleImported() | ArticleRevised() | CorrectionAccepted() | CorrectionReverted() | NoticeChanged():
            return True
        case (
            CorrectionSubmitted()
            | CorrectionReleased()
            | CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionUsed()
            | CorrectionRejected()
            | CorrectionDuplicate()
            | CorrectionSpam()
            | CorrectionWithdrawn()
            | CorrectionReopened()
            | RevisionLogged()
            | KeyChanged()
            | HistoryRedacted()
        ):
            return False
        case _:
            assert_never(event)


def keys(event: Event) -> frozenset[str]:
    """What an event touches: two intents that share a key must not be decided on the same picture."""
    resources = set()
    correction = getattr(event, "correction", None)
    if correction is not None:
        resources.add(f"correction:{correction}")
    if isinstance(event, KeyChanged):
        resources.add("key")
    article = getattr(event, "article", None)
    if article is not None and event.type != "correction.submitted":
        resources.add(f"article:{article}")
    return frozenset(resources)


def subject(event: Event, number: int) -> str:
    """The line by which a person knows the event in `git log ledger`."""
    match event:
        case ArticleImported():
            return f"Article {event.article} imported"
        case ArticleRevised():
            return f"Article {event.article} revised"
        case CorrectionSubmitted():
            return f"Correction {number} submitted: {event.category} in {event.article}"
        case RevisionLogged():
            return f"Revision of {event.article} logged: {event.kind}"
        case NoticeChanged():
            return f"Notices of {event.article} changed"
        case KeyChanged():
            return "Signing key changed"
        case HistoryRedacted():
            return f"History of {event.article} redacted"
        case CorrectionUsed():
            return f"Correction {event.number} used with changes"
        case CorrectionDuplicate():
            return f"Correction {event.number} is a duplicate of {event.of}"
        case CorrectionSpam():
            return f"Correction {event.number} marked as spam"
        case (
            CorrectionReleased()
            | CorrectionCommented()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | CorrectionAccepted()
            | CorrectionRejected()
            | CorrectionWithdrawn()
            | CorrectionReopened()
            | CorrectionReverted()
        ):
            return f"Correction {event.number} {event.type.removeprefix('correction.')}"
        case _:
            assert_never(event)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).split("\n", 1)[0]
