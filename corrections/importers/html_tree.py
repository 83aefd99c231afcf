"""HTML as the HTML standard parses it, and the words that a reader of it sees."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from html5lib.treebuilders import getTreeBuilder
from webencodings import lookup

from corrections.errors import CorrectionsError

DEPTH_LIMIT = 200  # elements inside one another; pages of news sites stay below 60
ELEMENT_LIMIT = 250_000  # in one file, those that the parser adds for missing end tags among them

BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog"),
    *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup"),
    *("option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "textarea"),
    *("tfoot", "th", "thead", "tr", "ul"),
}
NOT_WORDS = {"datalist", "head", "link", "meta", "noscript", "script", "style", "template", "title"}
EMBEDDED = {
    *("applet", "audio", "canvas", "embed", "iframe", "meter", "noembed", "noframes", "object"),
    *("progress", "svg", "video"),
}
_FOREIGN = {"svg", "math", "annotation", "annotation-xml"}
_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
}
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body|!doctype\s+html)(?=[\s>/])", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*/>")


class UnreadableHtml(CorrectionsError):
    """The file cannot be read as HTML within the limits."""

    code = "unreadable_html"


def decode(raw: bytes) -> str:
    """The file's text: UTF-8, which keeps its byte order mark, else as its mark of UTF-16 or its <meta charset> says.

    Raises `UnreadableHtml`.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return raw[2:].decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        declared = _META_CHARSET.search(raw[:4096])
        declared_encoding = lookup(declared[1].decode("ascii", "replace")) if declared else None
        if declared_encoding is None or declared_encoding.name == "utf-8":
            raise UnreadableHtml(
                f"It is not UTF-8 (byte {error.start}) and does not declare another encoding in a <meta charset>."
            ) from error
        return str(declared_encoding.codec_info.decode(raw, "replace")[0])


def from_xhtml(source: str) -> str:
    """XHTML as HTML: CDATA sections are text, and `<p/>` is an empty element."""
    source = _CDATA.sub(lambda match: escape(match[1], quote=False), source)
    return _SELF_CLOSED.sub(
        lambda match: match[0] if match[1].lower() in _VOID else f"<{match[1]}{match[2]}></{match[1]}>", source
    )


def is_page(source: str) -> bool:
    """Is this a whole page, not a fragment?"""
    return _PAGE.search(_COMMENT.sub("", source)) is not None


def parse(source: str, page: bool) -> Element:
    """The tree of a whole page (`<html>`), or of a fragment (an element without a name of its own).

    Elements of SVG and MathML have their namespace in their tag. Raises `UnreadableHtml` beyond the limits.
    """
    parser = html5lib.HTMLParser(tree=_bounded_builder(), namespaceHTMLElements=False)
    tree: Element = parser.parse(source) if page else parser.parseFragment(source)
    return tree


def serialize(tree: Element) -> str:
    """The tree as HTML that any parser reads alike."""
    html: str = html5lib.serialize(tree, tree="etree", omit_optional_tags=False, quote_attr_values="always")
    return html


def _bounded_builder() -> Any:
    standard: Any = getTreeBuilder("etree")

    class Bounded(standard):  # type: ignore[misc]
        """Stops before a tree becomes deeper or larger than anybody writes."""

        element_count = 0

        def insertElementNormal(self, token: Any) -> Any:
            self._check()
            return super().insertElementNormal(token)

        def createElement(self, token: Any) -> Any:
            self._check()
            return super().createElement(token)

        def _check(self) -> None:
            self.element_count += 1
            if len(self.openElements) > DEPTH_LIMIT + 2:
                raise UnreadableHtml(
                    f"Its elements are nested more than {DEPTH_LIMIT} levels deep, probably because end tags are "
                    "missing."
                )
            if self.element_count > ELEMENT_LIMIT:
                raise UnreadableHtml(f"It has more than {ELEMENT_LIMIT:,} elements.")

    return Bounded


def name(element: Element) -> str:
    """The HTML element's name; empty for comments and the like, `foreign` for parts of a drawing or a formula."""
    if not isinstance(element.tag, str):
        return ""
    namespace, _, local = element.tag.rpartition("}")
    return local if not namespace or local in _FOREIGN else "foreign"


def is_hidden(element: Element) -> bool:
    """Does a browser show nothing of this element by what it says itself?"""
    tag = name(element)
    if "hidden" in element.attrib and element.get("hidden", "").lower() != "until-found":
        return True
    if tag == "dialog" and "open" not in element.attrib:
        return True
    return _HIDING_STYLE.search(element.get("style", "")) is not None


def has_words(element: Element) -> bool:
    """Are this element's words the text's: neither hidden, nor a script, nor a stand-in for something embedded?"""
    tag = name(element)
    if not tag or tag in NOT_WORDS or tag in EMBEDDED:
        return False
    return not (is_hidden(element) or tag in ("annotation", "annotation-xml"))


def visible_text(root: Element) -> str:
    """What a reader sees of the tree, with white space where blocks, cells and line breaks part words."""
    return "".join(_visible(root))


def _visible(root: Element) -> Iterator[str]:
    """Without recursion, so that it owes nothing to how the tree is converted."""
    pending: list[str | Element] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
            continue
        parts: list[str | Element] = []
        if node is root or has_words(node):
            border = "\n" if name(node) in BLOCKS or name(node) == "br" else ""
            parts = [border, node.text or ""]
            for child in node:
                parts += [child, child.tail or ""]
            parts.append(border)
        pending.extend(reversed(parts))
