"""An HTML tree as an article's blocks: every visible word is in exactly one of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from xml.etree.ElementTree import Element

from corrections.importers import html_tree, inline_runs
from corrections.importers.addresses import web_address
from corrections.importers.blocks import (
    Block,
    Break,
    Cell,
    Container,
    Heading,
    Image,
    Inline,
    Item,
    Listing,
    Mark,
    Paragraph,
    Preformatted,
    Quote,
    Rule,
    Table,
    Text,
)
from corrections.text import control_characters

_MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "strike": "s", "del": "s", "tt": "code"}
_HTML_MARKS = {"abbr", "cite", "dfn", "ins", "kbd", "mark", "q", "samp", "small", "sub", "sup", "u", "var"}
_CONTAINERS = {"figcaption", "details", "summary", "dl", "dt", "dd"}
_SPAN_LIMIT = 1000  # columns or rows of one cell, as browsers limit it


def blocks_of(root: Element, omitted: Counter[str]) -> tuple[Block, ...]:
    """The tree's blocks; what is embedded and has no words of its own is counted in `left_out` by its element."""
    builder = _Builder(omitted)
    builder.children(root, ())
    return builder.finish()


class _Builder:
    """Collects blocks; `inlines` are those since the last block ended."""

    def __init__(self, omitted: Counter[str], keys: Iterable[int] | None = None) -> None:
        self._omitted = omitted
        self._keys = iter(keys or count(1))
        self._blocks: list[Block] = []
        self._inlines: list[Inline] = []

    def finish(self) -> tuple[Block, ...]:
        self._flush()
        return tuple(self._blocks)

    def children(self, element: Element, marks: tuple[Mark, ...]) -> None:
        if element.text:
            self._inlines.append(Text(element.text, marks))
        for child in element:
            self._element(child, marks)
            if child.tail:
                self._inlines.append(Text(child.tail, marks))

    def _element(self, element: Element, marks: tuple[Mark, ...]) -> None:
        tag = html_tree.name(element)
        if not html_tree.has_words(element):
            if tag in html_tree.EMBEDDED and not html_tree.is_hidden(element):
                self._omitted[tag] += 1
        elif tag in _BLOCK_READERS:
            self._flush()
            _BLOCK_READERS[tag](self, element, marks)
        elif tag in html_tree.BLOCKS:
            self._flush()
            self.children(element, marks)
            self._flush()
        elif tag in ("br", "wbr"):
            self._inlines.append(Break(marks, tag))
        elif tag == "img":
            self._image(element, marks)
        else:
            self.children(element, self._marked(element, tag, marks))

    def _marked(self, element: Element, tag: str, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        mark = None
        if tag in _MARKS or tag == "code":
            mark = Mark(_MARKS.get(tag, tag))
        elif tag in _HTML_MARKS:
            mark = Mark(tag, title=element.get("title", "") if tag == "abbr" else "", key=next(self._keys))
        elif tag == "a" and (address := web_address(element.get("href", ""))):
            mark = Mark("a", address, element.get("title", ""))
        if mark is None or any(outer.tag == mark.tag for outer in marks):
            return marks
        return (*marks, mark)

    def _image(self, element: Element, marks: tuple[Mark, ...]) -> None:
        addresses = (element.get("src", ""), element.get("data-src", ""), element.get("data-original", ""))
        address = next(filter(None, map(web_address, addresses)), "")
        alternative = " ".join(control_characters.without(element.get("alt", "")).split())
        if address or alternative:
            self._inlines.append(Image(address, alternative, element.get("title", ""), marks))
        elif not address and not alternative:
            self._omitted["img"] += 1

    def _flush(self) -> None:
        inlines, self._inlines = tuple(self._inlines), []
        for part in inline_runs.paragraphs(inline_runs.folded(inlines)):
            if not inline_runs.is_blank(part):
                self._blocks.append(Paragraph(part))

    def inside(self, element: Element, marks: tuple[Mark, ...]) -> tuple[Block, ...]:
        builder = _Builder(self._omitted, self._keys)
        builder.children(element, marks)
        return builder.finish()

    def heading(self, element: Element, marks: tuple[Mark, ...]) -> None:
        inside = self.inside(element, marks)
        if all(isinstance(block, Paragraph) for block in inside):
            inlines = inline_runs.folded(_with_breaks(inside))
            if not inline_runs.is_blank(inlines):
                self._blocks.append(Heading(int(html_tree.name(element)[1]), inlines))
        else:
            self._blocks += inside

    def preformatted(self, element: Element, marks: tuple[Mark, ...]) -> None:
        builder = _Builder(self._omitted, self._keys)
        builder.children(element, marks)
        if builder._blocks:  # a list or a table inside: no longer lines of text
            self._blocks += builder.finish()
            return
        inlines = inline_runs.preformatted(builder._inlines)
        if not inline_runs.is_blank(inlines):
            self._blocks.append(Preformatted(inlines))

    def rule(self, element: Element, marks: tuple[Mark, ...]) -> None:
        self._blocks.append(Rule())

    def quote(self, element: Element, marks: tuple[Mark, ...]) -> None:
        if inside := self.inside(element, marks):
            self._blocks.append(Quote(inside))

    def container(self, element: Element, marks: tuple[Mark, ...]) -> None:
        if inside := self.inside(element, marks):
            self._blocks.append(Container(html_tree.name(element), inside))

    def figure(self, element: Element, marks: tuple[Mark, ...]) -> None:
        """A figure without a caption is no more than what it holds."""
        inside = self.inside(element, marks)
        if any(isinstance(block, Container) and block.tag == "figcaption" for block in inside):
            self._blocks.append(Container("figure", inside))
        else:
            self._blocks += inside

    def listing(self, element: Element, marks: tuple[Mark, ...]) -> None:
        """A list; what stands in it outside any item becomes an item, so that it keeps its place."""
        ordered = html_tree.name(element) == "ol"
        entries: list[tuple[str | None, tuple[Block, ...]]] = []
        builder = _Builder(self._omitted, self._keys)
        if element.text:
            builder._inlines.append(Text(element.text, marks))
        for child in element:
            if html_tree.name(child) == "li" and html_tree.has_words(child):
                _add_unnested(entries, builder.finish())
                builder = _Builder(self._omitted, self._keys)
                entries.append((child.get("value"), self.inside(child, marks)))
            else:
                builder._element(child, marks)
            if child.tail:
                builder._inlines.append(Text(child.tail, marks))
        _add_unnested(entries, builder.finish())
        if ordered:
            self._blocks += _numbered(entries, element)
        elif entries:
            self._blocks.append(Listing(False, tuple(Item(1, blocks) for _, blocks in entries)))

    def table(self, element: Element, marks: tuple[Mark, ...]) -> None:
        rows: list[tuple[Cell, ...]] = []
        surrounding = _Builder(self._omitted, self._keys)
        for part in element:
            if html_tree.name(part) in ("thead", "tbody", "tfoot") and html_tree.has_words(part):
                for row in part:
                    if html_tree.name(row) == "tr" and html_tree.has_words(row):
                        rows.append(self._cells(row, surrounding, marks))
                    else:
                        surrounding._element(row, marks)
            elif html_tree.name(part) != "colgroup":
                surrounding._element(part, marks)
        self._blocks += surrounding.finish()  # a caption, and what stands outside any cell
        rows = [row for row in rows if row]
        if len(rows) == 1 and len(rows[0]) == 1:  # made for its frame
            self._blocks += rows[0][0].blocks
        elif any(cell.blocks for row in rows for cell in row):
            self._blocks.append(Table(tuple(rows)))

    def _cells(self, row: Element, surrounding: "_Builder", marks: tuple[Mark, ...]) -> tuple[Cell, ...]:
        cells = []
        for cell in row:
            if html_tree.name(cell) in ("td", "th") and html_tree.has_words(cell):
                spans = (_integer(cell.get("colspan"), 1), _integer(cell.get("rowspan"), 1))
                columns, rows = (min(max(span, 1), _SPAN_LIMIT) for span in spans)
                cells.append(Cell(html_tree.name(cell) == "th", self.inside(cell, marks), columns, rows))
            else:
                surrounding._element(cell, marks)
        return tuple(cells)


def _add_unnested(entries: list[tuple[str | None, tuple[Block, ...]]], unnested: tuple[Block, ...]) -> None:
    """What stands in a list between its items: a list there belongs to the item before it, as old editors meant it."""
    if unnested and entries and all(isinstance(block, Listing) for block in unnested):
        value, blocks = entries[-1]
        entries[-1] = (value, blocks + unnested)
    elif unnested:
        entries.append((None, unnested))


def _numbered(entries: list[tuple[str | None, tuple[Block, ...]]], element: Element) -> list[Block]:
    """Ordered lists, a new one wherever the numbers do not go on by one."""
    backwards = "reversed" in element.attrib
    number = _integer(element.get("start"), len(entries) if backwards else 1)
    lists: list[list[Item]] = []
    for value, blocks in entries:
        number = _integer(value, number)
        if lists and lists[-1][-1].number + 1 == number:
            lists[-1].append(Item(number, blocks))
        else:
            lists.append([Item(number, blocks)])
        number += -1 if backwards else 1
    return [Listing(True, tuple(items)) for items in lists]


def _with_breaks(blocks: tuple[Block, ...]) -> list[Inline]:
    inlines: list[Inline] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            inlines += [Break(), *block.inlines]
    return inlines


def _integer(value: str | None, default: int) -> int:
    match = re.match(r"\s*([+-]?[0-9]{1,9})(?![0-9])", value or "")
    return int(match[1]) if match else default


_Reader = Callable[[_Builder, Element, tuple[Mark, ...]], None]
_BLOCK_READERS: dict[str, _Reader] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Builder.heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _Builder.listing),
    **dict.fromkeys(_CONTAINERS, _Builder.container),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), _Builder.preformatted),
    "blockquote": _Builder.quote,
    "figure": _Builder.figure,
    "hr": _Builder.rule,
    "table": _Builder.table,
}
