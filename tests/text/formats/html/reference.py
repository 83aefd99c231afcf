"""The words of an HTML fragment by another parser, html5lib, and what one character of a source is read as."""

import html

import html5lib

from corrections.text.formats.html.elements import EMBEDS

_XHTML = "http://www.w3.org/1999/xhtml"


def words(source: str) -> str:
    """The text of a fragment without its white space and without what is in embeds."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
    waiting = [parser.parseFragment(source, scripting=True)]
    found = []
    while waiting:
        node = waiting.pop()
        if node.nodeType == node.TEXT_NODE:
            found.append(node.data)
        elif node.nodeType != node.ELEMENT_NODE or (node.tagName not in EMBEDS and node.namespaceURI == _XHTML):
            waiting += reversed(node.childNodes)
    return squeezed("".join(found))


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_read_as(spelt: str, char: str) -> bool:
    """Is the character what this stretch of a source is read as?"""
    if char == "\n" and spelt.startswith("<br"):
        return True
    decoded = html.unescape(spelt).replace("\r\n", "\n").replace("\r", "\n")
    if char in " \n" and spelt:
        return not decoded.strip(" \t\n")
    return char == decoded or (len(decoded) > 1 and spelt[0] == "&" and char in decoded)
