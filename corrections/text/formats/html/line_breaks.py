"""Paragraphs and list items that a correction joins or splits."""

import re

from corrections.text.formats.html.element_removal import with_comments
from corrections.text.formats.html.elements import BLOCKS, SEEN
from corrections.text.formats.html.layout import Tag
from corrections.text.formats.html.source_changes import Changes, ancestors, item_at
from corrections.text.formats.html.tree import NOWHERE, Part

_SPLIT = frozenset(("p", "li"))
_JOINED = frozenset(
    ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt", "figcaption", "pre", "div"]
)
_ID = re.compile(r"""\sid\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)


def block_of(part: Part | None) -> Part | None:
    """The innermost block that an element is, or is in."""
    return next((each for each in ancestors(part) if each.name in BLOCKS), None)


def join(changes: Changes, at: int, source: str) -> bool:
    """Put `source` in place of the line end at `at` of the text: a `<br>`, or the border of two blocks of one kind.

    False where the blocks cannot be one.
    """
    rendered = changes.rendered
    if rendered.starts[at] >= 0:
        changes.take_out(rendered.starts[at], rendered.ends[at], source)
        changes.dropped.add(item_at(rendered, at))
        changes.gone.append((at, at + 1))
        return True
    if not 0 < at < len(rendered.text) - 1:
        return False
    one, other = block_of(changes.part_at(at - 1)), block_of(changes.part_at(at + 1))
    if one is None or other is None or one is other:
        return False
    if one.name != other.name or one.parent is not other.parent or one.name not in _JOINED or other.start < 0:
        return False
    start = one.end_tag[0] if one.end_tag != NOWHERE else other.start
    between = [
        (number, item)
        for number, item in enumerate(rendered.layout)
        if isinstance(item, Tag)
        and (
            (item.part is one and item.closes)
            or (item.part is other and item.opens)
            or (item.span != NOWHERE and start <= item.span[0] and item.span[1] <= other.start_tag[1])
        )
    ]
    if any(item.token[0] == "[" or item.part.name in SEEN for _, item in between):
        return False
    changes.take_out(start, other.start_tag[1], source)
    changes.dropped |= {number for number, _ in between}
    return True


def border(changes: Changes, at: int) -> str | None:
    """The markup that splits the block at the character `at` of the text; None where none would be right.

    It is that of the block itself, without its id.
    """
    rendered = changes.rendered
    part = changes.part_at(at)
    if part.name not in _SPLIT or part.start < 0 or part.end_tag == NOWHERE or part.shared:
        return None
    source = rendered.source
    start, end = with_comments(source, *part.start_tag[:1], part.end_tag[1])
    opening = source[start : part.start] + _ID.sub("", source[slice(*part.start_tag)])
    closing = source[slice(*part.end_tag)] + source[part.end_tag[1] : end]
    return closing + _gap(source, start, end) + opening


def _gap(source: str, start: int, end: int) -> str:
    """What is between blocks there: the white space before this one or after it, else a line end."""
    before, after = start, end
    while before > 0 and source[before - 1].isspace():
        before -= 1
    while after < len(source) and source[after].isspace():
        after += 1
    if 0 < before < start:
        return source[before:start]
    return source[end:after] if end < after < len(source) else "\n"
