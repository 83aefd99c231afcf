"""An article's structure between HTML and Markdown: blocks that hold blocks, and runs of marked text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """Inline markup around a run: `tag` as HTML calls it, for links `address`; `title` is a tooltip.

    Neighbouring runs with equal marks are one. `key` keeps apart what must not be joined, such as two <kbd>.
    """

    tag: str
    address: str = ""
    title: str = ""
    key: int = 0


@dataclass(frozen=True)
class Text:
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Break:
    """A line break (`br`), or where a word may be broken (`wbr`)."""

    marks: tuple[Mark, ...] = ()
    tag: str = "br"


@dataclass(frozen=True)
class Image:
    address: str
    alternative: str
    title: str = ""
    marks: tuple[Mark, ...] = ()


Inline = Text | Break | Image


@dataclass(frozen=True)
class Paragraph:
    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class Preformatted:
    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class Rule:
    pass


@dataclass(frozen=True)
class Item:
    number: int
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Listing:
    """Items numbered one after the other if `ordered`."""

    ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Quote:
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Cell:
    header: bool
    blocks: "tuple[Block, ...]"
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Container:
    """An element that Markdown has no form for: figure, figcaption, details, summary, dl, dt, dd."""

    tag: str
    blocks: "tuple[Block, ...]"


Block = Paragraph | Heading | Preformatted | Rule | Listing | Quote | Table | Container


def is_inline_only(blocks: tuple[Block, ...]) -> bool:
    """Is this no more than one paragraph, or nothing?"""
    return not blocks or (len(blocks) == 1 and isinstance(blocks[0], Paragraph))
