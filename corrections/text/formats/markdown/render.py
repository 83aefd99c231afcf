"""Markdown → HTML, the text that a reader sees, and the place of each of its characters in the Markdown."""

import secrets
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from corrections.text.control_characters import shown
from corrections.text.formats.markdown import raw_html
from corrections.text.formats.markdown.html_writer import (
    NO_ORIGIN,
    Alternative,
    HtmlWriter,
    markdown_parser,
    write_block,
)
from corrections.text.text_cache import remember


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
    return markdown_parser().parse(source.replace("\r", "\n"))


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
    writer = HtmlWriter()
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for index, token in enumerate(tokens):
        start = len(writer.starts)
        write_block(writer, tokens, index, token)
        spans.append((start, len(writer.starts)))
        if token.nesting > 0:
            opened.append(index)
        elif token.nesting < 0 and opened:
            first = opened.pop()
            spans[first] = spans[first][0], len(writer.starts)
    return [Piece(token, *span) for token, span in zip(tokens, spans, strict=True)]


def _rendered(source: str, tokens: list[Token]) -> Rendered:
    writer = HtmlWriter()
    begun: list[tuple[tuple[int, int], int]] = []
    blocks: list[Block] = []
    lines = line_starts(source)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map:
            begun = [((lines[token.map[0]], lines[token.map[1]]), len(writer.starts))]
        write_block(writer, tokens, index, token)
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
