"""Web addresses: how a browser writes one, the form in which two are compared, the origin, the variants of a page.

`serialize_url` follows the URL standard (url.spec.whatwg.org, as ada implements it). `normalize_url` goes further:
it takes away what tells nothing about which article is meant. The index stores its results: if you change what it
returns, raise the index's version.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from ada_url import URL, HostType

# Parameters that say by which link a reader came, never which article is shown: those of campaign and mailing tools,
# advertising networks and social networks. A name that ends in * stands for all that begin so.
TRACKING = (
    *("utm_*", "mtm_*", "pk_campaign", "pk_kwd", "_ga", "_gl", "at_campaign", "at_medium", "xtor", "wt_mc"),
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "msclkid", "yclid", "ysclid"),
    *("fbclid", "fb_action_ids", "fb_source", "mibextid", "igshid", "igsh", "twclid", "ttclid", "li_fat_id"),
    *("ref_src", "ref_url", "epik", "rdt_cid", "sccid", "irclickid"),
    *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking"),
    *("vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "wickedid", "_openstat"),
)
_TRACKING = re.compile("|".join(re.escape(name).replace(r"\*", ".*") for name in TRACKING), re.IGNORECASE | re.DOTALL)
_ESCAPES = re.compile(r"((?:%[0-9A-Fa-f]{2})+)")
# RFC 3986's unreserved characters, and the marks that JavaScript's encodeURIComponent leaves while others encode them
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!*'()")
_SAFE_IN_PATH = "/!$&'()*+,;=:@~"
_FRAGMENT_WORDS = 8  # of a longer passage, the first and last words find it
_SAFE_IN_QUERY = "/?!$'()*,;:@~"


def serialize_url(address: str) -> str | None:
    """An http or https address as a browser writes it (`location.href`); None where it is none, or names a user."""
    url = _parse(address)
    return None if url is None else str(url.href)


def without_blanks(address: str) -> str:
    """`address` without the white space around it, tabs and line ends, its spaces escaped: as a browser reads it."""
    return re.sub("[\t\n\r]", "", address.strip()).replace(" ", "%20")


def holds_user(address: str) -> bool:
    """Whether a web address has a user's name or password in it."""
    try:
        url = URL(address)
    except ValueError:
        return False
    return bool(url.username or url.password)


def origin_of(address: str) -> str | None:
    """The origin of a web address as browsers send it (`https://example.org`), or None where the address is none."""
    url = _parse(address)
    return None if url is None else f"{url.protocol}//{_host(url)}"


def host_of(address: str) -> str:
    """The host of a web address, an IPv6 address in brackets; nothing where the address is none."""
    url = _parse(address)
    return "" if url is None else str(url.hostname)


def normalize_url(address: str) -> str | None:
    """The form in which addresses of articles are compared; None where `address` is no web address.

    Beyond the URL standard: no fragment, no dot after the host, no tracking parameters, no empty query; escapes of
    characters that need none are resolved, all others in upper case; letters are in NFC; a space in a query is `%20`.
    """
    url = _parse(address)
    if url is None:
        return None
    pairs = (_canonical(pair.replace("+", "%20"), "=" + _SAFE_IN_QUERY) for pair in url.search[1:].split("&"))
    query = "&".join(pair for pair in pairs if pair and not _TRACKING.fullmatch(pair.partition("=")[0]))
    path = _canonical(url.pathname, _SAFE_IN_PATH)
    return f"{url.protocol}//{_host(url)}{path}{'?' if query else ''}{query}"


def _parse(address: str) -> URL | None:
    try:
        url = URL(address)
    except ValueError:
        return None
    return url if url.protocol in ("http:", "https:") and not url.username and not url.password else None


def _host(url: URL) -> str:
    """Host and port, without the dot that ends a full domain name."""
    return f"{url.hostname.removesuffix('.')}{':' if url.port else ''}{url.port}"


def _canonical(text: str, safe: str) -> str:
    """`text` of a path or query with its escapes written in one way."""
    pieces = _ESCAPES.split(text)  # alternately plain text and a run of escapes
    decoded = "".join(_decoded(piece) if at % 2 else piece.replace("%", "%25") for at, piece in enumerate(pieces))
    # what stays escaped parts what is composed, or `%2F` and an accent would become another letter
    pieces = _ESCAPES.split(decoded)
    return "".join(
        piece if at % 2 else quote(unicodedata.normalize("NFC", piece), safe=safe) for at, piece in enumerate(pieces)
    )


def _decoded(escapes: str) -> str:
    """A run of escapes as text: letters of UTF-8 and what needs no escape as they are, all else escaped."""
    text = unquote_to_bytes(escapes).decode("utf-8", "surrogateescape")
    return "".join(
        f"%{ord(char) & 0xFF:02X}" if "\udc80" <= char <= "\udcff" or (char.isascii() and char not in _PLAIN) else char
        for char in text
    )


def text_fragment(words: str) -> str:
    """The fragment by which a browser opens a page at these words (WICG Scroll to Text Fragment); empty for none."""
    tokens = words.split()
    if not tokens:
        return ""
    if len(tokens) <= _FRAGMENT_WORDS and "\n" not in words.strip():
        pieces = [" ".join(tokens)]
    else:
        half = max(1, min(_FRAGMENT_WORDS, len(tokens)) // 2)
        pieces = [" ".join(tokens[:half]), " ".join(tokens[-half:])]
    return "#:~:text=" + ",".join(quote(piece, safe="").replace("-", "%2D") for piece in pieces)


@dataclass(frozen=True)
class Variant:
    """Addresses, normalised, of which one may be the article's whose page has another.

    `numbered` are beginnings of addresses: where an article's address goes on after one of them with a number, such
    numbers count articles and no pages, and the variant says nothing.
    """

    addresses: tuple[str, ...]
    numbered: tuple[str, ...] = ()


# What engines add to an article's path or query for one of its pages, its light page or the page to print.
_PAGES = (r"/page/(?=[1-9][0-9]{0,2}/?$)", r"/(?=[1-9][0-9]?/?$)")  # before a number at the end of the path
_PAGE_NAMES = ("page", "paged")  # parameters that are a number
_VIEWS = re.compile(r"/(?:amp|print)/?$", re.IGNORECASE)
_VIEW_PARAMETERS = re.compile(r"amp(?:=(?:1|true)?)?|print(?:=(?:1|true)?)?|outputType=amp", re.IGNORECASE)
_DEPTH = 4  # things that one address may have added: a page of the printed light page


def page_variants(address: str) -> Iterator[Variant]:
    """Where else the article of a page at the normalised `address` may stand, nearest first."""
    if not _is_root(address.partition("?")[0]):
        yield Variant(_with_slash(address)[1:])
    for hosts in _other_hosts(address):
        yield Variant(tuple(variant for host in hosts for variant in _with_slash(host)))
    numbered: tuple[str, ...] = ()
    for _ in range(_DEPTH):
        reduced = _reduced(address)
        if reduced is None:
            return
        address, beginning = reduced
        if beginning:
            numbered += (beginning, *(host for hosts in _other_hosts(beginning) for host in hosts))
        for hosts in ((address,), *_other_hosts(address)):
            yield Variant(tuple(variant for host in hosts for variant in _with_slash(host)), numbered)


def _reduced(address: str) -> tuple[str, str] | None:
    """`address` without the last thing added to it, and, where that was a number, what stood before the number."""
    path, mark, query = address.partition("?")
    pairs = query.split("&") if mark else []
    for at, pair in enumerate(pairs):
        name, _, value = pair.partition("=")
        remaining = "&".join(pairs[:at] + pairs[at + 1 :])
        shorter = f"{path}?{remaining}" if remaining else path
        if _VIEW_PARAMETERS.fullmatch(pair):
            return shorter, ""
        if name in _PAGE_NAMES and re.fullmatch("[1-9][0-9]{0,2}", value) and not (_is_root(path) and not remaining):
            return shorter, f"{shorter}{'&' if remaining else '?'}{name}="
    for pattern in (_VIEWS, *map(re.compile, _PAGES)):
        added = pattern.search(path)
        if added and not _is_root(path[: added.start()]):
            number = "" if pattern is _VIEWS else path[: added.end()]
            return path[: added.start()] + mark + query, number
    return None


def _with_slash(address: str) -> tuple[str, ...]:
    """`address`, and with a slash at its path's end where it has none, without where it has one."""
    path, mark, query = address.partition("?")
    if _is_root(path):
        return (address,)
    alternative = path[:-1] if path.endswith("/") else f"{path}/"
    return address, alternative + mark + query


def _other_hosts(address: str) -> Iterator[tuple[str, ...]]:
    """The same by https for http or the other way round; then with or without `www.`, by both."""
    scheme, _, remainder = address.partition("://")
    url = URL(address)
    schemes = (scheme,) if url.port else (scheme, "http" if scheme == "https" else "https")
    if len(schemes) > 1:
        yield (f"{schemes[1]}://{remainder}",)
    if url.host_type is HostType.DEFAULT:
        remainder = remainder.removeprefix("www.") if remainder.startswith("www.") else f"www.{remainder}"
        yield tuple(f"{name}://{remainder}" for name in schemes)


def _is_root(path: str) -> bool:
    """Whether an address without its query is a site's front page."""
    return path.partition("://")[2].rstrip("/").count("/") == 0
