"""Where in the Markdown a stretch of the rendered text stands, with less and with more of the markup at its borders."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from corrections.text.comparison.edits import Edit
from corrections.text.formats.rendered import Rendered

_OPENING = re.compile(r"(?:\*+|_+|~+|`+|\[|<\w+[^<>]*>)\Z")
_CLOSING = re.compile(r"\*+|_+|~+|`+|\]\([^)\n]*\)|\]\[[^\]\n]*\]|\]|</\w+>")
LONGEST_TAG = 200  # characters of an element's beginning


@dataclass(frozen=True)
class Hole:
    """A stretch of the rendered text to be read as `text`."""

    start: int
    end: int
    text: str


def in_cells(rendered: Rendered, holes: list[Hole]) -> list[Hole]:
    """The same holes, one for each cell of a table's row where they are to be empty; none where they lie in no row."""
    parts: list[Hole] = []
    for hole in holes:
        inside = [at for at in range(hole.start, hole.end) if rendered.starts[at] >= 0]
        breaks = [at for pair in pairwise(inside) if _is_cell_border(rendered, *pair) for at in pair]
        if hole.text.strip() or not breaks:
            parts.append(hole)
        else:
            borders = [inside[0], *breaks, inside[-1]]
            parts += [Hole(first, last + 1, "") for first, last in zip(borders[::2], borders[1::2], strict=True)]
    return parts if len(parts) > len(holes) else []


def _is_cell_border(rendered: Rendered, at: int, to: int) -> bool:
    """Does a cell end with the text's character `at`, and the next one of its row begin with `to`?"""
    beside = rendered.source[rendered.ends[at] : rendered.starts[to]]
    return to > at + 1 and "|" in beside and "\n" not in beside


Span = Callable[[Rendered, Hole], tuple[int, int] | None]


def fill(rendered: Rendered, holes: list[Hole], span_of: Span) -> Edit | None:
    """One edit of the source that fills all holes; what stands between them is kept as it is."""
    spans = [span_of(rendered, hole) for hole in holes]
    if not holes or any(span is None for span in spans):
        return None
    parts: list[str] = []
    source_spans = [span for span in spans if span is not None]
    at = source_spans[0][0]
    for (start, end), hole in zip(source_spans, holes, strict=True):
        if not at <= start <= end:
            return None  # a footnote is read elsewhere than where it stands
        parts += [rendered.source[at:start], hole.text]
        at = end
    return Edit(source_spans[0][0], at, "".join(parts))


def words_span(rendered: Rendered, hole: Hole) -> tuple[int, int] | None:
    """Where a hole stands in the source."""
    starts, ends = rendered.starts, rendered.ends
    inside = [at for at in range(hole.start, hole.end) if starts[at] >= 0]
    if inside:
        return starts[inside[0]], ends[inside[-1]]
    if hole.start > 0 and starts[hole.start - 1] >= 0:
        return ends[hole.start - 1], ends[hole.start - 1]
    return wide_span(rendered, hole)


def element_span(rendered: Rendered, hole: Hole) -> tuple[int, int] | None:
    """A hole that is to be empty, with the markup of which it is the content: emphasis, a link, an element."""
    span = words_span(rendered, hole)
    if span is None or hole.text.strip():
        return span
    start, end = span
    while True:
        opening = _OPENING.search(rendered.source, max(0, start - LONGEST_TAG), start)
        closing = _CLOSING.match(rendered.source, end)
        if not opening or not closing or not _is_pair(opening[0], closing[0]):
            return _with_line(rendered.source, start, end)
        start, end = opening.start(), closing.end()


def delimited_span(rendered: Rendered, hole: Hole) -> tuple[int, int] | None:
    """A hole that is to be empty, with all markup that begins right before it or ends right after it."""
    span = words_span(rendered, hole)
    if span is None or hole.text.strip():
        return span
    start, end = span
    while opening := _OPENING.search(rendered.source, max(0, start - LONGEST_TAG), start):
        start = opening.start()
    while closing := _CLOSING.match(rendered.source, end):
        end = closing.end()
    return start, end


def _with_line(source: str, start: int, end: int) -> tuple[int, int]:
    """The span with the line end before it, where nothing else stands in its lines: no blank line is left over."""
    first = source.rfind("\n", 0, start)
    after = source.find("\n", end)
    beside = source[first + 1 : start] + source[end : after if after >= 0 else len(source)]
    return (first, end) if first >= 0 and not beside.strip() else (start, end)


def _is_pair(opening: str, closing: str) -> bool:
    if opening == "[":
        return closing.startswith("]")
    return closing == (f"</{tag_name(opening)}>" if opening.startswith("<") else opening)


def wide_span(rendered: Rendered, hole: Hole) -> tuple[int, int] | None:
    """Where a hole stands in the source, at the outer side of markup at its borders."""
    starts, ends = rendered.starts, rendered.ends
    inside = [at for at in range(hole.start, hole.end) if starts[at] >= 0]
    if inside:
        first, last = starts[inside[0]], ends[inside[-1]]
        before = next((ends[at] for at in range(hole.start - 1, -1, -1) if starts[at] >= 0), first)
        after = next((starts[at] for at in range(hole.end, len(starts)) if starts[at] >= 0), last)
        return min(before, first), max(after, last)
    before = hole.start - 1
    after = hole.start
    if after < len(starts) and starts[after] >= 0:
        return starts[after], starts[after]
    if before >= 0 and starts[before] >= 0:
        return ends[before], ends[before]
    return None


def tag_name(tag: str) -> str:
    return tag.strip("</>").split()[0] if tag.strip("</> ") else ""
