"""Markdown → HTML, the text that a reader sees, and the place of each of its characters in the Markdown."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from corrections.text.control_characters import shown
from corrections.text.formats.markdown.html_writer import (
    HtmlWriter,
    markdown_parser,
    write_block,
)
from corrections.text.formats.rendered import NO_ORIGIN, Alternative, Block, Rendered
from corrections.text.text_cache import remember

_LINE_END = re.compile(r"\r\n|\r|\n")


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
    clean, places = as_parsed(source)
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
        return array("l", (_end(source, places[at - 1]) if at >= 0 else NO_ORIGIN for at in of))

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


def _end(source: str, at: int) -> int:
    """Where what is shown as one character ends: CR LF is one line end."""
    return at + (2 if source.startswith("\r\n", at) else 1)


def as_parsed(source: str) -> "tuple[str, array[int] | None]":
    """As `shown`, with LF for each CR LF, which is one line end."""
    clean, places = shown(source)
    if "\r\n" not in clean:
        return clean, places
    kept = [at for at, char in enumerate(clean) if not (char == "\n" and clean.startswith("\r\n", at - 1) and at)]
    starts = array("l", kept if places is None else (places[at] for at in kept))
    starts.append(len(source))
    return clean.replace("\r\n", "\n"), starts


def pieces(source: str) -> list[Piece]:
    """The block tokens with where their text stands in the rendered text."""
    tokens = parse(as_parsed(source)[0])
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
    """Where each line begins, and the text's end twice more; CR, LF and CR LF are line ends, as for `render`."""
    return [0, *(match.end() for match in _LINE_END.finditer(source)), len(source), len(source)]
