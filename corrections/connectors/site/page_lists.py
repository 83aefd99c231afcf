"""Which pages a sitemap or a feed names: sitemaps (sitemaps.org), sitemap indexes, news sitemaps, RSS and Atom."""

import gzip
import io
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree

import feedparser

from corrections.connectors.connector import ConnectionFailed
from corrections.connectors.site.fetcher import Fetcher, PageMissing, SiteResting
from corrections.urls import host_of, serialize_url

LISTING_LIMIT = 52_428_800  # bytes of a sitemap, the most that sitemaps.org allows
SITEMAPS = 200  # of one index, the newest
PAGES = 100_000  # of one connection, the newest
_GZIP = b"\x1f\x8b"
_SERVICE_HOSTS = ("www", "feed", "feeds", "rss", "sitemap", "sitemaps")  # first labels of hosts beside a site's own


@dataclass(frozen=True)
class ListedPage:
    """A page that a listing names, and when it was changed, as the listing says it (empty: it does not)."""

    url: str
    changed: str = ""


@dataclass(frozen=True)
class Listing:
    """The pages of a listing, what changed last first; `problems` say which of its parts could not be read."""

    pages: list[ListedPage]
    problems: tuple[str, ...] = ()


def read_sitemap(fetcher: Fetcher, url: str) -> Listing:
    """The pages of a sitemap, and of those that it names. Raises `ConnectionFailed` where it cannot be read."""
    pages, nested = _read_one(fetcher, url)
    problems = []
    for sitemap in sorted(nested, key=lambda page: page.changed, reverse=True)[:SITEMAPS]:
        try:
            pages += _read_one(fetcher, sitemap.url)[0]
        except SiteResting:
            raise
        except ConnectionFailed as error:
            problems.append(str(error))
    return Listing(_of_site(pages, url), tuple(problems))


def read_feed(fetcher: Fetcher, url: str) -> Listing:
    """The pages that a feed links to. Raises `ConnectionFailed` where it cannot be read."""
    feed = feedparser.parse(io.BytesIO(_fetch(fetcher, url)))
    if not feed.version:
        raise ConnectionFailed(f"{url} is not an RSS or Atom feed.")
    pages = [
        ListedPage(str(entry.get("link", "")), str(entry.get("updated") or entry.get("published") or ""))
        for entry in feed.entries
    ]
    return Listing(_of_site(pages, url, keep_order=True))


def _read_one(fetcher: Fetcher, url: str) -> tuple[list[ListedPage], list[ListedPage]]:
    """The pages that a sitemap names, and the sitemaps."""
    data = _fetch(fetcher, url)
    if data.startswith(_GZIP):
        data = _unpacked(data, url)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - expat limits what entities may grow to
    except (ElementTree.ParseError, ValueError) as error:
        raise ConnectionFailed(f"{url} is not a sitemap: it is not XML ({error}).") from error
    kind = root.tag.rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex"):
        raise ConnectionFailed(f"{url} is not a sitemap: its element is “{kind}”, not “urlset” or “sitemapindex”.")
    entries = [_entry(element) for element in root]
    return (entries, []) if kind == "urlset" else ([], entries)


def _entry(element: ElementTree.Element) -> ListedPage:
    values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element.iter()}
    return ListedPage(values.get("loc", ""), values.get("lastmod") or values.get("publication_date", ""))


def _fetch(fetcher: Fetcher, url: str) -> bytes:
    try:
        page = fetcher.fetch(url, limit=LISTING_LIMIT)
    except PageMissing as error:
        raise ConnectionFailed(str(error)) from error
    return page.body if page is not None else b""


def _unpacked(data: bytes, url: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as file:
            unpacked = file.read(LISTING_LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ConnectionFailed(f"{url} cannot be unpacked: {error}.") from error
    if len(unpacked) > LISTING_LIMIT:
        raise ConnectionFailed(f"{url} is larger than the limit of {LISTING_LIMIT:,} bytes.")
    return unpacked


def _of_site(pages: list[ListedPage], listing: str, keep_order: bool = False) -> list[ListedPage]:
    """Each page of the listing's own site once; a feed can link to other sites, whose words are not the publisher's."""
    site, unique = _site(listing), dict[str, ListedPage]()
    for page in pages:
        url = serialize_url(page.url)
        if url is not None and f".{_site(url)}".endswith(f".{site}"):
            unique.setdefault(url, ListedPage(url, page.changed))
    kept = list(unique.values())
    if not keep_order:
        kept.sort(key=lambda page: page.changed, reverse=True)
    return kept[:PAGES]


def _site(url: str) -> str:
    first, _, others = host_of(url).partition(".")
    return others if first in _SERVICE_HOSTS and "." in others else f"{first}.{others}" if others else first
