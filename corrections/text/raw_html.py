"""HTML inside Markdown: which of it a reader gets to see, and where its text stands."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import nh3

_INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
}
_BLOCK = {
    *("aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "img", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "ul"),
}
TAGS = _INLINE | _BLOCK
_SILENT = {"script", "style", "template", "noscript", "iframe", "object", "title", "textarea", "xmp"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"class"},
    "th": {"class"},
    "code": {"class"},
    "abbr": {"title"},
    "time": {"datetime"},
}
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


@dataclass(frozen=True)
class Piece:
    """Markup (`spans` is None), or text with one (start, end) in the HTML for each of its characters."""

    text: str
    spans: list[tuple[int, int]] | None = None


def inline_tag(source: str) -> str:
    """The tag, if readers get it, else nothing: comments, declarations and unsafe tags are dropped."""
    match = _TAG.match(source)
    return source if match and match[1].lower() in _INLINE | {"img"} else ""


def block_pieces(source: str) -> list[Piece]:
    """A block of raw HTML as tags that readers get and as text; the content of scripts and styles is dropped."""
    parser = _Splitter(source)
    parser.feed(source)
    parser.close()
    return parser.pieces


def clean(html: str) -> str:
    """Sanitise a whole article's HTML: the last word on what a browser receives."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


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
        if not self._silent and text:
            self.pieces.append(Piece(text, spans))
