"""HTML files as articles in HTML: a fragment byte for byte, of a whole page the article's own elements."""

from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from corrections.importers import html_tree, page_extraction, page_metadata
from corrections.importers.page_metadata import Metadata
from corrections.text.formats.registry import render

_NAMED = 3  # places of what was left out that are named
_AROUND = frozenset(("article", "body", "div", "main", "section"))


@dataclass(frozen=True)
class HtmlSource:
    """An article's own HTML out of a file, what a page says about it, and for people what was taken of it."""

    text: str
    notes: tuple[str, ...]
    metadata: Metadata | None = None


def read_source(data: bytes, xml: bool = False) -> HtmlSource:
    """The article's HTML in a file; `xml`: it is XHTML, and becomes HTML.

    Raises `html_tree.UnreadableHtml` where its encoding is unknown, or a page is deeper or larger than the limits.
    """
    source = html_tree.decode(data)
    if xml:
        source = html_tree.from_xhtml(source)
    if html_tree.is_page(source):
        return _of_page(source)
    return HtmlSource(source, (f"taken: the whole fragment: {_count(source)}",))


def _of_page(source: str) -> HtmlSource:
    page = html_tree.parse(source, True)
    metadata = page_metadata.complete(page_metadata.read_metadata(page), source)
    all_words = _words(page)
    extract = page_extraction.extract(page, metadata)
    heading = extract.root.find(".//h1")
    if heading is not None and (title := " ".join(html_tree.visible_text(heading).split())):
        metadata = replace(metadata, headline=title)
    metadata = replace(metadata, standfirst=_shown_standfirst(page, metadata))
    text = _inner_html(extract.root)
    omitted_words = all_words - _words(extract.root)
    part = f"the article on a page, {omitted_words:,} words around it left out" if omitted_words else "the whole page"
    places = tuple(f"left out between its parts: “{words}…”" for words in extract.omitted[:_NAMED])
    more = len(extract.omitted) - _NAMED
    if more > 0:
        places += (f"and {more} more such place{'s' * (more != 1)}",)
    return HtmlSource(text, (f"taken: {part}: {_count(text)}", *places), metadata)


def _shown_standfirst(page: Element, metadata: Metadata) -> str:
    """What the metadata says about the article and readers see on the page too; a description alone may be for search
    engines."""
    lines = {" ".join(line.split()) for line in html_tree.visible_text(page).split("\n")}
    return next((line for line in (metadata.secondary_headline, metadata.description) if line and line in lines), "")


def _inner_html(root: Element) -> str:
    """What the article's element holds, as HTML that any parser reads alike."""
    _drop_placeholders(root)
    while len(root) == 1 and not (root.text or "").strip() and not (root[0].tail or "").strip():
        if html_tree.name(root[0]) not in _AROUND:
            break
        root = root[0]
    shell = Element("div")
    shell.text = root.text
    shell.extend(root)
    html = html_tree.serialize(shell)
    return html[html.index(">") + 1 : html.rindex("</div>")].strip() + "\n"


def _drop_placeholders(root: Element) -> None:
    """Take out the empty elements that the extraction leaves for what it omits."""
    parents = [element for element in root.iter() if isinstance(element.tag, str)]
    for parent in parents:
        for child in list(parent):
            if child.tag == "span" and not child.attrib and not len(child) and not child.text:
                at = list(parent).index(child)
                if at:
                    parent[at - 1].tail = (parent[at - 1].tail or "") + (child.tail or "")
                else:
                    parent.text = (parent.text or "") + (child.tail or "")
                parent.remove(child)


def _count(source: str) -> str:
    """How many words a reader sees."""
    words = len(render(source, "html").text.split())
    return f"{words:,} word{'s' * (words != 1)}"


def _words(root: Element) -> int:
    """How many words the elements have that a reader sees."""
    return len(html_tree.visible_text(root).split())
