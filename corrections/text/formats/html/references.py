"""Character references of HTML: read, each with where it ends (HTML standard, section 13.2.5.72 and after); written."""

import re
from html.entities import html5
from typing import NamedTuple

_REFERENCE = re.compile(r"&(?:#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?|(?P<name>[A-Za-z][A-Za-z0-9]*;?))")
_LONGEST_NAME = max(map(len, html5))
_WINDOWS_1252 = {
    code: bytes((code,)).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CHARACTERS = re.compile(r"[&<>]")
# At its ends the text meets source that is not known here: brackets there could open, close or double a shortcode's.
_BRACKET = re.compile(r"\[(?=/?(?:[A-Za-z\[]|$))|^\]")
_BRACKETS = {"[": "&#91;", "]": "&#93;"}


class Reference(NamedTuple):
    """`text` is what the reference that ends at `end` of the source stands for."""

    text: str
    end: int


def reference_at(source: str, at: int, in_attribute: bool = False) -> Reference | None:
    """The character reference that begins at `at` of the source; None where the ampersand is one by itself."""
    match = _REFERENCE.match(source, at)
    if match is None:
        return None
    if match["name"] is None:
        number = match["hex"] or match["decimal"]
        return Reference(_character(number, 16 if match["hex"] else 10), match.end())
    name = match["name"][:_LONGEST_NAME]
    for length in range(len(name), 1, -1):
        text = html5.get(name[:length])
        if text is None:
            continue
        end = at + 1 + length
        if in_attribute and name[length - 1] != ";" and (source[end : end + 1] or " ") in _CONTINUES:
            return None
        return Reference(text, end)
    return None


_CONTINUES = frozenset("=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def _character(digits: str, base: int) -> str:
    significant = digits.lstrip("0")
    code = int(significant or "0", base) if len(significant) <= 8 else 0x110000
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return _WINDOWS_1252.get(code, chr(code))


def escape(text: str) -> str:
    """A reader's `text` as content of an element: read as it is, with no shortcode that a publisher's system finds."""
    return _BRACKET.sub(lambda match: _BRACKETS[match[0]], _CHARACTERS.sub(lambda match: _SPECIAL[match[0]], text))
