"""HTML inside Markdown: which of it a reader gets to see, and where its text stands."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import nh3

INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
}
_BLOCK = {
    *("aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "img", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul"),
}
TAGS = INLINE | _BLOCK
_SILENT = {"script", "style", "template", "noscript", "iframe", "object", "title", "textarea", "xmp"}
_ATTRIBUTES = {
    "a": {"href", "title", "id", "aria-label"},
    "li": {"id"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"class", "colspan", "rowspan"},
    "th": {"class", "colspan", "rowspan"},
    "code": {"class"},
    "abbr": {"title"},
    "time": {"datetime"},
}
_TABLE_HOLDS = {
    "table": {"thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"td", "th"},
}
_TABLE_TAGS = {*_TABLE_HOLDS, "td", "th"}
_FOOTNOTE_ID = re.compile(r"fn(ref)?[0-9]+(-[0-9]+)?")  # the only ids: no other may shadow a page's own
_A_TAG = r"""<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*+)
      (?>[\s/]+|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?=>)|[^\s"'>][^\s>]*+)|(?!\s*+=)))*+>"""
_TOKEN = re.compile(
    r"""(?P<text>[^<&]+|<(?![A-Za-z/!?])|</(?![A-Za-z])(?=\Z)|&(?!\#[0-9]|\#[xX][0-9a-fA-F]|[A-Za-z]))
    |(?P<reference>&(?:\#[0-9]+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?)
    |<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:-?>|.*?--!?>|.*)|<[!?][^>]*>?|</(?![A-Za-z])[^>]*>?
    |"""
    + _A_TAG,
    re.DOTALL | re.VERBOSE,
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
DEPTH_LIMIT = 200  # elements inside one another in a page; articles of news sites stay below 60
_ANY_TAG = re.compile(_A_TAG, re.DOTALL | re.VERBOSE)
_NEVER_NESTED = {  # empty ones, and those that end where the next or their parent's end comes: their parents count
    *("br", "hr", "img", "wbr", "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot"),
}


@dataclass(frozen=True)
class Piece:
    """Markup (`spans` is None), or text with one (start, end) in the HTML for each of its characters."""

    text: str
    spans: list[tuple[int, int]] | None = None


def inline_tag(source: str) -> str:
    """The tag, if readers get it, else nothing: comments, declarations and unsafe tags are dropped."""
    match = _TAG.match(source)
    return source if match and match[1].lower() in INLINE | {"img"} else ""


def block_pieces(source: str) -> list[Piece]:
    """A block of raw HTML as tags that readers get and as text; the content of scripts and styles is dropped.

    Tokens are those of the HTML standard's tokenization. What is cut off by the block's end is dropped.
    """
    pieces = list(_split(source))
    if not _is_table_sound(pieces):
        pieces = [piece for piece in pieces if _tag_name(piece) not in _TABLE_TAGS]
    if not _is_pre_closed(pieces):
        pieces = [piece for piece in pieces if _tag_name(piece) != "pre"]
    return list(_without_breaks_after_pre(pieces))


def _split(source: str) -> Iterator[Piece]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:  # a tag without an end
            return
        at = match.end()
        name = (match["name"] or "").lower()
        if match["text"]:
            yield Piece(match[0], [(offset, offset + 1) for offset in range(match.start(), at)])
        elif match["reference"]:
            text = unescape(match[0])
            yield Piece(text, [(match.start(), at)] * len(text))
        elif name in TAGS:
            yield Piece(match[0])
        elif name in _SILENT and not match[0].startswith("</"):
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
            at = end.start() if end else len(source)


def _is_pre_closed(pieces: list[Piece]) -> bool:
    """Is each <pre> closed in this block? What follows would be read as its text."""
    depth = 0
    for piece in pieces:
        if _tag_name(piece) == "pre":
            depth += -1 if piece.text.startswith("</") else 1
            if depth < 0:
                return False
    return depth == 0


def _without_breaks_after_pre(pieces: list[Piece]) -> Iterator[Piece]:
    """Line breaks at the beginning of a <pre> are not shown."""
    begins = False
    for piece in pieces:
        if piece.spans is None:
            begins = begins or (_tag_name(piece) == "pre" and not piece.text.startswith("</"))
            yield piece
            continue
        breaks = len(piece.text) - len(piece.text.lstrip("\n")) if begins else 0
        begins = begins and breaks == len(piece.text)
        yield Piece(piece.text[breaks:], piece.spans[breaks:])


def _is_table_sound(pieces: list[Piece]) -> bool:
    """Does each table end here and hold nothing but cells? A browser moves out of a table what has no place in it."""
    opened = [""]
    for piece in pieces:
        name = _tag_name(piece)
        if piece.text.startswith("</") and name in _TABLE_TAGS:
            if opened.pop() != name or not opened:
                return False
        elif name in _TABLE_TAGS:
            if name not in _TABLE_HOLDS.get(opened[-1], {"table"}):
                return False
            opened.append(name)
        elif opened[-1] in _TABLE_HOLDS and piece.text.strip():
            return False
    return opened == [""]


def _tag_name(piece: Piece) -> str:
    match = None if piece.spans is not None else _TAG.match(piece.text)
    return match[1].lower() if match else ""


def clean(html: str) -> str:
    """Sanitise a whole article's HTML: the last word on what a browser receives.

    Tags inside more than `DEPTH_LIMIT` others are left out and their text kept: time grows with the square of depth.
    """
    return nh3.clean(
        _bounded(html.encode("utf-8", "replace").decode()),  # lone surrogates are no text
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_only_footnote_ids,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _bounded(html: str) -> str:
    """`html` without the tags that open inside more than `DEPTH_LIMIT` elements, and without their end tags."""
    open_tags: Counter[str] = Counter()
    omitted: Counter[str] = Counter()
    depth = 0

    def bound(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag["name"].lower()
        if name in _NEVER_NESTED:
            return tag[0]
        if not tag["end"]:
            if depth >= DEPTH_LIMIT:
                omitted[name] += 1
                return ""
            open_tags[name] += 1
            depth += 1
        elif omitted[name]:
            omitted[name] -= 1
            return ""
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        return tag[0]

    return _ANY_TAG.sub(bound, html) if html.count("<") > DEPTH_LIMIT else html


def _only_footnote_ids(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "id" or _FOOTNOTE_ID.fullmatch(value) else None
