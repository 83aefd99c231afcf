"""Elements that a correction leaves without a word, taken out with their tags.

Of a block go the comments of the block editor around it too, and the line that it leaves empty. The cells of a row
stay as long as one of them has words.
"""

import re
from collections import defaultdict

from corrections.text.formats.html.elements import BLOCKS, SEEN
from corrections.text.formats.html.layout import Tag, Words
from corrections.text.formats.html.source_changes import Changes, ancestors, item_at
from corrections.text.formats.html.tree import NOWHERE, Part

_CELLS = frozenset(("td", "th"))
_OPENING_COMMENT = re.compile(r"<!--\s+wp:(?P<name>[\w/-]+)(?:\s[^>]*?)?\s-->(?P<blank>\s*)\Z")
_CLOSING_COMMENT = r"\s*<!--\s+/wp:{}\s+-->"
_LONGEST_COMMENT = 2000  # characters before a block that are looked at


def remove_emptied(changes: Changes) -> None:
    """Take out the outermost elements of which `changes` leave nothing to be seen."""
    empty = emptied(changes)
    outermost: dict[Part, None] = {}
    for start, end in changes.gone:
        if start == end:
            continue
        for part in _parts(changes, start, end):
            chain = [each for each in ancestors(part) if each in empty and is_removable(each)]
            if chain:
                outermost[chain[-1]] = None
    for part in outermost:
        _take_out(changes, part)


def _parts(changes: Changes, start: int, end: int) -> list[Part]:
    """The elements that characters of a span of the text are in."""
    rendered = changes.rendered
    first, last = item_at(rendered, start), item_at(rendered, end - 1)
    return list(dict.fromkeys(item.part for item in rendered.layout[first : last + 1] if isinstance(item, Words)))


def emptied(changes: Changes) -> set[Part]:
    """Elements that have words, none of which is left, and nothing else to be seen."""
    rendered = changes.rendered
    gone = bytearray(len(rendered.text))
    for start, end in changes.gone:
        gone[start:end] = b"\1" * (end - start)
    words: defaultdict[Part, int] = defaultdict(int)
    left: set[Part] = set(changes.filled)
    for item, offset in zip(rendered.layout, rendered.offsets, strict=True):
        if isinstance(item, Words):
            for at, char in enumerate(item.text, offset):
                if not char.isspace():
                    words[item.part] += 1
                    if not gone[at]:
                        left |= set(ancestors(item.part))
                        break
        elif _is_seen(item):
            left |= set(ancestors(item.part.parent if item.opens else item.part))
    held = {above for part in words for above in ancestors(part)}
    return {part for part in held if part not in left and part.parent is not None}


def _is_seen(tag: Tag) -> bool:
    if tag.opens:
        return tag.part.name in SEEN
    return not tag.closes and not tag.token.startswith("<!") and (tag.token[0] == "[" or tag.part.name in SEEN)


def is_removable(part: Part) -> bool:
    """Can an element be taken out: are its borders known, and is it no cell, which its row needs?"""
    if part.start < 0 or part.shared or part.name in _CELLS:
        return False
    return part.end_tag != NOWHERE or part.name in BLOCKS


def _take_out(changes: Changes, part: Part) -> None:
    start, end = part.start, part.end
    if part.name in BLOCKS:
        start, end = with_comments(changes.rendered.source, start, end)
        start, end = _with_line(changes.rendered.source, start, end)
    changes.take_out(start, end)
    inside = False
    for number, item in enumerate(changes.rendered.layout):
        if isinstance(item, Tag):
            inside = inside or (item.part is part and item.opens)
            if inside or (item.span != NOWHERE and start <= item.span[0] and item.span[1] <= end):
                changes.dropped.add(number)
            inside = inside and not (item.part is part and item.closes)


def with_comments(source: str, start: int, end: int) -> tuple[int, int]:
    """The span of a block with the comments by which a block editor marks it, and no other."""
    while True:
        first = source.rfind("<!--", max(0, start - _LONGEST_COMMENT), start)
        opening = _OPENING_COMMENT.match(source[:start], first) if first >= 0 else None
        if opening is None:
            return start, end
        closing = re.compile(_CLOSING_COMMENT.format(re.escape(opening["name"]))).match(source, end)
        if closing is None:
            return start, end
        start, end = first, closing.end()


def _with_line(source: str, start: int, end: int) -> tuple[int, int]:
    """The span with the white space after it, or else before it, where it has lines of its own."""
    before, after = start, end
    while before > 0 and source[before - 1].isspace():
        before -= 1
    while after < len(source) and source[after].isspace():
        after += 1
    if "\n" not in source[before:start] and before > 0:
        return start, end
    return (start, after) if after < len(source) or before == 0 else (before, end)
