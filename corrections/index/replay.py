"""One event into the tables. The only writer of `index.db`."""

from collections.abc import Mapping
from functools import cache
from sqlite3 import Connection

from corrections.web_addresses import normalize_url
from repo_store import Entry
from repo_store.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionFlagged,
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    RevisionLogged,
)

_STATES = {
    "correction.accepted": "accepted",
    "correction.rejected": "rejected",
    "correction.duplicate": "duplicate",
    "correction.spam": "spam",
    "correction.withdrawn": "withdrawn",
    "correction.reopened": "open",
    "correction.reverted": "reverted",
    "correction.appealed": "appealed",
    "correction.used": "used",
}


class Replay:
    """Entries into the tables, one after the other; the caller holds the transaction and calls `end` before its end."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        self._events: list[tuple[object, ...]] = []
        self._last: Entry | None = None
        known = database.execute("SELECT value FROM state WHERE key='main'").fetchone()
        self._main: str | None = known[0] if known else None

    def take(self, entry: Entry) -> None:
        """Take in one entry."""
        at = entry.at.isoformat()
        self._events.append(_event_row(entry, at))
        _apply(self._database, entry, at, moved=entry.main != self._main)
        self._last, self._main = entry, entry.main

    def end(self) -> None:
        """Write what was gathered, and up to where the index knows."""
        self._database.executemany(_INSERT_EVENT, self._events)
        self._events.clear()
        if self._last is not None:
            _set(
                self._database,
                head=self._last.id,
                seq=str(self._last.seq),
                main=self._last.main,
                corrections=str(self._last.corrections),
            )


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
            pass  # who has agreed is read from the events
        case CorrectionAssigned():
            _set_aside(database, event.number, assigned_to=event.to)
        case CorrectionSnoozed():
            _set_aside(database, event.number, snoozed_until=event.until.isoformat() if event.until else "")
        case CorrectionFlagged():
            _set_aside(database, event.number, fact_check=int(event.fact_check))
        case RevisionLogged():
            database.execute(
                "UPDATE revisions SET logged=? WHERE article=? AND revision=?",
                (event.kind, event.article, event.revision),
            )
        case NoticeChanged():
            _notices(database, event, at)
            _revision(database, entry, event.article, at, "notice", event.number, event.by)
        case CorrectionUsed():
            _decision(database, entry, at)
            database.execute(
                "UPDATE revisions SET logged='nothing' WHERE article=(SELECT article FROM corrections WHERE number=?) "
                "AND revision=? AND logged=''",
                (event.number, event.revision),
            )
        case CorrectionReleased():
            _release(database, entry, event.number)
        case CorrectionAppealed():
            _touch(database, entry, event.number, {"state": "appealed", "appealed": 1})
        case _:
            _decision(database, entry, at)
    if isinstance(event, CorrectionAccepted | CorrectionReverted):
        _revision(database, entry, event.article, at, event.type.removeprefix("correction."), event.number, event.by)


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
    database.execute(
        "UPDATE articles SET revision=?, updated_at=?, revisions=revisions+1 WHERE id=?", (entry.main, at, article)
    )


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
    row = {
        "number": entry.corrections,
        "id": event.correction,
        "article": event.article,
        "headline": event.headline,
        "revision": event.revision,
        "commit": entry.commit,
        "state": "held" if event.held else _state_at_first(event.same_as),
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


def _decision(database: Connection, entry: Entry, at: str) -> None:
    event = entry.event
    told = vars(event)
    changed: dict[str, object] = {
        "state": _STATES[event.type],
        "decided_at": at,
        "decided_by": told.get("by"),
        "reason": told.get("reason"),
        "code": told.get("code"),
        "told_at": at,
    }
    match event:
        case CorrectionAccepted():
            notice = event.notice
            changed |= {
                "edited": int(event.edited),
                "published_revision": entry.main,
                "notice_kind": notice.kind if notice else None,
                "notice_text": notice.text if notice else None,
            }
        case CorrectionDuplicate():
            changed |= {"same_as": event.of}
        case CorrectionReopened():
            changed |= {"decided_at": None, "decided_by": None, "same_as": None}
        case CorrectionWithdrawn():
            changed |= {"decided_by": "the reader"}
    number: int = told["number"]
    before = database.execute("SELECT same_as FROM corrections WHERE number=?", (number,)).fetchone()[0]
    _touch(database, entry, number, changed)
    for first in {before, told.get("of")}:
        _count_readers(database, first)


def _count_readers(database: Connection, number: int | None) -> None:
    """How many readers say what this correction says: itself and those folded into it."""
    if number is not None:
        database.execute(
            "UPDATE corrections SET readers = 1 + (SELECT count(*) FROM corrections d WHERE d.same_as = ?1 "
            "AND d.state = 'duplicate') WHERE number = ?1",
            (number,),
        )


def _state_at_first(same_as: int | None) -> str:
    return "open" if same_as is None else "duplicate"


def _release(database: Connection, entry: Entry, number: int) -> None:
    same_as = database.execute("SELECT same_as FROM corrections WHERE number=?", (number,)).fetchone()[0]
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


def _set_aside(database: Connection, number: int, **changed: object) -> None:
    """What is no decision and makes no other one stale: who has it, until when it sleeps."""
    database.execute(_updating(tuple(changed)), (*changed.values(), number))


def _touch(database: Connection, entry: Entry, number: int, changed: Mapping[str, object]) -> None:
    """Change a correction's row; every event about it is the last one that happened to it."""
    changed = {**changed, "last_event": entry.id, "last_seq": entry.seq}
    database.execute(_updating(tuple(changed)), (*changed.values(), number))


def _set(database: Connection, **values: str) -> None:
    for key, value in values.items():
        database.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))
