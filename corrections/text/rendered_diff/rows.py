"""Two renderings side by side: aligned blocks, and in those that changed their words, formatting, links and images.

The words of the left sides together are the old rendering's text, those of the right sides the new one's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from corrections.text.comparison.paragraphs import Kind
from corrections.text.rendered_diff.blocks import PLAIN, Formatting, Inset, RenderedBlock
from corrections.text.rendered_diff.remarks import Remark

PartKind = Literal["same", "removed", "added", "quoted"]


class Part(NamedTuple):
    """Words of one formatting, or an inset (then without words), and what is remarked right after it.

    `shown` is the words with a blank for a line end that a reader does not see, and nothing for a block's gap.
    `warning` is what to look at twice in these words.
    """

    kind: PartKind
    text: str
    formatting: Formatting = PLAIN
    inset: Inset | None = None
    remarks: tuple[Remark, ...] = ()
    shown: str = ""
    warning: str = ""


@dataclass(frozen=True)
class RenderedRow:
    """A block, old beside new (None where there is none); `changed_left` and `changed_right` are empty where the row's
    blocks are whole: the same, removed, added or moved.

    `remarks` are about the block as a whole. `white_space`: nothing else changed. `coarse`: told less finely than it
    could be, the texts being long and very different.
    """

    kind: Kind
    old: RenderedBlock | None
    new: RenderedBlock | None
    changed_left: tuple[Part, ...] = ()
    changed_right: tuple[Part, ...] = ()
    remarks: tuple[Remark, ...] = ()
    white_space: bool = False
    coarse: bool = False

    @property
    def left(self) -> tuple[Part, ...]:
        """What the old rendering has."""
        if self.changed_left or self.old is None:
            return self.changed_left
        return whole(self.old, "same" if self.new is not None else "removed")

    @property
    def right(self) -> tuple[Part, ...]:
        """What the new rendering has."""
        if self.changed_right or self.new is None:
            return self.changed_right
        return whole(self.new, "same" if self.old is not None else "added")

    @property
    def inline(self) -> tuple[Part, ...]:
        """Both sides in one: what was removed stands before what came in its place."""
        merged: list[Part] = []
        left, right = list(self.left[::-1]), list(self.right[::-1])
        while left or right:
            if left and left[-1].kind == "removed":
                merged.append(left.pop())
            elif right and right[-1].kind == "added":
                merged.append(right.pop())
            else:
                merged.append(right.pop() if right else left[-1])
                if left:
                    left.pop()
        return tuple(merged)


def whole(block: RenderedBlock, kind: PartKind) -> tuple[Part, ...]:
    """All of a block, its gap too, as parts of one kind."""
    pieces = BlockSlicer(block)
    parts = [*pieces.between(0, len(block.content), kind), *pieces.insets(len(block.content), kind)]
    return (*parts, Part(kind, block.gap)) if block.gap or not parts else tuple(parts)


class BlockSlicer:
    """Cuts a block in parts, each of one formatting."""

    def __init__(self, block: RenderedBlock) -> None:
        self._block = block
        self._starts = [run.start for run in block.runs]
        self._inset_places = [inset.at for inset in block.insets]
        borders = {*self._starts, *(run.end for run in block.runs), *self._inset_places}
        self._borders = sorted(borders)

    def borders(self, start: int, end: int) -> list[int]:
        """Where the formatting changes or an inset is, between two places."""
        return self._borders[bisect_right(self._borders, start) : bisect_left(self._borders, end)]

    def formatting(self, at: int) -> Formatting:
        """That of the character at a place."""
        number = bisect_right(self._starts, at) - 1
        return self._block.runs[number].formatting if number >= 0 and at < self._block.runs[number].end else PLAIN

    def insets(self, at: int, kind: PartKind) -> list[Part]:
        """The insets at a place, as parts."""
        first, last = bisect_left(self._inset_places, at), bisect_right(self._inset_places, at)
        return [Part(kind, "", inset=inset) for inset in self._block.insets[first:last]]

    def between(self, start: int, end: int, kind: PartKind) -> Iterator[Part]:
        """The words from one place to another, and the insets before each."""
        if start == end:
            return
        for first, last in pairwise([start, *self.borders(start, end), end]):
            yield from self.insets(first, kind)
            yield self.words(first, last, kind)

    def words(self, start: int, end: int, kind: PartKind) -> Part:
        """Words of one formatting as a part."""
        text, shown = self._block.content[start:end], self._block.compared[start:end]
        return Part(kind, text, self.formatting(start), shown=shown)
