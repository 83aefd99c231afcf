"""An article as it is in a file: its text and metadata."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from corrections.services.errors import Invalid
from corrections.text.control_characters import without
from repo_store import Format, article_id
from repo_store.errors import BadArticleId

_DATE = re.compile(r"\s*([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Manuscript:
    """`text` is source in the `format`, `title` and `standfirst` are plain text. Fields that the file does not set are
    None; `remarks` are warnings for the person who imports it, `notes` say which part of the file was used. `is_other`:
    it is of a page that calls itself something else than an article.
    """

    text: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    day: date | None = None
    authors: tuple[str, ...] | None = None
    slug: str | None = None
    id: str | None = None
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    format: Format = Format.MARKDOWN
    standfirst: str | None = None
    is_other: bool = False


def build_manuscript(text: str, values: dict[str, object], site: str = "", remarks: tuple[str, ...] = ()) -> Manuscript:
    """The article with the metadata in front matter or a page's head; relative addresses belong to `site`.

    Raises `Invalid` for a value that does not fit its key.
    """
    lower = {key.lower(): value for key, value in values.items()}
    url, address_remarks = _address(lower, site)
    draft = (_string(lower, "draft") or "").lower() in ("true", "yes")
    draft = draft or (_string(lower, "published") or "").lower() in ("false", "no")
    return Manuscript(
        text=text,
        title=_string(lower, "title", "headline"),
        url=url,
        language=(_string(lower, "language", "lang") or "").replace("_", "-") or None,
        day=_day(lower),
        authors=_authors(next((lower[key] for key in ("authors", "author", "byline") if lower.get(key)), None)),
        slug=_string(lower, "slug"),
        standfirst=_string(lower, "standfirst"),
        id=_id(lower),
        remarks=(*remarks, *address_remarks, *(("it is marked as a draft but is now public",) if draft else ())),
    )


def _string(values: dict[str, object], *keys: str) -> str | None:
    """The first of these that is not empty, on one line and without control characters."""
    for key in keys:
        value = values.get(key)
        if isinstance(value, list | dict):
            raise Invalid({key: f"`{key}` in the front matter is a list, not a single text value."})
        text = "" if value is None else " ".join(without(str(value)).split())
        if text:
            return text
    return None


def _day(values: dict[str, object]) -> date | None:
    """The date as it was written, whatever the time and zone; `published` may be a date too, or yes or no."""
    text = _string(values, "date")
    if text is not None:
        day = _date(text)
        if day is None:
            raise Invalid({"published": f"{text} in the front matter is not a date such as 2026-11-24."})
        return day
    return next((day for key in ("published", "publishdate") if (day := _date(_string(values, key) or ""))), None)


def _date(text: str) -> date | None:
    match = _DATE.match(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _authors(value: object) -> tuple[str, ...] | None:
    """Names: one, several, or mappings with a `name`."""
    if value is None:
        return None
    names = []
    for author in value if isinstance(value, list) else [value]:
        if isinstance(author, dict):
            author = author.get("name") or " ".join(str(author[part]) for part in ("first", "last") if author.get(part))
        name = " ".join(without(str(author)).split()) if isinstance(author, str) else ""
        if name and name not in names:
            names.append(name)
    return tuple(names) or None


def _id(values: dict[str, object]) -> str | None:
    """`id`, where it is an article's; many sites use it for numbers of their own."""
    try:
        return article_id(_string(values, "id") or "")
    except BadArticleId:
        return None


def _address(values: dict[str, object], site: str) -> tuple[str | None, tuple[str, ...]]:
    address = _string(values, "canonical", "canonical_url", "canonicalurl", "url")
    if address is None or _ADDRESS.match(address):
        return address, ()
    if site and address.startswith("/"):
        return urljoin(site, address), ()
    return None, (f"its web address {address} was ignored: it does not begin with http:// or https://",)
