"""`corrections diff OLD NEW`: two documents of any kind, side by side in the terminal or as a page.

Side by side is what readers see, or the sources by choice; formats for programs are of the sources.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from corrections.article_files.documents import read_document
from corrections.html_export import standalone
from corrections.services.articles.sources import source_warnings
from corrections.text.comparison.diff import Fold, Row, Segment, condensed, diff
from corrections.text.comparison.diff_formats import critic_markup, unified
from corrections.text.rendered_diff.blocks import BlockKind, RenderedBlock, Style
from corrections.text.rendered_diff.remarks import Remark, remark_text
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.text.rendered_diff.rows import Part, RenderedRow
from repo_store import Source

_SIGNS = {BlockKind.LIST_ITEM: "• ", BlockKind.QUOTATION: "│ ", BlockKind.RULE: "———"}
_FORMATTING = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.STRUCK: "dim"}
_STYLES = {"same": "", "removed": "red strike", "added": "cyan underline", "quoted": "reverse"}


def compare(old: Path, new: Path, form: str, source: bool = False) -> tuple[bool, str]:
    """Are the two documents the same, and their diff as text in the form asked for (`terminal`: empty, see `show`).

    With `source`, what is side by side are the sources. Raises `Invalid` where a document cannot be read.
    """
    before, after = read_document(old), read_document(new)
    if form != "terminal":
        return before == after, exported(before, after, str(old), str(new), form, source)
    if before != after and source:
        show(diff(before.text, after.text), str(old), str(new))
    elif before != after:
        show_rendered(_rendered_rows(before, after), str(old), str(new))
    return before == after, ""


def exported(before: Source, after: Source, old: str, new: str, form: str, source: bool = False) -> str:
    """The diff of two documents named `old` and `new` as `unified`, `critic`, `json` or `html`.

    HTML is of what readers see, with `source` of the sources; the other forms are of the sources.
    """
    match form:
        case "unified":
            return unified(before.text, after.text, old, new)
        case "critic":
            return critic_markup(diff(before.text, after.text))
        case "json":
            return json.dumps(compared(before, after), ensure_ascii=False)
        case "html":
            rows = diff(before.text, after.text) if source else _rendered_rows(before, after)
            names = {"left": Path(old).name, "right": Path(new).name}
            return standalone("diff_export.html", rows=rows, source=source, **names)
    raise ValueError(f"{form} is not a diff format.")


def _rendered_rows(before: Source, after: Source) -> list[RenderedRow]:
    return rendered_diff(before.text, after.text, before.format, after.format)


def compared(before: Source, after: Source, language: str = "en") -> dict[str, Any]:
    """The diff of two documents' sources as plain values: `same`, `rows` for side by side, and `warnings`."""
    return {
        "same": before == after,
        "rows": [plain_row(row) for row in diff(before.text, after.text)],
        "warnings": [asdict(warning) for warning in source_warnings(before, after, language)],
    }


def plain_row(row: Row) -> dict[str, Any]:
    sides = {
        side: [{"kind": part.kind, "text": part.text} for part in parts]
        for side, parts in (("left", row.left), ("right", row.right))
    }
    return {"kind": row.kind, **sides, "white_space": row.white_space}


def show(rows: list[Row], left: str, right: str) -> None:
    """Side by side on the terminal, in colour where it has some."""
    table = Table(show_lines=False, expand=True)
    table.add_column(left, ratio=1, overflow="fold")
    table.add_column(right, ratio=1, overflow="fold")
    for row in condensed(rows):
        if isinstance(row, Fold):
            table.add_row(Text(f"… {row.count} unchanged", style="dim"), "")
        else:
            table.add_row(_cell(row.left), _cell(row.right))
    Console().print(table)


def show_rendered(rows: list[RenderedRow], left: str, right: str) -> None:
    """What readers see side by side on the terminal, in colour where it has some."""
    if all(row.kind == "same" for row in rows):
        Console().print("Readers see no difference. With --source, the sources are compared.")
        return
    table = Table(show_lines=False, expand=True)
    table.add_column(left, ratio=1, overflow="fold")
    table.add_column(right, ratio=1, overflow="fold")
    for row in condensed(rows):
        if isinstance(row, Fold):
            table.add_row(Text(f"… {row.count} unchanged", style="dim"), "")
        else:
            table.add_row(_rendered_cell(row, row.old, row.left), _rendered_cell(row, row.new, row.right))
    Console().print(table)


def _rendered_cell(row: RenderedRow, block: RenderedBlock | None, parts: tuple[Part, ...]) -> Text:
    cell = Text()
    if block is None:
        return cell
    cell.append(_SIGNS.get(block.kind, "") if block.number is None else f"{block.number}. ")
    for part in parts:
        style = _STYLES[part.kind]
        formatting = " ".join(_FORMATTING[each] for each in part.formatting.styles if each in _FORMATTING)
        inset = part.inset
        words = part.shown if inset is None else f"[Image: {inset.alternative or inset.address}]" * inset.is_image
        cell.append(words, style=f"{style} {formatting} {'bold' if block.kind is BlockKind.HEADING else ''}".strip())
        _append_remarks(cell, part.remarks)
    if block is row.new:
        _append_remarks(cell, row.remarks)
    if row.kind == "moved":
        cell.append(" [moved here]" if block is row.new else " [moved from here]", style="italic")
    return cell


def _append_remarks(cell: Text, remarks: tuple[Remark, ...]) -> None:
    for remark in remarks:
        cell.append(f" [{remark_text(remark)}]", style="italic")


def _cell(parts: tuple[Segment, ...]) -> Text:
    cell = Text()
    for part in parts:
        cell.append(part.text, style=_STYLES[part.kind])
    cell.rstrip()
    return cell
