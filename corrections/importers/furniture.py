"""What on a page is not its article: navigation, related links, share buttons, comments, notices about cookies."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from corrections.importers import html_tree

_LINKED = 0.5
_TAGS = {"nav", "aside", "footer", "form", "button", "dialog", "select", "textarea"}
_ROLES = {
    *("navigation", "complementary", "contentinfo", "search", "banner", "dialog", "alertdialog"),
    *("toolbar", "menu"),
}
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|related|newsletter|promo|teaser|comments?|cookies?|banner|advert\w*|ads?|"
    r"sponsor\w*|recommend\w*|recirc\w*|subscribe|subscription|sign-?up|breadcrumbs?|byline|toolbar|outbrain|taboola|"
    r"popup|modal|paywall|tags|taglist|topics|most-read|trending|read-?(?:more|also|next)|see-also|more-on|nav\w*|menu|"
    r"sidebar|footer|skip-link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TEASER_NAMES = re.compile(r"(?:^|[\s_-])(?:teaser|promo|related|recommended)(?:$|[\s_-])", re.IGNORECASE)
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:standfirst|sub-?title|sub-?head(?:line)?|dek|deck|lead|lede|intro|summary|description|vorspann|"
    r"chapo|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)


def is_furniture(element: Element) -> bool:
    """Does the element say by its name, role, class or id that it is not the article's?"""
    tag = html_tree.name(element)
    if tag in ("html", "body", "main"):
        return False
    if tag == "article":  # may have the names of its tags, or say that it takes comments
        return _TEASER_NAMES.search(_names(element)) is not None
    return tag in _TAGS or element.get("role", "").lower() in _ROLES or bool(_NAMES.search(_names(element)))


def is_inside(around: Iterable[Element], within: Element | None = None) -> bool:
    """Is any of the elements around furniture? Those that are around `within` as well do not count."""
    around = list(around)
    start = around.index(within) if within in around else -1
    return any(is_furniture(element) for element in around[start + 1 :])


def is_standfirst(element: Element) -> bool:
    return _STANDFIRST.search(_names(element)) is not None


def link_share(element: Element) -> float:
    """How much of the element's text is in links, from 0 to 1."""
    total = len("".join(html_tree.visible_text(element).split()))
    links = sum(len("".join(html_tree.visible_text(link).split())) for link in element.iter("a"))
    return links / total if total else 0.0


def is_linked(element: Element) -> bool:
    """Is most of the element's text a link, as in a list of related articles?"""
    return link_share(element) >= _LINKED


def _names(element: Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"
