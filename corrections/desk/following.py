"""What a reader can still do about a correction: who holds the key of its page has been checked before."""

from corrections import config
from corrections.desk.acting import READER, checked_reason, simply
from corrections.desk.errors import Invalid
from corrections.desk.fields import Fields
from corrections.desk.publication import Publication
from corrections.desk.workflow import Actor
from corrections.index import queries
from corrections.private.private import Contact
from corrections.saying import Sentence
from repo_store.events import CorrectionAppealed, CorrectionCommented, CorrectionWithdrawn
from repo_store.intents import reader

WORDS_ADDED = 10  # a reader may add to one correction
APPEALED_BEFORE = Sentence("You have appealed already; the answer to that stands.")
ADDED_ENOUGH = Sentence("You have added %(limit)s times; no more is possible.", limit=WORDS_ADDED)


def withdraw(publication: Publication, number: int, reason: str = "") -> queries.Correction:
    """The reader takes it back. Raises `AlreadyDecided`."""
    given = _given(publication, number)
    return simply(publication, *given, "withdraw", CorrectionWithdrawn, reason=checked_reason(reason))


def add_word(publication: Publication, number: int, text: str) -> queries.Correction:
    """The reader says something more to the editors. Raises `Invalid`, `AlreadyDecided`."""
    text = _words(text)
    given = _given(publication, number)
    said = queries.events(publication.index, number)
    if sum(each.type == "correction.commented" and each.by == given[0].name for each in said) >= WORDS_ADDED:
        raise Invalid({"text": ADDED_ENOUGH})
    return simply(publication, *given, "comment", CorrectionCommented, text=text)


def appeal(publication: Publication, number: int, text: str) -> queries.Correction:
    """The reader asks a chief editor to look again, once. Raises `Invalid`, `AlreadyDecided`."""
    text = _words(text)
    if publication.correction(number).appealed:
        raise Invalid({"text": APPEALED_BEFORE})
    return simply(publication, *_given(publication, number), "appeal", CorrectionAppealed, reason=text)


def credit(publication: Publication, number: int, name: str, wanted: bool) -> None:
    """Keep whether and by which name the reader wants to be named in a notice. Raises `Invalid`."""
    correction = publication.correction(number)
    fields = Fields()
    name = fields.text("name", Sentence("Your name"), name.strip(), config.NAME_LIMIT, required=wanted, lines=False)
    fields.check()
    known = publication.private.contact(correction.id)
    publication.private.keep_contact(
        correction.id, Contact(name, known.email if known else "", wanted, known.language if known else "")
    )


def forget(publication: Publication, number: int) -> None:
    """Erase the reader's name and address at once; mail not yet sent is not sent."""
    publication.private.forget_contact(publication.correction(number).id)


def _given(publication: Publication, number: int) -> tuple[Actor, int, str]:
    correction = publication.correction(number)
    return Actor(reader(correction.id).name, READER), number, correction.last_event


def _words(text: str) -> str:
    fields = Fields()
    clean = fields.text("text", Sentence("Your text"), text.strip(), config.COMMENT_LIMIT, required=True)
    fields.check()
    return clean
