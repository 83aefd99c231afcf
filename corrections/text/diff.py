"""What changed between two texts, for a person to see: rows for side by side, segments of words inside them.

No time-out anywhere that would quietly give a worse answer. The left segments together are the old text, the right
ones the new.
"""

from dataclasses import dataclass
from typing import Literal

from corrections.text.paragraphs import Kind, align
from corrections.text.words import changes


@dataclass(frozen=True)
class Segment:
    """A run of words: `same`, `removed` (left only), `added` (right only) or `quoted` (pointed at, not changed)."""

    kind: Literal["same", "removed", "added", "quoted"]
    text: str


@dataclass(frozen=True)
class Row:
    """One paragraph, old beside new; `white_space` tells that nothing else changed in it."""

    kind: Kind
    left: tuple[Segment, ...]
    right: tuple[Segment, ...]
    white_space: bool = False

    @property
    def inline(self) -> tuple[Segment, ...]:
        """Both sides in one run of text: what was removed stands before what came in its place."""
        merged: list[Segment] = []
        left, right = list(self.left), list(self.right)
        while left or right:
            if left and left[0].kind == "removed":
                merged.append(left.pop(0))
            elif right and right[0].kind == "added":
                merged.append(right.pop(0))
            else:
                merged.append(left.pop(0) if left else right[0])
                if right:
                    right.pop(0)
        return tuple(merged)


@dataclass(frozen=True)
class Fold:
    """A stretch of unchanged paragraphs left out between rows."""

    count: int


def diff(old: str, new: str, by: Literal["paragraph", "line"] = "paragraph") -> list[Row]:
    """Compare two texts, paragraphs aligned first, then words inside the changed ones."""
    rows = []
    for pair in align(old, new, by):
        left, right = old[pair.old_start : pair.old_end], new[pair.new_start : pair.new_end]
        match pair.kind:
            case "same":
                rows.append(Row("same", (Segment("same", left),), (Segment("same", right),)))
            case "changed":
                rows.append(_changed(left, right))
            case _:
                rows.append(
                    Row(
                        pair.kind,
                        (Segment("removed", left),) if left else (),
                        (Segment("added", right),) if right else (),
                    )
                )
    return rows


def condensed(rows: list[Row], context: int = 1) -> list[Row | Fold]:
    """The changed rows with `context` unchanged ones around, and how many were left out between."""
    near = [any(row.kind != "same" for row in rows[max(0, at - context) : at + context + 1]) for at in range(len(rows))]
    out: list[Row | Fold] = []
    for row, shown in zip(rows, near, strict=True):
        if shown:
            out.append(row)
        elif out and isinstance(out[-1], Fold):
            out[-1] = Fold(out[-1].count + 1)
        else:
            out.append(Fold(1))
    return out


def _changed(left: str, right: str) -> Row:
    old: list[Segment] = []
    new: list[Segment] = []
    for hunk in changes(left, right):
        gone, come = left[hunk.start : hunk.end], right[hunk.new_start : hunk.new_end]
        if hunk.same:
            old.append(Segment("same", gone))
            new.append(Segment("same", come))
            continue
        if gone:
            old.append(Segment("removed", gone))
        if come:
            new.append(Segment("added", come))
    return Row("changed", tuple(old), tuple(new), white_space="".join(left.split()) == "".join(right.split()))
