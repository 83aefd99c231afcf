"""What a reader of HTML sees, by html5lib's tree and a walk of its own: the measure for what is imported."""

import unicodedata
from xml.etree.ElementTree import Element

import html5lib

NOT_SHOWN = {
    *("script", "style", "noscript", "template", "title", "head", "meta", "link", "datalist"),
    *("iframe", "video", "audio", "canvas", "object", "embed", "svg", "progress", "meter", "noembed", "noframes"),
    *("annotation", "annotation-xml", "applet"),
}
PARTING = {
    *("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "dir", "div"),
    *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
    *("hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search"),
    *("section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul"),
    *("DOCUMENT_FRAGMENT", "html", "body"),
}


def shown_words(html: str) -> list[str]:
    root = html5lib.parseFragment(html.removeprefix("\ufeff"), treebuilder="etree", namespaceHTMLElements=False)
    return words(_shown(root))


def words(text: str) -> list[str]:
    """Without control characters and noncharacters, which no reader is shown."""
    return "".join(char for char in unicodedata.normalize("NFC", text) if not is_unseen(char)).split()


def is_unseen(char: str) -> bool:
    is_nonchar = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return is_nonchar or (unicodedata.category(char) == "Cc" and char not in "\t\n\r\x0b\x0c\x85")


def _shown(element: Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    tag = element.tag.rpartition("}")[2]
    is_html = element.tag == tag or tag in ("svg", "annotation", "annotation-xml")
    if is_html and (tag in NOT_SHOWN or (tag == "dialog" and "open" not in element.attrib)):
        return ""
    if "hidden" in element.attrib or "display:none" in element.get("style", "").replace(" ", ""):
        return ""
    inner = (element.text or "") + "".join(_shown(child) + (child.tail or "") for child in element)
    return f"\n{inner}\n" if element.tag in PARTING else inner
