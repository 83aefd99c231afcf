"""One event into the tables. The only writer of `index.db`."""

from collections.abc import Mapping

from sqlite_utils import Database

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


def apply(database: Database, entry: Entry) -> None:
    """Take in one entry; the caller holds the transaction."""
    event = entry.event
    at = entry.at.isoformat()
    _note_event(database, entry, at)
    for was in entry.was:
        pairs = [(was.entry, entry.id), (was.main, entry.main), (was.commit, entry.commit)]
        database.conn.executemany("INSERT OR REPLACE INTO moved VALUES (?, ?)", [pair for pair in pairs if pair[0]])
    match event:
        case ArticleImported() | ArticleRevised():
            _article(database, entry, event, at)
        case CorrectionSubmitted():
            _submission(database, entry, event, at)
        case CorrectionCommented():
            _touch(
                database, entry, event.correction, {} if event.kind == "staff" else {"asked": event.kind == "question"}
            )
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
            _set_aside(database, event.correction, assigned_to=event.to)
        case CorrectionSnoozed():
            _set_aside(database, event.correction, snoozed_until=event.until.isoformat() if event.until else "")
        case CorrectionFlagged():
            _set_aside(database, event.correction, fact_check=int(event.fact_check))
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
                "UPDATE revisions SET logged='nothing' WHERE article=(SELECT article FROM corrections WHERE id=?) "
                "AND revision=? AND logged=''",
                (event.correction, event.revision),
            )
        case CorrectionReleased():
            _release(database, entry, event.correction)
        case CorrectionAppealed():
            _touch(database, entry, event.correction, {"state": "appealed", "appealed": 1})
        case _:
            _decision(database, entry, at)
    if isinstance(event, CorrectionAccepted | CorrectionReverted):
        _revision(database, entry, event.article, at, event.type.removeprefix("correction."), event.number, event.by)
    _set(database, head=entry.id, seq=str(entry.seq), main=entry.main, corrections=str(entry.corrections))


def _note_event(database: Database, entry: Entry, at: str) -> None:
    event = entry.event
    number = entry.corrections if isinstance(event, CorrectionSubmitted) else getattr(event, "number", None)
    database.execute(
        "INSERT INTO events (seq, id, at, type, number, article, by, reason, main) VALUES (?,?,?,?,?,?,?,?,?)",
        (
            entry.seq,
            entry.id,
            at,
            event.type,
            number,
            getattr(event, "article", None),
            getattr(event, "by", None),
            getattr(event, "reason", None) or getattr(event, "text", None),
            entry.main,
        ),
    )


def _article(database: Database, entry: Entry, event: ArticleImported | ArticleRevised, at: str) -> None:
    database.execute(
        "INSERT INTO articles (id, title, language, url, published, revision, updated_at, revisions) "
        "VALUES (?,?,?,?,?,?,?,0) ON CONFLICT (id) DO UPDATE SET title=excluded.title, language=excluded.language, "
        "url=excluded.url, published=excluded.published",
        (event.article, event.title, event.language, event.url, event.published, entry.main, at),
    )
    changed = isinstance(event, ArticleRevised) and event.words_changed
    kind = event.type.removeprefix("article.")
    _revision(database, entry, event.article, at, kind, None, event.by, logged="" if changed else None)


def _revision(
    database: Database,
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


def _submission(database: Database, entry: Entry, event: CorrectionSubmitted, at: str) -> None:
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
    names = ", ".join(f'"{name}"' for name in row)
    database.execute(
        f"INSERT INTO corrections ({names}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 (our own names)
        tuple(row.values()),
    )
    _count_readers(database, event.same_as)


def _decision(database: Database, entry: Entry, at: str) -> None:
    event = entry.event
    changed: dict[str, object] = {
        "state": _STATES[event.type],
        "decided_at": at,
        "decided_by": getattr(event, "by", None),
        "reason": getattr(event, "reason", None),
        "code": getattr(event, "code", None),
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
    correction = getattr(event, "correction", "")
    before = database.execute("SELECT same_as FROM corrections WHERE id=?", (correction,)).fetchone()[0]
    _touch(database, entry, correction, changed)
    for first in {before, getattr(event, "of", None)}:
        _count_readers(database, first)


def _count_readers(database: Database, number: int | None) -> None:
    """How many readers say what this correction says: itself and those folded into it."""
    if number is not None:
        database.execute(
            "UPDATE corrections SET readers = 1 + (SELECT count(*) FROM corrections d WHERE d.same_as = ?1 "
            "AND d.state = 'duplicate') WHERE number = ?1",
            (number,),
        )


def _state_at_first(same_as: int | None) -> str:
    return "open" if same_as is None else "duplicate"


def _release(database: Database, entry: Entry, correction: str) -> None:
    same_as = database.execute("SELECT same_as FROM corrections WHERE id=?", (correction,)).fetchone()[0]
    _touch(database, entry, correction, {"state": _state_at_first(same_as), "held": ""})
    _count_readers(database, same_as)


def _notices(database: Database, event: NoticeChanged, at: str) -> None:
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


def _set_aside(database: Database, correction: str, **changed: object) -> None:
    """What is no decision and makes no other one stale: who has it, until when it sleeps."""
    sets = ", ".join(f"{name}=?" for name in changed)
    database.execute(
        f"UPDATE corrections SET {sets} WHERE id=?",  # noqa: S608 (our own names)
        (*changed.values(), correction),
    )


def _touch(database: Database, entry: Entry, correction: str, changed: Mapping[str, object]) -> None:
    """Change a correction's row; every event about it is the last one that happened to it."""
    changed = {**changed, "last_event": entry.id, "last_seq": entry.seq}
    sets = ", ".join(f"{name}=?" for name in changed)
    database.execute(
        f"UPDATE corrections SET {sets} WHERE id=?",  # noqa: S608 (our own names)
        (*changed.values(), correction),
    )


def _set(database: Database, **values: str) -> None:
    for key, value in values.items():
        database.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))
