"""Several edits of one text at once, each with the corrections that it comes from: composed, applied together."""

from collections.abc import Iterable
from dataclasses import dataclass

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.words import changes


@dataclass(frozen=True)
class Change:
    """An edit of a base text, and the numbers of the corrections that made it (none: not known)."""

    edit: Edit
    numbers: tuple[int, ...] = ()

    @property
    def growth(self) -> int:
        """How many code points longer it makes the text."""
        return len(self.edit.text) - (self.edit.end - self.edit.start)


Patch = tuple[Change, ...]  # in the order of the text, no change over another


def apply(patch: Iterable[Change], base: str) -> str:
    """`base` with all changes made."""
    parts: list[str] = []
    at = 0
    for change in patch:
        parts += [base[at : change.edit.start], change.edit.text]
        at = change.edit.end
    return "".join(parts) + base[at:]


def numbers_of(patch: Iterable[Change]) -> tuple[int, ...]:
    """The corrections that a patch comes from, in their order."""
    return tuple(sorted({number for change in patch for number in change.numbers}))


def compose(patch: Patch, edit: Edit, base: str, number: int | None = None, undone: int | None = None) -> Patch:
    """The patch of `base` that makes what `edit` makes of the patched text; what comes to nothing is left out.

    The edit is the correction's `number`, or takes that of the number `undone` back.
    """
    before: list[Change] = []
    joined: list[Change] = []
    after: list[Change] = []
    current = apply(patch, base)
    start, end = edit.start, edit.end
    grown = 0
    for change in patch:
        at = change.edit.start + grown
        stop = at + len(change.edit.text)
        if _touch(at, stop, edit):
            joined.append(change)
            start, end = min(start, at), max(end, stop)
        else:
            (before if stop <= edit.start else after).append(change)
        grown += change.growth
    lead = sum(change.growth for change in before)
    trail = lead + sum(change.growth for change in joined)
    text = current[start : edit.start] + edit.text + current[edit.end : end]
    numbers = {member for change in joined for member in change.numbers} | ({number} if number is not None else set())
    whole = Change(Edit(start - lead, end - trail, text), tuple(sorted(numbers - {undone})))
    changed = text != base[whole.edit.start : whole.edit.end]
    return (*before, *((whole,) if changed else ()), *after)


def difference(base: str, current: str) -> Patch:
    """The patch that the word diff of two texts makes."""
    return tuple(
        Change(Edit(hunk.start, hunk.end, current[hunk.new_start : hunk.new_end]))
        for hunk in changes(base, current, tidy=False)
        if not hunk.same
    )


def _touch(start: int, end: int, edit: Edit) -> bool:
    """Does an edit concern what stands at `start` to `end` of the same text? An empty span touches at its border."""
    if start == end or edit.start == edit.end:
        return start <= edit.end and edit.start <= end
    return start < edit.end and edit.start < end
