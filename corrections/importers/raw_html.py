"""Blocks as raw HTML in Markdown, for what Markdown has no form for. It has no blank line, which would end it."""

from html import escape

from corrections.importers.blocks import (
    Block,
    Break,
    Cell,
    Container,
    Heading,
    Image,
    Inline,
    Listing,
    Mark,
    Paragraph,
    Preformatted,
    Quote,
    Rule,
    Table,
    Text,
    is_inline_only,
)

# what would become one character with the tag before it when the text is normalised
_COMPOSES_WITH_A_TAG = "\u0338"


def write_block(block: Block) -> list[str]:
    """The block's lines."""
    match block:
        case Paragraph(inlines):
            return _tagged("p", write_inlines(inlines))
        case Heading(level, inlines):
            return _tagged(f"h{level}", write_inlines(inlines))
        case Preformatted(inlines):
            return _tagged("pre", _without_blank_lines(write_inlines(inlines, "\n")))
        case Rule():
            return ["<hr>"]
        case Listing():
            return _listing(block)
        case Quote(blocks):
            return ["<blockquote>", *_all(blocks), "</blockquote>"]
        case Table():
            return _table(block)
        case Container(tag, blocks):
            return _framed(tag, blocks) if tag != "figure" else _figure(blocks)


def write_inlines(inlines: tuple[Inline, ...], line_break: str = "<br>\n") -> str:
    parts: list[str] = []
    opened: tuple[Mark, ...] = ()
    for run in inlines:
        shared = 0
        while shared < min(len(opened), len(run.marks)) and opened[shared] == run.marks[shared]:
            shared += 1
        parts += [closing_tag(mark) for mark in reversed(opened[shared:])]
        parts += [opening_tag(mark) for mark in run.marks[shared:]]
        opened = run.marks
        parts.append(_inline(run, line_break))
    parts += [closing_tag(mark) for mark in reversed(opened)]
    return "".join(parts)


def opening_tag(mark: Mark) -> str:
    address = f' href="{attribute(mark.address)}"' if mark.address else ""
    title = f' title="{attribute(mark.title)}"' if mark.title else ""
    return f"<{mark.tag}{address}{title}>"


def closing_tag(mark: Mark) -> str:
    return f"</{mark.tag}>"


def attribute(value: str) -> str:
    return escape(" ".join(value.split()))


def text(value: str) -> str:
    """Text between tags."""
    if value.startswith(_COMPOSES_WITH_A_TAG):
        return f"&#x{ord(value[0]):x};{escape(value[1:], quote=False)}"
    return escape(value, quote=False)


def image_tag(image: Image) -> str:
    source = f' src="{attribute(image.address)}"' if image.address else ""
    title = f' title="{attribute(image.title)}"' if image.title else ""
    return f'<img{source} alt="{attribute(image.alternative)}"{title}>'


def _inline(run: Inline, line_break: str) -> str:
    match run:
        case Text():
            return text(run.text)
        case Break(tag="br"):
            return line_break
        case Break():
            return "<wbr>"
        case Image():
            return image_tag(run)


def _tagged(tag: str, content: str) -> list[str]:
    return f"<{tag}>{content}</{tag}>".split("\n")


def _without_blank_lines(content: str) -> str:
    first, *remaining = content.split("\n")
    return first + "".join("\n" + line if line.strip() else "&#10;" + line for line in remaining)


def _all(blocks: tuple[Block, ...]) -> list[str]:
    return [line for block in blocks for line in write_block(block)]


def _framed(tag: str, blocks: tuple[Block, ...], attributes: str = "") -> list[str]:
    if not is_inline_only(blocks):
        return [f"<{tag}{attributes}>", *_all(blocks), f"</{tag}>"]
    content = write_inlines(blocks[0].inlines) if blocks and isinstance(blocks[0], Paragraph) else ""
    return f"<{tag}{attributes}>{content}</{tag}>".split("\n")


def _figure(blocks: tuple[Block, ...]) -> list[str]:
    """A picture stands in its figure without a paragraph around it."""
    lines = []
    for block in blocks:
        is_picture = isinstance(block, Paragraph) and all(isinstance(run, Image) for run in block.inlines)
        lines += [write_inlines(block.inlines)] if is_picture and isinstance(block, Paragraph) else write_block(block)
    return ["<figure>", *lines, "</figure>"]


def _listing(block: Listing) -> list[str]:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.items[0].number}"' if block.ordered and block.items[0].number != 1 else ""
    items = [line for item in block.items for line in _framed("li", item.blocks)]
    return [f"<{tag}{start}>", *items, f"</{tag}>"]


def _table(block: Table) -> list[str]:
    rows = [["<tr>", *(line for cell in row for line in _cell(cell)), "</tr>"] for row in block.rows]
    return ["<table>", *(line for row in rows for line in row), "</table>"]


def _cell(cell: Cell) -> list[str]:
    spans = "".join(
        f' {name}="{span}"' for name, span in (("colspan", cell.columns), ("rowspan", cell.rows)) if span > 1
    )
    return _framed("th" if cell.header else "td", cell.blocks, spans)


def visible(value: str) -> str:
    """An attribute's value without control characters."""
    return "".join(char for char in value if char.isprintable() or char.isspace())
