"""Markdown → HTML, the text that a reader sees, and the place of each of its characters in the Markdown."""

from array import array
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from corrections.text import raw_html
from corrections.text.block_map import MappedBlock, note_origins
from corrections.text.inline_map import MappedInline

MADE_UP = -1  # the place of a character that has none in the source: the line break between two blocks


@dataclass(frozen=True)
class Block:
    """A block that stands by itself: its span of the Markdown (whole lines) and of the rendered text."""

    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True)
class Rendered:
    """An article as its reader sees it.

    `text` is the text content of `html`; character i of it stands at `source[starts[i]:ends[i]]` of the Markdown
    (both `MADE_UP` where it stands nowhere). `frame` is the HTML's markup alone, with a mark for each run of text:
    two renderings with equal frames differ in words only.
    """

    source: str
    text: str
    starts: "array[int]"
    ends: "array[int]"
    unsafe_html: str
    frame: str
    blocks: tuple[Block, ...]

    @property
    def html(self) -> str:
        """Sanitised HTML."""
        return raw_html.clean(self.unsafe_html)


@lru_cache(maxsize=64)
def render(source: str) -> Rendered:
    """Render CommonMark with tables and strikethrough; line ends are LF. Never raises for any text."""
    writer = _Writer()
    tokens = _parser().parse(source)
    begun: list[tuple[tuple[int, int], int]] = []
    blocks: list[Block] = []
    lines = _line_starts(source)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map:
            begun = [((lines[token.map[0]], lines[token.map[1]]), len(writer.starts))]
        _write_block(writer, tokens, index, token)
        if token.level == 0 and token.nesting <= 0 and begun:
            (start, end), text_start = begun.pop()
            blocks.append(Block(start, end, text_start, len(writer.starts)))
    return Rendered(
        source,
        "".join(writer.text),
        writer.starts,
        writer.ends,
        "".join(writer.html),
        "".join(writer.frame),
        tuple(blocks),
    )


def _line_starts(source: str) -> list[int]:
    starts = [0]
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    return [*starts, len(source), len(source)]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    inline, block = MappedInline(), MappedBlock()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    block.ruler = parser.block.ruler
    parser.inline, parser.block = inline, block
    note_origins(block)
    parser.core.ruler.disable("text_join")
    parser.inline.ruler2.disable("fragments_join")
    return parser


class _Writer:
    def __init__(self) -> None:
        self.html: list[str] = []
        self.frame: list[str] = []
        self.text: list[str] = []
        self.starts: array[int] = array("l")
        self.ends: array[int] = array("l")
        self._in_text = False

    def markup(self, markup: str) -> None:
        """Tags, and the line breaks that the renderer puts between them."""
        if not markup:
            return
        self.html.append(markup)
        tags = markup.strip("\n")
        for broken in (markup[: len(markup) - len(markup.lstrip("\n"))], markup[len(markup.rstrip("\n")) :]):
            self.text.append(broken)
            self.starts.extend([MADE_UP] * len(broken))
            self.ends.extend([MADE_UP] * len(broken))
        if tags:
            self.frame.append(tags)
            self._in_text = False

    def words(self, text: str, spans: list[tuple[int, int]], origin: list[int]) -> None:
        """Text whose characters stand at `spans` of a content that stands at `origin` of the document."""
        self.html.append(escapeHtml(text))
        self.text.append(text)
        for _, (start, end) in zip(text, spans, strict=False):  # a spent delimiter keeps its span, not its text
            first = origin[start] if start < len(origin) else MADE_UP
            last = origin[end - 1] if 0 < end <= len(origin) else MADE_UP
            mapped = first >= 0 and last >= 0
            self.starts.append(first if mapped else MADE_UP)
            self.ends.append(last + 1 if mapped else MADE_UP)
        if text.strip() and not self._in_text:
            self.frame.append("\0")
            self._in_text = True


def _write_block(writer: _Writer, tokens: list[Token], index: int, token: Token) -> None:
    origin = token.meta.get("origin", [])
    match token.type:
        case "inline":
            _write_inline(writer, token.children or [], origin)
        case "code_block" | "fence":
            writer.markup("<pre><code>")
            writer.words(token.content, [(at, at + 1) for at in range(len(token.content))], origin)
            writer.markup("</code></pre>\n")
        case "html_block":
            for piece in raw_html.block_pieces(token.content):
                if piece.spans is None:
                    writer.markup(piece.text)
                else:
                    writer.words(piece.text, piece.spans, origin)
        case _:
            writer.markup(_tag(tokens, index, token))


def _write_inline(writer: _Writer, tokens: list[Token], origin: list[int]) -> None:
    for index, token in enumerate(tokens):
        match token.type:
            case "text" | "text_special":
                writer.words(token.content, token.meta.get("spans", []), origin)
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
                token.attrSet("alt", _alternative_text(token.children or []))
                writer.markup(_tag(tokens, index, token))
            case _:
                writer.markup(_tag(tokens, index, token))


def _tag(tokens: list[Token], index: int, token: Token) -> str:
    style = str(token.attrs.pop("style", ""))
    if style.startswith("text-align:"):
        token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
    parser = _parser()
    return str(parser.renderer.renderToken(tokens, index, parser.options, {}))  # type: ignore[attr-defined]


def _alternative_text(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type == "image":
            parts.append(_alternative_text(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
    return "".join(parts)
