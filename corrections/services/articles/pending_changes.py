"""What corrections changed that a site does not show yet: ready to be made there by hand.

Nothing is stored for it: a change is gone as soon as the page, fetched again, has the corrected words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.articles.source_versions import last_sent, patch_since
from corrections.services.publication import Publication
from corrections.text.comparison.patch import Change
from corrections.text.formats.registry import render
from corrections.urls import text_fragment
from repo_store import Part, Source

CONTEXT = 60  # characters of its paragraph before and after a change that are shown with it


@dataclass(frozen=True)
class PendingChange:
    """A change to make on a page. `old` and `new` are the words that readers see there and should see, within `before`
    and `after`; `source` is the new source of the whole part. `numbers` are its corrections, `link` leads to
    its words on the `page`.
    """

    page: str
    article: str
    part: Part
    numbers: tuple[int, ...]
    before: str
    old: str
    new: str
    after: str
    source: str
    link: str


def pending_changes(publication: Publication, rows: list[ConnectedArticle]) -> Iterator[PendingChange]:
    """The changes of these articles that their pages do not show, article by article, in the order of the text."""
    corrected = queries.articles_with_corrections(publication.index)
    for row in rows:
        article = queries.article(publication.index, row.article) if row.article in corrected else None
        sent = last_sent(publication, row.article) if article else None
        if article is None or sent is None:
            continue
        for part in Part:
            source, published = sent.sources.of(part), publication.sources(article.id, article.revision).of(part)
            if source != published:
                for change in patch_since(publication, article, sent, part):
                    yield _described(row, part, change, source, published)


def _described(row: ConnectedArticle, part: Part, change: Change, source: Source, published: Source) -> PendingChange:
    corrected = Source(change.edit.apply(source.text), source.format)
    old, new = (render(version.text, version.format).text for version in (source, corrected))
    start, ends = _differing(old, new)
    words = old[start : len(old) - ends]
    fragment = text_fragment(words) if words.strip() else ""
    return PendingChange(
        row.path,
        row.article,
        part,
        tuple(change.numbers),
        old[max(0, start - CONTEXT) : start].rpartition("\n")[2],
        words,
        new[start : len(new) - ends],
        old[len(old) - ends :][:CONTEXT].partition("\n")[0],
        published.text,
        row.path + fragment,
    )


def _differing(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts have alike at their beginning, and at their end, at the borders of words."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    while start and not old[start - 1].isspace():
        start -= 1
    ends = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    while ends and not old[len(old) - ends].isspace():
        ends -= 1
    return start, ends
