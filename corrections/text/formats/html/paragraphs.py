"""The headline and the paragraphs of an HTML source: its blocks that hold words. Offsets are code points."""

from collections.abc import Iterator

from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.elements import BLOCKS, HEADINGS, PREFORMATTED
from corrections.text.formats.html.layout import Tag, Words
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.html.source_changes import ancestors, item_at
from corrections.text.formats.html.tree import Part


def is_in_headline(source: str, edit: Edit) -> bool:
    """Whether an edit begins in the heading with which the article begins, before any other words."""
    for item in render(source).layout:
        if isinstance(item, Words) and item.text.strip():
            return False
        if isinstance(item, Tag) and item.opens and item.part.name in HEADINGS:
            return item.part.start <= edit.start < item.part.end
    return False


def paragraph_bounds(source: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the innermost blocks that `start` and `end` lie in, and of what is between them."""
    rendered = render(source)
    return _bounds(rendered, start)[0], max(end, _bounds(rendered, max(start, end - 1))[1])


def is_code(rendered: RenderedHtml, start: int) -> bool:
    """Is a position of the text in a block in which a line end is a line?"""
    if start >= len(rendered.text):
        return False
    part = rendered.layout[item_at(rendered, start)].part
    return any(each.name in PREFORMATTED for each in ancestors(part))


def _bounds(rendered: RenderedHtml, at: int) -> tuple[int, int]:
    """The innermost block around a position of the source; beside all blocks, what is between two of them."""
    blocks = list(_blocks(rendered))
    around = [part for part in blocks if part.start <= at < part.end]
    if around:
        innermost = max(around, key=lambda part: part.start)
        return innermost.start, innermost.end
    before = max((part.end for part in blocks if part.end <= at), default=0)
    after = min((part.start for part in blocks if at < part.start), default=len(rendered.source))
    return before, after


def _blocks(rendered: RenderedHtml) -> Iterator[Part]:
    for item in rendered.layout:
        if isinstance(item, Tag) and item.opens and item.part.name in BLOCKS and item.part.start >= 0:
            yield item.part
