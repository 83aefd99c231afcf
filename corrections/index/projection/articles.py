"""Articles, their revisions and notices: the rows that events change."""

from sqlite3 import Connection

from corrections.domain.states import State
from corrections.index.projection.statements import require_change
from corrections.urls import normalize_url
from repo_store import Entry
from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAccepted,
    CorrectionReverted,
    HistoryRedacted,
    NoticeChanged,
    RevisionLogged,
)

Publishing = ArticleImported | ArticleRevised | CorrectionAccepted | CorrectionReverted | NoticeChanged
"""The events that make a revision of an article."""


def project_article(
    database: Connection, entry: Entry, event: ArticleImported | ArticleRevised, main_changed: bool
) -> None:
    """What a publisher sent; it makes a revision only where it changed main."""
    database.execute(
        "INSERT INTO articles (id, title, language, url, published, revision, updated_at, revisions) "
        "VALUES (?,?,?,?,?,?,?,0) ON CONFLICT (id) DO UPDATE SET title=excluded.title, language=excluded.language, "
        "url=excluded.url, published=excluded.published",
        (event.article, event.title, event.language, event.url, event.published, entry.main, entry.at.isoformat()),
    )
    address = normalize_url(event.url)
    if address is None:
        database.execute("DELETE FROM addresses WHERE article=?", (event.article,))
    else:
        database.execute("INSERT OR REPLACE INTO addresses VALUES (?,?)", (event.article, address))
    if not main_changed:
        return
    words_changed = isinstance(event, ArticleRevised) and event.words_changed
    kind = event.type.removeprefix("article.")
    insert_revision(database, entry, event, kind, logged="" if words_changed else None)


def insert_revision(
    database: Connection, entry: Entry, event: Publishing, kind: str, logged: str | None = None
) -> None:
    """Add the revision that an entry made. `logged` is empty where an editor has yet to say what it was."""
    at = entry.at.isoformat()
    number = None if isinstance(event, ArticleImported | ArticleRevised) else event.number
    database.execute(
        "INSERT INTO revisions (seq, article, revision, at, kind, number, by, logged) VALUES (?,?,?,?,?,?,?,?)",
        (entry.seq, event.article, entry.main, at, kind, number, event.by, logged),
    )
    cursor = database.execute(
        "UPDATE articles SET revision=?, updated_at=?, revisions=revisions+1 WHERE id=?",
        (entry.main, at, event.article),
    )
    require_change(cursor, f"there is no article {event.article}")


def project_revision_log(database: Connection, event: RevisionLogged) -> None:
    """What an editor said that a revision was."""
    cursor = database.execute(
        "UPDATE revisions SET logged=? WHERE article=? AND revision=?",
        (event.kind, event.article, event.revision),
    )
    require_change(cursor, f"article {event.article} has no revision {event.revision}")


def project_notices(database: Connection, entry: Entry, event: NoticeChanged) -> None:
    """The notices of an article's upheld corrections after one of them changed, and the revision with them."""
    notices = {notice.number: (notice.kind, notice.text) for notice in event.notices}
    rows = database.execute(
        "SELECT number, notice_kind, notice_text FROM corrections WHERE article=? AND state IN (?, ?)",
        (event.article, State.ACCEPTED, State.USED),
    ).fetchall()
    for number, kind, text in rows:
        notice = notices.get(number, (None, None))
        if notice != (kind, text):
            database.execute(
                "UPDATE corrections SET notice_kind=?, notice_text=?, public_changed_at=? WHERE number=?",
                (*notice, entry.at.isoformat(), number),
            )
    insert_revision(database, entry, event, "notice")


def project_redaction(database: Connection, entry: Entry, event: HistoryRedacted) -> None:
    """That words were taken out of an article's history; `public` where main changed with it."""
    at, public = entry.at.isoformat(), int(entry.main != event.main)
    database.execute(
        "INSERT INTO redactions VALUES (?,?,?,?,?,?,?)",
        (entry.seq, event.article, event.number, event.by, at, event.reason, public),
    )
    database.execute("UPDATE corrections SET public_changed_at=? WHERE article=?", (at, event.article))
