"""The rule for each type of event; an event without a rule does not pass the type checker."""

from sqlite3 import Connection

from corrections.index.projection.articles import (
    project_article,
    project_notices,
    project_redaction,
    project_revision_log,
)
from corrections.index.projection.corrections import (
    project_appeal,
    project_comment,
    project_release,
    project_submission,
    require_correction,
    update_correction,
)
from corrections.index.projection.decisions import project_decision
from repo_store import Entry
from repo_store.model.events import (
    ArticleImported,
    ArticleRevised,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionFlagged,
    CorrectionReleased,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSubmitted,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    RevisionLogged,
)


def project(database: Connection, entry: Entry, main_changed: bool) -> None:
    """Write what an entry changes. `main_changed`: main is another commit than after the entry before.

    Raises `LookupError` where the event names a correction, article or revision that there is not.
    """
    _project_renamed_commits(database, entry)
    match event := entry.event:
        case ArticleImported() | ArticleRevised():
            project_article(database, entry, event, main_changed)
        case RevisionLogged():
            project_revision_log(database, event)
        case NoticeChanged():
            project_notices(database, entry, event)
        case HistoryRedacted():
            project_redaction(database, entry, event)
        case KeyChanged():
            _project_key(database, entry, event)
        case CorrectionSubmitted():
            project_submission(database, entry, event)
        case CorrectionReleased():
            project_release(database, entry, event)
        case CorrectionAppealed():
            project_appeal(database, entry, event)
        case CorrectionCommented():
            project_comment(database, entry, event)
        case CorrectionSeconded():
            require_correction(database, event.number)  # who has agreed is read from the events
        case CorrectionAssigned():
            update_correction(database, event.number, assigned_to=event.to)
        case CorrectionSnoozed():
            update_correction(database, event.number, snoozed_until=event.until.isoformat() if event.until else "")
        case CorrectionFlagged():
            update_correction(database, event.number, fact_check=int(event.fact_check))
        case _:
            project_decision(database, entry, event)


def _project_renamed_commits(database: Connection, entry: Entry) -> None:
    """Note the former ids of commits that a redaction rewrote."""
    for former in entry.was:
        pairs = [(former.entry, entry.id), (former.main, entry.main), (former.commit, entry.commit)]
        database.executemany("INSERT OR REPLACE INTO moved VALUES (?, ?)", [pair for pair in pairs if pair[0]])


def _project_key(database: Connection, entry: Entry, event: KeyChanged) -> None:
    row = (entry.seq, event.key, event.by, entry.at.isoformat(), event.reason)
    database.execute("INSERT INTO keys VALUES (?,?,?,?,?)", row)
