"""Which events make which letters, and when they are due."""

from itertools import islice
from typing import assert_never

from corrections.domain.roles import RIGHTS
from corrections.domain.states import JUDGED, State
from corrections.index import queries
from corrections.notify.site_changes import SITE_PREFIX, connections_with_mail
from corrections.private.delivery.outbox import Outbox
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.services.review import comments
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
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSubmitted,
    CorrectionUsed,
    Event,
    HistoryRedacted,
    KeyChanged,
    NoticeChanged,
    PlainDecision,
    RevisionLogged,
)

EVENTS_A_TRANSACTION = 1000
DECIDED = {
    "correction.accepted": State.ACCEPTED,
    "correction.rejected": State.REJECTED,
    "correction.duplicate": State.DUPLICATE,
    "correction.reverted": State.REVERTED,
    "correction.used": State.USED,
}
SENT_TO_DUPLICATES = JUDGED
BEGINNING = ""  # the cursor before the first event of a ledger
APPEAL_PREFIX = "appeal-"  # the kind of a letter to a chief editor, whose name follows
MENTION_PREFIX = "mention-"  # the kind of a letter to somebody of the staff, whose name follows
DUPLICATE_PREFIX = "same-"  # the kind of a letter about the correction that the reader's own was folded into


def subscribe(publication: Publication) -> int:
    """Take in what the ledger has new, as letters in the outbox; returns how many events.

    The first time, letters begin from the present: who was told nothing before is told nothing now.
    """
    outbox = Outbox(publication.private)
    cursor = outbox.cursor()
    if cursor and queries.moved_to(publication.index, cursor):
        outbox.rename(lambda event: queries.moved_to(publication.index, event))
        cursor = outbox.cursor()
    head = publication.store.ledger() or BEGINNING
    if cursor is None:
        outbox.add((), up_to=head)
        return 0
    count = 0
    while cursor != head:
        entries = list(islice(publication.store.entries(after=cursor or None, until=head), EVENTS_A_TRANSACTION))
        publication.index.catch_up(publication.store)
        outbox.add([letter for entry in entries for letter in _letters(publication, entry)], entries[-1].id)
        cursor, count = entries[-1].id, count + len(entries)
    return count


def _letters(publication: Publication, entry: Entry) -> list[tuple[str, str, str, float]]:
    """(event, correction, kind, due) of each letter that an event asks for; only readers who left an address."""
    event = entry.event
    if isinstance(event, CorrectionCommented) and event.kind == "staff":
        mentioned = [name for name in comments.mentioned(publication, event.text) if name != event.by]
        return [(entry.id, event.correction, f"{MENTION_PREFIX}{name}", entry.at.timestamp()) for name in mentioned]
    if isinstance(event, CorrectionAppealed):
        chiefs = [account.name for account in publication.private.accounts.all() if account.role in RIGHTS["judge"]]
        return [(entry.id, event.correction, f"{APPEAL_PREFIX}{name}", entry.at.timestamp()) for name in chiefs]
    contact_of = publication.private.contacts.get
    to_site = _to_site(publication, entry)
    return to_site + [
        (entry.id, correction, kind, due)
        for correction, kind, due in _to_readers(publication, event, entry.at.timestamp())
        if (contact := contact_of(correction)) is not None and contact.email
    ]


def _to_site(publication: Publication, entry: Entry) -> list[tuple[str, str, str, float]]:
    """(event, correction, kind, due) of the letters to those who change a site by hand."""
    event = entry.event
    if not isinstance(event, CorrectionAccepted | CorrectionReverted):
        return []
    due = entry.at.timestamp() + 60 * settings.number(publication, "undo-minutes")
    article = publication.correction(event.number).article
    return [
        (entry.id, event.correction, f"{SITE_PREFIX}{connection.name}", due)
        for connection in connections_with_mail(publication, article)
    ]


def _to_readers(publication: Publication, event: Event, at: float) -> list[tuple[str, str, float]]:
    """(correction, kind, due) of the letters to readers that an event of the time `at` asks for."""
    match event:
        case CorrectionSubmitted():
            return [] if event.held else [(event.correction, "received", at)]
        case CorrectionReleased():
            return [(event.correction, "received", at)]
        case CorrectionCommented():
            return [(event.correction, "question", at)] if event.kind == "question" else []
        case (
            CorrectionAccepted()
            | CorrectionUsed()
            | CorrectionRejected()
            | CorrectionDuplicate()
            | CorrectionReverted()
        ):
            kind = DECIDED[event.type]
            due = at + 60 * settings.number(publication, "undo-minutes")
            duplicates = queries.duplicates_of(publication.index, event.number) if kind in SENT_TO_DUPLICATES else []
            return [
                (event.correction, kind, due),
                *((duplicate.id, f"{DUPLICATE_PREFIX}{kind}", due) for duplicate in duplicates),
            ]
        case (
            ArticleImported()
            | ArticleRevised()
            | CorrectionAppealed()
            | CorrectionAssigned()
            | CorrectionSnoozed()
            | CorrectionFlagged()
            | CorrectionSeconded()
            | PlainDecision()
            | RevisionLogged()
            | NoticeChanged()
            | KeyChanged()
            | HistoryRedacted()
        ):
            return []
        case _:
            assert_never(event)
