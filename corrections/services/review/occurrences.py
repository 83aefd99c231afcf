"""Where else the same wrong words stand: in other articles, their headlines and captions; one correction for each."""

from dataclasses import dataclass

from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor, check_right
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.submission import submissions
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector

ARTICLES_SHOWN = 50
PLACES_AN_ARTICLE = 5
CONTEXT = 60  # code points shown on each side
SHORTEST = 4  # code points: shorter words stand everywhere and mean nothing


@dataclass(frozen=True)
class Elsewhere:
    """One place with the same words: `start` in code points of the article's rendered text."""

    article: queries.Article
    start: int
    before: str
    exact: str
    after: str

    @property
    def key(self) -> str:
        return f"{self.article.id}:{self.start}"


def elsewhere(publication: Publication, number: int) -> list[Elsewhere]:
    """The places in other articles that have just the words that a correction is about.

    The words are looked for in one line of Markdown: where markup stands inside them they are not found.
    """
    correction = publication.correction(number)
    words = correction.exact.strip()
    main = publication.store.main()
    if main is None or len(words) < SHORTEST or "\n" in words:
        return []
    places = []
    for article_id in publication.store.articles_with(words, main, ARTICLES_SHOWN):
        article = queries.article(publication.index, article_id)
        if article is not None and article_id != correction.article:
            places += _places(publication, article, words)
    return places


def propose(publication: Publication, actor: Actor, number: int, keys: list[str]) -> tuple[list[int], dict[str, str]]:
    """Make a correction like this one for each of the places; the new numbers, and why others could not be made.

    Raises `Forbidden`, `Invalid`.
    """
    check_right(actor, "decide")
    correction = publication.correction(number)
    if correction.replacement is None:
        raise Invalid({"number": "This correction suggests no text that could be suggested elsewhere."})
    replacement = correction.replacement.strip()
    places = {occurrence.key: occurrence for occurrence in elsewhere(publication, number)}
    numbers, refused = [], {}
    for key in keys:
        place = places.get(key)
        if place is None:
            refused[key] = "The text no longer appears there. Search again."
            continue
        selector = Selector(place.exact, place.before, place.after, place.start, place.start + len(place.exact))
        comment = f"Found by {actor.name}: same error as in correction {number}."
        submission = Submission(place.article.id, selector, replacement, correction.category, comment)
        try:
            numbers.append(submissions.submit(publication, submission).number)
        except CorrectionsError as error:
            refused[key] = error.message
    return numbers, refused


def _places(publication: Publication, article: queries.Article, words: str) -> list[Elsewhere]:
    text = publication.sources(article.id, article.revision).seen.text
    places: list[Elsewhere] = []
    start = text.find(words)
    while start >= 0 and len(places) < PLACES_AN_ARTICLE:
        end = start + len(words)
        alone = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
        if alone:
            places.append(
                Elsewhere(article, start, text[max(0, start - CONTEXT) : start], words, text[end : end + CONTEXT])
            )
        start = text.find(words, end)
    return places
