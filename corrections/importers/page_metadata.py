"""What a page says about its article: JSON-LD (schema.org), OpenGraph, `article:` properties, <html lang>, <link>."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from corrections.importers import html_tree

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|SocialMediaPosting)$")
_DATE_PROPERTIES = (
    *("article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dcterms.date"),
    *("dc.date.issued", "dcterms.created", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date"),
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Metadata:
    """`is_other`: the page calls itself something else than an article, such as a front page or a profile."""

    headline: str = ""  # of the article alone
    page_title: str = ""  # often with the site's name
    description: str = ""
    standfirst: str = ""  # as the page shows it, where that is outside of the article's own elements
    secondary_headline: str = ""
    language: str | None = None
    url: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    is_other: bool = False


def read_metadata(page: Element) -> Metadata:
    """What the page states. What it does not state, `complete` may find."""
    properties = _properties(page)
    article = next(_json_articles(page), {})
    title = page.find(".//head/title")
    canonical = next((link.get("href") for link in page.iter("link") if _is_canonical(link)), None)
    address = article.get("mainEntityOfPage")
    if isinstance(address, dict):
        address = address.get("@id") or address.get("url")
    urls = (canonical, properties.get("og:url"), address, article.get("url"))
    language = (
        article.get("inLanguage"),
        page.get("lang") or page.get("xml:lang"),
        properties.get("content-language"),
        properties.get("og:locale"),
    )
    dates = (article.get("datePublished"), *(properties.get(name) for name in _DATE_PROPERTIES))
    return Metadata(
        headline=_line(article.get("headline")) or _line(properties.get("og:title")),
        page_title=_without_site(
            _line("".join(title.itertext()) if title is not None else ""), _line(properties.get("og:site_name"))
        ),
        description=_line(article.get("description")) or _line(properties.get("og:description"))
        or _line(properties.get("description")),
        secondary_headline=_line(article.get("alternativeHeadline")),
        language=next((tag for tag in map(_language, language) if tag), None),
        url=next((url.strip() for url in urls if isinstance(url, str) and re.match(r"\s*https?://", url)), None),
        published=next((day for day in map(_day, dates) if day), None),
        authors=_authors(article.get("author")) or _authors(properties.get("article:author"))
        or _authors(properties.get("author")),
        is_other=not article and _is_other(properties),
    )  # fmt: skip


def complete(metadata: Metadata, source: str) -> Metadata:
    """Authors, date and address that the page does not state but shows, as far as trafilatura finds them."""
    if metadata.authors and metadata.published and metadata.url:
        return metadata
    from trafilatura import extract_metadata  # takes most of a second to load

    # the date of publication, and none guessed from the text
    extracted = extract_metadata(
        source, date_config={"original_date": True, "extensive_search": False}, extensive=False
    )
    return replace(
        metadata,
        authors=metadata.authors or tuple(filter(None, (extracted.author or "").split("; "))),
        published=metadata.published or _day(extracted.date),
        url=metadata.url or (extracted.url if extracted.url and extracted.url.startswith("http") else None),
    )


def _without_site(title: str, site: str) -> str:
    """“Headline – The Daily” without the site's name, where the page tells it."""
    if not site or not title.endswith(site):
        return title
    return title[: -len(site)].rstrip(" -–—|·•:«»/\\") or title


def _properties(page: Element) -> dict[str, str]:
    """<meta> by property, name, itemprop or http-equiv, in lower case; the first of each."""
    properties: dict[str, str] = {}
    for meta in page.iter("meta"):
        for kind in ("property", "name", "itemprop", "http-equiv"):
            if meta.get(kind) and meta.get("content", "").strip():
                properties.setdefault(meta.get(kind, "").strip().lower(), meta.get("content", ""))
    return properties


def _is_other(properties: dict[str, str]) -> bool:
    """Whether OpenGraph names another type, and nothing else that only articles have."""
    kind = properties.get("og:type", "").strip().lower()
    return bool(kind) and not kind.endswith("article") and "article:published_time" not in properties


def _json_articles(page: Element) -> Iterator[dict[str, Any]]:
    for script in page.iter("script"):
        if script.get("type", "").strip().lower() != "application/ld+json":
            continue
        try:
            # line breaks inside strings are no JSON, yet common
            yield from _articles_in(json.loads(script.text or "", strict=False), 0)
        except (ValueError, RecursionError):
            continue


def _articles_in(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for entry in value:
            yield from _articles_in(entry, depth)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
            yield value
        if depth < 3:
            for name in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _articles_in(value.get(name), depth + 1)


def _is_canonical(link: Element) -> bool:
    return "canonical" in link.get("rel", "").lower().split()


def _authors(value: Any) -> tuple[str, ...]:
    names = []
    for author in value if isinstance(value, list) else [value]:
        name = author.get("name") if isinstance(author, dict) else author
        for entry in name if isinstance(name, list) else [name]:
            line = _line(entry)
            if line and not re.match(r"https?://", line) and line not in names:
                names.append(line)
    return tuple(names)


def _language(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    tag = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return tag if _LANGUAGE.fullmatch(tag) and len(tag) <= 35 else None


def _day(value: Any) -> str | None:
    match = re.match(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)", value) if isinstance(value, str) else None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None
    except ValueError:
        return None


def _line(value: Any) -> str:
    """A JSON or attribute value as one line of text; markup in it, which some systems leave there, as what it shows."""
    if not isinstance(value, str):
        return ""
    if "<" in value or "&" in value:
        value = html_tree.visible_text(html_tree.parse(value, False))
    return " ".join(value.split())
