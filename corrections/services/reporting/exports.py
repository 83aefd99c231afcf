"""All corrections for other programs: JSON Lines, CSV, W3C annotations. No name or address of a reader is in them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from corrections.index import queries
from corrections.services.articles.sources import ArticleSources
from corrections.services.publication import Publication
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import interchangeable
from repo_store import Format, Source

FORMATS = ("jsonl", "csv", "annotations")
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full-width signs count too
_COLUMNS = (
    "number", "state", "category", "article", "headline", "exact", "replacement", "comment", "evidence",
    "submitted_at", "decided_at", "decided_by", "reason", "edited", "notice_kind", "notice_text",
    "revision", "commit", "published_revision",
)  # fmt: skip


def exported(publication: Publication, form: str) -> Iterator[str]:
    """The corrections, oldest first, as lines (with their ends) of one of `FORMATS`."""
    match form:
        case "jsonl":
            for correction in _all(publication):
                yield json_text(asdict(correction)) + "\n"
        case "csv":
            yield csv_text([_COLUMNS])
            for correction in _all(publication):
                yield csv_text([[getattr(correction, name) for name in _COLUMNS]])
        case "annotations":
            yield from _annotations(publication)
        case _:
            raise ValueError(f"{form} is not an export format.")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV (RFC 4180, with LF): each field is readable text, and no spreadsheet takes one for a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def json_text(value: object) -> str:
    """`value` as JSON (RFC 8259) that strict programs read too, whatever its texts hold."""
    return interchangeable(json.dumps(value, ensure_ascii=False))


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = interchangeable(in_lines(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def selectors(exact: str, prefix: str, suffix: str, start: int, end: int) -> list[dict[str, Any]]:
    """A place by its words and, in code points of the rendered text, by its position."""
    return [
        {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix},
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]


def _all(publication: Publication) -> Iterator[queries.Correction]:
    page = queries.Filter()
    while corrections := queries.corrections(publication.index, page):
        yield from corrections
        page = queries.Filter(after=corrections[-1].number)


def _annotations(publication: Publication) -> Iterator[str]:
    context = [CONTEXT, {"corrections": "urn:corrections:terms:"}]
    head = {"@context": context, "id": f"urn:corrections:{publication.name}", "type": "AnnotationPage"}
    yield json.dumps(head)[:-1] + ', "items": [\n'
    before = ""
    for correction in _all(publication):
        yield before + json_text(_annotation(publication, correction))
        before = ",\n"
    yield "\n]}\n"


def _annotation(publication: Publication, correction: queries.Correction) -> dict[str, Any]:
    article = publication.article(correction.article)
    parts = publication.store.parts(article.id, correction.revision)
    # the body is read last: where it begins can be known without it, and without rendering it for each line
    before = ArticleSources(Source("", Format.PLAIN), parts).seen.start_of(correction.part)
    body = [
        {"type": "TextualBody", "value": correction.replacement, "purpose": "editing", "language": article.language}
    ]
    if correction.replacement is None:
        body = []
    if correction.comment:
        body.append({"type": "TextualBody", "value": correction.comment, "purpose": "commenting"})
    return {
        "id": f"urn:corrections:{publication.name}:{correction.id}",
        "type": "Annotation",
        "motivation": "editing",
        "created": correction.submitted_at,
        "body": body,
        "target": {
            "source": article.address or f"urn:corrections:{publication.name}:{article.id}",
            "selector": selectors(
                correction.exact,
                correction.prefix,
                correction.suffix,
                before + correction.start,
                before + correction.end,
            ),
        },
        "corrections:number": correction.number,
        "corrections:state": correction.state,
        "corrections:revision": correction.revision,
    }
