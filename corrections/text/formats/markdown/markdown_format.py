"""Markdown as a format of articles."""

import re

from corrections.text.anchoring.anchor import Place
from corrections.text.anchoring.fold import line_end
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown import block_breaks, headline, rewrite, sections, source_spans
from corrections.text.formats.markdown.render import render
from corrections.text.formats.passages import Unwritable
from corrections.text.formats.rendered import Rendered
from corrections.text.paragraph_bounds import paragraph_bounds

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")


class MarkdownFormat:
    """CommonMark with tables, strikethrough and footnotes."""

    name = "markdown"
    label = "Markdown"
    suffix = ".md"

    def render(self, source: str) -> Rendered:
        return render(source)

    def write(self, rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
        return rewrite.write(rendered, place, exact, replacement)

    def source_edit(self, rendered: Rendered, place: Place, source: str) -> Edit:
        return source_spans.source_edit(rendered, place, source)

    def with_line_ends(self, source: str, replaced: str) -> str:
        return source.replace("\n", line_end(replaced))

    def is_code(self, rendered: Rendered, place: Place) -> bool:
        return block_breaks.is_code(rendered, place)

    def is_in_headline(self, source: str, edit: Edit) -> bool:
        return headline.is_in_headline(source, edit)

    def paragraph_bounds(self, source: str, start: int, end: int) -> tuple[int, int]:
        return paragraph_bounds(source, start, end)

    def words_in_place(self, source: str) -> str:
        return source

    def title_of(self, source: str, limit: int) -> str:
        return headline.title_of(source, limit)

    def section_starts(self, source: str) -> list[int]:
        return sections.section_starts(source)

    def escape(self, text: str) -> str:
        return _SPECIAL.sub(lambda match: "\\" + match[0], text.strip(" \t"))
