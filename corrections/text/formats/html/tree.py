"""The tree that a browser makes of an HTML fragment, with where in the source its tags and texts are.

This is the only module that knows the parser (docs/decisions/019-html-parser.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from justhtml import JustHTML
from justhtml.dom import Comment, Element, Node, ProcessingInstruction, Template, Text

from corrections.text.formats.html.markup import without_bogus_markup

NOWHERE = (-1, -1)
Span = tuple[int, int]


@dataclass(eq=False)
class Part:
    """An element. Its tags' spans of the source are `NOWHERE` where the source leaves them out.

    `end` is where all of it ends, known once it is closed. A part is `shared` where its start tag opens another one
    too, as the tag of a misnested `<b>` does.
    """

    name: str
    attributes: dict[str, str | None]
    parent: "Part | None"
    start_tag: Span
    end_tag: Span
    end: int
    shared: bool = False

    @property
    def start(self) -> int:
        return self.start_tag[0]

    def hold(self, end: int) -> None:
        """Note that something of it ends at `end`."""
        if self.end_tag == NOWHERE:
            self.end = max(self.end, end)


class Step(NamedTuple):
    """One step of the walk through the tree: an element opens or closes, or a text or comment comes.

    `origin` is where a text or comment begins in the source; -1 where that is not known.
    """

    kind: Literal["open", "close", "text", "comment"]
    part: Part
    data: str = ""
    origin: int = -1


class Tree:
    """The parsed source. `text_origins` are where its texts begin, those in embeds too.

    `source` is what the parser was given: of the same length.
    """

    def __init__(self, source: str) -> None:
        self.source = without_bogus_markup(source)
        self._root = JustHTML(self.source, fragment=True, track_node_locations=True, sanitize=False).root
        self.text_origins = {_origin(node) for node in _descendants(self._root) if isinstance(node, Text)}

    def walk(self, opaque: frozenset[str]) -> Iterator[Step]:
        """All of it in order, but for what is in elements of the names in `opaque`."""
        length = len(self.source)
        top = Part("", {}, None, (0, 0), (length, length), length)
        opened: dict[int, Part] = {}
        waiting: list[tuple[Node | Text | None, Part]] = [(node, top) for node in reversed(self._root.children or [])]
        while waiting:
            node, parent = waiting.pop()
            if node is None:
                if parent.parent is not None:
                    parent.parent.hold(parent.end)
                yield Step("close", parent)
            elif isinstance(node, Text):
                yield Step("text", parent, node.data or "", _origin(node))
            elif isinstance(node, Comment | ProcessingInstruction):
                yield Step("comment", parent, "", _origin(node))
            elif isinstance(node, Element):
                part = _part(node, parent, opened)
                waiting.append((None, part))
                if part.name not in opaque:
                    waiting += [(child, part) for child in reversed(node.children or [])]
                elif part.end_tag == NOWHERE:
                    part.hold(_last_end(node))
                yield Step("open", part)


def _part(node: Element, parent: Part, opened: dict[int, Part]) -> Part:
    start, start_end = node._start_tag_start, node._start_tag_end
    end, end_end = node._end_tag_start, node._end_tag_end
    start_tag = NOWHERE if start is None or start_end is None else (start, start_end)
    end_tag = NOWHERE if end is None or end_end is None else (end, end_end)
    part = Part(node.name, dict(node.attrs or {}), parent, start_tag, end_tag, max(start_tag[1], end_tag[1]))
    if part.start >= 0:
        other = opened.setdefault(part.start, part)
        if other is not part:
            part.shared = other.shared = True
    return part


def _origin(node: Node | Text) -> int:
    offset = node.origin_offset
    return -1 if offset is None else offset


def _descendants(node: Node) -> Iterator[Node | Text]:
    waiting: list[Node | Text] = [node]
    while waiting:
        here = waiting.pop()
        yield here
        if not isinstance(here, Text):
            waiting += here.children or []
            if isinstance(here, Template) and here.template_content:
                waiting.append(here.template_content)


def _last_end(node: Element) -> int:
    """About where an element that is not closed ends: after the last tag or text in it."""
    ends = [0]
    for here in _descendants(node):
        if isinstance(here, Text):
            ends.append(_origin(here) + len(here.data or ""))
        elif isinstance(here, Element):
            ends.append(max(here._start_tag_end or 0, here._end_tag_end or 0))
    return max(ends)
