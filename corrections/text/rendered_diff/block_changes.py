"""What changed in a block: its words, then the formatting and links of those that stayed, and its images."""

from collections.abc import Iterator
from itertools import pairwise

from corrections.text.comparison.effort import Effort
from corrections.text.comparison.words import Hunk, changes
from corrections.text.rendered_diff.blocks import BlockKind, RenderedBlock
from corrections.text.rendered_diff.inset_changes import match_insets
from corrections.text.rendered_diff.remarks import BECAME, Message, Remark
from corrections.text.rendered_diff.rows import BlockSlicer, Part, RenderedRow
from corrections.text.rendered_diff.style_changes import remark_formatting, remark_replacement

_INDENTED = (BlockKind.LIST_ITEM, BlockKind.NUMBERED_ITEM, BlockKind.QUOTATION)


def compare_blocks(old: RenderedBlock, new: RenderedBlock, effort: Effort) -> RenderedRow:
    """The row of a block and its counterpart; of kind "same" where a reader sees no difference."""
    if old == new:
        return RenderedRow("same", old, new)
    same_words = old.compared == new.compared
    if same_words:
        hunks = [Hunk(True, 0, len(old.content), 0, len(new.content))]
    else:
        hunks = changes(old.compared, new.compared, effort=effort)
    left, right = _sides(old, new, hunks)
    insets = match_insets(old.insets, new.insets, effort)
    left, right = insets.applied(left, is_new=False), insets.applied(right, is_new=True)
    remarks = _block_remarks(old, new)
    if not remarks and all(part.kind == "same" and not part.remarks for part in (*left, *right)):
        return RenderedRow("same", old, new)
    is_plain = not remarks and not any(part.remarks or part.inset for part in (*left, *right))
    blanks_only = is_plain and "".join(old.compared.split()) == "".join(new.compared.split())
    return RenderedRow(
        "changed",
        old,
        new,
        (*left, Part("same", old.gap)) if old.gap or not left else tuple(left),
        (*_said_once(right), Part("same", new.gap)) if new.gap or not right else tuple(_said_once(right)),
        remarks,
        blanks_only,
        effort.is_coarse,
    )


def _sides(old: RenderedBlock, new: RenderedBlock, hunks: list[Hunk]) -> tuple[list[Part], list[Part]]:
    left: list[Part] = []
    right: list[Part] = []
    ours, theirs = BlockSlicer(old), BlockSlicer(new)
    old_links, new_links = set(old.links), set(new.links)
    for hunk in hunks:
        if hunk.same:
            for before, after in _unchanged_words(ours, theirs, hunk):
                left += before
                right += after
            continue
        removed = list(ours.between(hunk.start, hunk.end, "removed"))
        added = list(theirs.between(hunk.new_start, hunk.new_end, "added"))
        remark_replacement(removed, added, old_links, new_links)
        left += removed
        right += added
    left += ours.insets(len(old.content), "same")
    right += theirs.insets(len(new.content), "same")
    return left, right


def _unchanged_words(ours: BlockSlicer, theirs: BlockSlicer, hunk: Hunk) -> Iterator[tuple[list[Part], list[Part]]]:
    """Words that stayed, cut where the formatting of either side changes, with what became of it."""
    shift = hunk.new_start - hunk.start
    borders = {at + shift for at in ours.borders(hunk.start, hunk.end)}
    borders |= set(theirs.borders(hunk.new_start, hunk.new_end))
    for first, last in pairwise(sorted({hunk.new_start, *borders, hunk.new_end})):
        before, after = ours.formatting(first - shift), theirs.formatting(first)
        old, new = ours.words(first - shift, last - shift, "same"), theirs.words(first, last, "same")
        if before != after and new.text.strip():
            new = new._replace(remarks=remark_formatting(before, after))
        yield [*ours.insets(first - shift, "same"), old], [*theirs.insets(first, "same"), new]


def _said_once(parts: list[Part]) -> list[Part]:
    """The parts, each remark after the last of neighbours that it is about."""
    out: list[Part] = []
    following: tuple[Remark, ...] = ()
    for part in reversed(parts):
        if part.inset is None:
            if part.remarks and following:
                out.append(part._replace(remarks=tuple(each for each in part.remarks if each not in following)))
            else:
                out.append(part)
            if part.text.strip():
                following = part.remarks
        else:
            out.append(part)
    return out[::-1]


def _block_remarks(old: RenderedBlock, new: RenderedBlock) -> tuple[Remark, ...]:
    if old.kind is not new.kind:
        return (Remark(BECAME[new.kind]),)
    remarks = []
    if old.level != new.level:
        message = Message.NESTING_CHANGED if new.kind in _INDENTED else Message.LEVEL_CHANGED
        remarks.append(Remark(message, str(old.level), str(new.level)))
    if None not in (old.first_number, new.first_number) and old.first_number != new.first_number:
        remarks.append(Remark(Message.NUMBERING_CHANGED, str(old.first_number), str(new.first_number)))
    return tuple(remarks)
