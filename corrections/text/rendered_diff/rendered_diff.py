"""The comparison of two articles as their readers see them. It is pure, and the same for every format."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from corrections.text.comparison.diff import Fold
from corrections.text.comparison.effort import Effort
from corrections.text.comparison.paragraphs import pair
from corrections.text.comparison.portions import Portion
from corrections.text.rendered_diff.block_changes import compare_blocks
from corrections.text.rendered_diff.blocks import BlockKind, RenderedBlock
from corrections.text.rendered_diff.html_blocks import blocks_of
from corrections.text.rendered_diff.rows import RenderedRow, whole
from corrections.text.rendered_diff.style_changes import remark_additions

Pairing = list[tuple[int | None, int | None]]
_CELLS = {BlockKind.TABLE_CELL, BlockKind.TABLE_HEADING}


def rendered_diff(
    old: str,
    new: str,
    format_name: str = "markdown",
    new_format: str = "",
    is_awaited: Callable[[], bool] | None = None,
) -> list[RenderedRow]:
    """Compare two sources of an article by what readers see; `new_format` where the new one has another format.

    The rows' left sides together are the old rendering's text, the right ones the new one's. Raises `UnknownFormat`,
    and `Abandoned` as soon as `is_awaited`, where it is given, says that nobody waits for the answer.
    """
    before, after = blocks_of(old, format_name), blocks_of(new, new_format or format_name)
    return compare(before, after, Effort(is_awaited=is_awaited))


def rendered_portion(
    portion: Portion, format_name: str, new_format: str = "", is_awaited: Callable[[], bool] | None = None
) -> list[RenderedRow | Fold]:
    """The rows of one portion of two sources, as `rendered_diff` has those of all.

    A block that was moved from one portion to another one is in these as removed and added.
    """
    effort = Effort(is_awaited=is_awaited)
    old: list[RenderedBlock] = []
    new: list[RenderedBlock] = []
    pairing: Pairing = []
    folds: list[tuple[int, Fold]] = []
    for item in portion:
        if isinstance(item, Fold):
            folds.append((len(pairing) + len(folds), item))
            continue
        before, after = blocks_of(item.old, format_name), blocks_of(item.new, new_format or format_name)
        pairing += [
            (None if at is None else at + len(old), None if to is None else to + len(new))
            for at, to in _pairing(before, after, effort)
        ]
        old += before
        new += after
    rows: list[RenderedRow | Fold] = list(_rows(old, new, pairing, effort))
    for at, fold in folds:
        rows.insert(at, fold)
    return rows


def compare(old: tuple[RenderedBlock, ...], new: tuple[RenderedBlock, ...], effort: Effort) -> list[RenderedRow]:
    """The rows of two renderings' blocks, in the order of both; a moved block is in two rows."""
    return _rows(old, new, _pairing(old, new, effort), effort)


def _rows(
    old: Sequence[RenderedBlock], new: Sequence[RenderedBlock], pairing: Pairing, effort: Effort
) -> list[RenderedRow]:
    """A row for each pair."""
    gone = _unique(old[at].key for at, to in pairing if at is not None and to is None)
    come = _unique(new[to].key for at, to in pairing if to is not None and at is None)
    moved = {key: block for block in old if (key := block.key) in gone & come}
    rows = []
    for at, to in pairing:
        if at is not None and to is not None:
            rows.append(compare_blocks(old[at], new[to], effort))
        elif at is not None:
            kind = "moved" if old[at].key in moved else "removed"
            rows.append(RenderedRow(kind, old[at], None, coarse=effort.is_coarse))  # type: ignore[arg-type]
        elif to is not None:
            rows.append(_arrived(new[to], moved.get(new[to].key), effort))
    return rows


def _pairing(old: tuple[RenderedBlock, ...], new: tuple[RenderedBlock, ...], effort: Effort) -> Pairing:
    """The blocks paired, with table cells that stood at one place, however little they share, and with what went
    before what came."""
    pairing = pair([block.key for block in old], [block.key for block in new], effort)
    out: Pairing = []
    gone: list[int] = []
    come: list[int] = []
    for at, to in [*pairing, (-1, -1)]:
        if to is None and at is not None:
            gone.append(at)
        elif at is None and to is not None:
            come.append(to)
        else:
            kinds = [old[each].kind for each in gone]
            if set(kinds) <= _CELLS and kinds == [new[each].kind for each in come]:
                out += zip(gone, come, strict=True)
            else:
                out += [(each, None) for each in gone] + [(None, each) for each in come]
            out.append((at, to))
            gone, come = [], []
    return out[:-1]


def _arrived(block: RenderedBlock, origin: RenderedBlock | None, effort: Effort) -> RenderedRow:
    """The row of a block that is new at its place; `origin` is what it was elsewhere."""
    if origin is None:
        parts = remark_additions(whole(block, "added"))
        return RenderedRow("added", None, block, changed_right=parts, coarse=effort.is_coarse)
    compared = compare_blocks(origin, block, effort)
    parts = tuple(part._replace(kind="added") for part in compared.right)
    return replace(compared, kind="moved", old=None, changed_left=(), changed_right=parts)


def _unique(keys: Iterable[str]) -> set[str]:
    seen: dict[str, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    return {key for key, times in seen.items() if times == 1}
