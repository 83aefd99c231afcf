"""Which text nodes of a page are its article's, and where on the page they stand."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from xml.etree.ElementTree import Element

from corrections.importers import html_tree
from corrections.importers.page_text import PageText, TextNode, dense_length

_NEARLY_ALL = 0.8


class TextSelection:
    """Text nodes that are the article's, in the order of the page. Lengths count characters but white space."""

    def __init__(self, nodes: Iterable[TextNode]) -> None:
        self.nodes = list(nodes)
        self.keys = {(id(node.element), node.is_tail) for node in self.nodes}

    def __contains__(self, node: TextNode) -> bool:
        return (id(node.element), node.is_tail) in self.keys

    def __bool__(self) -> bool:
        return bool(self.nodes)

    @cached_property
    def length(self) -> int:
        return sum(dense_length(node.text) for node in self.nodes)

    @cached_property
    def sizes(self) -> Counter[Element]:
        """How much of the text each element holds."""
        return sizes_of(self.nodes)

    @cached_property
    def container(self) -> Element:
        """The innermost element that holds nearly all of the text."""
        enough = _NEARLY_ALL * self.length
        return next(
            element for node in self.nodes for element in reversed(node.inside) if self.sizes[element] >= enough
        )

    @cached_property
    def frame(self) -> Element:
        """The innermost <article> around the container, else the container."""
        container = self.container
        inside = next(node.inside for node in self.nodes if container in node.inside)
        around = inside[: inside.index(container) + 1]
        return next((element for element in reversed(around) if html_tree.name(element) == "article"), container)

    def span_of(self, text: PageText) -> range:
        """The indices of the page's nodes from the first that is kept to the last."""
        indices = [index for index, node in enumerate(text.nodes) if node in self]
        return range(indices[0], indices[-1] + 1)


def sizes_of(nodes: Iterable[TextNode]) -> Counter[Element]:
    """How much of the nodes' text each element holds."""
    sizes: Counter[Element] = Counter()
    for node in nodes:
        length = dense_length(node.text)
        for element in node.inside:
            sizes[element] += length
    return sizes
