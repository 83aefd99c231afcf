"""Plain text as a format: a headline or a standfirst that has no markup."""

import re
from array import array
from dataclasses import dataclass
from typing import ClassVar

from markdown_it.common.utils import escapeHtml

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit, trim
from corrections.text.control_characters import shown
from corrections.text.formats.markdown.headline import UNTITLED, cut
from corrections.text.formats.passages import CHANGED, Unwritable, corrected_passage
from corrections.text.formats.rendered import Block, Rendered

_LINE_END = re.compile(r"[ \t]*[\r\n]\s*")


@dataclass(frozen=True)
class RenderedPlain(Rendered):
    """Plain text as its reader sees it: as it is, without control characters."""

    format: ClassVar[str] = "plain"


class PlainFormat:
    """Text on one line that is read as it is written."""

    name = "plain"
    label = "Plain text"
    suffix = ".txt"

    def render(self, source: str) -> RenderedPlain:
        text, places = shown(source)
        starts = array("l", range(len(text)) if places is None else places[: len(text)])
        ends = array("l", (start + 1 for start in starts))
        blocks = (Block(0, len(source), 0, len(text)),)
        return RenderedPlain(source, text, starts, ends, escapeHtml(text), "\0", blocks, (), ((0, 0),))

    def write(self, rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
        quoted = rendered.text[place.start : place.end]
        passage = corrected_passage(quoted, exact, replacement)
        if passage is None:
            return Unwritable(CHANGED)
        if passage == quoted:
            return Edit(0, 0, "")
        return trim(Edit(*_source_span(rendered, place), _on_one_line(passage)), rendered.source)

    def source_edit(self, rendered: Rendered, place: Place, source: str) -> Edit:
        return Edit(*_source_span(rendered, place), self.with_line_ends(source, ""))

    def with_line_ends(self, source: str, replaced: str) -> str:
        return _on_one_line(source.strip("\r\n"))

    def is_code(self, rendered: Rendered, place: Place) -> bool:
        return False

    def is_in_headline(self, source: str, edit: Edit) -> bool:
        return False

    def paragraph_bounds(self, source: str, start: int, end: int) -> tuple[int, int]:
        return 0, len(source)

    def words_in_place(self, source: str) -> str:
        return source

    def title_of(self, source: str, limit: int) -> str:
        return cut(" ".join(self.render(source).text.split()), limit) or UNTITLED

    def section_starts(self, source: str) -> list[int]:
        return [0]

    def escape(self, text: str) -> str:
        return _on_one_line(text)


def _on_one_line(text: str) -> str:
    return _LINE_END.sub(" ", text)


def _source_span(rendered: Rendered, place: Place) -> tuple[int, int]:
    if place.start == place.end:
        at = rendered.starts[place.start] if place.start < len(rendered.starts) else len(rendered.source)
        return at, at
    return rendered.starts[place.start], rendered.ends[place.end - 1]
