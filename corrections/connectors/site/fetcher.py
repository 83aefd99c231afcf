"""Pages of a site, fetched as a polite visitor does: by robots.txt, one at a time, again only where they changed."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from protego import Protego
from webencodings import lookup

from corrections.connectors.connector import ConnectionFailed
from corrections.http_client import Answer, OutgoingRequest, PrivateNetwork, RequestFailed, TooLarge, is_reachable, send
from corrections.urls import origin_of, serialize_url

AGENT = "Corrections"
HTML = ("text/html", "application/xhtml+xml")
PAUSE_SECONDS = 0.5  # between two pages of a site, unless its robots.txt names a longer one
LONGEST_PAUSE = 10.0  # seconds that a robots.txt may ask for between two pages
REDIRECTS = 5
PAGE_LIMIT = 5_000_000  # bytes
ROBOTS_LIMIT = 500_000  # bytes, as RFC 9309 has it
LONGEST_REST = 24 * 3600.0  # seconds for which a site may ask not to be visited
DEFAULT_REST = 300.0


class PageMissing(Exception):
    """A page is not there, or may not be fetched; `str` of the error says why, as a sentence."""


class PageFailed(PageMissing):
    """A page that may be there cannot be had at the moment."""


class NotAPage(PageMissing):
    """What is at the address is no HTML."""


class SiteResting(ConnectionFailed):
    """The site asks to be left alone for `seconds`."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


@dataclass(frozen=True)
class Page:
    """A page as it was answered; `url` is where redirects led, `kind` its media type, `validators` are for asking
    whether it has changed."""

    url: str
    kind: str
    body: bytes
    validators: dict[str, str]


class Fetcher:
    """Fetches from sites for one run of a connection."""

    def __init__(self, contact: str = "", sleep: Callable[[float], object] = time.sleep) -> None:
        """`contact` is a web address at which a site's owner learns who visits."""
        self._agent = f"{AGENT} (+{contact})" if contact else AGENT
        self._sleep = sleep
        self._rules: dict[str, Protego] = {}
        self._last: dict[str, float] = {}

    def fetch(self, url: str, validators: dict[str, str] | None = None, limit: int = PAGE_LIMIT) -> Page | None:
        """The page at an address; None where it is as it was at `validators`.

        Raises `PageMissing`, and `SiteResting`.
        """

        def send_politely(address: str) -> Answer:
            if not self._rules_of(address).can_fetch(address, AGENT):
                raise PageMissing(f"{address} may not be fetched: the site’s robots.txt excludes it.")
            return self._answer(address, validators or {}, limit)

        url, answer = _follow(url, send_politely)
        return None if answer.status == 304 else _page(url, answer)

    def _rules_of(self, url: str) -> Protego:
        """What the site's robots.txt allows; all where it has none (RFC 9309, 2.3.1)."""
        origin = _origin(url)
        if origin not in self._rules:
            _, answer = _follow(f"{origin}/robots.txt", lambda address: self._send(address, {}, ROBOTS_LIMIT))
            if answer.status == 429 or answer.status >= 500:
                sentence = f"The robots.txt of {urlsplit(url).netloc} answers with status {answer.status}."
                raise SiteResting(sentence, _rest(answer))
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            self._rules[origin] = Protego.parse(text)
        return self._rules[origin]

    def _answer(self, url: str, headers: dict[str, str], limit: int) -> Answer:
        origin = _origin(url)
        pause = min(max(PAUSE_SECONDS, self._rules[origin].crawl_delay(AGENT) or 0), LONGEST_PAUSE)
        self._sleep(max(0.0, self._last.get(origin, 0.0) + pause - time.monotonic()))
        try:
            return self._send(url, headers, limit)
        finally:
            self._last[origin] = time.monotonic()

    def _send(self, url: str, headers: dict[str, str], limit: int) -> Answer:
        try:
            return send(OutgoingRequest(url, headers={"User-Agent": self._agent, **headers}, limit=limit), is_reachable)
        except (PrivateNetwork, TooLarge) as error:
            raise PageMissing(f"{url}: {error}") from error
        except RequestFailed as error:
            raise PageFailed(f"{url}: {error}") from error


def _follow(url: str, send_to: Callable[[str], Answer]) -> tuple[str, Answer]:
    """The answer to which redirects lead, and its address. Raises `PageMissing`, and what `send_to` raises."""
    first = url
    for _ in range(REDIRECTS + 1):
        answer = send_to(url)
        if answer.status not in (301, 302, 303, 307, 308):
            return url, answer
        target = serialize_url(urljoin(url, answer.headers.get("Location", "")))
        if target is None:
            raise PageMissing(f"{url} redirects to something that is not a web address.")
        url = target
    raise PageMissing(f"{first} redirects more than {REDIRECTS} times.")


def _page(url: str, answer: Answer) -> Page:
    if answer.status in (429, 503):
        raise SiteResting(f"{urlsplit(url).netloc} asks clients to wait (status {answer.status}).", _rest(answer))
    if answer.status != 200:
        failure = PageFailed if answer.status >= 500 else PageMissing
        raise failure(f"{url} answers with status {answer.status}.")
    names = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
    validators = {name: answer.headers[header] for name, header in names.items() if answer.headers.get(header)}
    kind = answer.headers.get_content_type() if answer.headers.get("Content-Type") else HTML[0]
    return Page(url, kind, _in_utf8(answer) if kind in HTML else answer.body, validators)


def _in_utf8(answer: Answer) -> bytes:
    """The body; in UTF-8 where the server names another encoding, which takes precedence over what the page names."""
    named = lookup(answer.headers.get_content_charset("") or "")
    if named is None or named.name == "utf-8":
        return answer.body
    return str(named.codec_info.decode(answer.body, "replace")[0]).encode("utf-8", "replace")


def _rest(answer: Answer) -> float:
    """How many seconds the site asks to be left alone."""
    value = answer.headers.get("Retry-After", "").strip()
    seconds = DEFAULT_REST
    if value.isascii() and value.isdecimal():
        seconds = float(value)
    elif value:
        with suppress(ValueError):
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
    return min(max(seconds, 1.0), LONGEST_REST)


def _origin(url: str) -> str:
    return origin_of(url) or ""
