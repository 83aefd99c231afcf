"""HTML as a format of articles."""

from corrections.text.anchoring.anchor import Place
from corrections.text.anchoring.fold import line_end
from corrections.text.comparison.edits import Edit
from corrections.text.formats.html import headline, paragraphs, rewrite, sections, source_spans
from corrections.text.formats.html.references import escape
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.passages import Unwritable
from corrections.text.formats.rendered import Rendered


class HtmlFormat:
    """Fragments as a content management system stores them."""

    name = "html"
    label = "HTML"
    suffix = ".html"

    def render(self, source: str) -> RenderedHtml:
        return render(source)

    def write(self, rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
        return rewrite.write(_as_html(rendered), place, exact, replacement)

    def source_edit(self, rendered: Rendered, place: Place, source: str) -> Edit:
        return source_spans.source_edit(_as_html(rendered), place, source)

    def with_line_ends(self, source: str, replaced: str) -> str:
        return source.replace("\n", line_end(replaced))

    def is_code(self, rendered: Rendered, place: Place) -> bool:
        return paragraphs.is_code(_as_html(rendered), place.start)

    def is_in_headline(self, source: str, edit: Edit) -> bool:
        return paragraphs.is_in_headline(source, edit)

    def paragraph_bounds(self, source: str, start: int, end: int) -> tuple[int, int]:
        return paragraphs.paragraph_bounds(source, start, end)

    def words_in_place(self, source: str) -> str:
        return paragraphs.words_in_place(source)

    def title_of(self, source: str, limit: int) -> str:
        return headline.title_of(source, limit)

    def section_starts(self, source: str) -> list[int]:
        return sections.section_starts(source)

    def escape(self, text: str) -> str:
        return escape(text)


def _as_html(rendered: Rendered) -> RenderedHtml:
    return rendered if isinstance(rendered, RenderedHtml) else render(rendered.source)
