"""A reader's correction from its request to its number: recognised, checked, placed, written, step by step."""

from contextlib import suppress

from corrections.i18n import LazyString
from corrections.index import Unprojectable, queries
from corrections.private.receipts import KeyReused
from corrections.services import settings
from corrections.services.errors import QueueFull
from corrections.services.publication import Publication
from corrections.services.submission import spam_rules
from corrections.services.submission.checks import check
from corrections.services.submission.idempotency import Request, identify
from corrections.services.submission.intents import SubmissionIntents
from corrections.services.submission.placement import place
from corrections.services.submission.spam_rules import UNKNOWN_ARRIVAL, Arrival
from corrections.services.submission.submission import Placed, Submission

QUEUE_FULL = LazyString(
    "More corrections are waiting than our editors can review. Yours was not sent. What you typed is "
    "kept; please try again tomorrow."
)


def submit(publication: Publication, submission: Submission, arrival: Arrival = UNKNOWN_ARRIVAL) -> queries.Correction:
    """Write a reader's correction, durably, and return it. The same idempotency key gives the same correction.

    Raises what `sent_before`, `check`, `place`, `check_capacity` and `write` raise.
    """
    request = identify(submission)
    correction = sent_before(publication, request)
    if correction is not None:
        return correction
    placed = place(publication, check(submission))
    check_capacity(publication)
    return write(publication, placed, request, arrival)


def sent_before(publication: Publication, request: Request) -> queries.Correction | None:
    """What this request was written as already, by its idempotency key, whatever has become since of the article, or of
    what may be sent. Raises `KeyReused`."""
    correction_id = (
        publication.private.receipts.correction_of(request.key, request.fingerprint) if request.key else None
    )
    return None if correction_id is None else queries.correction_by_id(publication.index, correction_id)


def check_capacity(publication: Publication) -> None:
    """Raises `QueueFull` where as many corrections wait as the publication takes."""
    ceiling = settings.number(publication, "queue-ceiling")
    if queries.waiting(publication.index, ceiling) >= ceiling:
        raise QueueFull(QUEUE_FULL)


def write(publication: Publication, placed: Placed, request: Request, arrival: Arrival) -> queries.Correction:
    """Write a submission that has its place, held back where `arrival` or its words ask for that.

    Raises `KeyReused`, and what `Publication.write` raises.
    """
    held = spam_rules.reasons(publication, placed.submission, arrival)
    intents = SubmissionIntents(publication, placed, request, held)
    failed_submissions = publication.private.failed_submissions
    try:
        publication.write(intents.decide)
    except Unprojectable:  # nothing was written, and nothing will be: not even of who sent it
        failed_submissions.erase_at_once(intents.correction_id)
        raise
    except KeyReused:  # nothing is kept of it
        raise
    except Exception:
        with suppress(Exception):  # where this cannot be written, what it is about could hardly be
            failed_submissions.note(intents.correction_id)
        raise
    if intents.is_repeated:
        with suppress(Exception):  # `erase_failed` finds it written, too
            failed_submissions.confirm(intents.correction_id)
    correction = queries.correction_by_id(publication.index, intents.correction_id)
    assert correction is not None
    return correction
