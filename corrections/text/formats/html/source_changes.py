"""Changes of an HTML source that together make one correction, and the markup that is left after them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.layout import Tag, Words
from corrections.text.formats.html.render import RenderedHtml
from corrections.text.formats.html.tree import NOWHERE, Part


@dataclass
class Changes:
    """What is put in place of spans of the source.

    `gone` are spans of the text that are read no more; `dropped` tags whose spans are taken out, `added` those that
    come in, by the index in the layout before which they do.
    """

    rendered: RenderedHtml
    edits: list[Edit] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    added: dict[int, list[str]] = field(default_factory=dict)
    filled: set[Part] = field(default_factory=set)

    def replace(self, start: int, end: int, source: str) -> None:
        """Put a source in place of the text's `start` to `end`, at its first character; markup between stays."""
        runs = list(self._runs(start, end))
        for number, (first, last) in enumerate(runs):
            self.edits.append(Edit(first, last, "" if number else source))
        self.gone.append((start, end))
        if source.strip():
            self.filled |= set(ancestors(self.part_at(start)))

    def insert(self, at: int, part: Part, source: str) -> None:
        """Put a source at a position of the source, which is in an element."""
        self.edits.append(Edit(at, at, source))
        self.filled |= set(ancestors(part))

    def take_out(self, start: int, end: int, source: str = "") -> None:
        """Put `source` in place of a span with all of its markup."""
        self.edits = [edit for edit in self.edits if not _is_inside(edit, start, end)]
        self.edits.append(Edit(start, end, source))

    def edit(self) -> Edit | None:
        """One edit that makes all changes; None where they overlap."""
        if not self.edits:
            return None
        edits = sorted(self.edits, key=lambda edit: (edit.start, edit.end))
        source = self.rendered.source
        parts: list[str] = []
        at = edits[0].start
        for edit in edits:
            if edit.start < at:
                return None
            parts += [source[at : edit.start], edit.text]
            at = edit.end
        return Edit(edits[0].start, at, "".join(parts))

    def tokens(self) -> list[str]:
        """The markup that should be left, in order."""
        found: list[str] = []
        for number, item in enumerate(self.rendered.layout):
            found += self.added.get(number, [])
            if isinstance(item, Tag) and number not in self.dropped:
                found.append(item.token)
        return found

    def part_at(self, at: int) -> Part:
        """The element that a character of the text is in."""
        return self.rendered.layout[item_at(self.rendered, at)].part

    def _runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The spans of the source that a span of the text is read from."""
        starts, ends = self.rendered.starts, self.rendered.ends
        first, last = starts[start], ends[start]
        for at in range(start + 1, end):
            if starts[at] > last or starts[at] < first:
                yield first, last
                first = starts[at]
            last = ends[at]
        yield first, last


def _is_inside(edit: Edit, start: int, end: int) -> bool:
    if edit.start == edit.end:
        return start < edit.start < end
    return start <= edit.start and edit.end <= end


def item_at(rendered: RenderedHtml, at: int) -> int:
    """The index in the layout of the words that a character of the text is in, or of the tag that stands for it."""
    number = bisect_right(rendered.offsets, at) - 1
    while number > 0 and not _holds(rendered, number, at):
        number -= 1
    return number


def _holds(rendered: RenderedHtml, number: int, at: int) -> bool:
    item, first = rendered.layout[number], rendered.offsets[number]
    if isinstance(item, Words):
        return first <= at < first + len(item.text)
    return item.opens and item.part.name == "br" and at == first


def is_line_end(rendered: RenderedHtml, at: int) -> bool:
    """Does a line end at this character of the text: a `<br>`, or the border of a block? So it does at its end."""
    if at >= len(rendered.text):
        return True
    if rendered.text[at] != "\n":
        return False
    return rendered.starts[at] < 0 or rendered.source[rendered.starts[at]] == "<"


def is_line_start(rendered: RenderedHtml, at: int) -> bool:
    """Does a line begin at this position of the text?"""
    return at == 0 or is_line_end(rendered, at - 1)


def insertion_point(changes: Changes, at: int) -> tuple[int, Part] | None:
    """Where in the source, and in which element, something is put in that is to be read at `at` of the text.

    None where the words beside it have no place of their own in the source.
    """
    rendered = changes.rendered
    if is_line_start(rendered, at):
        if not is_line_end(rendered, at):
            return (rendered.starts[at], changes.part_at(at)) if rendered.starts[at] >= 0 else None
        if at > 0 and rendered.ends[at - 1] >= 0:
            return rendered.ends[at - 1], changes.part_at(at - 1)
        return None
    place, part = rendered.ends[at - 1], changes.part_at(at - 1)
    if place < 0:
        return None
    if is_line_end(rendered, at):
        outer = next((each.parent for each in ancestors(part) if each.name == "a"), None)
        around = set(ancestors(outer or part))
    else:
        around = set(ancestors(changes.part_at(at)))
    while part not in around and part.end_tag != NOWHERE and part.parent is not None:
        place, part = part.end_tag[1], part.parent
    return place, part


def ancestors(part: Part | None) -> Iterable[Part]:
    """An element and all that it is in, from the inside."""
    while part is not None:
        yield part
        part = part.parent
