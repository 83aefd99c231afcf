"""What belongs to an article and an extractor leaves out: rests of blocks, lists, captions, headline and standfirst."""

from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

from corrections.importers import furniture, html_tree
from corrections.importers.page_metadata import Metadata
from corrections.importers.page_text import PageText, TextNode
from corrections.importers.text_selection import TextSelection, sizes_of

_MIN_HEADLINE = 10  # characters of a headline that begins the page's title
_RESTORED = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "table", "figure", "div", "section"),
}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_INDIVISIBLE = {"ul", "ol", "dl", "table"}


def complete_selection(selection: TextSelection, text: PageText, metadata: Metadata) -> TextSelection:
    """With what belongs to the article and was left out."""
    return TextSelection(_Completion(selection, text, metadata).nodes()) if selection else selection


class _Completion:
    """The rest of blocks, lists and tables, blocks between the article's, captions, headline and standfirst."""

    def __init__(self, selection: TextSelection, text: PageText, metadata: Metadata) -> None:
        self._selection, self._text, self._metadata = selection, text, metadata
        self._blocks = {node.block for node in selection.nodes}
        self._sizes, self._selected_sizes = sizes_of(text.nodes), selection.sizes
        self._container = selection.container
        self._frame = selection.frame
        self._is_plain = cache(_is_plain)
        self._line = cache(lambda block: " ".join(html_tree.visible_text(block).split()))

    def nodes(self) -> Iterator[TextNode]:
        span = self._selection.span_of(self._text)
        for index, node in enumerate(self._text.nodes):
            if (
                node in self._selection
                or (node.block in self._blocks and not furniture.is_inside(node.inside, node.block))
                or any(self._is_mostly_selected(around, node) for around in node.inside)
                or (index in span and self._is_restored(node.inside))
                or self._is_caption(node.inside)
                or (index < span.stop and self._is_heading(node))
            ):
                yield node

    def _is_mostly_selected(self, element: Element, node: TextNode) -> bool:
        """Is the node in a list or table that is the article's?"""
        if html_tree.name(element) not in _INDIVISIBLE or self._selected_sizes[element] * 2 <= self._sizes[element]:
            return False
        return not furniture.is_inside(node.inside, element)

    def _is_restored(self, around: tuple[Element, ...]) -> bool:
        """Is this in a block beside the article's paragraphs that does not look like anything else?"""
        if self._container not in around or around[-1] is self._container:
            return False
        if furniture.is_inside(around, self._container):
            return False
        return self._is_plain(around[around.index(self._container) + 1])

    def _is_caption(self, around: tuple[Element, ...]) -> bool:
        is_caption = self._frame in around and any(html_tree.name(element) == "figcaption" for element in around)
        return is_caption and not furniture.is_inside(around, self._frame)

    def _is_heading(self, node: TextNode) -> bool:
        """Is this the article's headline, standfirst, or a heading within?"""
        if html_tree.name(node.block) == "h1":
            return self._frame in node.inside or self._is_title(self._line(node.block))
        if self._frame not in node.inside or furniture.is_inside(node.inside, self._frame):
            return False
        if html_tree.name(node.block) in _HEADINGS and self._heads_selection(node):
            return True
        inside = node.inside[node.inside.index(self._frame) + 1 :]
        is_described = bool(self._metadata.description) and self._line(node.block) == self._metadata.description
        return is_described or any(map(furniture.is_standfirst, inside))

    def _heads_selection(self, node: TextNode) -> bool:
        section = node.inside[node.inside.index(node.block) - 1]
        return self._selected_sizes[section] * 2 > self._sizes[section] and not furniture.is_linked(node.block)

    def _is_title(self, line: str) -> bool:
        return line == self._metadata.headline or (
            len(line) >= _MIN_HEADLINE and self._metadata.page_title.startswith(line)
        )


def _is_plain(block: Element) -> bool:
    """May this block be the article's, by its kind and by what is in it?"""
    if html_tree.name(block) not in _RESTORED or any(map(furniture.is_furniture, block.iter())):
        return False
    return not furniture.is_linked(block)
