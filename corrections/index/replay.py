"""One event into the tables. The only writer of `index.db`."""

from sqlite_utils import Database

from repo_store import Entry
from repo_store.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSubmitted,
    CorrectionWithdrawn,
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
}


def apply(database: Database, entry: Entry) -> None:
    """Take in one entry; the caller holds the transaction."""
    event = entry.event
    at = entry.at.isoformat()
    _note_event(database, entry, at)
    match event:
        case ArticleImported() | ArticleRevised():
            _article(database, entry, event, at)
        case CorrectionSubmitted():
            _submission(database, entry, event, at)
        case CorrectionCommented():
            _touch(database, entry, event.correction, {})
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
    _revision(database, entry, event.article, at, event.type.removeprefix("article."), None, event.by)


def _revision(database: Database, entry: Entry, article: str, at: str, kind: str, number: int | None, by: str) -> None:
    database.execute(
        "INSERT INTO revisions (seq, article, revision, at, kind, number, by) VALUES (?,?,?,?,?,?,?)",
        (entry.seq, article, entry.main, at, kind, number, by),
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
        "edited": 0,
        "last_event": entry.id,
        "last_seq": entry.seq,
    }
    names = ", ".join(f'"{name}"' for name in row)
    database.execute(
        f"INSERT INTO corrections ({names}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 (our own names)
        tuple(row.values()),
    )


def _decision(database: Database, entry: Entry, at: str) -> None:
    event = entry.event
    changed: dict[str, object] = {
        "state": _STATES[event.type],
        "decided_at": at,
        "decided_by": getattr(event, "by", None),
        "reason": getattr(event, "reason", None),
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
    _touch(database, entry, getattr(event, "correction", ""), changed)


def _state_at_first(same_as: int | None) -> str:
    return "open" if same_as is None else "duplicate"


def _release(database: Database, entry: Entry, correction: str) -> None:
    same_as = database.execute("SELECT same_as FROM corrections WHERE id=?", (correction,)).fetchone()[0]
    _touch(database, entry, correction, {"state": _state_at_first(same_as), "held": ""})


def _touch(database: Database, entry: Entry, correction: str, changed: dict[str, object]) -> None:
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
