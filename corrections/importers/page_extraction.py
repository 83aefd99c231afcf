"""The article of a whole page: trafilatura says which text it is, the page's own elements are what is taken.

trafilatura's output is not taken as it stands, since it makes bullets of numbers, quotations of preformatted lines, and
leaves captions out.
"""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element, SubElement

from corrections.importers import furniture, html_tree
from corrections.importers.page_metadata import Metadata
from corrections.importers.page_text import PageText, TextNode, dense_length, pieces_of

_ENOUGH = 250  # characters below which the extractor is not asked twice whether there is more
_PLACED = 0.8  # of the extracted text that must stand on the page
_MAIN_SHARE = 0.6  # of the text that an <article> holds where the others are teasers
_TEASER_SHARE = 0.4  # of the text, from which on an <article> is no teaser
_TELLING = 10  # characters of a headline that begins the page's title
_NEARLY_ALL = 0.8
_LINKED = 0.5  # of a block's text in links, from which on it is a list of links
_RESTORED = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "table", "figure", "div", "section"),
}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_WHOLE = {"ul", "ol", "dl", "table"}


@dataclass(frozen=True)
class Extract:
    """The article's part of a page, and texts between its parts that were left out."""

    root: Element
    passed_over: tuple[str, ...] = ()


def extract(page: Element, metadata: Metadata) -> Extract:
    """The article's elements, as a tree of their own."""
    body = page.find("body")
    root = body if body is not None else page
    if _is_bare(root):
        return Extract(root)
    text = PageText(root)
    kept = _located(text, html_tree.serialize(page))
    if _length(kept) < _ENOUGH:
        kept = max(_without_furniture(kept), _Kept(_by_structure(text, root)), key=_length)
    kept = _completed(_without_teasers(kept), text, metadata)
    return Extract(_pruned(root, kept), tuple(_passed_over(text, kept)))


class _Kept:
    """Text nodes that are the article's, in the order of the page."""

    def __init__(self, nodes: list[TextNode]) -> None:
        self.nodes = nodes
        self.keys = {(id(node.element), node.is_tail) for node in nodes}

    def __contains__(self, node: TextNode) -> bool:
        return (id(node.element), node.is_tail) in self.keys

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def elements(self) -> set[Element]:
        """All elements around what is kept."""
        return {element for node in self.nodes for element in node.inside}


def _length(kept: _Kept) -> int:
    return sum(dense_length(node.text) for node in kept.nodes)


def _is_bare(root: Element) -> bool:
    """Does the page hold nothing but an article, as those that a word processor writes?"""
    for element in root.iter():
        tag = html_tree.name(element)
        if tag in ("header", "iframe", "article", "main") or (element is not root and furniture.is_furniture(element)):
            return False
    blocks = (element for element in root.iter() if html_tree.name(element) in html_tree.BLOCKS)
    return not any(furniture.link_share(block) == 1 for block in blocks)


def _located(text: PageText, html: str) -> _Kept:
    """The nodes that hold what trafilatura takes for the article's text."""
    from trafilatura import extract as extract_text  # takes most of a second to load

    extracted = extract_text(
        html,
        output_format="html",
        favor_recall=True,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_images=True,
    )
    pieces = pieces_of(html_tree.parse(extracted, True)) if extracted else []
    spans = text.place(pieces)
    if sum(end - start for start, end in spans) < _PLACED * sum(map(dense_length, pieces)):
        return _Kept([])
    held = {(id(node.element), node.is_tail) for span in spans for node in text.nodes_at(*span)}
    return _Kept([node for node in text.nodes if (id(node.element), node.is_tail) in held])


def _by_structure(text: PageText, root: Element) -> list[TextNode]:
    """What the page's own elements say is the article, for pages too short for the extractor."""
    candidates = [
        [element for element in root.iter() if element.get("itemprop") == "articleBody"],
        list(root.iter("article")),
        list(root.iter("main")),
        [root],
    ]
    for elements in candidates:
        choices = [
            [node for node in text.nodes if element in node.inside and not furniture.is_inside(node.inside, element)]
            for element in elements
        ]
        nodes = max(choices, key=lambda some: sum(dense_length(node.text) for node in some), default=[])
        if nodes:
            return nodes
    return []


def _without_furniture(kept: _Kept) -> _Kept:
    return _Kept([node for node in kept.nodes if not furniture.is_inside(node.inside)]) or kept


def _without_teasers(kept: _Kept) -> _Kept:
    """Without <article>s beside the one that holds most of the text, and without any that lead elsewhere."""
    articles = {element: size for element, size in _sizes(kept.nodes).items() if html_tree.name(element) == "article"}
    total = _length(kept)
    main = max(articles, key=lambda element: articles[element], default=None)
    if main is not None and articles[main] < _MAIN_SHARE * total:
        main = None
    others = {
        element
        for element, size in articles.items()
        if element is not main and size < _TEASER_SHARE * total and _is_teaser(element)
    }
    return _Kept(
        [
            node
            for node in kept.nodes
            if others.isdisjoint(node.inside) and (main is None or main in node.inside or not _articles(node))
        ]
    )


def _articles(node: TextNode) -> list[Element]:
    return [element for element in node.inside if html_tree.name(element) == "article"]


def _is_teaser(article: Element) -> bool:
    """Does the article's heading, or most of it, link to somewhere else?"""
    if furniture.link_share(article) >= _LINKED:
        return True
    heading = next((element for element in article.iter() if html_tree.name(element) in _HEADINGS), None)
    return heading is not None and furniture.link_share(heading) == 1


def _completed(kept: _Kept, text: PageText, metadata: Metadata) -> _Kept:
    """With what belongs to the article and the extractor left out."""
    return _Kept(list(_Completion(kept, text, metadata).nodes())) if kept.nodes else kept


class _Completion:
    """The rest of blocks, lists and tables, blocks between the article's, captions, headline and standfirst."""

    def __init__(self, kept: _Kept, text: PageText, metadata: Metadata) -> None:
        self._kept, self._text, self._metadata = kept, text, metadata
        self._blocks = {node.block for node in kept.nodes}
        self._sizes, self._kept_sizes = _sizes(text.nodes), _sizes(kept.nodes)
        self._container = _container(kept)
        self._frame = _frame(kept, self._container)
        self._is_plain = cache(_is_plain)
        self._line = cache(lambda block: " ".join(html_tree.visible_text(block).split()))

    def nodes(self) -> Iterator[TextNode]:
        span = _span(self._text, self._kept)
        for index, node in enumerate(self._text.nodes):
            if (
                node in self._kept
                or (node.block in self._blocks and not furniture.is_inside(node.inside, node.block))
                or any(self._is_mostly_kept(around, node) for around in node.inside)
                or (index in span and self._is_restored(node.inside))
                or self._is_caption(node.inside)
                or (index < span.stop and self._is_heading(node))
            ):
                yield node

    def _is_mostly_kept(self, element: Element, node: TextNode) -> bool:
        """Is the node in a list or table that is the article's?"""
        if html_tree.name(element) not in _WHOLE or self._kept_sizes[element] * 2 <= self._sizes[element]:
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
        is_one = self._frame in around and any(html_tree.name(element) == "figcaption" for element in around)
        return is_one and not furniture.is_inside(around, self._frame)

    def _is_heading(self, node: TextNode) -> bool:
        """Is this the article's headline, standfirst, or a heading within?"""
        if html_tree.name(node.block) == "h1":
            return self._frame in node.inside or self._is_title(self._line(node.block))
        if self._frame not in node.inside or furniture.is_inside(node.inside, self._frame):
            return False
        if html_tree.name(node.block) in _HEADINGS and self._heads_what_is_kept(node):
            return True
        inside = node.inside[node.inside.index(self._frame) + 1 :]
        is_described = bool(self._metadata.description) and self._line(node.block) == self._metadata.description
        return is_described or any(map(furniture.is_standfirst, inside))

    def _heads_what_is_kept(self, node: TextNode) -> bool:
        section = node.inside[node.inside.index(node.block) - 1]
        return self._kept_sizes[section] * 2 > self._sizes[section] and furniture.link_share(node.block) < _LINKED

    def _is_title(self, line: str) -> bool:
        return line == self._metadata.headline or (len(line) >= _TELLING and self._metadata.page_title.startswith(line))


def _is_plain(block: Element) -> bool:
    """May this block be the article's, by its kind and by what is in it?"""
    if html_tree.name(block) not in _RESTORED or any(map(furniture.is_furniture, block.iter())):
        return False
    return furniture.link_share(block) < _LINKED


def _frame(kept: _Kept, container: Element) -> Element:
    """The <article> around the container, if there is one."""
    inside = next(node.inside for node in kept.nodes if container in node.inside)
    articles = [element for element in inside[: inside.index(container) + 1] if html_tree.name(element) == "article"]
    return articles[-1] if articles else container


def _sizes(nodes: list[TextNode]) -> Counter[Element]:
    sizes: Counter[Element] = Counter()
    for node in nodes:
        for element in node.inside:
            sizes[element] += dense_length(node.text)
    return sizes


def _container(kept: _Kept) -> Element:
    """The innermost element that holds nearly all of the text."""
    sizes = _sizes(kept.nodes)
    enough = _NEARLY_ALL * _length(kept)
    return next(element for node in kept.nodes for element in reversed(node.inside) if sizes[element] >= enough)


def _span(text: PageText, kept: _Kept) -> range:
    indices = [index for index, node in enumerate(text.nodes) if node in kept]
    return range(indices[0], indices[-1] + 1)


def _pruned(root: Element, kept: _Kept) -> Element:
    """The tree with what is kept, and with pictures, rules and line breaks among it."""
    copy = Element("div")
    if kept.nodes:
        frame = _frame(kept, _container(kept))
        _copy_children(root, copy, _Pruning(kept, kept.elements(), frame), root is frame)
    return copy


@dataclass(frozen=True)
class _Pruning:
    kept: _Kept
    around: set[Element]
    frame: Element


def _copy_children(source: Element, target: Element, pruning: _Pruning, is_framed: bool) -> None:
    """`is_framed`: `source` is the article's frame or inside it."""
    keys = pruning.kept.keys
    target.text = source.text if (id(source), False) in keys or not (source.text or "").strip() else None
    for child in source:
        is_tail_kept = (id(child), True) in keys
        if child in pruning.around:
            twin = SubElement(target, child.tag, dict(child.attrib))
            _copy_children(child, twin, pruning, is_framed or child is pruning.frame)
        elif is_framed and _is_wordless(child):
            twin = deepcopy(child)
            target.append(twin)
        else:
            twin = SubElement(target, "span")
        twin.tail = child.tail if is_tail_kept or not (child.tail or "").strip() else " "


def _is_wordless(element: Element) -> bool:
    """Is this a picture, a line break or the like?"""
    if html_tree.name(element) in html_tree.NOT_WORDS or furniture.is_furniture(element):
        return False
    return not dense_length(html_tree.visible_text(element))


def _passed_over(text: PageText, kept: _Kept) -> Iterator[str]:
    """The beginnings of what stands between the article's parts and was left out."""
    if not kept.nodes:
        return
    last: Element | None = None
    span = _span(text, kept)
    for node in text.nodes[span.start : span.stop]:
        if node not in kept and node.block is not last:
            last = node.block
            yield " ".join(node.text.split())[:60]
