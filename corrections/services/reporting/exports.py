"""All corrections for other programs: JSON Lines, CSV, W3C annotations. No name or address of a reader is in them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from corrections.index import queries
from corrections.services.publication import Publication
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import interchangeable

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
            for each in _all(publication):
                yield json_text(asdict(each)) + "\n"
        case "csv":
            yield csv_text([_COLUMNS])
            for each in _all(publication):
                yield csv_text([[getattr(each, name) for name in _COLUMNS]])
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
    wanted = queries.Filter()
    while found := queries.corrections(publication.index, wanted):
        yield from found
        wanted = queries.Filter(after=found[-1].number)


def _annotations(publication: Publication) -> Iterator[str]:
    context = [CONTEXT, {"corrections": "urn:corrections:terms:"}]
    head = {"@context": context, "id": f"urn:corrections:{publication.name}", "type": "AnnotationPage"}
    yield json.dumps(head)[:-1] + ', "items": [\n'
    before = ""
    for each in _all(publication):
        yield before + json_text(_annotation(publication, each))
        before = ",\n"
    yield "\n]}\n"


def _annotation(publication: Publication, each: queries.Correction) -> dict[str, Any]:
    article = publication.article(each.article)
    body = [{"type": "TextualBody", "value": each.replacement, "purpose": "editing", "language": article.language}]
    if each.replacement is None:
        body = []
    if each.comment:
        body.append({"type": "TextualBody", "value": each.comment, "purpose": "commenting"})
    return {
        "id": f"urn:corrections:{publication.name}:{each.id}",
        "type": "Annotation",
        "motivation": "editing",
        "created": each.submitted_at,
        "body": body,
        "target": {
            "source": article.address or f"urn:corrections:{publication.name}:{article.id}",
            "selector": selectors(each.exact, each.prefix, each.suffix, each.start, each.end),
        },
        "corrections:number": each.number,
        "corrections:state": each.state,
        "corrections:revision": each.revision,
    }
