"""A reader's correction: checked, anchored, written, answered with a number."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from corrections import config
from corrections.domain.kinds import CATEGORIES, Category
from corrections.i18n import LazyString
from corrections.index import Unprojectable, queries
from corrections.private.contacts import Contact
from corrections.private.receipts import Fingerprint
from corrections.services import settings
from corrections.services.errors import (
    AlreadyPublished,
    QueueFull,
    QuoteAmbiguous,
    QuoteNotFound,
    UnknownRevision,
    Unwritable,
)
from corrections.services.publication import Publication
from corrections.services.review.rebasing import carry, with_quote
from corrections.services.submission import spam_rules
from corrections.services.submission.duplicates import Point, find_duplicates
from corrections.services.submission.idempotency import fingerprint, normalized_key
from corrections.services.submission.spam_rules import Arrival
from corrections.services.validation import Fields
from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, Verdict, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied
from corrections.text.formats.markdown import rewrite
from corrections.text.formats.markdown.render import Rendered, render
from repo_store import Intent, Proposal
from repo_store.model.events import CorrectionSubmitted, Span
from repo_store.model.intents import Message, reader

ALREADY = LazyString("The article already contains your text. Reload the page to see it.")
SEVERAL = LazyString("This text appears in several places. Choose the one you mean.")
NOT_THERE = LazyString(
    "This text is not in the current version of the article. Copy it from the article again. What you typed is kept."
)
SAY_SOMETHING = LazyString("Describe the error, or enter the suggested text.")
UNCHANGED = LazyString("Your text is the same as the published text. Change it, or describe the error as the reason.")
QUEUE_FULL = LazyString(
    "More corrections are waiting than our editors can review. Yours was not sent. What you typed is "
    "kept; please try again tomorrow."
)

NOBODY = Contact("", "", False)
MOST_OTHERS = 4  # other readings of the place
CONTEXT_SHOWN = 40  # code points on each side of a candidate


@dataclass(frozen=True)
class Submission:
    """What a reader sends. `replacement` None: the reader proposes no words but says in `comment` what is wrong.

    `concerned`: the reader is the person that the words are about, and is to be answered first.
    `others` are the same place as `selector`, read otherwise (a page alone does not tell whether its source holds a
    footnote's mark or an image's alternative text); they help to find it, and say nothing of what is proposed.
    """

    article: str
    selector: Selector
    replacement: str | None
    category: str = Category.OTHER
    comment: str = ""
    evidence: str = ""
    revision: str | None = None
    contact: Contact = NOBODY
    key: str = ""
    concerned: bool = False
    others: tuple[Selector, ...] = field(default=(), repr=False)  # no part of what an idempotency key stands for


@dataclass(frozen=True)
class Placed:
    """A submission that has found its place: the revision, its rendering, the place in that and the Markdown's edit."""

    submission: Submission
    article: queries.Article
    revision: str
    rendered: Rendered
    place: Place
    verdict: Literal["exact", "moved"]
    edit: Edit | None

    @property
    def corrected(self) -> str:
        """The Markdown with the reader's words in place."""
        return self.edit.apply(self.rendered.source) if self.edit else self.rendered.source


def find(publication: Publication, article_id: str, selector: Selector, revision: str | None = None) -> Selector:
    """The words a reader names, as a selector of just that place in a revision (the current one where None).

    Raises `UnknownArticle`, `UnknownRevision`, `Invalid`, `QuoteNotFound` or `QuoteAmbiguous`.
    """
    article = publication.article(article_id)
    fields = Fields()
    clean = _checked_selector(fields, selector)
    fields.check()
    rendered = render(publication.store.text(article.id, _revision(publication, article, revision)))
    found = _anchored(publication, article, Submission(article_id, clean, None), rendered).place
    return Selector(**_candidate(rendered.text, found))  # type: ignore[arg-type]


def place(publication: Publication, submission: Submission) -> Placed:
    """Check a submission and find its place, writing nothing.

    Raises `UnknownArticle`, `UnknownRevision`, `Invalid`, `QuoteNotFound`, `QuoteAmbiguous`, `Unwritable` or
    `AlreadyPublished`.
    """
    article = publication.article(submission.article)
    clean = _checked(submission)
    revision = _revision(publication, article, clean.revision)
    rendered = render(publication.store.text(article.id, revision))
    anchored = _anchored(publication, article, clean, rendered)
    found = anchored.place
    edit = None
    if clean.replacement is not None:
        written = rewrite.write(rendered, found, clean.selector.exact, clean.replacement)
        if isinstance(written, rewrite.Unwritable):
            raise Unwritable(written.message)
        stands = written.apply(rendered.source) == rendered.source
        if not stands and revision != article.revision:
            owned = with_quote(written, rendered, found.start, found.end)
            stands = isinstance(carry(publication, article, owned, revision), AlreadyApplied)
        if stands:
            raise _already_published(publication, article, clean.replacement)
        edit = written
    return Placed(clean, article, revision, rendered, found, anchored.verdict, edit)


def submit(
    publication: Publication, submission: Submission, admit: Callable[[], Arrival] = Arrival
) -> queries.Correction:
    """Write a reader's correction, durably, and return it. The same idempotency key gives the same correction.

    `admit` is asked how it came when nothing else stands in the way of writing it: limits are counted there, and what
    it raises is raised here. It is not asked about what was sent before.

    Raises what `place` raises, `KeyReused`, `QueueFull`, and what `Publication.write` raises.
    """
    request = fingerprint(submission)
    known = _sent_before(publication, submission, request)
    if known is not None:
        return known
    clean = _checked(submission)
    placed = place(publication, clean)
    ceiling = settings.number(publication, "queue-ceiling")
    if queries.waiting(publication.index, ceiling) >= ceiling:
        raise QueueFull(QUEUE_FULL)
    held = spam_rules.reasons(publication, clean, admit())
    correction_id, contact = new_correction_id(), clean.contact

    def decide(seen: str | None) -> Intent | None:
        nonlocal correction_id
        if clean.key:
            key = normalized_key(submission)
            correction_id = publication.private.receipts.correction_for(key, request, correction_id)
        if contact.name or contact.email:
            publication.private.contacts.put(correction_id, contact)
        if queries.correction_by_id(publication.index, correction_id) is not None:
            return None
        return _intent(publication, placed, correction_id, seen, held)

    try:
        publication.write(decide)
    except Unprojectable:  # nothing was written, and nothing will be: not even of who sent it
        publication.private.contacts.forget_submission(correction_id)
        raise
    written = queries.correction_by_id(publication.index, correction_id)
    assert written is not None
    return written


def sent_before(publication: Publication, submission: Submission) -> bool:
    """Whether this very submission, by its idempotency key, was written already. Raises `KeyReused`, `Invalid`."""
    if _sent_before(publication, submission, fingerprint(submission)) is not None:
        return True
    _checked(submission)  # what cannot be sent is told before anything is counted or used up for it
    return False


def _sent_before(publication: Publication, submission: Submission, request: Fingerprint) -> queries.Correction | None:
    """What this key was written as already, whatever has become since of the article, or of what may be sent."""
    key = normalized_key(submission)
    correction_id = publication.private.receipts.correction_of(key, request) if key else None
    if correction_id is None:
        return None
    publication.refresh()
    return queries.correction_by_id(publication.index, correction_id)


def new_correction_id() -> str:
    """128 bits as hexadecimal: 48 of the time in milliseconds, so that ids sort by time, and 80 random ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def _revision(publication: Publication, article: queries.Article, revision: str | None) -> str:
    if revision and queries.revision(publication.index, article.id, revision) is None:
        raise UnknownRevision(LazyString("This is not a revision of the article. Reload the article and try again."))
    return revision or article.revision


def _checked_selector(fields: Fields, selector: Selector) -> Selector:
    return replace(
        selector,
        exact=fields.text("exact", LazyString("Quoted text"), selector.exact, config.QUOTE_LIMIT, required=True),
        prefix=fields.text("prefix", LazyString("Text before the quote"), selector.prefix, config.CONTEXT_LIMIT),
        suffix=fields.text("suffix", LazyString("Text after the quote"), selector.suffix, config.CONTEXT_LIMIT),
    )


def _checked(submission: Submission) -> Submission:
    fields = Fields()
    selector = _checked_selector(fields, submission.selector)
    replacement = submission.replacement
    if replacement is not None:
        replacement = fields.text("replacement", LazyString("Suggested text"), replacement, config.REPLACEMENT_LIMIT)
        if replacement == selector.exact:
            fields.errors["replacement"] = UNCHANGED
    comment = fields.text("comment", LazyString("Reason"), submission.comment, config.COMMENT_LIMIT)
    if replacement is None and not comment.strip():
        fields.errors["comment"] = SAY_SOMETHING
    clean = replace(
        submission,
        selector=selector,
        others=tuple(_checked_selector(fields, other) for other in submission.others),
        replacement=replacement,
        category=fields.choice("category", LazyString("Type of error"), submission.category, CATEGORIES),
        comment=comment.strip(),
        evidence=fields.web_address(
            "evidence", LazyString("Link to a source"), submission.evidence, config.EVIDENCE_LIMIT
        ),
        contact=Contact(
            fields.text(
                "name", LazyString("Your name"), submission.contact.name.strip(), config.NAME_LIMIT, lines=False
            ),
            fields.email("email", LazyString("E-mail address"), submission.contact.email, config.EMAIL_LIMIT),
            submission.contact.credit,
            submission.contact.language,
        ),
        key=fields.text("key", LazyString("Idempotency-Key"), submission.key, config.KEY_LIMIT, lines=False),
    )
    fields.check()
    return clean


def _already_published(
    publication: Publication, article: queries.Article, replacement: str, mended: queries.Correction | None = None
) -> AlreadyPublished:
    mended = mended or queries.mended(publication.index, article.id, replacement)
    return AlreadyPublished(ALREADY, correction=mended.number if mended else None)


def _anchored(
    publication: Publication, article: queries.Article, submission: Submission, rendered: Rendered
) -> Anchored:
    verdict = _best(submission, rendered.text)
    match verdict:
        case Ambiguous():
            places = [_candidate(rendered.text, found) for found in verdict.candidates]
            raise QuoteAmbiguous(SEVERAL, candidates=places)
        case Gone():
            mended = queries.mended(publication.index, article.id, submission.replacement or "")
            if mended is not None and mended.exact == submission.selector.exact:
                raise _already_published(publication, article, mended.replacement or "", mended)
            raise QuoteNotFound(
                NOT_THERE,
                nearest=[_candidate(rendered.text, found) for found in verdict.nearest],
            )
    return verdict


def _best(submission: Submission, text: str) -> Verdict:
    """The first reading that is there letter for letter, else the first that is there at all."""
    verdicts = []
    for selector in (submission.selector, *submission.others):
        verdict = anchor(selector, text)
        if isinstance(verdict, Anchored) and not verdict.moved:
            return verdict
        verdicts.append(verdict)
    return next((verdict for verdict in verdicts if not isinstance(verdict, Gone)), verdicts[0])


def _candidate(text: str, found: Place) -> dict[str, object]:
    """A place as a selector that is no longer ambiguous."""
    return {
        "exact": text[found.start : found.end],
        "prefix": text[max(0, found.start - CONTEXT_SHOWN) : found.start],
        "suffix": text[found.end : found.end + CONTEXT_SHOWN],
        "start": found.start,
        "end": found.end,
    }


def _intent(
    publication: Publication, placed: Placed, correction_id: str, seen: str | None, held: tuple[str, ...]
) -> Intent:
    submission, edit = placed.submission, placed.edit
    selector = submission.selector
    exact = placed.rendered.text[placed.place.start : placed.place.end]
    owned = with_quote(edit, placed.rendered, placed.place.start, placed.place.end) if edit else None
    point = Point(placed.revision, placed.place.start, placed.place.end, exact, owned)
    alike = find_duplicates(publication, publication.article(placed.article.id), point, submission.replacement, most=1)
    event = CorrectionSubmitted(
        correction=correction_id,
        article=placed.article.id,
        revision=placed.revision,
        start=placed.place.start,
        end=placed.place.end,
        exact=exact,
        prefix=selector.prefix,
        suffix=selector.suffix,
        replacement=submission.replacement,
        edit=Span(start=edit.start, end=edit.end, text=edit.text) if edit else None,
        category=submission.category,
        comment=submission.comment,
        evidence=submission.evidence,
        headline=placed.article.title,
        same_as=_first(alike.duplicates),
        alternative_to=_first(alike.alternatives),
        verdict=placed.verdict,
        concerned=submission.concerned,
        reply_by=_reply_by(publication) if submission.concerned else None,
        held=held,
    )
    slug = placed.article.id.rsplit("/", 1)[-1]
    message = Message(
        f"Correction {{number}}: {submission.category} in {slug}",
        (("Correction", correction_id), ("Category", submission.category)),
    )
    text = placed.corrected if edit else None
    return Intent(event, seen, Proposal(placed.revision, placed.article.id, text, reader(correction_id), message))


def _reply_by(publication: Publication) -> date:
    return (datetime.now(UTC) + timedelta(days=settings.number(publication, "reply-days"))).date()


def _first(found: tuple[queries.Correction, ...]) -> int | None:
    return found[0].number if found else None
