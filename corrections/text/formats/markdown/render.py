"""Markdown → HTML, the text that a reader sees, and the place of each of its characters in the Markdown."""

import secrets
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from corrections.text.control_characters import shown
from corrections.text.formats.markdown import raw_html
from corrections.text.formats.markdown.block_map import MappedBlock, note_origins
from corrections.text.formats.markdown.inline_map import MappedInline, Spans, one_to_one
from corrections.text.text_cache import remember

NO_ORIGIN = -1  # the place of a character that has none in the source: a break between blocks, a footnote's number


@dataclass(frozen=True)
class Block:
    """A block that stands by itself: its span of the Markdown (whole lines) and of the rendered text."""

    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True)
class Alternative:
    """An image's alternative text, which cannot be selected; `starts` and `ends` as in `Rendered`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Rendered:
    """An article as its reader sees it.

    `text` is the text content of `html`; character i of it stands at `source[starts[i]:ends[i]]` of the Markdown
    (both `NO_ORIGIN` where it stands nowhere). `frame` is the HTML's markup alone, with a mark for each run of text:
    two renderings with equal frames differ in words only. `runs` are where runs of text begin, in `text` and in
    `unsafe_html`.
    """

    source: str
    text: str
    starts: "array[int]"
    ends: "array[int]"
    unsafe_html: str
    frame: str
    blocks: tuple[Block, ...]
    alternatives: tuple[Alternative, ...]
    runs: tuple[tuple[int, int], ...]

    @property
    def html(self) -> str:
        """Sanitised HTML."""
        return raw_html.clean(self.unsafe_html)

    def html_position(self, at: int) -> int:
        """Where the text's position `at` stands in `unsafe_html`: after any tags that open there."""
        text_at, html_at = self.runs[max(0, bisect_right(self.runs, at, key=itemgetter(0)) - 1)]
        return html_at + len(escapeHtml(self.text[text_at:at]))

    def marked(self, ends: dict[int, str]) -> str:
        """The safe HTML with pieces of HTML of ours put in, each right after what the Markdown has before a position.

        `ends` has the pieces by code points of the Markdown; one that no visible character stands before is left out.
        """
        at_html: list[tuple[int, str]] = []
        for end, piece in ends.items():
            last = max((at for at, stop in enumerate(self.ends) if 0 <= stop <= end), default=None)
            if last is not None:
                at_html.append((self.html_position(last) + len(escapeHtml(self.text[last])), piece))
        token = secrets.token_hex(8)
        html, pieces = self.unsafe_html, {}
        for number, (position, piece) in enumerate(sorted(at_html, reverse=True)):
            name = f"{token}{number:04d}"
            pieces[name] = piece
            html = html[:position] + name + html[position:]
        clean = raw_html.clean(html)
        for name, piece in pieces.items():
            clean = clean.replace(name, piece)
        return clean


@dataclass(frozen=True)
class Piece:
    """A token of the Markdown, and the span of the rendered text that it and what it opens are read as."""

    token: Token
    text_start: int
    text_end: int


@remember(64)
def render(source: str) -> Rendered:
    """Render CommonMark with tables, strikethrough and footnotes; a CR is a line end too. Never raises for any text.

    Control characters and noncharacters are not shown: the places of what is shown skip them.
    """
    return without(source, set())


def parse(source: str) -> list[Token]:
    """The block tokens of the Markdown, as markdown-it has them."""
    return _parser().parse(source.replace("\r", "\n"))


def without(source: str, omitted: set[int]) -> Rendered:
    """`source` rendered without the tokens of these numbers (see `parse`): as if nothing stood there.

    The positions in the source are those that the whole has.
    """
    clean, places = shown(source)
    tokens = [token for number, token in enumerate(parse(clean)) if number not in omitted]
    rendered = _rendered(clean, tokens)
    if places is not None:
        return _placed_in(source, rendered, places)
    return rendered if clean is source else replace(rendered, source=source)


def _placed_in(source: str, rendered: Rendered, places: "array[int]") -> Rendered:
    """The rendering of `source` where `rendered` is of it without the characters that are not shown."""

    def starts(of: Sequence[int]) -> "array[int]":
        return array("l", (places[at] if at >= 0 else NO_ORIGIN for at in of))

    def ends(of: Sequence[int]) -> "array[int]":
        return array("l", (places[at - 1] + 1 if at >= 0 else NO_ORIGIN for at in of))

    return replace(
        rendered,
        source=source,
        starts=starts(rendered.starts),
        ends=ends(rendered.ends),
        blocks=tuple(replace(item, start=places[item.start], end=places[item.end]) for item in rendered.blocks),
        alternatives=tuple(
            Alternative(item.text, tuple(starts(item.starts)), tuple(ends(item.ends))) for item in rendered.alternatives
        ),
    )


def pieces(source: str) -> list[Piece]:
    """The block tokens with where their text stands in the rendered text."""
    tokens = parse(shown(source)[0])
    writer = _Writer()
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for index, token in enumerate(tokens):
        start = len(writer.starts)
        _write_block(writer, tokens, index, token)
        spans.append((start, len(writer.starts)))
        if token.nesting > 0:
            opened.append(index)
        elif token.nesting < 0 and opened:
            first = opened.pop()
            spans[first] = spans[first][0], len(writer.starts)
    return [Piece(token, *span) for token, span in zip(tokens, spans, strict=True)]


def _rendered(source: str, tokens: list[Token]) -> Rendered:
    writer = _Writer()
    begun: list[tuple[tuple[int, int], int]] = []
    blocks: list[Block] = []
    lines = line_starts(source)
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
        tuple(writer.alternatives),
        tuple(writer.runs),
    )


@dataclass(frozen=True)
class Near:
    """Neighbouring blocks of an article rendered by themselves; they begin at `start` of its Markdown, `text_start` of
    its text."""

    rendered: Rendered
    start: int
    text_start: int


def near(rendered: Rendered, start: int, end: int) -> Near | None:
    """The blocks around `start` to `end` of the text, where they render alone as they do in the whole.

    None where they do not (a link or footnote may be defined elsewhere), or where they are all there is.
    """
    overlapping = [block for block in rendered.blocks if block.text_start < end and start < block.text_end]
    if not overlapping or len(overlapping) == len(rendered.blocks):
        return None
    first, last = overlapping[0], overlapping[-1]
    if not (first.text_start <= start and end <= last.text_end):
        return None
    alone = render(rendered.source[first.start : last.end])
    if alone.text != rendered.text[first.text_start : last.text_end]:
        return None
    return Near(alone, first.start, first.text_start)


def line_starts(source: str) -> list[int]:
    """Where each line begins, and the text's end twice more; a CR is a line end by itself, as for `render`."""
    source = source.replace("\r", "\n")
    starts = [0]
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    return [*starts, len(source), len(source)]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    inline, block = MappedInline(), MappedBlock()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    block.ruler = parser.block.ruler
    parser.inline, parser.block = inline, block
    note_origins(block)
    parser.normalizeLinkText = lambda url: url  # type: ignore[method-assign,assignment]
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


def _write_block(writer: _Writer, tokens: list[Token], index: int, token: Token) -> None:
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


def _write_inline(writer: _Writer, tokens: list[Token], origin: list[int]) -> None:
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
    parser = _parser()
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
