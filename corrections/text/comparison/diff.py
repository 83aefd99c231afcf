"""What changed between two texts, for a person to see: rows for side by side, segments of words inside them.

No time-out anywhere that would quietly give a worse answer: what a comparison may cost is counted in steps, and a row
on which they were saved says so (`coarse`). The left segments together are the old text, the right
ones the new.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol, TypeVar

from corrections.text.comparison.effort import Effort
from corrections.text.comparison.paragraphs import Kind, align
from corrections.text.comparison.words import changes
from corrections.text.warnings import Warning


@dataclass(frozen=True)
class Note:
    """A remark on the characters `start` to `end` of a segment."""

    start: int
    end: int
    message: str


class Segment(NamedTuple):
    """A run of words: `same`, `removed` (left only), `added` (right only) or `quoted` (pointed at, not changed)."""

    kind: Literal["same", "removed", "added", "quoted"]
    text: str
    notes: tuple[Note, ...] = ()

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The text in pieces, each with what is noted about it (nothing, mostly)."""
        borders = sorted({0, len(self.text), *(at for note in self.notes for at in (note.start, note.end))})
        return [
            (self.text[start:end], " ".join(note.message for note in self.notes if note.start <= start < note.end))
            for start, end in pairwise(borders)
        ]


@dataclass(frozen=True)
class Row:
    """One paragraph, old beside new; `white_space` tells that nothing else changed in it.

    `coarse`: the texts are so long and so different that the change is told less finely than it could be.
    """

    kind: Kind
    left: tuple[Segment, ...]
    right: tuple[Segment, ...]
    white_space: bool = False
    coarse: bool = False

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


def diff(
    old: str,
    new: str,
    by: Literal["paragraph", "line"] = "paragraph",
    is_awaited: Callable[[], bool] | None = None,
) -> list[Row]:
    """Compare two texts, paragraphs aligned first, then words inside the changed ones.

    Raises `Abandoned` as soon as `is_awaited`, where it is given, says that nobody waits for the answer.
    """
    rows = []
    effort = Effort(is_awaited=is_awaited)
    for pair in align(old, new, by, effort):
        left, right = old[pair.old_start : pair.old_end], new[pair.new_start : pair.new_end]
        match pair.kind:
            case "same":
                rows.append(Row("same", (Segment("same", left),), (Segment("same", right),)))
            case "changed":
                rows.append(_changed(left, right, effort))
            case _:
                rows.append(
                    Row(
                        pair.kind,
                        (Segment("removed", left),) if left else (),
                        (Segment("added", right),) if right else (),
                        white_space=not (left + right).strip(),
                        coarse=effort.is_coarse,
                    )
                )
    return rows


def noted(rows: list[Row], remarks: list[Warning]) -> list[Row]:
    """The rows of the texts that the warnings are about, with each warning at its words."""
    left = [(mark.start, mark.end, remark.message) for remark in remarks for mark in remark.marks if mark.side == "old"]
    right = [
        (mark.start, mark.end, remark.message) for remark in remarks for mark in remark.marks if mark.side == "new"
    ]
    old = new = 0
    out = []
    for row in rows:
        ours, theirs = _noted(row.left, left, old), _noted(row.right, right, new)
        old += sum(len(part.text) for part in row.left)
        new += sum(len(part.text) for part in row.right)
        out.append(replace(row, left=ours, right=theirs))
    return out


def _noted(parts: tuple[Segment, ...], remarks: list[tuple[int, int, str]], at: int) -> tuple[Segment, ...]:
    out = []
    for part in parts:
        end = at + len(part.text)
        notes = tuple(
            Note(max(first, at) - at, min(last, end) - at, message)
            for first, last, message in remarks
            if first < end and at < last
        )
        out.append(part._replace(notes=notes))
        at = end
    return tuple(out)


class _OfKind(Protocol):
    @property
    def kind(self) -> Kind: ...


AnyRow = TypeVar("AnyRow", bound=_OfKind)


def condensed(rows: Sequence[AnyRow | Fold], context: int = 1) -> list[AnyRow | Fold]:
    """The changed rows with `context` unchanged ones around, and how many were left out between."""
    changed = [not isinstance(row, Fold) and row.kind != "same" for row in rows]
    out: list[AnyRow | Fold] = []
    for at, row in enumerate(rows):
        if not isinstance(row, Fold) and any(changed[max(0, at - context) : at + context + 1]):
            out.append(row)
            continue
        count = row.count if isinstance(row, Fold) else 1
        if out and isinstance(out[-1], Fold):
            out[-1] = Fold(out[-1].count + count)
        else:
            out.append(Fold(count))
    return out


class _OfDetail(Protocol):
    @property
    def coarse(self) -> bool: ...


def is_coarse(rows: Iterable[_OfDetail]) -> bool:
    """Whether any of the rows tells less than could be told."""
    return any(row.coarse for row in rows)


def _changed(left: str, right: str, effort: Effort) -> Row:
    old: list[Segment] = []
    new: list[Segment] = []
    for hunk in changes(left, right, effort=effort):
        removed, added = left[hunk.start : hunk.end], right[hunk.new_start : hunk.new_end]
        if hunk.same:
            old.append(Segment("same", removed))
            new.append(Segment("same", added))
            continue
        if removed:
            old.append(Segment("removed", removed))
        if added:
            new.append(Segment("added", added))
    white_space = "".join(left.split()) == "".join(right.split())
    return Row("changed", tuple(old), tuple(new), white_space, effort.is_coarse)
