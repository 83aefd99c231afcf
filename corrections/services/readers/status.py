"""What a reader can still do about a correction: who holds the key of its page has been checked before."""

from dataclasses import dataclass

from corrections import config
from corrections.domain.transitions import TRANSITIONS
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.actors import Actor
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review.transitions import READER, append_event, checked_reason
from corrections.services.validation import Fields
from repo_store.model.events import CorrectionAppealed, CorrectionCommented, CorrectionWithdrawn
from repo_store.model.intents import reader

WORDS_ADDED = 10  # a reader may add to one correction
APPEALED_BEFORE = LazyString("You have already asked for a review. The decision is final.")
ADDED_ENOUGH = LazyString("You have added %(limit)s comments, the limit for one correction.", limit=WORDS_ADDED)


@dataclass(frozen=True)
class ReaderChoices:
    """What the reader of a correction can still do about it, as it stands."""

    comment: bool
    withdraw: bool
    appeal: bool


def choices(correction: queries.Correction) -> ReaderChoices:
    """What the transitions allow; a decision can be appealed once."""
    state = correction.state
    return ReaderChoices(
        comment=state in TRANSITIONS["comment"],
        withdraw=state in TRANSITIONS["withdraw"],
        appeal=state in TRANSITIONS["appeal"] and not correction.appealed,
    )


def withdraw(publication: Publication, number: int, reason: str = "") -> queries.Correction:
    """The reader takes it back. Raises `AlreadyDecided`."""
    context = _context(publication, number)
    return append_event(publication, *context, "withdraw", CorrectionWithdrawn, reason=checked_reason(reason))


def add_word(publication: Publication, number: int, text: str) -> queries.Correction:
    """The reader says something more to the editors. Raises `Invalid`, `AlreadyDecided`."""
    text = _words(text)
    context = _context(publication, number)
    events = queries.events(publication.index, number)
    if sum(event.type == "correction.commented" and event.by == context[0].name for event in events) >= WORDS_ADDED:
        raise Invalid({"text": ADDED_ENOUGH})
    return append_event(publication, *context, "comment", CorrectionCommented, text=text)


def appeal(publication: Publication, number: int, text: str) -> queries.Correction:
    """The reader asks a chief editor to look again, once. Raises `Invalid`, `AlreadyDecided`."""
    text = _words(text)
    if publication.correction(number).appealed:
        raise Invalid({"text": APPEALED_BEFORE})
    return append_event(publication, *_context(publication, number), "appeal", CorrectionAppealed, reason=text)


def credit(publication: Publication, number: int, name: str, credited: bool) -> None:
    """Keep whether and by which name the reader wants to be named in a notice. Raises `Invalid`."""
    correction = publication.correction(number)
    fields = Fields()
    name = fields.text("name", LazyString("Your name"), name.strip(), config.NAME_LIMIT, required=credited, lines=False)
    fields.check()
    known = publication.private.contacts.get(correction.id)
    publication.private.contacts.put(
        correction.id, Contact(name, known.email if known else "", credited, known.language if known else "")
    )


def forget(publication: Publication, number: int) -> None:
    """Erase the reader's name and address at once; mail not yet sent is not sent."""
    publication.private.contacts.forget(publication.correction(number).id)


def _context(publication: Publication, number: int) -> tuple[Actor, int, str]:
    correction = publication.correction(number)
    return Actor(reader(correction.id).name, READER), number, correction.last_event


def _words(text: str) -> str:
    fields = Fields()
    clean = fields.text("text", LazyString("Comment"), text.strip(), config.COMMENT_LIMIT, required=True)
    fields.check()
    return clean
