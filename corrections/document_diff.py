"""`corrections diff OLD NEW`: two documents of any kind, side by side in the terminal or as a page."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from corrections.article_files.documents import read_document
from corrections.html_export import standalone
from corrections.text.comparison.diff import Fold, Row, Segment, condensed, diff
from corrections.text.comparison.diff_formats import critic_markup, unified
from corrections.text.warnings import warnings

_STYLES = {"same": "", "removed": "red strike", "added": "cyan underline", "quoted": "reverse"}


def compare(old: Path, new: Path, form: str) -> tuple[bool, str]:
    """Are the two documents the same, and their diff as text in the form asked for (`terminal`: empty, see `show`).

    Raises `Invalid` where a document cannot be read.
    """
    before, after = read_document(old), read_document(new)
    if form != "terminal":
        return before == after, exported(before, after, str(old), str(new), form)
    if before != after:
        show(diff(before, after), str(old), str(new))
    return before == after, ""


def exported(before: str, after: str, old: str, new: str, form: str) -> str:
    """The diff of two texts named `old` and `new` as `unified`, `critic`, `json` or `html`."""
    match form:
        case "unified":
            return unified(before, after, old, new)
        case "critic":
            return critic_markup(diff(before, after))
        case "json":
            return json.dumps(compared(before, after), ensure_ascii=False)
        case "html":
            return standalone("diff_export.html", rows=diff(before, after), left=Path(old).name, right=Path(new).name)
    raise ValueError(f"{form} is not a diff format.")


def compared(before: str, after: str, language: str = "en") -> dict[str, Any]:
    """The diff of two texts as plain values: `same`, `rows` for side by side, and `warnings`."""
    return {
        "same": before == after,
        "rows": [plain_row(row) for row in diff(before, after)],
        "warnings": [asdict(warning) for warning in warnings(before, after, language)],
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


def _cell(parts: tuple[Segment, ...]) -> Text:
    cell = Text()
    for part in parts:
        cell.append(part.text, style=_STYLES[part.kind])
    cell.rstrip()
    return cell
