"""Shortcodes in a text, such as `[gallery ids="1,2"]`: a content management system puts something else in their place.

Words in brackets are none by themselves ("[sic]"): a shortcode has attributes, a closing mark, or a known name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = r"[A-Za-z][\w-]*"
_VALUE = r"""(?:"[^"\[\]]*"|'[^'\[\]]*'|[^\s"'\[\]]+)"""
_ATTRIBUTES = rf"(?:\s+(?:[\w-]+\s*=\s*{_VALUE}|\"[^\"\[\]]*\"))"
_WITHOUT_WORDS = "audio|embed|gallery|playlist|video"
_KNOWN = frozenset(["audio", "caption", "embed", "gallery", "more", "nextpage", "playlist", "video", "wp_caption"])
_SHORTCODE = re.compile(
    rf"""(?<!\[)(?:
      \[(?P<whole>{_WITHOUT_WORDS})(?:\s[^\[\]]*)?\][^\[\]]*\[/(?P=whole)\]
    | \[(?P<name>{_NAME})(?P<attributes>{_ATTRIBUTES}*)\s*(?P<empty>/?)\]
    | \[/(?P<closing>{_NAME})\]
    )(?!\])""",
    re.VERBOSE,
)


class Shortcode(NamedTuple):
    """Where one begins and ends in its text."""

    start: int
    end: int


def shortcodes(text: str, closed: frozenset[str]) -> Iterator[Shortcode]:
    """The shortcodes of a text; `closed` are the names that are closed somewhere in the article."""
    if "[" not in text:
        return
    for match in _SHORTCODE.finditer(text):
        name = match["name"]
        if name and not (match["attributes"] or match["empty"] or name in _KNOWN or name in closed):
            continue
        yield Shortcode(match.start(), match.end())


def closed_names(source: str) -> frozenset[str]:
    """The names of shortcodes that the source closes."""
    return frozenset(_CLOSING.findall(source)) if "[/" in source else frozenset()


_CLOSING = re.compile(rf"\[/({_NAME})\]")
