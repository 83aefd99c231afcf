"""HTML → the text that a reader sees, the place of each of its characters in the source, and safe HTML."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from markdown_it.common.utils import escapeHtml

from corrections.text.control_characters import shown
from corrections.text.formats.html.attributes import attribute_value
from corrections.text.formats.html.elements import BLOCKS, PREFORMATTED
from corrections.text.formats.html.layout import Item, Tag, Words, layout, start_html
from corrections.text.formats.html.tree import Part
from corrections.text.formats.raw_html import TAGS
from corrections.text.formats.rendered import NO_ORIGIN, Alternative, Block, Rendered
from corrections.text.text_cache import remember


@dataclass(frozen=True)
class RenderedHtml(Rendered):
    """An article in HTML as its reader sees it, with the `layout` it was read from: places there are the source's."""

    format: ClassVar[str] = "html"

    layout: tuple[Item, ...] = ()
    offsets: tuple[int, ...] = ()

    def tokens(self) -> list[str]:
        """All markup, in order."""
        return [item.token for item in self.layout if isinstance(item, Tag)]


@remember(64)
def render(source: str) -> RenderedHtml:
    """Render a fragment as browsers do; never raises for any text.

    Embeds (scripts, frames, forms, drawings), comments and shortcodes are markup. Control characters are not shown.
    """
    clean, places = shown(source)
    items = layout(clean)
    if places is not None:
        _move(items, places)
    writer = _Writer(source)
    for item in items:
        writer.write(item)
    return RenderedHtml(
        source,
        "".join(writer.text),
        writer.starts,
        writer.ends,
        "".join(writer.html),
        "".join(writer.frame),
        tuple(writer.blocks()),
        tuple(writer.alternatives),
        tuple(writer.runs),
        tuple(items),
        tuple(writer.offsets),
    )


def _move(items: list[Item], places: "array[int]") -> None:
    """Give places of a text without its control characters as places of the text with them."""
    parts: dict[int, Part] = {}

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return (places[span[0]], places[span[1] - 1] + 1) if 0 <= span[0] < span[1] else span

    for number, item in enumerate(items):
        parts[id(item.part)] = item.part
        if isinstance(item, Words):
            pairs = [moved(pair) for pair in zip(item.starts, item.ends, strict=True)]
            item.starts = array("l", (start for start, _ in pairs))
            item.ends = array("l", (end for _, end in pairs))
        else:
            items[number] = Tag(item.part, item.token, moved(item.span), item.opens, item.closes)
    for part in parts.values():
        part.start_tag, part.end_tag = moved(part.start_tag), moved(part.end_tag)
        part.end = places[part.end - 1] + 1 if part.end > 0 else part.end


class _Writer:
    """`offsets` has for each item where its text begins."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.html: list[str] = []
        self.frame: list[str] = []
        self.text: list[str] = []
        self.starts: array[int] = array("l")
        self.ends: array[int] = array("l")
        self.alternatives: list[Alternative] = []
        self.runs: list[tuple[int, int]] = [(0, 0)]
        self.offsets: list[int] = []
        self._tops: list[tuple[Part, int, int]] = []
        self._length = 0
        self._in_text = False
        self._line_is_open = False
        self._begins_pre = False

    def write(self, item: Item) -> None:
        """Add one item of the layout."""
        if isinstance(item, Words):
            self.offsets.append(len(self.starts))
            self._words(item.text, item.starts, item.ends)
            return
        if item.opens and item.part.name in BLOCKS:
            self._break()
        self.offsets.append(len(self.starts))
        self._markup(item)
        if item.closes and item.part.name in BLOCKS:
            self._break()

    def blocks(self) -> Iterator[Block]:
        """The blocks that no other holds, with their spans."""
        for part, start, end in self._tops:
            if part.start >= 0 and part.end > part.start:
                yield Block(part.start, part.end, start, end)

    def _markup(self, tag: Tag) -> None:
        self.frame.append(tag.token)
        self._in_text = False
        part = tag.part
        is_top = part.name in BLOCKS and part.parent is not None and part.parent.parent is None
        if tag.opens and is_top:
            self._tops.append((part, len(self.starts), len(self.starts)))
        if tag.closes and is_top and self._tops:
            self._tops[-1] = (part, self._tops[-1][1], len(self.starts))
        if tag.opens and part.name == "br":
            self._put("<br>")
            self._words("\n", array("l", [tag.span[0]]), array("l", [tag.span[1]]), in_frame=False)
        elif tag.opens and part.name == "img":
            self._alternative(part)
            self._put(start_html(part))
            self._line_is_open = True
        elif tag.opens and part.name in TAGS | _TABLE_CAPTION:
            self._put(start_html(part))
            self._begins_pre = part.name in PREFORMATTED
        elif tag.closes and part.name in TAGS | _TABLE_CAPTION:
            self._put(f"</{part.name}>")

    def _alternative(self, part: Part) -> None:
        if part.start >= 0:
            text, places = attribute_value(self._source, *part.start_tag, "alt")
            self.alternatives.append(Alternative(text, tuple(places.starts), tuple(places.ends)))

    def _put(self, html: str) -> None:
        self.html.append(html)
        self._length += len(html)

    def _words(self, text: str, starts: "array[int]", ends: "array[int]", in_frame: bool = True) -> None:
        if not text:
            return
        if self._begins_pre and text.startswith("\n"):
            self._put("\n")  # a browser does not show the first line end of a <pre>
        self._begins_pre = False
        self.runs.append((len(self.starts), self._length))
        self._put(escapeHtml(text))
        self.text.append(text)
        self.starts.extend(starts)
        self.ends.extend(ends)
        self._line_is_open = not text.endswith("\n")
        if in_frame and text.strip() and not self._in_text:
            self.frame.append("\0")
            self._in_text = True

    def _break(self) -> None:
        """A line end between blocks, which the source does not hold."""
        if self._line_is_open:
            self._words("\n", array("l", [NO_ORIGIN]), array("l", [NO_ORIGIN]), in_frame=False)
            self._line_is_open = False


_TABLE_CAPTION = frozenset(("caption",))
