"""The place in an article that a reader's correction is about, and the reader's words written there."""

from dataclasses import replace

from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services.articles.sent_parts import check_headline
from corrections.services.articles.sources import RenderedArticle
from corrections.services.errors import AlreadyPublished, QuoteAmbiguous, QuoteNotFound, UnknownRevision, Unwritable
from corrections.services.publication import Publication
from corrections.services.review.rebasing import carry, with_quote
from corrections.services.submission.checks import check_selector
from corrections.services.submission.duplicates import Point, find_duplicates
from corrections.services.submission.submission import CheckedSubmission, Placed
from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, Verdict, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from repo_store import Format, Part, Source

ALREADY = LazyString("The article already contains your text. Reload the page to see it.")
SEVERAL = LazyString("This text appears in several places. Choose the one you mean.")
NOT_THERE = LazyString(
    "This text is not in the current version of the article. Copy it from the article again. What you typed is kept."
)
SEVERAL_PARTS = LazyString(
    "Your selection runs across the headline, introduction or text. Send a separate correction for each."
)
CONTEXT_SHOWN = 40  # code points on each side of a candidate


def find(publication: Publication, article_id: str, selector: Selector, revision: str | None = None) -> Selector:
    """The words a reader names, as a selector of just that place in a revision (the current one where None).

    Raises `UnknownArticle`, `UnknownRevision`, `Invalid`, `QuoteNotFound` or `QuoteAmbiguous`.
    """
    article = publication.article(article_id)
    checked = check_selector(selector)
    text = publication.sources(article.id, _revision(publication, article, revision)).seen.text
    place = _anchored(publication, article, (checked,), "", text).place
    return Selector(**_candidate(text, place))  # type: ignore[arg-type]


def readers_at(publication: Publication, article_id: str, selector: Selector) -> int:
    """How many readers have suggested a change, still undecided, to some of the words a reader names; 0 where the words
    are not in the current revision, or in several places.

    Raises `UnknownArticle` or `Invalid`.
    """
    article = publication.article(article_id)
    try:
        quote = find(publication, article_id, selector)
    except (QuoteNotFound, QuoteAmbiguous):
        return 0
    start = quote.start or 0
    seen = publication.sources(article.id, article.revision).seen
    found = _place_in_part(seen, Place(start, start + len(quote.exact)))
    if found is None:
        return 0
    part, rendered, place = found
    exact = rendered.text[place.start : place.end]
    point = Point(article.revision, place.start, place.end, exact, None, part)
    related = find_duplicates(publication, article, point, None)
    return sum(other.readers for other in (*related.duplicates, *related.alternatives) if other.same_as is None)


def place(publication: Publication, submission: CheckedSubmission) -> Placed:
    """Find a submission's place, writing nothing.

    Raises `UnknownArticle`, `UnknownRevision`, `QuoteNotFound`, `QuoteAmbiguous`, `Unwritable` or `AlreadyPublished`.
    """
    article = publication.article(submission.article)
    revision = _revision(publication, article, submission.revision)
    seen = publication.sources(article.id, revision).seen
    selectors = (submission.selector, *submission.others)
    anchored = _anchored(publication, article, selectors, submission.replacement or "", seen.text)
    found = _place_in_part(seen, anchored.place)
    if found is None:
        raise Unwritable(SEVERAL_PARTS)
    part, rendered, place = found
    if place.end - place.start < anchored.place.end - anchored.place.start:
        submission = _without_blank_ends(submission)
    edit = owned = None
    corrected = rendered.source
    if submission.replacement is not None:
        written = format_named(rendered.format).write(
            rendered, place, submission.selector.exact, submission.replacement
        )
        if not isinstance(written, Edit):
            raise Unwritable(written.message)
        edit, owned = written, with_quote(written, rendered, place.start, place.end)
        corrected = edit.apply(rendered.source)
        if part is Part.HEADLINE:
            check_headline(Source(corrected, Format(rendered.format)))
    placed = Placed(
        submission=submission,
        article=article,
        revision=revision,
        part=part,
        rendered=rendered,
        place=place,
        verdict=anchored.verdict,
        quote=rendered.text[place.start : place.end],
        edit=edit,
        owned=owned,
        corrected=corrected,
    )
    _check_unpublished(publication, placed)
    return placed


def _place_in_part(seen: RenderedArticle, place: Place) -> tuple[Part, Rendered, Place] | None:
    """The part that a place in the text of an article is in, and the place in that; None where it is in several.

    A line end between two parts, at one of the place's ends, is no part of it.
    """
    for start, end in ((place.start, place.end), seen.without_blank_ends(place.start, place.end)):
        found = seen.part_at(start, end)
        if found is not None:
            part, rendered, before = found
            return part, rendered, Place(start - before, end - before)
    return None


def _without_blank_ends(submission: CheckedSubmission) -> CheckedSubmission:
    """A submission without white space at the ends of what it quotes and of what it proposes."""
    selector = replace(submission.selector, exact=submission.selector.exact.strip())
    replacement = None if submission.replacement is None else submission.replacement.strip()
    return replace(submission, selector=selector, replacement=replacement)


def _check_unpublished(publication: Publication, placed: Placed) -> None:
    """Raises `AlreadyPublished` where the article has the words proposed."""
    if placed.owned is None:
        return
    is_published = placed.corrected == placed.rendered.source
    if not is_published and placed.revision != placed.article.revision:
        is_published = isinstance(
            carry(publication, placed.article, placed.owned, placed.revision, placed.part), AlreadyApplied
        )
    if is_published:
        raise _already_published(publication, placed.article, placed.submission.replacement or "")


def _revision(publication: Publication, article: queries.Article, revision: str | None) -> str:
    if revision and queries.revision(publication.index, article.id, revision) is None:
        raise UnknownRevision(LazyString("This is not a revision of the article. Reload the article and try again."))
    return revision or article.revision


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
    text: str,
) -> Anchored:
    verdict = _best(selectors, text)
    match verdict:
        case Ambiguous():
            candidates = [_candidate(text, place) for place in verdict.candidates]
            raise QuoteAmbiguous(SEVERAL, candidates=candidates)
        case Gone():
            accepted = queries.accepted_with_replacement(publication.index, article.id, replacement)
            if accepted is not None and accepted.exact == selectors[0].exact:
                raise _already_published(publication, article, accepted.replacement or "", accepted)
            raise QuoteNotFound(
                NOT_THERE,
                nearest=[_candidate(text, place) for place in verdict.nearest],
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
