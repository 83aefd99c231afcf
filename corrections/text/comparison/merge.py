"""A three-way merge of an article: what was sent last, what corrections made of it, what is sent now.

The changes of the one side are carried over to the other by `rebase`, each by itself, so that all that was sent now is
in the result, and each correction too, or the two of them are told as a clash.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.paragraphs import ALIKE, Pair, align
from corrections.text.comparison.patch import Change, Patch, apply
from corrections.text.comparison.rebase import AlreadyApplied, Clean, rebase
from corrections.text.comparison.words import Hunk, changes

Side = Literal["theirs", "ours"]  # what is sent now, what is published
SHARED = 0.5  # of a paragraph's characters that must still stand to tell where in it some of its words would


@dataclass(frozen=True)
class Clash:
    """The same words changed on both sides, in three versions: `base` was sent last, `theirs` is sent now, `ours` is
    published; whole paragraphs, empty where one is gone.

    `place` puts our words into what is sent now; `numbers` are those of the corrections.
    """

    numbers: tuple[int, ...]
    base: str
    theirs: str
    ours: str
    place: Edit


@dataclass(frozen=True)
class Merged:
    """`carried` is our changes as a patch of what is sent now, `already_applied` the corrections already in it."""

    theirs: str
    carried: Patch
    already_applied: tuple[int, ...]
    clashes: tuple[Clash, ...]

    def decided(self, side: Side) -> Patch:
        """The patch of what is sent now with the clashes decided: for it, or for our words."""
        if side == "theirs":
            return self.carried
        ours = [Change(clash.place, clash.numbers) for clash in self.clashes]
        free = [change for change in self.carried if not any(_overlap(change.edit, other.edit) for other in ours)]
        return tuple(sorted((*free, *ours), key=lambda change: (change.edit.start, change.edit.end)))


def merge(base: str, patch: Patch, theirs: str) -> Merged:
    """Carry `patch`, our changes of `base`, over to `theirs`."""
    carried: list[Change] = []
    already_applied: set[int] = set()
    clashing: list[Change] = []
    for change in patch:
        match rebase(change.edit, base, theirs):
            case Clean(edit=edit) if not any(_overlap(edit, other.edit) for other in carried):
                carried.append(replace(change, edit=edit))
            case AlreadyApplied():
                already_applied |= set(change.numbers)
            case _:
                clashing.append(change)
    in_order = tuple(sorted(carried, key=lambda change: (change.edit.start, change.edit.end)))
    clashes = _clashes(base, patch, theirs, clashing, in_order) if clashing else ()
    return Merged(theirs, in_order, tuple(sorted(already_applied)), clashes)


@dataclass(frozen=True)
class _Stretch:
    """Paragraphs of the base, `start` to `end`, and those that stand there now, `new_start` to `new_end`."""

    start: int
    end: int
    new_start: int
    new_end: int

    def joined(self, other: "_Stretch") -> "_Stretch":
        return _Stretch(
            min(self.start, other.start),
            max(self.end, other.end),
            min(self.new_start, other.new_start),
            max(self.new_end, other.new_end),
        )

    def with_ours(self, base: str, patch: Iterable[Change]) -> tuple[str, tuple[int, ...]]:
        """These paragraphs of the base with our changes in them, and whose those are."""
        inside = [change for change in patch if self.start <= change.edit.start and change.edit.end <= self.end]
        moved = [
            Change(Edit(change.edit.start - self.start, change.edit.end - self.start, change.edit.text))
            for change in inside
        ]
        numbers = {number for change in inside for number in change.numbers}
        return apply(moved, base[self.start : self.end]), tuple(sorted(numbers))


def _clashes(base: str, patch: Patch, theirs: str, clashing: list[Change], carried: Patch) -> tuple[Clash, ...]:
    """One clash for each change that cannot be carried, or for all of a paragraph where they cannot be told apart."""
    pairs = align(base, theirs)
    stretches: dict[_Stretch, list[Change]] = {}
    for change in clashing:
        stretches.setdefault(_stretch(pairs, base, theirs, change.edit), []).append(change)
    clashes: list[Clash] = []
    for stretch, inside in _untangled(stretches):
        ours, numbers = stretch.with_ours(base, patch)
        old, new = base[stretch.start : stretch.end], theirs[stretch.new_start : stretch.new_end]
        places = [_place(stretch, base, theirs, change.edit) for change in inside]
        if any(place is None for place in places) or _meet([place for place in places if place is not None], carried):
            whole = Edit(stretch.new_start, stretch.new_end, _apart(theirs, stretch, ours))
            clashes.append(Clash(numbers, old, new, ours, whole))
            continue
        for change, place in zip(inside, places, strict=True):
            assert place is not None
            clashes.append(Clash(change.numbers, old, new, ours, place))
    return tuple(sorted(clashes, key=lambda clash: (clash.place.start, clash.place.end)))


def _untangled(stretches: dict[_Stretch, list[Change]]) -> list[tuple[_Stretch, list[Change]]]:
    """The same in order, with those made one that share paragraphs of the base; of two that became one new paragraph
    the later one stands after it."""
    untangled: list[tuple[_Stretch, list[Change]]] = []
    for stretch, inside in sorted(stretches.items(), key=lambda item: item[0].start):
        if untangled and stretch.start < untangled[-1][0].end:
            before, others = untangled.pop()
            untangled.append((before.joined(stretch), [*others, *inside]))
            continue
        for before, _ in untangled:
            if stretch.new_start < before.new_end and before.new_start < stretch.new_end:
                stretch = replace(stretch, new_start=before.new_end, new_end=before.new_end)
        untangled.append((stretch, inside))
    return untangled


def _stretch(pairs: list[Pair], base: str, theirs: str, edit: Edit) -> _Stretch:
    """The paragraphs that an edit of the base is in, and their counterpart."""
    touched = [at for at, pair in enumerate(pairs) if pair.old_start < pair.old_end and _concerns(edit, pair)]
    touched = touched or [len(pairs) - 1]
    start, end = pairs[touched[0]].old_start, pairs[touched[-1]].old_end
    present = [pairs[at] for at in touched if pairs[at].new_start < pairs[at].new_end]
    if not present:
        rewritten = _rewritten(pairs, touched[0], touched[-1], base[start:end], theirs)
        present = [rewritten if rewritten is not None else pairs[touched[0]]]
    return _Stretch(start, end, present[0].new_start, max(pair.new_end for pair in present))


def _concerns(edit: Edit, pair: Pair) -> bool:
    return pair.old_start < max(edit.end, edit.start + 1) and edit.start < pair.old_end


def _rewritten(pairs: list[Pair], first: int, last: int, old: str, theirs: str) -> Pair | None:
    """The new paragraph that what has gone became: the most alike, else one right beside it."""
    added = [pair for pair in pairs if pair.kind == "added"]
    likeness = {pair: fuzz.ratio(old, theirs[pair.new_start : pair.new_end]) for pair in added}
    best = max(added, key=likeness.__getitem__, default=None)
    if best is not None and likeness[best] >= ALIKE:
        return best
    beside = [pairs[at] for at in (last + 1, first - 1) if 0 <= at < len(pairs) and pairs[at].kind == "added"]
    return beside[0] if beside else None


def _place(stretch: _Stretch, base: str, theirs: str, edit: Edit) -> Edit | None:
    """Where our words go in the paragraph as it is sent now; None where it has to be replaced as a whole."""
    old, new = base[stretch.start : stretch.end], theirs[stretch.new_start : stretch.new_end]
    hunks = changes(old, new, tidy=False)
    if sum(hunk.end - hunk.start for hunk in hunks if hunk.same) < SHARED * max(1, len(old)):
        return None
    start, end = edit.start - stretch.start, edit.end - stretch.start
    if end <= len(old.rstrip("\n")):  # what comes after the paragraph is none of the edit's
        hunks = changes(old.rstrip("\n"), new.rstrip("\n"), tidy=False)
    touched = [hunk for hunk in hunks if not hunk.same and hunk.start <= end and start <= hunk.end]
    first = min([start, *(hunk.start for hunk in touched)])
    last = max([end, *(hunk.end for hunk in touched)])
    new_first, new_last = _carried(first, hunks, last=False), _carried(last, hunks, last=True)
    text = old[first:start] + edit.text + old[end:last]
    return Edit(new_first + stretch.new_start, new_last + stretch.new_start, text)


def _carried(at: int, hunks: list[Hunk], last: bool) -> int:
    """Where the border `at` of what has changed stands now: before what came in there, or, with `last`, after it."""
    places = []
    for hunk in hunks:
        if hunk.start <= at <= hunk.end:
            if hunk.same:
                places.append(hunk.new_start + at - hunk.start)
            else:
                places += [hunk.new_start] * (at == hunk.start) + [hunk.new_end] * (at == hunk.end)
    return (max if last else min)(places)


def _apart(theirs: str, stretch: _Stretch, ours: str) -> str:
    """Our paragraph as it can stand between its neighbours."""
    if stretch.new_start < stretch.new_end:
        tail = theirs[stretch.new_start : stretch.new_end]
        return ours.rstrip("\n") + tail[len(tail.rstrip("\n")) :]
    before, after = theirs[: stretch.new_start], theirs[stretch.new_start :]
    lead = "" if not before or before.endswith("\n\n") else "\n"
    return lead + ours.strip("\n") + ("\n\n" if after.lstrip("\n") == after != "" else "\n")


def _meet(places: list[Edit], carried: Patch) -> bool:
    """Is any of these places over another, or over what is kept?"""
    return any(
        _overlap(place, other)
        for at, place in enumerate(places)
        for other in (*places[at + 1 :], *(change.edit for change in carried))
    )


def _overlap(one: Edit, other: Edit) -> bool:
    """Have two edits characters in common, or does one stand in the midst of the other?"""
    return one.start < other.end and other.start < one.end
