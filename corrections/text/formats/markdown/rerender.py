"""An edited text rendered anew: its one paragraph alone, where all else is certain to be rendered as before.

That is so where a paragraph stands between blank lines, is not indented, and stays a paragraph with the same markup:
nothing of it can then become part of what is before or after it. A bracket could name a link or a footnote that is
defined elsewhere; with one, and in every other case, the whole text is rendered.
"""

from array import array
from collections.abc import Sequence
from dataclasses import replace

from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import as_parsed, render
from corrections.text.formats.rendered import Alternative, Block, Rendered

_PARAGRAPH = "<p>"
_REFERS = "["
_BLANK = " \t\n"


def rerender(rendered: Rendered, edit: Edit) -> Rendered:
    """What `render` returns for the source of `rendered` after an edit."""
    return _with_paragraph(rendered, edit) or render(edit.apply(rendered.source))


def _with_paragraph(rendered: Rendered, edit: Edit) -> Rendered | None:
    block = next((block for block in rendered.blocks if block.start <= edit.start and edit.end < block.end), None)
    if block is None or "\n" in edit.text + rendered.source[edit.start : edit.end]:
        return None
    if not _stands_alone(rendered.source, block):
        return None
    old = rendered.source[block.start : block.end]
    new = Edit(edit.start - block.start, edit.end - block.start, edit.text).apply(old)
    if not (_is_plain(old) and _is_plain(new)):
        return None
    before, after = render(old), render(new)
    html = _html_start(rendered, block, before)
    if html is None or after.frame != before.frame or len(after.blocks) != 1:
        return None
    return _Splice(rendered, block, html, before, after).rendered(edit.apply(rendered.source))


def _stands_alone(source: str, block: Block) -> bool:
    """Is there a blank line, or nothing, on both sides?"""
    line = source.rfind("\n", 0, max(0, block.start - 1)) + 1
    next_line = source.find("\n", block.end)
    rest = source[block.end : next_line if next_line >= 0 else len(source)]
    return not source[line : block.start].strip(_BLANK) and not rest.strip(_BLANK)


def _is_plain(paragraph: str) -> bool:
    return (
        not paragraph[:1].isspace()
        and _REFERS not in paragraph
        and "\r" not in paragraph
        and as_parsed(paragraph)[1] is None
    )


def _html_start(rendered: Rendered, block: Block, alone: Rendered) -> int | None:
    """Where the HTML of a block that is a paragraph begins; None where it is none, or is another in the whole."""
    html = alone.unsafe_html
    if not (html.startswith(_PARAGRAPH) and len(alone.blocks) == 1):
        return None
    if alone.text != rendered.text[block.text_start : block.text_end]:
        return None
    places = [place for at, place in rendered.runs if at == block.text_start]
    start = places[-1] - len(_PARAGRAPH) if places else -1
    return start if start >= 0 and rendered.unsafe_html.startswith(html, start) else None


class _Splice:
    """The parts of a rendering before and after one block, with the block rendered otherwise in between."""

    def __init__(self, whole: Rendered, block: Block, html: int, before: Rendered, after: Rendered) -> None:
        self._whole, self._block, self._html, self._after = whole, block, html, after
        self._html_end = html + len(before.unsafe_html)
        self._grown = len(after.source) - len(before.source)
        self._text_grown = len(after.text) - len(before.text)
        self._html_grown = len(after.unsafe_html) - len(before.unsafe_html)

    def rendered(self, source: str) -> Rendered:
        whole, block, after = self._whole, self._block, self._after
        return replace(
            whole,
            source=source,
            text=whole.text[: block.text_start] + after.text + whole.text[block.text_end :],
            starts=self._places(whole.starts, after.starts),
            ends=self._places(whole.ends, after.ends),
            unsafe_html=whole.unsafe_html[: self._html] + after.unsafe_html + whole.unsafe_html[self._html_end :],
            blocks=tuple(map(self._moved_block, whole.blocks)),
            alternatives=tuple(map(self._moved_alternative, whole.alternatives)),
            runs=tuple(self._runs()),
        )

    def _places(self, whole: "array[int]", after: "array[int]") -> "array[int]":
        start, end = self._block.text_start, self._block.text_end
        inner = array("l", [place + self._block.start if place >= 0 else place for place in after])
        return whole[:start] + inner + array("l", self._moved(whole[end:]))

    def _moved(self, places: Sequence[int]) -> Sequence[int]:
        """Places in the source that are after the block: footnotes are read there, wherever they are written."""
        grown, end = self._grown, self._block.end
        return places if not grown else [place + grown if place >= end else place for place in places]

    def _moved_block(self, block: Block) -> Block:
        at = self._block.start
        return Block(
            block.start + (self._grown if block.start > at else 0),
            block.end + (self._grown if block.end > at else 0),
            block.text_start + (self._text_grown if block.text_start > self._block.text_start else 0),
            block.text_end + (self._text_grown if block.text_end >= self._block.text_end else 0),
        )

    def _moved_alternative(self, item: Alternative) -> Alternative:
        return Alternative(item.text, tuple(self._moved(item.starts)), tuple(self._moved(item.ends)))

    def _runs(self) -> list[tuple[int, int]]:
        start, end = self._block.text_start, self._block.text_end
        inner = [(at + start, place + self._html) for at, place in self._after.runs if place or not self._html]
        before = [run for run in self._whole.runs if run[1] < self._html]
        later = [run for run in self._whole.runs if run[1] >= self._html_end]
        assert all(at >= end for at, _ in later)
        return [*before, *inner, *((at + self._text_grown, place + self._html_grown) for at, place in later)]
