"""The blocks of an article as a reader sees them, whatever its format: a heading, a paragraph, a table's cell.

Offsets in a block are code points from its beginning.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class BlockKind(StrEnum):
    """What a block is to its reader."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list-item"
    NUMBERED_ITEM = "numbered-item"
    QUOTATION = "quotation"
    TABLE_HEADING = "table-heading"
    TABLE_CELL = "table-cell"
    CAPTION = "caption"
    CODE = "code"
    TERM = "term"
    DEFINITION = "definition"
    SUMMARY = "summary"
    RULE = "rule"


class Style(StrEnum):
    """Formatting inside a block, by the element that it is shown with."""

    BOLD = "strong"
    ITALIC = "em"
    CODE = "code"
    STRUCK = "s"
    UNDERLINED = "u"
    SUPERSCRIPT = "sup"
    SUBSCRIPT = "sub"
    SMALL = "small"
    HIGHLIGHTED = "mark"
    QUOTED = "q"


class Formatting(NamedTuple):
    """The styles of some words, in the order of `Style`, and where they link to."""

    styles: tuple[Style, ...] = ()
    link: str = ""


PLAIN = Formatting()


class Run(NamedTuple):
    """Formatted words of a block; words between runs are plain."""

    start: int
    end: int
    formatting: Formatting


class Inset(NamedTuple):
    """What stands before the character `at` of a block and is none: an image, or a line break without a character."""

    at: int
    address: str = ""
    alternative: str = ""
    is_image: bool = True

    @property
    def key(self) -> str:
        """Equal for insets that are shown alike."""
        return "\0".join((self.address, self.alternative, "image" if self.is_image else "break"))


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """A block whose words are `content`; `gap` is the white space after it, which belongs to no block.

    `compared` is `content` with a blank for each line end that a reader does not see. `level` is a heading's or the
    depth of lists and quotations. `number` is what a numbered item is shown with; `first_number` is set for the first
    of a list.
    """

    kind: BlockKind
    level: int
    content: str
    compared: str
    runs: tuple[Run, ...] = ()
    insets: tuple[Inset, ...] = ()
    first_number: int | None = None
    gap: str = field(default="", compare=False)
    number: int | None = field(default=None, compare=False)
    has_marker: bool = field(default=True, compare=False)

    @property
    def text(self) -> str:
        """The block's part of the rendered text; those of all blocks together are that text."""
        return self.content + self.gap

    @property
    def key(self) -> str:
        """By which the block is recognised in another revision: its words, or what it shows in place of words."""
        words = self.compared.strip()
        return words or "\0".join((self.kind, *(f"{inset.address} {inset.alternative}" for inset in self.insets)))

    @property
    def links(self) -> list[str]:
        """Where the block's words link to, in order."""
        return list(dict.fromkeys(run.formatting.link for run in self.runs if run.formatting.link))
