"""Where an HTML fragment can be divided, so that each section is read by itself as it is in the whole.

Only where every element is one that the fragment closes itself, in order: then a browser has nothing open between two
elements that stand beside each other, whatever is in them.
"""

from corrections.text.formats.html.elements import BLOCKS, DIVISIBLE, VOID
from corrections.text.formats.html.markup import MARKUP, SPACE

_EMPTY = frozenset(("iframe", "script"))  # their content is no markup: divided only where there is none
_PARENTS = {
    "li": ("ul", "ol"),
    **dict.fromkeys(("dd", "dt"), ("dl", "div")),
    **dict.fromkeys(("tbody", "tfoot", "thead"), ("table",)),
    "tr": ("table", "tbody", "tfoot", "thead"),
    **dict.fromkeys(("td", "th"), ("tr",)),
    "figcaption": ("figure",),
    "summary": ("details",),
}
_TABLE_PARTS = frozenset(("table", "tbody", "tfoot", "thead", "tr"))
_WITHOUT_BLOCKS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"))


def section_starts(source: str) -> list[int]:
    """Where sections begin, in code points: 0, and each block beside another that are in no other element.

    0 alone where the fragment is not as strict as this needs, or closes shortcodes, which may span sections.
    """
    if "[/" in source:
        return [0]
    starts = [0]
    opened: list[str] = []
    at = 0
    follows_block = False
    for tag in MARKUP.finditer(source):
        between, at = source[at : tag.start()], tag.end()
        if "<" in between or tag["bogus"]:
            return [0]
        follows_block = follows_block and not between.strip(SPACE)
        name = (tag["name"] or "").lower()
        if not name:
            continue
        is_end = tag[0].startswith("</")
        if name not in DIVISIBLE and not (name in _EMPTY and (is_end or _is_empty(source, at, name))):
            return [0]
        if is_end:
            if not opened or opened.pop() != name:
                return [0]
        else:
            if not _belongs(name, opened):
                return [0]
            if not opened and name in BLOCKS and follows_block:
                starts.append(tag.start())
            if name not in VOID:
                opened.append(name)
        follows_block = not opened and name in BLOCKS
    return [0] if opened or "<" in source[at:] else starts


def _is_empty(source: str, at: int, name: str) -> bool:
    return source[at : at + len(name) + 3].lower() == f"</{name}>"


def _belongs(name: str, opened: list[str]) -> bool:
    """May such an element begin in those that are open? Elsewhere, browsers close others first or pass over its tag."""
    if name in _PARENTS:
        return bool(opened) and opened[-1] in _PARENTS[name]
    if opened and opened[-1] in _TABLE_PARTS:
        return False
    return name not in BLOCKS or _WITHOUT_BLOCKS.isdisjoint(opened)
