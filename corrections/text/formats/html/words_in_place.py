"""The words of an HTML source where they are in it, without its markup: for checks that report places of the source."""

from corrections.text.formats.html.attributes import attribute_value
from corrections.text.formats.html.elements import BLOCKS
from corrections.text.formats.html.layout import Tag
from corrections.text.formats.html.render import render
from corrections.text.formats.html.tree import NOWHERE

PARAGRAPH = "\n\n"  # as paragraphs are parted in other formats


def words_in_place(source: str) -> str:
    """A text of the source's length: its words and, in angle brackets, what its links lead to; else blanks.

    A character reference is its character and blanks. Where a block begins or ends there is a blank line.
    """
    rendered = render(source)
    characters = [" "] * len(source)
    for item in rendered.layout:
        if not isinstance(item, Tag) or item.span == NOWHERE:
            continue
        start, end = item.span
        if item.part.name in BLOCKS and item.is_element:
            characters[start : start + len(PARAGRAPH)] = PARAGRAPH
        elif item.opens and item.part.name == "a":
            address, places = attribute_value(source, start, end, "href")
            if address:
                characters[places.starts[0] - 1], characters[places.ends[-1]] = "<", ">"
                for char, at in zip(address, places.starts, strict=True):
                    characters[at] = char
    for char, at in zip(rendered.text, rendered.starts, strict=True):
        if at >= 0 and not char.isspace():
            characters[at] = char
    return "".join(characters)
