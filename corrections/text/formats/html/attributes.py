"""Where in a start tag an attribute's value is, character by character."""

import re
from array import array

from corrections.text.formats.html.character_map import Places
from corrections.text.formats.html.markup import SPACE
from corrections.text.formats.html.references import reference_at

_ATTRIBUTE = re.compile(
    rf"""[{SPACE}/]*(?P<name>[^{SPACE}/>][^{SPACE}/>=]*)(?:[{SPACE}]*=[{SPACE}]*"""
    rf"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^{SPACE}"'>][^{SPACE}>]*)))?"""
)
_NAME = re.compile(rf"<[A-Za-z][^{SPACE}/>]*")


def attribute_value(source: str, start: int, end: int, name: str) -> tuple[str, Places]:
    """The value of the first attribute of a name in the start tag at `start` to `end`, and its characters' places."""
    tag = _NAME.match(source, start)
    at = tag.end() if tag else end
    while at < end and (match := _ATTRIBUTE.match(source, at, end)) is not None:
        at = match.end()
        if match["name"].lower() == name and match.lastgroup in ("double", "single", "bare"):
            return _decoded(source, *match.span(match.lastgroup))
    return "", Places(array("l"), array("l"))


def _decoded(source: str, at: int, end: int) -> tuple[str, Places]:
    text: list[str] = []
    places = Places(array("l"), array("l"))
    while at < end:
        read, after = source[at], at + 1
        if read == "&":
            reference = reference_at(source, at, in_attribute=True)
            if reference is not None and reference.end <= end:
                read, after = reference
        elif read == "\r":
            read, after = "\n", at + (2 if source.startswith("\r\n", at) else 1)
        text.append(read)
        places.starts.extend([at] * len(read))
        places.ends.extend([after] * len(read))
        at = after
    return "".join(text), places
