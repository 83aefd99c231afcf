"""Markdown tokens written as HTML and as text, with the place of each character of the text in the Markdown.

Offsets are code points.
"""

from array import array
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from corrections.text.formats import raw_html
from corrections.text.formats.markdown.block_map import MappedBlock, note_origins
from corrections.text.formats.markdown.inline_map import MappedInline, Spans, one_to_one
from corrections.text.formats.rendered import NO_ORIGIN, Alternative

# Parsed once before threads share the parser: it and `mdurl` fill their tables at the first text, and a second thread
# that came meanwhile would read them half filled.
_FIRST_TEXT = "[link](https://example.org/?query#fragment)"


def unmapped_parser() -> MarkdownIt:
    """A parser of the same Markdown that does not note where in the source the characters are. It is faster."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.use(footnote_plugin, inline=False)


def _make_parser() -> MarkdownIt:
    parser = unmapped_parser()
    inline, block = MappedInline(), MappedBlock()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    block.ruler = parser.block.ruler
    parser.inline, parser.block = inline, block
    note_origins(block)
    parser.normalizeLinkText = lambda url: url  # type: ignore[method-assign,assignment]
    parser.core.ruler.disable("text_join")
    parser.inline.ruler2.disable("fragments_join")
    parser.parse(_FIRST_TEXT)
    return parser


_PARSER = _make_parser()


def markdown_parser() -> MarkdownIt:
    """The parser, shared by all threads. Its rules must not be changed."""
    return _PARSER


class HtmlWriter:
    """Collects HTML, its markup alone (`frame`), and the text with the origin of each character."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.frame: list[str] = []
        self.text: list[str] = []
        self.starts: array[int] = array("l")
        self.ends: array[int] = array("l")
        self.alternatives: list[Alternative] = []
        self.runs: list[tuple[int, int]] = [(0, 0)]
        self._html_length = 0
        self._in_text = False

    def _html(self, html: str) -> None:
        self.html.append(html)
        self._html_length += len(html)

    def markup(self, markup: str) -> None:
        """Tags, and the line breaks that the renderer puts between them."""
        if not markup:
            return
        self._html(markup)
        tags = markup.strip("\n")
        if len(tags) < len(markup):
            for broken in (markup[: len(markup) - len(markup.lstrip("\n"))], markup[len(markup.rstrip("\n")) :]):
                self._from_nowhere(broken)
        if tags:
            self.frame.append(tags)
            self._in_text = False

    def generated_text(self, text: str) -> None:
        """Text that the reader sees and the source does not hold."""
        self._html(escapeHtml(text))
        self.frame.append(text)
        self._from_nowhere(text)

    def _from_nowhere(self, text: str) -> None:
        self.text.append(text)
        self.starts.extend([NO_ORIGIN] * len(text))
        self.ends.extend([NO_ORIGIN] * len(text))

    def words(self, text: str, spans: Spans, origin: list[int]) -> None:
        """Text whose characters stand at `spans` of a content that stands at `origin` of the document."""
        text = text.replace("\r", "\n")  # as an HTML parser reads it
        self.runs.append((len(self.starts), self._html_length))
        self._html(escapeHtml(text))
        self.text.append(text)
        starts, ends = _placed(spans, len(text), origin)
        self.starts.extend(starts)
        self.ends.extend(ends)
        if text.strip() and not self._in_text:
            self.frame.append("\0")
            self._in_text = True


def _placed(spans: Spans, length: int, origin: list[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Where the first `length` characters of a leaf's content that stand at `spans` of it stand in the document."""
    if isinstance(spans, range):  # a spent delimiter keeps its span, not its text
        starts = origin[spans.start : spans.start + min(len(spans), length)]
        if len(starts) == min(len(spans), length) and NO_ORIGIN not in starts:
            return starts, [at + 1 for at in starts]
        spans = [(at, at + 1) for at in spans]
    placed = [_placed_one(start, end, origin) for start, end in spans[:length]]
    return [start for start, _ in placed], [end for _, end in placed]


def _placed_one(start: int, end: int, origin: list[int]) -> tuple[int, int]:
    first = origin[start] if start < len(origin) else NO_ORIGIN
    last = origin[end - 1] if 0 < end <= len(origin) else NO_ORIGIN
    return (first, last + 1) if first >= 0 and last >= 0 else (NO_ORIGIN, NO_ORIGIN)


def write_block(writer: HtmlWriter, tokens: list[Token], index: int, token: Token) -> None:
    origin = token.meta.get("origin", [])
    match token.type:
        case "inline":
            _write_inline(writer, token.children or [], origin)
        case "code_block" | "fence":
            writer.markup("<pre><code>")
            writer.words(token.content, one_to_one(0, len(token.content)), origin)
            writer.markup("</code></pre>\n")
        case "html_block":
            for piece in raw_html.block_pieces(token.content):
                if piece.spans is None:
                    writer.markup(piece.text)
                else:
                    writer.words(piece.text, piece.spans, origin)
        case "footnote_anchor":
            writer.markup(f'<a href="#fnref{_note(token)}" aria-label="Back to the text">')
            writer.generated_text("↩\ufe0e")
            writer.markup("</a>")
        case _ if token.type in _FOOTNOTE_TAGS:
            writer.markup(_FOOTNOTE_TAGS[token.type].format(_note(token)))
        case _:
            writer.markup(_tag(tokens, index, token))


_FOOTNOTE_TAGS = {
    "footnote_block_open": "<section><hr><ol>\n",
    "footnote_block_close": "</ol></section>\n",
    "footnote_open": '<li id="fn{}">',
    "footnote_close": "</li>\n",
}


def _note(token: Token) -> str:
    """A footnote's number, and where it is pointed at more than once, which of its references this is."""
    again = token.meta.get("subId", 0)
    return f"{token.meta.get('id', 0) + 1}" + (f"-{again + 1}" if again else "")


def _write_inline(writer: HtmlWriter, tokens: list[Token], origin: list[int]) -> None:
    for index, token in enumerate(tokens):
        match token.type:
            case "text" | "text_special":
                writer.words(token.content, token.meta.get("spans", range(0)), origin)
            case "code_inline":
                writer.markup("<code>")
                writer.words(token.content, token.meta["spans"], origin)
                writer.markup("</code>")
            case "softbreak":
                writer.words("\n", token.meta["spans"], origin)
            case "hardbreak":
                writer.markup("<br>")
                writer.words("\n", token.meta["spans"], origin)
            case "html_inline":
                writer.markup(raw_html.inline_tag(token.content))
            case "image":
                alternative = _alternative(token, origin)
                writer.alternatives.append(alternative)
                token.attrSet("alt", alternative.text)
                writer.markup(_tag(tokens, index, token))
            case "footnote_ref":
                number = _note(token)
                writer.markup(f'<sup><a href="#fn{token.meta["id"] + 1}" id="fnref{number}">')
                writer.generated_text(str(token.meta["id"] + 1))
                writer.markup("</a></sup>")
            case _:
                writer.markup(_tag(tokens, index, token))


def _tag(tokens: list[Token], index: int, token: Token) -> str:
    style = str(token.attrs.pop("style", ""))
    if style.startswith("text-align:"):
        token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
    parser = markdown_parser()
    return str(parser.renderer.renderToken(tokens, index, parser.options, {}))  # type: ignore[attr-defined]


def _alternative(image: Token, origin: list[int]) -> Alternative:
    text = ""
    starts: list[int] = []
    ends: list[int] = []
    for token, offset in _texts(image.children or [], image.meta["inside"]):
        content = token.content or "\n" * token.type.endswith("break")
        inner = _placed(token.meta["spans"], len(content), origin[offset:])
        text += content[: len(inner[0])]
        starts += inner[0]
        ends += inner[1]
    return Alternative(text, tuple(starts), tuple(ends))


def _texts(tokens: list[Token], offset: int) -> Iterator[tuple[Token, int]]:
    """The tokens that hold text, and where in the leaf's content the label begins that their spans count from."""
    for token in tokens:
        if token.type == "image":
            yield from _texts(token.children or [], offset + token.meta["inside"])
        elif token.type in ("softbreak", "hardbreak", "text", "text_special", "code_inline"):
            yield token, offset
