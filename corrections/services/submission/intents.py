"""What the ledger is to take of a placed submission: its event, with the proposed text."""

from datetime import UTC, date, datetime, timedelta

from corrections.index import queries
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.services.review.rebasing import with_quote
from corrections.services.submission.duplicates import Point, find_duplicates
from corrections.services.submission.submission import Placed
from repo_store import Format, Intent, Proposal
from repo_store.model.events import CorrectionSubmitted, Span
from repo_store.model.intents import Message, reader


def submission_intent(
    publication: Publication, placed: Placed, correction_id: str, seen: str | None, held: tuple[str, ...]
) -> Intent:
    """The intent of a submission, decided as of the ledger entry `seen`; `held` is why it waits for a first look."""
    submission, place, edit = placed.submission, placed.place, placed.edit
    owned = with_quote(edit, placed.rendered, place.start, place.end) if edit else None
    point = Point(placed.revision, place.start, place.end, placed.quote, owned)
    related = find_duplicates(
        publication, publication.article(placed.article.id), point, submission.replacement, most=1
    )
    event = CorrectionSubmitted(
        correction=correction_id,
        article=placed.article.id,
        revision=placed.revision,
        start=place.start,
        end=place.end,
        exact=placed.quote,
        prefix=submission.selector.prefix,
        suffix=submission.selector.suffix,
        replacement=submission.replacement,
        edit=Span(start=edit.start, end=edit.end, text=edit.text) if edit else None,
        category=submission.category,
        comment=submission.comment,
        evidence=submission.evidence,
        headline=placed.article.title,
        same_as=_first_number(related.duplicates),
        alternative_to=_first_number(related.alternatives),
        verdict=placed.verdict,
        concerned=submission.concerned,
        reply_by=_reply_by(publication) if submission.concerned else None,
        held=held,
    )
    text = placed.corrected if edit else None
    message = _message(placed, correction_id)
    format = Format(placed.rendered.format)
    proposal = Proposal(placed.revision, placed.article.id, text, reader(correction_id), message, format)
    return Intent(event, seen, proposal)


def _message(placed: Placed, correction_id: str) -> Message:
    slug = placed.article.id.rsplit("/", 1)[-1]
    category = placed.submission.category
    return Message(
        f"Correction {{number}}: {category} in {slug}",
        (("Correction", correction_id), ("Category", category)),
    )


def _reply_by(publication: Publication) -> date:
    return (datetime.now(UTC) + timedelta(days=settings.number(publication, "reply-days"))).date()


def _first_number(corrections: tuple[queries.Correction, ...]) -> int | None:
    return corrections[0].number if corrections else None
