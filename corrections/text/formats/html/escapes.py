"""A reader's words as HTML."""

import re

_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CHARACTERS = re.compile(r"[&<>]")
# At its ends the text meets source that is not known here: brackets there could open, close or double a shortcode's.
_BRACKET = re.compile(r"\[(?=/?(?:[A-Za-z\[]|$))|^\]")
_BRACKETS = {"[": "&#91;", "]": "&#93;"}


def escape(text: str) -> str:
    """`text` as content of an element: read as it is, with no shortcode that a content management system would find."""
    return _BRACKET.sub(lambda match: _BRACKETS[match[0]], _CHARACTERS.sub(lambda match: _SPECIAL[match[0]], text))
