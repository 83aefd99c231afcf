"""A reader's correction: checked, anchored, written, answered with a number."""

import secrets
import time
from dataclasses import replace

from corrections import config
from corrections.domain.kinds import CATEGORIES
from corrections.i18n import LazyString
from corrections.index import Unprojectable, queries
from corrections.private.contacts import Contact
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
from corrections.services.submission.idempotency import Request, identify
from corrections.services.submission.intents import submission_intent
from corrections.services.submission.spam_rules import UNKNOWN_ARRIVAL, Arrival
from corrections.services.submission.submission import CheckedSubmission, Placed, Submission
from corrections.services.validation import Fields
from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, Verdict, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from repo_store import Intent

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

MOST_OTHERS = 4  # other readings of the place
CONTEXT_SHOWN = 40  # code points on each side of a candidate


def find(publication: Publication, article_id: str, selector: Selector, revision: str | None = None) -> Selector:
    """The words a reader names, as a selector of just that place in a revision (the current one where None).

    Raises `UnknownArticle`, `UnknownRevision`, `Invalid`, `QuoteNotFound` or `QuoteAmbiguous`.
    """
    article = publication.article(article_id)
    fields = Fields()
    clean = _checked_selector(fields, selector)
    fields.check()
    rendered = publication.rendered(article.id, _revision(publication, article, revision))
    place = _anchored(publication, article, (clean,), "", rendered).place
    return Selector(**_candidate(rendered.text, place))  # type: ignore[arg-type]


def readers_at(publication: Publication, article_id: str, selector: Selector) -> int:
    """How many readers have suggested a change, still undecided, to some of the words a reader names; 0 where the words
    are not in the current revision, or in several places.

    Raises `UnknownArticle` or `Invalid`.
    """
    article = publication.article(article_id)
    try:
        found = find(publication, article_id, selector)
    except (QuoteNotFound, QuoteAmbiguous):
        return 0
    start = found.start or 0
    point = Point(article.revision, start, start + len(found.exact), found.exact, None)
    alike = find_duplicates(publication, article, point, None)
    return sum(other.readers for other in (*alike.duplicates, *alike.alternatives) if other.same_as is None)


def place(publication: Publication, submission: CheckedSubmission) -> Placed:
    """Find a submission's place, writing nothing.

    Raises `UnknownArticle`, `UnknownRevision`, `QuoteNotFound`, `QuoteAmbiguous`, `Unwritable` or `AlreadyPublished`.
    """
    article = publication.article(submission.article)
    revision = _revision(publication, article, submission.revision)
    rendered = publication.rendered(article.id, revision)
    anchored = _anchored(publication, article, submission.selectors, submission.replacement or "", rendered)
    edit = None
    if submission.replacement is not None:
        written = format_named(rendered.format).write(
            rendered, anchored.place, submission.selector.exact, submission.replacement
        )
        if not isinstance(written, Edit):
            raise Unwritable(written.message)
        edit = written
    placed = Placed(submission, article, revision, rendered, anchored.place, anchored.verdict, edit)
    _check_unpublished(publication, placed)
    return placed


def _check_unpublished(publication: Publication, placed: Placed) -> None:
    """Raises `AlreadyPublished` where the article has the words proposed."""
    edit, rendered = placed.edit, placed.rendered
    if edit is None:
        return
    is_published = placed.corrected == rendered.source
    if not is_published and placed.revision != placed.article.revision:
        owned = with_quote(edit, rendered, placed.place.start, placed.place.end)
        is_published = isinstance(carry(publication, placed.article, owned, placed.revision), AlreadyApplied)
    if is_published:
        raise _already_published(publication, placed.article, placed.submission.replacement or "")


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
    correction_id, contact = new_correction_id(), placed.submission.contact

    def decide(seen: str | None) -> Intent | None:
        nonlocal correction_id
        if request.key:
            receipts = publication.private.receipts
            correction_id = receipts.correction_for(request.key, request.fingerprint, correction_id)
        if contact.name or contact.email:
            publication.private.contacts.put(correction_id, contact)
        if queries.correction_by_id(publication.index, correction_id) is not None:
            return None
        return submission_intent(publication, placed, correction_id, seen, held)

    try:
        publication.write(decide)
    except Unprojectable:  # nothing was written, and nothing will be: not even of who sent it
        publication.private.contacts.forget_submission(correction_id)
        raise
    correction = queries.correction_by_id(publication.index, correction_id)
    assert correction is not None
    return correction


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


def check(submission: Submission) -> CheckedSubmission:
    """The one check of what a reader sends. Raises `Invalid`, which says what is wrong with each field."""
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
    checked = CheckedSubmission(
        article=submission.article,
        selectors=(selector, *(_checked_selector(fields, other) for other in submission.others)),
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
        revision=submission.revision,
        concerned=submission.concerned,
    )
    fields.text("key", LazyString("Idempotency-Key"), submission.key, config.KEY_LIMIT, lines=False)
    fields.check()
    return checked


def _already_published(
    publication: Publication, article: queries.Article, replacement: str, accepted: queries.Correction | None = None
) -> AlreadyPublished:
    accepted = accepted or queries.accepted_with_replacement(publication.index, article.id, replacement)
    return AlreadyPublished(ALREADY, correction=accepted.number if accepted else None)


def _anchored(
    publication: Publication,
    article: queries.Article,
    selectors: tuple[Selector, ...],
    replacement: str,
    rendered: Rendered,
) -> Anchored:
    verdict = _best(selectors, rendered.text)
    match verdict:
        case Ambiguous():
            candidates = [_candidate(rendered.text, place) for place in verdict.candidates]
            raise QuoteAmbiguous(SEVERAL, candidates=candidates)
        case Gone():
            accepted = queries.accepted_with_replacement(publication.index, article.id, replacement)
            if accepted is not None and accepted.exact == selectors[0].exact:
                raise _already_published(publication, article, accepted.replacement or "", accepted)
            raise QuoteNotFound(
                NOT_THERE,
                nearest=[_candidate(rendered.text, place) for place in verdict.nearest],
            )
    return verdict


def _best(selectors: tuple[Selector, ...], text: str) -> Verdict:
    """The first reading that is there letter for letter, else the first that is there at all."""
    verdicts = []
    for selector in selectors:
        verdict = anchor(selector, text)
        if isinstance(verdict, Anchored) and not verdict.moved:
            return verdict
        verdicts.append(verdict)
    return next((verdict for verdict in verdicts if not isinstance(verdict, Gone)), verdicts[0])


def _candidate(text: str, place: Place) -> dict[str, object]:
    """A place as a selector that is no longer ambiguous."""
    return {
        "exact": text[place.start : place.end],
        "prefix": text[max(0, place.start - CONTEXT_SHOWN) : place.start],
        "suffix": text[place.end : place.end + CONTEXT_SHOWN],
        "start": place.start,
        "end": place.end,
    }
