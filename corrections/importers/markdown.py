"""Blocks as Markdown (CommonMark with tables and strikethrough); what it has no form for as raw HTML."""

import re
from collections.abc import Iterable

from corrections.importers import markdown_inlines, raw_html
from corrections.importers.blocks import (
    Block,
    Container,
    Heading,
    Item,
    Listing,
    Paragraph,
    Preformatted,
    Quote,
    Rule,
    Table,
    Text,
    is_inline_only,
)

LEVEL_LIMIT = 12  # quotes, and twice the lists, inside one another; the parser reads 20, deeper ones are raw HTML
_LARGEST_NUMBER = 999_999_999
_BULLETS = ("-", "*")
_DELIMITERS = (".", ")")
_CLOSING_SIGNS = re.compile(r"#+\Z")  # a heading's own, which are not shown


def write(blocks: tuple[Block, ...]) -> str:
    return "\n".join(_write_all(blocks, 0)) + "\n" if blocks else ""


def _write_all(blocks: Iterable[Block], level: int) -> list[str]:
    lines: list[str] = []
    previous: Block | None = None
    alternate = False
    for block in blocks:
        # two lists of one kind in a row would be read as one, but for another sign
        alternate = _are_lists_alike(previous, block) and not alternate
        lines += [""] * bool(lines) + _write_block(block, level, alternate)
        previous = block
    return lines


def _are_lists_alike(first: Block | None, second: Block) -> bool:
    return isinstance(first, Listing) and isinstance(second, Listing) and first.ordered == second.ordered


def _write_block(block: Block, level: int, alternate: bool) -> list[str]:
    match block:
        case Paragraph(inlines):
            return markdown_inlines.write_lines(inlines)
        case Heading(depth, inlines):
            return ["#" * depth + " " + _CLOSING_SIGNS.sub(r"\\\g<0>", markdown_inlines.write_line(inlines))]
        case Preformatted():
            return _preformatted(block)
        case Rule():
            return ["___"]
        case Listing() if level + 2 <= LEVEL_LIMIT and _is_countable(block):
            return _listing(block, level + 2, alternate)
        case Quote(blocks) if level < LEVEL_LIMIT:
            return [f"> {line}".rstrip(" ") for line in _write_all(blocks, level + 1)]
        case Table() if _is_plain(block):
            return _table(block)
        case Container("details", blocks) if level < LEVEL_LIMIT:
            return _details(blocks, level)
        case _:
            return raw_html.write_block(block)


def _preformatted(block: Preformatted) -> list[str]:
    """A fenced block, where nothing in it is marked up."""
    if not all(isinstance(run, Text) and not run.marks for run in block.inlines):
        return raw_html.write_block(block)
    text = "".join(run.text for run in block.inlines if isinstance(run, Text))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *text.removesuffix("\n").replace("\r", "\n").split("\n"), fence]


def _is_countable(block: Listing) -> bool:
    numbers = [item.number for item in block.items]
    return not block.ordered or (numbers[0] >= 0 and numbers[-1] <= _LARGEST_NUMBER)


def _listing(block: Listing, level: int, alternate: bool) -> list[str]:
    tight = _is_tight(block)
    lines: list[str] = []
    for item in block.items:
        sign = f"{item.number}{_DELIMITERS[alternate]}" if block.ordered else _BULLETS[alternate]
        lines += [""] * bool(lines and not tight) + _item(item, sign, level, tight)
    return lines


def _item(item: Item, sign: str, level: int, tight: bool) -> list[str]:
    lines = _write_all(item.blocks, level)
    if tight and len(item.blocks) > 1:
        lines = [line for line in lines if line]
    if not lines:
        return [sign]
    indent = " " * (len(sign) + 1)
    return [f"{sign} {lines[0]}", *(indent + line if line else line for line in lines[1:])]


def _is_tight(block: Listing) -> bool:
    """May the items follow each other without blank lines?"""
    return all(_is_tight_item(item) for item in block.items)


def _is_tight_item(item: Item) -> bool:
    if is_inline_only(item.blocks):
        return True
    first, *nested = item.blocks
    return isinstance(first, Paragraph) and len(nested) == 1 and _interrupts(nested[0])


def _interrupts(block: Block) -> bool:
    """Is this a list that may follow a paragraph without a blank line?"""
    if not isinstance(block, Listing) or not block.items[0].blocks:
        return False
    return _is_tight(block) and _is_countable(block) and (not block.ordered or block.items[0].number == 1)


def _is_plain(block: Table) -> bool:
    """Has this table a header row alone, as many cells in each row, and no more than one paragraph in each cell?"""
    header, *body = block.rows
    cells = [cell for row in block.rows for cell in row]
    return (
        all(cell.header for cell in header)
        and not any(cell.header for row in body for cell in row)
        and all(len(row) == len(header) for row in body)
        and all(cell.columns == cell.rows == 1 and is_inline_only(cell.blocks) for cell in cells)
    )


def _table(block: Table) -> list[str]:
    header, *body = (f"| {' | '.join(map(_cell, (cell.blocks for cell in row)))} |" for row in block.rows)
    return [header, f"|{' --- |' * len(block.rows[0])}", *body]


def _cell(blocks: tuple[Block, ...]) -> str:
    content = markdown_inlines.write_line(blocks[0].inlines) if blocks and isinstance(blocks[0], Paragraph) else ""
    return content.replace("|", "\\|")


def _details(blocks: tuple[Block, ...], level: int) -> list[str]:
    summary = [block for block in blocks[:1] if isinstance(block, Container) and block.tag == "summary"]
    opening = ["<details>", *(line for block in summary for line in raw_html.write_block(block))]
    return [*opening, "", *_write_all(blocks[len(summary) :], level), "", "</details>"]
