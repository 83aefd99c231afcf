"""Blocks joined to one, and one split in two: paragraphs, list items, headings and paragraphs of quotations.

Several ways of writing it are tried and checked by rendering: the words must be read as before but for the break, all
that stands around must stay as it was, and no markup may come or go but that of the block.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown_it.common.utils import escapeHtml

from corrections.text.comparison.edits import Edit
from corrections.text.formats.breaks import lines, with_breaks
from corrections.text.formats.markdown.block_breaks import leaf_at, tag_counts
from corrections.text.formats.markdown.render import line_starts, render
from corrections.text.formats.raw_html import INLINE
from corrections.text.formats.rendered import Rendered

BorderChange = Callable[[Rendered, int, int], Edit | None]

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_TAG = re.compile(r"</?(\w+)[^<>]*>")
_PARAGRAPH_TAG = re.compile(r"</?p>|\s+")
_EMPTY = re.compile(r"<(?!t[dh]\b)(\w+)[^>]*></\1>")
_CLOSING = re.compile(r"(?:</\w+>|\s)*")
_LINE_END = re.compile(r"[ \t\\]*\n[ \t]*")
_CUT = re.compile(r"[ \t]*\\?\s+")
_BLOCK_START = re.compile(r"\d{1,9}(?=[.)])|(?=[-+*#>=~`|:])")
_BLOCKS = {"p", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass(frozen=True)
class _Leaf:
    """A block of words: their span of the Markdown and of the text, and how its lines begin.

    `marked` begins a further item or heading of the same kind, `prefix` a further line of it; `line_end` is where its
    last line ends, an underline included; `underline` is that of a heading.
    """

    start: int
    end: int
    text_start: int
    text_end: int
    content: str
    tag: str
    prefix: str
    marked: str
    line_end: int
    underline: str
    is_item: bool
    is_loose: bool


def join(rendered: Rendered, before: int, after: int) -> Edit | None:
    """The edit that makes one block of those that the text's positions `before` and `after` lie in; None where the
    Markdown cannot say that without changing more."""
    first, second = _leaf(rendered, before), _leaf(rendered, after)
    if first is None or second is None or first.end > second.start:
        return None
    text = with_breaks(rendered, 0, len(rendered.text))
    wanted = lines(text[: first.text_end] + " " + text[second.text_start :])
    for edit in dict.fromkeys(_joins(rendered.source, first, second)):
        result = render(edit.apply(rendered.source))
        if lines(with_breaks(result, 0, len(result.text))) != wanted or not _inline_stays(rendered, result, ()):
            continue
        tail = rendered.unsafe_html[_html_end(rendered, second.text_end) :]
        tail = tail[_CLOSING.match(tail).end() :]  # type: ignore[union-attr]
        gone, come = _tag_changes(rendered, result)
        if not come - {"p"} and gone <= _BLOCKS and _stays_around(rendered, result, first.text_start, tail):
            return edit
    return None


def split(rendered: Rendered, before: int, after: int) -> Edit | None:
    """The edit that ends a block after the text's position `before` and begins one like it at `after`; else None."""
    leaf = _leaf(rendered, before)
    if leaf is None or not before < after < leaf.text_end or min(rendered.starts[before], rendered.starts[after]) < 0:
        return None
    text = with_breaks(rendered, 0, len(rendered.text))
    wanted = lines(text[: before + 1] + "\n" + text[after:])
    tail = rendered.unsafe_html[_html_end(rendered, leaf.text_end) :]
    for edit in dict.fromkeys(_splits(rendered, leaf, before, after)):
        result = render(edit.apply(rendered.source))
        if lines(with_breaks(result, 0, len(result.text))) != wanted or not _inline_stays(rendered, result, ("br",)):
            continue
        gone, come = _tag_changes(rendered, result)
        expected = {leaf.tag, "li", "p"} if leaf.is_item else {leaf.tag}
        if come <= expected and gone <= {"p", "br"} and _stays_around(rendered, result, leaf.text_start, tail):
            return edit
    return None


def _leaf(rendered: Rendered, at: int) -> _Leaf | None:
    found = leaf_at(rendered, at)
    if found is None:
        return None
    parts, number = found
    piece, opening = parts[number], parts[number - 1].token
    origin = piece.token.meta["origin"]
    source, starts = rendered.source, line_starts(rendered.source)
    first, last = opening.map or piece.token.map or [0, 1]
    line_end = starts[last] - (1 if source[starts[last] - 1 : starts[last]] in ("\n", "\r") else 0)
    head = source[starts[first] : origin[0]]
    is_heading = opening.type == "heading_open"
    is_atx = is_heading and opening.markup.startswith("#")
    is_item = number > 1 and parts[number - 2].token.type == "list_item_open" and not is_heading
    underline = source[starts[last - 1] : line_end].strip(" \t>") if is_heading and not is_atx else ""
    prefix = _continued(head[: head.rfind("#" * len(opening.markup))] if is_atx else head)
    return _Leaf(
        origin[0],
        origin[-1] + 1,
        piece.text_start,
        piece.text_end,
        piece.token.content,
        opening.tag,
        prefix,
        _marked(head) if is_item else prefix + (opening.markup + " " if is_atx else ""),
        line_end,
        underline,
        is_item,
        is_item and not opening.hidden,
    )


def _continued(head: str) -> str:
    """What a further line begins with: marks of quotations stay, those of items are blanks."""
    return re.sub(r"[^>\s]", " ", head)


def _marked(head: str) -> str:
    """What a further item begins with: the last mark once more, numbers counted on."""
    marks = list(_MARKER.finditer(head))
    if not marks:
        return _continued(head)
    mark = marks[-1][0].split("[")[0]
    counted = re.sub(r"\d+", lambda number: str(int(number[0]) + 1), mark)
    return _continued(head[: marks[-1].start()]) + counted


def _joins(source: str, first: _Leaf, second: _Leaf) -> Iterator[Edit]:
    one_line = _LINE_END.sub(" ", second.content)
    wrapped = _LINE_END.sub(lambda line_end: line_end[0].rstrip(" \t") + first.prefix, second.content)
    closing = "\n" + first.prefix + first.underline if first.underline else ""
    if not closing:
        yield Edit(first.end, second.start, " ")
    for content in (wrapped, one_line):
        for end in (second.end, second.line_end):
            yield Edit(first.end, end, f" {content}{closing}")
            yield Edit(first.end, end, f" {content}{closing}\n{first.prefix.rstrip()}")


def _splits(rendered: Rendered, leaf: _Leaf, before: int, after: int) -> Iterator[Edit]:
    start, end = rendered.ends[before], rendered.starts[after]
    if start > end:
        return
    cuts = [match.span() for match in _CUT.finditer(rendered.source, start, end)] or [(start, start), (end, end)]
    empty = "\n" + leaf.prefix.rstrip(" \t") + "\n"
    breaks = [empty + leaf.marked, "\n" + leaf.marked] if leaf.is_loose else ["\n" + leaf.marked, empty + leaf.marked]
    if not leaf.is_item:
        breaks = ["\n" + leaf.prefix + leaf.underline + empty + leaf.prefix if leaf.underline else empty + leaf.marked]
    for cut in cuts:
        for broken in breaks:
            yield Edit(*cut, broken)
            escaped = _BLOCK_START.match(rendered.source, cut[1])
            if escaped:
                yield Edit(cut[0], escaped.end(), broken + escaped[0] + "\\")


def _html_end(rendered: Rendered, text_end: int) -> int:
    """Where the HTML of the last visible character before `text_end` ends."""
    return rendered.html_position(text_end - 1) + len(escapeHtml(rendered.text[text_end - 1]))


def _stays_around(rendered: Rendered, result: Rendered, text_start: int, tail: str) -> bool:
    """Is the HTML before a position of the text as it was, and does it end as it did?

    A list may become tight or loose, which is in the tags of its paragraphs alone.
    """
    head = rendered.unsafe_html[: rendered.html_position(text_start)]
    if len(_EMPTY.findall(result.frame)) > len(_EMPTY.findall(rendered.frame)):
        return False
    html = _PARAGRAPH_TAG.sub("", result.unsafe_html)
    return html.startswith(_PARAGRAPH_TAG.sub("", head)) and html.endswith(_PARAGRAPH_TAG.sub("", tail))


def _inline_stays(rendered: Rendered, result: Rendered, but: tuple[str, ...]) -> bool:
    """Are the tags inside of blocks the same, in order?"""
    return _inline_tags(rendered, but) == _inline_tags(result, but)


def _inline_tags(rendered: Rendered, but: tuple[str, ...]) -> list[str]:
    return [tag[0] for tag in _TAG.finditer(rendered.frame) if tag[1] in INLINE and tag[1] not in but]


def _tag_changes(rendered: Rendered, result: Rendered) -> tuple[set[str], set[str]]:
    """The names of the tags that have gone, and of those that have come."""
    old = tag_counts([tag[0] for tag in _TAG.finditer(rendered.frame)])
    new = tag_counts([tag[0] for tag in _TAG.finditer(result.frame)])
    return {_name(tag) for tag in old - new}, {_name(tag) for tag in new - old}


def _name(tag: str) -> str:
    name = _TAG.match(tag)
    return name[1] if name else tag
