"""All corrections for other programs: JSON Lines, CSV, W3C annotations. No name or address of a reader is in them."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from corrections.desk.publication import Publication
from corrections.index import queries

FORMATS = ("jsonl", "csv", "annotations")
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
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
                yield json.dumps(asdict(each), ensure_ascii=False) + "\n"
        case "csv":
            yield _row(_COLUMNS)
            for each in _all(publication):
                yield _row([harmless(getattr(each, name)) for name in _COLUMNS])
        case "annotations":
            yield from _annotations(publication)
        case _:
            raise ValueError(f"{form!r} is no form of an export.")


def harmless(value: object) -> object:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


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


def _row(values: object) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(values)  # type: ignore[arg-type]
    return file.getvalue()


def _annotations(publication: Publication) -> Iterator[str]:
    context = [CONTEXT, {"corrections": "urn:corrections:terms:"}]
    head = {"@context": context, "id": f"urn:corrections:{publication.name}", "type": "AnnotationPage"}
    yield json.dumps(head)[:-1] + ', "items": [\n'
    before = ""
    for each in _all(publication):
        yield before + json.dumps(_annotation(publication, each), ensure_ascii=False)
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
