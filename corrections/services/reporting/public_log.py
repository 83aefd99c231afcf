"""What the public log tells: corrections that were taken, each with what it changed, and where it stands today."""

from dataclasses import dataclass

from corrections.domain.states import State
from corrections.index import queries
from corrections.services.articles.sources import RenderedArticle
from corrections.services.articles.timeline import change_between
from corrections.services.publication import Publication
from corrections.services.review.decisions import accepting_event
from corrections.services.review.rebasing import carry
from corrections.text.comparison.change_summary import ChangeSummary
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import Clean
from corrections.text.formats.rendered import Rendered
from repo_store import Part
from repo_store.model.events import CorrectionAccepted

MARK = "\ue000"  # stands for the end of the words while their place is carried over
CONTEXT = 32  # code points of a quote's prefix and suffix, as in W3C's examples


@dataclass(frozen=True)
class Published:
    """`change` tells what was published, where that is not just what the reader proposed. `title` is that of the
    article now."""

    correction: queries.Correction
    title: str
    language: str
    change: ChangeSummary | None

    @property
    def as_suggested(self) -> bool:
        """Whether the reader's own words were published."""
        correction = self.correction
        return correction.state is not State.USED and not correction.edited and correction.replacement is not None

    @property
    def words(self) -> str:
        """In plain text: the notice, or what was changed into what."""
        correction = self.correction
        if correction.notice_text:
            return correction.notice_text
        if self.change is not None and (self.change.removed or self.change.added):
            return f"{self.change.removed} → {self.change.added}"
        if self.as_suggested:
            return f"{correction.exact} → {correction.replacement}"
        return correction.exact


@dataclass(frozen=True)
class Place:
    """Where the words that a correction published stand in a rendered text: code points, and the words around them."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def published(publication: Publication, criteria: queries.Filter, limit: int = queries.PAGE) -> list[Published]:
    """Corrections that were taken, the latest decision first."""
    corrections = queries.corrections(publication.index, criteria, limit)
    return [
        Published(correction, *_article(publication, correction), _change(publication, correction))
        for correction in corrections
    ]


def words_published(publication: Publication, correction: queries.Correction) -> str:
    """What the public log says about an accepted correction, in plain text: its notice, or what was changed to what."""
    return Published(correction, *_article(publication, correction), _change(publication, correction)).words


def ends(publication: Publication, article: queries.Article, correction: queries.Correction) -> tuple[int, int] | None:
    """Where in the present source of a correction's part the words are that a correction published.

    None where they are gone, or nothing was published.
    """
    if correction.state is not State.ACCEPTED or not correction.published_revision:
        return None
    accepted = publication.store.entry(accepting_event(publication, correction)).event
    if not isinstance(accepted, CorrectionAccepted):
        return None
    start, words = accepted.edit.start, accepted.edit.text
    marked = Edit(start, start + len(words), MARK)  # a conflict where the words have changed since
    carried = carry(publication, article, marked, correction.published_revision, correction.part)
    return (carried.edit.start, carried.edit.end) if isinstance(carried, Clean) else None


def place_now(publication: Publication, article: queries.Article, correction: queries.Correction) -> Place | None:
    """Where the words that a correction published stand in the article as it is read today."""
    span = ends(publication, article, correction)
    if span is None:
        return None
    seen = publication.sources(article.id, article.revision).seen
    rendered = seen.of(correction.part)
    return None if rendered is None else _place(seen, correction.part, rendered, *span)


def place_quoted(publication: Publication, correction: queries.Correction) -> Place:
    """Where the words that a reader quoted stand in the revision that the reader saw, with its own words around them.

    What the reader sent as their context is not published: it may be anything.
    """
    seen = publication.sources(correction.article, correction.revision).seen
    before = seen.start_of(correction.part)
    return _place_of(seen.text, before + correction.start, before + correction.end)


def _place(seen: RenderedArticle, part: Part, rendered: Rendered, start: int, end: int) -> Place | None:
    """The place in the article's rendered text of a span of a part's source."""
    inside = [at for at, begins in enumerate(rendered.starts) if start <= begins and rendered.ends[at] <= end]
    if not inside:
        return None
    before = seen.start_of(part)
    return _place_of(seen.text, before + inside[0], before + inside[-1] + 1)


def _place_of(text: str, start: int, end: int) -> Place:
    return Place(start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def _change(publication: Publication, correction: queries.Correction) -> ChangeSummary | None:
    if not (correction.edited and correction.published_revision):
        return None
    new = queries.revision(publication.index, correction.article, correction.published_revision)
    before = queries.revision_before(publication.index, correction.article, correction.published_revision)
    old = queries.revision(publication.index, correction.article, before)
    return change_between(publication, old, new) if old and new else None


def _article(publication: Publication, correction: queries.Correction) -> tuple[str, str]:
    """The title and the language of a correction's article."""
    article = queries.article(publication.index, correction.article)
    return (article.title, article.language) if article else (correction.headline, "en")
