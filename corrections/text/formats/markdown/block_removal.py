"""Blocks that a correction leaves without a word, taken out of the Markdown with their markup and their blank lines.

Several ways of taking a block out are tried and checked by rendering: what is left must render as if the block had
never been there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import Piece, line_starts, near, pieces, render, without
from corrections.text.formats.rendered import Rendered

_STRUCTURAL = {"thead_open", "th_open", "td_open"}  # a table needs its head, and a row its cells
_SHOWN = {"html_block", "hr", "footnote_block_open"}  # seen without words of their own
_BLANK = " \t>\r\n"  # of a line that parts blocks, in a quotation too
_MARKER = re.compile(r"[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))[ \t]*")
_TASK = re.compile(r"\[[ xX]\](?=\s)")
_PARAGRAPH_TAG = re.compile(r"</?p>")


@dataclass(frozen=True)
class Removal:
    """The Markdown without the emptied blocks, rendered; `start` to `end` of the whole have gone in between.

    `place` is where the rest of the place is read now; None where that cannot be told.
    """

    start: int
    end: int
    rendered: Rendered
    place: Place | None


@dataclass(frozen=True)
class _Group:
    """Neighbouring blocks that are emptied: their tokens `first` to `last`, lines and span of the rendered text."""

    first: int
    last: int
    lines: tuple[int, int]
    text: tuple[int, int]


def empties_blocks(rendered: Rendered, deletions: list[tuple[int, int]]) -> bool:
    """Would a block be left without a word when these spans of the text are gone?"""
    blocks = near(rendered, deletions[0][0], deletions[-1][1])
    if blocks is None:
        return bool(_emptied(rendered, deletions))
    there = [(start - blocks.text_start, end - blocks.text_start) for start, end in deletions]
    return bool(_emptied(blocks.rendered, there))


def remove_emptied(rendered: Rendered, place: Place, deletions: list[tuple[int, int]], tries: int) -> Removal | None:
    """Remove the blocks whose words are all in `deletions`; None where the blocks around them would change."""
    groups = _emptied(rendered, deletions)
    omitted: set[int] = set()
    left = rendered
    start, end = len(rendered.source), 0
    for group in reversed(groups):
        omitted |= set(range(group.first, group.last + 1))
        expected = without(rendered.source, omitted)
        edit = _best(left, group, expected, tries)
        if edit is None:
            return None
        start, end = min(start, edit.start), max(end, edit.end)
        left = render(edit.apply(left.source))
    if not groups:
        return None
    shift = [sum(max(0, min(at, group.text[1]) - group.text[0]) for group in groups) for at in (place.start, place.end)]
    rest = Place(place.start - shift[0], place.end - shift[1])
    return Removal(start, end, left, rest if left.text == expected.text else None)


def _best(left: Rendered, group: _Group, expected: Rendered, tries: int) -> Edit | None:
    """The first way to take a group out after which everything else is as it was.

    Second best is one that makes a loose list tight, or the other way round.
    """
    second: Edit | None = None
    for edit in list(dict.fromkeys(_ways(left.source, group, bool(expected.text.strip()))))[:tries]:
        after = render(edit.apply(left.source))
        if after.text.split() != expected.text.split():
            continue
        if after.frame == expected.frame:
            return edit
        if second is None and _PARAGRAPH_TAG.sub("", after.frame) == _PARAGRAPH_TAG.sub("", expected.frame):
            second = edit
    return second


def _ways(source: str, group: _Group, others: bool) -> Iterator[Edit]:
    """Edits that may take a group out: its lines with the blank ones after or before, or its words beside a marker."""
    starts = line_starts(source)
    count = len(starts) - 2 if source[starts[-3] :] else len(starts) - 3  # lines; a last one that is empty is none
    lines = [source[starts[number] : starts[number + 1]] for number in range(count)]
    first, last = group.lines[0], min(group.lines[1], count)
    while last > first + 1 and not lines[last - 1].strip(_BLANK):
        last -= 1
    before, after = first, last
    while before > 0 and not lines[before - 1].strip(_BLANK):
        before -= 1
    while after < count and not lines[after].strip(_BLANK):
        after += 1
    with_before, with_after = Edit(starts[before], starts[last], ""), Edit(starts[first], starts[after], "")
    quoted = ">" in "".join(lines[before:first]) and ">" not in "".join(lines[last:after])
    if others:
        yield from (with_before, with_after) if after == count or quoted else (with_after, with_before)
        yield Edit(starts[first], starts[last], "")
        end = starts[last - 1] + len(lines[last - 1].rstrip("\r\n"))
        for border in _borders(lines[first], starts[first])[1:]:
            yield Edit(border, end, "")
            for other in _borders(lines[after], starts[after]) if after < count else []:
                yield Edit(border, other, "")
    yield Edit(starts[first], starts[last], "\n")


def _borders(line: str, start: int) -> list[int]:
    """Where the line begins, where its words do, and where each marker of a quotation or item ends."""
    borders = [0]
    while (marker := _MARKER.match(line, borders[-1])) is not None:
        borders.append(marker.end())
    borders.append(len(line) - len(line.lstrip()))
    return [start + border for border in dict.fromkeys(borders)]


def _emptied(rendered: Rendered, deletions: list[tuple[int, int]]) -> list[_Group]:
    """The outermost blocks of which nothing is left, in order; neighbours of one level together."""
    tokens = pieces(rendered.source)
    left = bytearray(not char.isspace() for char in rendered.text)
    deleted = bytearray(len(left))
    for start, end in deletions:
        deleted[start:end] = left[start:end]
        left[start:end] = bytes(end - start)
    _forget_tasks(tokens, rendered.text, left, deleted)
    groups: list[_Group] = []
    at = 0
    while at < len(tokens):
        last = _closing(tokens, at)
        piece = tokens[at]
        if (
            last is None
            or any(left[piece.text_start : piece.text_end])
            or not any(deleted[piece.text_start : piece.text_end])
        ):
            at += 1 if piece.token.type != "footnote_block_open" or last is None else last - at + 1
            continue
        if any(_is_shown(other) for other in tokens[at : last + 1]) or not piece.token.map:
            at += 1
            continue
        group = _Group(at, last, (piece.token.map[0], piece.token.map[1]), (piece.text_start, piece.text_end))
        if groups and groups[-1].last == at - 1:
            before = groups.pop()
            group = _Group(before.first, last, (before.lines[0], group.lines[1]), (before.text[0], group.text[1]))
        groups.append(group)
        at = last + 1
    return groups


def _closing(tokens: list[Piece], at: int) -> int | None:
    """The number of the token that closes the block that begins at a token; None where it is none that could go."""
    token = tokens[at].token
    if token.type in ("fence", "code_block"):
        return at
    if (
        token.nesting <= 0
        or token.type in _STRUCTURAL
        or (token.type == "tr_open" and tokens[at - 1].token.type == "thead_open")
    ):
        return None
    return next(
        last
        for last in range(at + 1, len(tokens))
        if tokens[last].token.level == token.level and tokens[last].token.nesting < 0
    )


def _is_shown(piece: Piece) -> bool:
    """Is it seen though it has no words?"""
    children = piece.token.children or []
    return piece.token.type in _SHOWN or any(
        child.type == "image" or (child.type == "html_inline" and "<img" in child.content.lower()) for child in children
    )


def _forget_tasks(tokens: list[Piece], text: str, left: bytearray, deleted: bytearray) -> None:
    """The box of a task belongs to the item: where the rest of its first paragraph is gone, so is the box."""
    for at in range(len(tokens) - 2):
        if tokens[at].token.type == "list_item_open" and tokens[at + 2].token.type == "inline":
            start, end = tokens[at + 2].text_start, tokens[at + 2].text_end
            box = _TASK.match(text, start, end)
            if box and any(deleted[box.end() : end]) and not any(left[box.end() : end]):
                left[start : box.end()] = bytes(box.end() - start)
