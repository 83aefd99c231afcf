"""Markdown as a format of articles."""

import re

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown import headline, rewrite, source_spans
from corrections.text.formats.markdown.render import Rendered, render
from corrections.text.formats.markdown.rewrite import Unwritable

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~]")


class MarkdownFormat:
    """CommonMark with tables, strikethrough and footnotes."""

    name = "markdown"
    suffix = ".md"

    def render(self, source: str) -> Rendered:
        return render(source)

    def write(self, rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
        return rewrite.write(rendered, place, exact, replacement)

    def source_edit(self, rendered: Rendered, place: Place, source: str) -> Edit:
        return source_spans.source_edit(rendered, place, source)

    def title_of(self, source: str, limit: int) -> str:
        return headline.title_of(source, limit)

    def escape(self, text: str) -> str:
        return _SPECIAL.sub(lambda match: "\\" + match[0], text.strip(" \t"))
