"""Words marked in rows: those that a warning is about, and those that a reader pointed at."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from corrections.text.formats.rendered import Rendered
from corrections.text.rendered_diff.html_blocks import read_blocks
from corrections.text.rendered_diff.rows import Part, RenderedRow, whole
from corrections.text.warnings import Warning


class TextSpan(NamedTuple):
    """Characters of a rendered text, and what is said of them."""

    start: int
    end: int
    message: str = ""


def quoted_rows(rendered: Rendered, start: int, end: int) -> list[RenderedRow]:
    """The blocks that `start` to `end` of a rendering's text is in, with these words marked; the left sides alone."""
    span = TextSpan(start, end)
    rows = []
    at = 0
    for block in read_blocks(rendered):
        following = at + len(block.text)
        if at < end and start < following:
            parts = _split(whole(block, "same"), at, [span], lambda part, _: part._replace(kind="quoted"))
            rows.append(RenderedRow("changed", block, None, parts))
        at = following
    return rows


def warned_rows(rows: list[RenderedRow], warnings: list[Warning], old: Rendered, new: Rendered) -> list[RenderedRow]:
    """The rows of two renderings with each warning about their sources at the words that it is about."""
    left, right = _text_spans(warnings, "old", old), _text_spans(warnings, "new", new)
    if not left and not right:
        return rows
    out = []
    old_at = new_at = 0
    for row in rows:
        before, after = old_at, new_at
        old_at += len(row.old.text) if row.old is not None else 0
        new_at += len(row.new.text) if row.new is not None else 0
        if row.kind != "same":
            row = replace(
                row,
                changed_left=_warned(row.left, before, old_at, left),
                changed_right=_warned(row.right, after, new_at, right),
            )
        out.append(row)
    return out


def _warned(parts: tuple[Part, ...], start: int, end: int, spans: list[TextSpan]) -> tuple[Part, ...]:
    near = [span for span in spans if span.start < end and start < span.end]
    return _split(parts, start, near, lambda part, said: part._replace(warning=said)) if near else parts


def _split(
    parts: tuple[Part, ...], at: int, spans: list[TextSpan], mark: Callable[[Part, str], Part]
) -> tuple[Part, ...]:
    """Parts that begin at `at` of a text, cut at the spans' borders; what lies in a span is marked."""
    out: list[Part] = []
    for part in parts:
        end = at + len(part.text)
        borders = {at, end, *(place for span in spans for place in (span.start, span.end) if at < place < end)}
        for first, last in pairwise(sorted(borders)):
            piece = part._replace(text=part.text[first - at : last - at], shown=part.shown[first - at : last - at])
            if last != end:
                piece = piece._replace(remarks=())
            said = [span.message for span in spans if span.start <= first and last <= span.end]
            out.append(mark(piece, " ".join(dict.fromkeys(said))) if said and piece.shown else piece)
        if at == end:
            out.append(part)
        at = end
    return tuple(out)


def _text_spans(warnings: list[Warning], side: str, rendered: Rendered) -> list[TextSpan]:
    spans = []
    for warning in warnings:
        for mark in warning.marks:
            if mark.side == side:
                places = _places(rendered, mark.start, mark.end)
                if places:
                    spans.append(TextSpan(places[0], places[-1] + 1, warning.message))
    return spans


def _places(rendered: Rendered, start: int, end: int) -> list[int]:
    """Where characters of the source's span are in the rendered text."""
    return [
        at
        for block in rendered.blocks
        if block.start < end and start < block.end
        for at in range(block.text_start, block.text_end)
        if rendered.starts[at] < end and start < rendered.ends[at]
    ]
