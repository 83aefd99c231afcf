"""What the ledger is to take of a placed submission: its event, with the proposed text."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from corrections.index import queries
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.services.submission.duplicates import Point, find_duplicates
from corrections.services.submission.idempotency import Request
from corrections.services.submission.submission import Placed
from repo_store import Format, Intent, Proposal
from repo_store.model.events import CorrectionSubmitted, Span
from repo_store.model.intents import Message, reader


def new_correction_id() -> str:
    """128 bits as hexadecimal: 48 of the time in milliseconds, so that ids sort by time, and 80 random ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass
class SubmissionIntents:
    """Makes the intent of one placed submission, each time that it is asked for, as of the ledger at that time.

    `held` is why the submission waits for a first look. `correction_id` is the one that its idempotency key has, once
    it was asked for; `is_repeated` whether an earlier attempt had the key already.
    """

    publication: Publication
    placed: Placed
    request: Request
    held: tuple[str, ...]
    correction_id: str = field(default_factory=new_correction_id)
    is_repeated: bool = False

    def decide(self, head: str | None) -> Intent | None:
        """The intent, decided as of the ledger entry `head`; None where this request was written already.

        The sender's contact is stored before. Raises `KeyReused`.
        """
        private, contact = self.publication.private, self.placed.submission.contact
        if self.request.key:
            correction_id = private.receipts.correction_for(
                self.request.key, self.request.fingerprint, self.correction_id
            )
            self.is_repeated |= correction_id != self.correction_id
            self.correction_id = correction_id
        if contact.name or contact.email:
            private.contacts.put(self.correction_id, contact)
        if queries.correction_by_id(self.publication.index, self.correction_id) is not None:
            return None
        return self._intent(head)

    def _intent(self, head: str | None) -> Intent:
        placed, correction_id = self.placed, self.correction_id
        submission, article, edit = placed.submission, placed.article.id, placed.edit
        place = placed.place
        point = Point(placed.revision, place.start, place.end, placed.quote, placed.owned, placed.part)
        related = find_duplicates(
            self.publication, self.publication.article(article), point, submission.replacement, most=1
        )
        event = CorrectionSubmitted(
            correction=correction_id,
            article=article,
            revision=placed.revision,
            start=point.start,
            end=point.end,
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
            reply_by=_reply_by(self.publication) if submission.concerned else None,
            held=self.held,
            part=placed.part,
        )
        text = placed.corrected if edit else None
        message = _message(article, submission.category, correction_id)
        format = Format(placed.rendered.format)
        proposal = Proposal(placed.revision, article, text, reader(correction_id), message, format, placed.part)
        return Intent(event, head, proposal)


def _message(article: str, category: str, correction_id: str) -> Message:
    slug = article.rsplit("/", 1)[-1]
    return Message(
        f"Correction {{number}}: {category} in {slug}",
        (("Correction", correction_id), ("Category", category)),
    )


def _reply_by(publication: Publication) -> date:
    return (datetime.now(UTC) + timedelta(days=settings.number(publication, "reply-days"))).date()


def _first_number(corrections: tuple[queries.Correction, ...]) -> int | None:
    return corrections[0].number if corrections else None
