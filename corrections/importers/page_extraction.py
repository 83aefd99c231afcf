"""The article of a whole page: trafilatura says which text it is, the page's own elements are what is taken.

trafilatura's output is not taken as it stands, since it makes bullets of numbers, quotations of preformatted lines, and
leaves captions out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from corrections.importers import furniture, html_tree
from corrections.importers.page_completion import complete_selection
from corrections.importers.page_metadata import Metadata
from corrections.importers.page_pruner import prune
from corrections.importers.page_text import PageText, TextNode, dense_length, pieces_of
from corrections.importers.text_selection import TextSelection

_ENOUGH = 250  # characters below which the page’s own structure is looked at too
_PLACED = 0.8  # of the extracted text that must stand on the page
_MAIN_SHARE = 0.6  # of the text that an <article> holds where the others are teasers
_TEASER_SHARE = 0.4  # of the text, from which on an <article> is no teaser
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}


@dataclass(frozen=True)
class Extract:
    """The article's part of a page, and texts between its parts that were left out."""

    root: Element
    omitted: tuple[str, ...] = ()


def extract(page: Element, metadata: Metadata) -> Extract:
    """The article's elements, as a tree of their own."""
    body = page.find("body")
    root = body if body is not None else page
    if _is_bare(root):
        return Extract(root)
    text = PageText(root)
    selection = _located(text, html_tree.serialize(page))
    if selection.length < _ENOUGH:
        selection = max(
            _without_furniture(selection),
            TextSelection(_by_structure(text, root)),
            key=lambda candidate: candidate.length,
        )
    selection = complete_selection(_without_teasers(selection), text, metadata)
    return Extract(prune(root, selection), tuple(_omitted_texts(text, selection)))


def _is_bare(root: Element) -> bool:
    """Does the page hold nothing but an article, as those that a word processor writes?"""
    for element in root.iter():
        tag = html_tree.name(element)
        if tag in ("header", "iframe", "article", "main") or (element is not root and furniture.is_furniture(element)):
            return False
    blocks = (element for element in root.iter() if html_tree.name(element) in html_tree.BLOCKS)
    return not any(furniture.link_share(block) == 1 for block in blocks)


def _located(text: PageText, html: str) -> TextSelection:
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
        return TextSelection([])
    keys = {(id(node.element), node.is_tail) for span in spans for node in text.nodes_at(*span)}
    return TextSelection([node for node in text.nodes if (id(node.element), node.is_tail) in keys])


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
        nodes = max(choices, key=lambda candidate: sum(dense_length(node.text) for node in candidate), default=[])
        if nodes:
            return nodes
    return []


def _without_furniture(selection: TextSelection) -> TextSelection:
    return TextSelection([node for node in selection.nodes if not furniture.is_inside(node.inside)]) or selection


def _without_teasers(selection: TextSelection) -> TextSelection:
    """Without <article>s beside the one that holds most of the text, and without any that lead elsewhere."""
    articles = {element: size for element, size in selection.sizes.items() if html_tree.name(element) == "article"}
    total = selection.length
    main = max(articles, key=lambda element: articles[element], default=None)
    if main is not None and articles[main] < _MAIN_SHARE * total:
        main = None
    teasers = {
        element
        for element, size in articles.items()
        if element is not main and size < _TEASER_SHARE * total and _is_teaser(element)
    }
    return TextSelection(
        [
            node
            for node in selection.nodes
            if teasers.isdisjoint(node.inside) and (main is None or main in node.inside or not _articles(node))
        ]
    )


def _articles(node: TextNode) -> list[Element]:
    return [element for element in node.inside if html_tree.name(element) == "article"]


def _is_teaser(article: Element) -> bool:
    """Does the article's heading, or most of it, link to somewhere else?"""
    if furniture.is_linked(article):
        return True
    heading = next((element for element in article.iter() if html_tree.name(element) in _HEADINGS), None)
    return heading is not None and furniture.link_share(heading) == 1


def _omitted_texts(text: PageText, selection: TextSelection) -> Iterator[str]:
    """The beginnings of what stands between the article's parts and was left out."""
    if not selection:
        return
    last: Element | None = None
    span = selection.span_of(text)
    for node in text.nodes[span.start : span.stop]:
        if node not in selection and node.block is not last:
            last = node.block
            yield " ".join(node.text.split())[:60]
