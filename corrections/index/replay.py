"""One event into the tables. The only writer of `index.db`.

Every event has its rule: a `match` that lacks one does not pass the type checker.
"""

import sqlite3
from collections.abc import Mapping
from functools import cache
from sqlite3 import Connection
from typing import assert_never

from corrections.domain.states import State
from corrections.index.errors import Unprojectable
from corrections.urls import normalize_url
from repo_store import Entry
from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionFlagged,
    CorrectionRejected,
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    RevisionLogged,
)

_Decision = (
    CorrectionAccepted
    | CorrectionUsed
    | CorrectionRejected
    | CorrectionDuplicate
    | CorrectionSpam
    | CorrectionWithdrawn
    | CorrectionReopened
    | CorrectionReverted
)
_NOT_THE_EVENT = (sqlite3.OperationalError, OSError, MemoryError)  # a full disk, a lock that is held too long
_OF_ITS_VALUES = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError)


class Replay:
    """Entries into the tables, one after the other; the caller holds the transaction and calls `end` before its end."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        self._events: list[tuple[object, ...]] = []
        self._last: Entry | None = None
        known = database.execute("SELECT value FROM state WHERE key='main'").fetchone()
        self._main: str | None = known[0] if known else None

    def take(self, entry: Entry) -> None:
        """Take in one entry. Raises `Unprojectable`; the transaction is to be rolled back then."""
        at = entry.at.isoformat()
        try:
            self._events.append(_event_row(entry, at))
            _apply(self._database, entry, at, moved=entry.main != self._main)
        except Exception as error:
            raise _reason(entry, error) from error
        self._last, self._main = entry, entry.main

    def end(self) -> None:
        """Write what was gathered, and up to where the index knows. Raises as `take` does, naming the last entry."""
        if self._last is None:
            return
        try:
            self._database.executemany(_INSERT_EVENT, self._events)
            self._events.clear()
            _set(
                self._database,
                head=self._last.id,
                seq=str(self._last.seq),
                main=self._last.main,
                corrections=str(self._last.corrections),
            )
        except Exception as error:
            raise _reason(self._last, error) from error


def _reason(entry: Entry, error: Exception) -> Exception:
    """What is to be raised: that the entry cannot be projected, or the error itself where it is not of its making."""
    if isinstance(error, (*_NOT_THE_EVENT, Unprojectable)):
        return error
    if isinstance(error, sqlite3.Error) and not isinstance(error, _OF_ITS_VALUES):
        return error
    why = f"{type(error).__name__}: {error}".split("\n", 1)[0][:200]
    if isinstance(error, AssertionError):  # of `assert_never`, which would tell all of the event
        why = "This version does not support this type of event."
    which = f"Event {entry.seq} (type `{entry.event.type}`, ledger commit {entry.id})"
    return Unprojectable(f"{which} cannot be added to the index. ({why})")


def _apply(database: Connection, entry: Entry, at: str, moved: bool) -> None:
    """`moved`: main does not stand where the event before left it."""
    event = entry.event
    for was in entry.was:
        pairs = [(was.entry, entry.id), (was.main, entry.main), (was.commit, entry.commit)]
        database.executemany("INSERT OR REPLACE INTO moved VALUES (?, ?)", [pair for pair in pairs if pair[0]])
    match event:
        case ArticleImported() | ArticleRevised():
            _article(database, entry, event, at, moved)
        case CorrectionSubmitted():
            _submission(database, entry, event, at)
        case CorrectionCommented():
            _touch(database, entry, event.number, {} if event.kind == "staff" else {"asked": event.kind == "question"})
        case KeyChanged():
            database.execute("INSERT INTO keys VALUES (?,?,?,?,?)", (entry.seq, event.key, event.by, at, event.reason))
        case HistoryRedacted():
            database.execute(
                "INSERT INTO redactions VALUES (?,?,?,?,?,?,?)",
                (entry.seq, event.article, event.number, event.by, at, event.reason, int(entry.main != event.main)),
            )
            database.execute("UPDATE corrections SET told_at=? WHERE article=?", (at, event.article))
        case CorrectionSeconded():
            _known(database, event.number)  # who has agreed is read from the events
        case CorrectionAssigned():
            _update(database, event.number, assigned_to=event.to)
        case CorrectionSnoozed():
            _update(database, event.number, snoozed_until=event.until.isoformat() if event.until else "")
        case CorrectionFlagged():
            _update(database, event.number, fact_check=int(event.fact_check))
        case RevisionLogged():
            logged = database.execute(
                "UPDATE revisions SET logged=? WHERE article=? AND revision=?",
                (event.kind, event.article, event.revision),
            )
            _check(logged, f"article {event.article} has no revision {event.revision}")
        case NoticeChanged():
            _notices(database, event, at)
            _revision(database, entry, event.article, at, "notice", event.number, event.by)
        case CorrectionUsed():
            _decision(database, entry, event, at)
            database.execute(
                "UPDATE revisions SET logged='nothing' WHERE article=(SELECT article FROM corrections WHERE number=?) "
                "AND revision=? AND logged=''",
                (event.number, event.revision),
            )
        case CorrectionReleased():
            _release(database, entry, event.number)
        case CorrectionAppealed():
            _touch(database, entry, event.number, {"state": State.APPEALED, "appealed": 1})
        case CorrectionAccepted() | CorrectionReverted():
            _decision(database, entry, event, at)
            _revision(database, entry, event.article, at, _state_after(event), event.number, event.by)
        case (
            CorrectionRejected()
            | CorrectionDuplicate()
            | CorrectionSpam()
            | CorrectionWithdrawn()
            | CorrectionReopened()
        ):
            _decision(database, entry, event, at)
        case _:
            assert_never(event)


_INSERT_EVENT = "INSERT INTO events (seq, id, at, type, number, article, by, reason, main) VALUES (?,?,?,?,?,?,?,?,?)"


def _event_row(entry: Entry, at: str) -> tuple[object, ...]:
    event = entry.event
    told = vars(event)  # a model looks long for what it has not got
    return (
        entry.seq,
        entry.id,
        at,
        event.type,
        entry.corrections if isinstance(event, CorrectionSubmitted) else told.get("number"),
        told.get("article"),
        told.get("by"),
        told.get("reason") or told.get("text"),
        entry.main,
    )


def _article(database: Connection, entry: Entry, event: ArticleImported | ArticleRevised, at: str, moved: bool) -> None:
    """What a publisher sent; where that published nothing (main has not `moved`), it makes no revision."""
    database.execute(
        "INSERT INTO articles (id, title, language, url, published, revision, updated_at, revisions) "
        "VALUES (?,?,?,?,?,?,?,0) ON CONFLICT (id) DO UPDATE SET title=excluded.title, language=excluded.language, "
        "url=excluded.url, published=excluded.published",
        (event.article, event.title, event.language, event.url, event.published, entry.main, at),
    )
    address = normalize_url(event.url)
    if address is None:
        database.execute("DELETE FROM addresses WHERE article=?", (event.article,))
    else:
        database.execute("INSERT OR REPLACE INTO addresses VALUES (?,?)", (event.article, address))
    if not moved:
        return
    changed = isinstance(event, ArticleRevised) and event.words_changed
    kind = event.type.removeprefix("article.")
    _revision(database, entry, event.article, at, kind, None, event.by, logged="" if changed else None)


def _revision(
    database: Connection,
    entry: Entry,
    article: str,
    at: str,
    kind: str,
    number: int | None,
    by: str,
    logged: str | None = None,
) -> None:
    """`logged` is empty for a revision of which it is not known yet what it was."""
    database.execute(
        "INSERT INTO revisions (seq, article, revision, at, kind, number, by, logged) VALUES (?,?,?,?,?,?,?,?)",
        (entry.seq, article, entry.main, at, kind, number, by, logged),
    )
    updated = database.execute(
        "UPDATE articles SET revision=?, updated_at=?, revisions=revisions+1 WHERE id=?", (entry.main, at, article)
    )
    _check(updated, f"there is no article {article}")


@cache
def _inserting(columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO corrections ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 (our own names)


@cache
def _updating(columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name}=?" for name in columns)
    return f"UPDATE corrections SET {sets} WHERE number=?"  # noqa: S608 (our own names)


def _submission(database: Connection, entry: Entry, event: CorrectionSubmitted, at: str) -> None:
    edit = event.edit
    if database.execute("SELECT 1 FROM articles WHERE id=?", (event.article,)).fetchone() is None:
        raise LookupError(f"there is no article {event.article}")
    if event.same_as is not None:
        _known(database, event.same_as)
    row = {
        "number": entry.corrections,
        "id": event.correction,
        "article": event.article,
        "headline": event.headline,
        "revision": event.revision,
        "commit": entry.commit,
        "state": State.HELD if event.held else _state_at_first(event.same_as),
        "start": event.start,
        "end": event.end,
        "exact": event.exact,
        "prefix": event.prefix,
        "suffix": event.suffix,
        "replacement": event.replacement,
        "edit_start": edit.start if edit else None,
        "edit_end": edit.end if edit else None,
        "edit_text": edit.text if edit else None,
        "category": event.category,
        "comment": event.comment,
        "evidence": event.evidence,
        "submitted_at": at,
        "same_as": event.same_as,
        "alternative_to": event.alternative_to,
        "verdict": event.verdict,
        "concerned": int(event.concerned),
        "reply_by": event.reply_by.isoformat() if event.reply_by else None,
        "held": " ".join(event.held),
        "appealed": 0,
        "turn": 0 if event.concerned else 1,
        "assigned_to": "",
        "snoozed_until": "",
        "fact_check": 0,
        "asked": 0,
        "edited": 0,
        "last_event": entry.id,
        "last_seq": entry.seq,
        "readers": 1,
    }
    database.execute(_inserting(tuple(row)), tuple(row.values()))
    _count_readers(database, event.same_as)


def _decision(database: Connection, entry: Entry, event: _Decision, at: str) -> None:
    changed: dict[str, object] = {
        "state": _state_after(event),
        "decided_at": at,
        "decided_by": event.by,
        "reason": event.reason,
        "code": event.code if isinstance(event, CorrectionRejected) else None,
        "told_at": at,
    }
    duplicate_of: int | None = None
    match event:
        case CorrectionAccepted():
            notice = event.notice
            changed |= {
                "edited": int(event.edited),
                "published_revision": entry.main,
                "published_words": event.edit.text if event.edited else _replacement(database, event.number),
                "notice_kind": notice.kind if notice else None,
                "notice_text": notice.text if notice else None,
            }
        case CorrectionDuplicate():
            duplicate_of = event.of
            _known(database, duplicate_of)
            changed |= {"same_as": duplicate_of}
        case CorrectionReopened():
            changed |= {"decided_at": None, "decided_by": None, "same_as": None}
        case CorrectionWithdrawn():
            changed |= {"decided_by": "the reader"}
        case CorrectionUsed() | CorrectionRejected() | CorrectionSpam() | CorrectionReverted():
            pass
        case _:
            assert_never(event)
    before = _known(database, event.number)
    _touch(database, entry, event.number, changed)
    for first in {before, duplicate_of}:
        _count_readers(database, first)


def _replacement(database: Connection, number: int) -> str | None:
    row = database.execute("SELECT replacement FROM corrections WHERE number=?", (number,)).fetchone()
    return row[0] if row else None


def _state_after(event: _Decision) -> State:
    match event:
        case CorrectionAccepted():
            return State.ACCEPTED
        case CorrectionUsed():
            return State.USED
        case CorrectionRejected():
            return State.REJECTED
        case CorrectionDuplicate():
            return State.DUPLICATE
        case CorrectionSpam():
            return State.SPAM
        case CorrectionWithdrawn():
            return State.WITHDRAWN
        case CorrectionReopened():
            return State.OPEN
        case CorrectionReverted():
            return State.REVERTED
        case _:
            assert_never(event)


def _known(database: Connection, number: int) -> int | None:
    """What the correction `number` is the same as; raises `LookupError` where there is no such correction."""
    row = database.execute("SELECT same_as FROM corrections WHERE number=?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"there is no correction {number}")
    same_as: int | None = row[0]
    return same_as


def _check(changed: sqlite3.Cursor, missing: str) -> None:
    """Raises `LookupError` where a statement changed no row."""
    if not changed.rowcount:
        raise LookupError(missing)


def _count_readers(database: Connection, number: int | None) -> None:
    """How many readers say what this correction says: itself and those folded into it."""
    if number is not None:
        database.execute(
            "UPDATE corrections SET readers = 1 + (SELECT count(*) FROM corrections d WHERE d.same_as = ?1 "
            "AND d.state = 'duplicate') WHERE number = ?1",
            (number,),
        )


def _state_at_first(same_as: int | None) -> State:
    return State.OPEN if same_as is None else State.DUPLICATE


def _release(database: Connection, entry: Entry, number: int) -> None:
    same_as = _known(database, number)
    _touch(database, entry, number, {"state": _state_at_first(same_as), "held": ""})
    _count_readers(database, same_as)


def _notices(database: Connection, event: NoticeChanged, at: str) -> None:
    """The notices of an article's accepted corrections, as they stand now."""
    now = {notice.number: (notice.kind, notice.text) for notice in event.notices}
    rows = database.execute(
        "SELECT number, notice_kind, notice_text FROM corrections WHERE article=? AND state='accepted'",
        (event.article,),
    ).fetchall()
    for number, kind, text in rows:
        wanted = now.get(number, (None, None))
        if wanted != (kind, text):
            database.execute(
                "UPDATE corrections SET notice_kind=?, notice_text=?, told_at=? WHERE number=?", (*wanted, at, number)
            )


def _touch(database: Connection, entry: Entry, number: int, changed: Mapping[str, object]) -> None:
    """Change a correction's row by an event that makes decisions on the picture before it stale."""
    _update(database, number, **changed, last_event=entry.id, last_seq=entry.seq)


def _update(database: Connection, number: int, **changed: object) -> None:
    """Change a correction's row; by itself for what makes no decision stale: who has it, until when it sleeps."""
    _check(database.execute(_updating(tuple(changed)), (*changed.values(), number)), f"there is no correction {number}")


def _set(database: Connection, **values: str) -> None:
    for key, value in values.items():
        database.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))
