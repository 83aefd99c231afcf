"""HTML inside Markdown: which of it a reader gets to see, and where its text stands."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

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
    "td": {"class"},
    "th": {"class"},
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
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


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
    """A block of raw HTML as tags that readers get and as text; the content of scripts and styles is dropped."""
    parser = _Splitter(source)
    parser.feed(source)
    parser.close()
    if _is_table_sound(parser.pieces):
        return parser.pieces
    return [piece for piece in parser.pieces if _tag_name(piece) not in _TABLE_TAGS]


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
    """Sanitise a whole article's HTML: the last word on what a browser receives."""
    return nh3.clean(
        html.encode("utf-8", "replace").decode(),  # lone surrogates are no text
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_only_footnote_ids,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _only_footnote_ids(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "id" or _FOOTNOTE_ID.fullmatch(value) else None


class _Splitter(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self._silent = ""
        self._line_starts = [0]
        for match in re.finditer("\n", source):
            self._line_starts.append(match.end())

    def _at(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT and not self._silent:
            self._silent = tag
        if tag in TAGS and not self._silent:
            self.pieces.append(Piece(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag in TAGS and not self._silent:
            self.pieces.append(Piece(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif tag in TAGS and not self._silent:
            self.pieces.append(Piece(f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        at = self._at()
        self._add(data, [(at + offset, at + offset + 1) for offset in range(len(data))])

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, source: str) -> None:
        at = self._at()
        length = len(source)
        if self.rawdata[at : at + length + 1].endswith(";"):
            length += 1
        text = unescape(self.rawdata[at : at + length])
        self._add(text, [(at, at + length)] * len(text))

    def _add(self, text: str, spans: list[tuple[int, int]]) -> None:
        if self.pieces and _tag_name(self.pieces[-1]) == "pre" and not self.pieces[-1].text.startswith("</"):
            breaks = len(text) - len(text.lstrip("\n"))  # those right after <pre> are not shown
            text, spans = text[breaks:], spans[breaks:]
        if not self._silent and text:
            self.pieces.append(Piece(text, spans))
