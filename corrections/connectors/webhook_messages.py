"""What a webhook says of an event: which article and correction, and how the article changed.

It is made when the message is sent, from what the repository holds then: what was redacted meanwhile is not in it.
"""

import json

from pydantic import JsonValue

from corrections.index import queries
from corrections.services.articles.part_diffs import article_patch
from corrections.services.articles.sources import ArticleSources
from corrections.services.publication import Publication
from repo_store import Entry, Part
from repo_store.errors import NotFound
from repo_store.model.events import HistoryRedacted


def event_message(publication: Publication, entry: Entry) -> str:
    """The JSON of a message, as Standard Webhooks has it: `type`, `timestamp`, `data`."""
    correction = _correction(publication, entry)
    article = _article(publication, entry, correction)
    data: dict[str, JsonValue] = {
        "publication": publication.name,
        "event": entry.id,
        "seq": entry.seq,
        "article": None if article is None else _article_data(article),
        "correction": None if correction is None else _correction_data(correction),
        "change": None if article is None else _change(publication, entry, article.id),
    }
    message = {"type": entry.event.type, "timestamp": entry.at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False)


def _correction(publication: Publication, entry: Entry) -> queries.Correction | None:
    identifier = getattr(entry.event, "correction", None)
    return None if identifier is None else queries.correction_by_id(publication.index, identifier)


def _article(publication: Publication, entry: Entry, correction: queries.Correction | None) -> queries.Article | None:
    identifier = getattr(entry.event, "article", None) or (None if correction is None else correction.article)
    return None if not identifier else queries.article(publication.index, identifier)


def _article_data(article: queries.Article) -> dict[str, JsonValue]:
    return {"id": article.id, "title": article.title, "url": article.url, "language": article.language}


def _correction_data(correction: queries.Correction) -> dict[str, JsonValue]:
    return {
        "number": correction.number,
        "id": correction.id,
        "state": str(correction.state),
        "part": str(correction.part),
        "category": str(correction.category),
        "selector": {
            "type": "TextQuoteSelector",
            "exact": correction.exact,
            "prefix": correction.prefix,
            "suffix": correction.suffix,
        },
        "replacement": correction.replacement,
        "notice": correction.notice_text,
    }


def _change(publication: Publication, entry: Entry, article: str) -> dict[str, JsonValue] | None:
    """How an event changed the article's parts; None where it did not."""
    if isinstance(entry.event, HistoryRedacted):
        return None
    after = _sources(publication, article, entry.main)
    before = (
        None if entry.previous is None else _sources(publication, article, publication.store.entry(entry.previous).main)
    )
    if after is None or before == after:
        return None
    return {
        "revision": entry.main,
        "before": None if before is None else before.body.text,
        "after": after.body.text,
        "headline": _part_change(Part.HEADLINE, before, after),
        "standfirst": _part_change(Part.STANDFIRST, before, after),
        "patch": None if before is None else article_patch(article, before, after),
    }


def _part_change(part: Part, before: ArticleSources | None, after: ArticleSources) -> dict[str, JsonValue] | None:
    """A part before and after, where it was changed."""
    old, new = None if before is None else before.of(part).text, after.of(part).text
    return None if (old or "") == new else {"before": old, "after": new}


def _sources(publication: Publication, article: str, main: str) -> ArticleSources | None:
    """The article at a commit of `main`; None where it was not there yet."""
    if not main:
        return None
    try:
        return publication.sources(article, main)
    except NotFound:
        return None
