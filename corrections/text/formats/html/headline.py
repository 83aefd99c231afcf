"""A title for an HTML article that came without one: its first heading, else its first words, as a reader sees them."""

from collections.abc import Iterator

from corrections.text.formats.html.elements import HEADINGS
from corrections.text.formats.html.layout import Tag, Words
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.html.source_changes import ancestors
from corrections.text.formats.html.tree import Part
from corrections.text.formats.markdown.headline import UNTITLED, cut

_NOT_THE_ARTICLES = frozenset(["aside", "blockquote", "details", "dd", "dl", "li", "nav", "ol", "pre", "table", "ul"])


def title_of(source: str, limit: int) -> str:
    """The rendered text of the first heading of an HTML source; without one, its first line.

    Headings inside quotations, lists and tables are none of the article's. An image gives its alternative text where
    there is nothing else. At most `limit` code points: cut after a sentence, else after a word, with an ellipsis.
    """
    rendered = render(source)
    alternatives = (each.text for each in rendered.alternatives)
    for candidates in (_headings(rendered), iter(rendered.text.split("\n")), alternatives):
        for candidate in candidates:
            if title := " ".join(candidate.split()):
                return cut(title, limit)
    return UNTITLED


def _headings(rendered: RenderedHtml) -> Iterator[str]:
    heading: Part | None = None
    words: list[str] = []
    for item in rendered.layout:
        if heading is not None and isinstance(item, Words):
            words.append(item.text)
        elif heading is not None and isinstance(item, Tag) and item.opens and item.part.name == "br":
            words.append(" ")
        elif isinstance(item, Tag) and item.part.name in HEADINGS and item.opens:
            heading, words = (None if _is_inside(item.part) else item.part), []
        elif isinstance(item, Tag) and item.closes and item.part is heading:
            yield "".join(words)
            heading = None


def _is_inside(part: Part) -> bool:
    return any(each.name in _NOT_THE_ARTICLES for each in ancestors(part.parent))
