"""A reader's words as HTML."""

import re

_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CHARACTERS = re.compile(r"[&<>]")
_CODE = re.compile(r"\[(?=/?[A-Za-z])")


def escape(text: str) -> str:
    """`text` as content of an element: read as it is, with no shortcode that a content management system would find."""
    return _CODE.sub("&#91;", _CHARACTERS.sub(lambda match: _SPECIAL[match[0]], text))
