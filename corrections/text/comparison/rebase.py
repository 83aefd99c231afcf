"""Carry an edit made on one revision of a text over to another, through the word diff of the two."""

from dataclasses import dataclass

from corrections.text.comparison.edits import Edit, owned, slide, trim, whole_words
from corrections.text.comparison.paragraphs import Pair, align
from corrections.text.comparison.words import Hunk, changes
from corrections.text.text_cache import remember


@dataclass(frozen=True)
class Clean:
    """The same edit on the current text; `moved` tells that its paragraph stands elsewhere now."""

    edit: Edit
    moved: bool = False


@dataclass(frozen=True)
class AlreadyApplied:
    """The words already stand there, at `start` to `end` of the current text."""

    start: int
    end: int


@dataclass(frozen=True)
class Conflict:
    """The place as it was, as it is now, and as the edit would have it; `start` to `end` in the current text."""

    base: str
    theirs: str
    ours: str
    start: int
    end: int


Rebased = Clean | AlreadyApplied | Conflict

SHARED = 0.5  # of a paragraph's words that must still stand: a rewritten paragraph is a conflict, not a guess, but
NEAR = 8  # characters unchanged on both sides of an edit (or up to the paragraph's border) are enough


def rebase(edit: Edit, base: str, current: str) -> Rebased:
    """Carry an edit made on `base` over to `current`.

    `edit` spans code points of `base`, all those that it owns: where one of them has changed, or something else was
    inserted where it inserts, it is a conflict. Linear in the texts' length for few changes. Raises `SpanError` when
    the span does not lie in `base`. After the word-level three-way merge of Khanna, Kunal and Pierce (2007).
    """
    edit.apply(base)
    if base == current:
        return Clean(edit)
    change = trim(edit, base)
    reach = slide(change, base)
    inserts = change.start == change.end and whole_words(change, base) == change
    start, end = min(edit.start, reach.start), max(edit.end, reach.end)
    concerned = [stretch for stretch in _stretches(base, current) if stretch.holds(start, end)]
    concerned = concerned[-1:] if start == end else concerned  # at a border, what is put in opens the next paragraph
    for stretch in concerned:
        already = _already(reach, base, current, stretch) if stretch.start <= start and end <= stretch.end else None
        if already is not None:
            return already
        if inserts and stretch.holds(reach.start, reach.end) and _is_occupied(reach, base, current, stretch):
            return conflict(edit, base, current)
    shifts = {_shift(max(start, stretch.start), min(end, stretch.end), stretch) for stretch in concerned}
    covered = sum(min(end, stretch.end) - max(start, stretch.start) for stretch in concerned)
    shift = shifts.pop() if len(shifts) == 1 else None
    if shift is None or covered != end - start:
        return conflict(edit, base, current)
    return Clean(edit.moved(shift), any(stretch.moved for stretch in concerned))


def over(edit: Edit, other: Edit, base: str) -> Edit | None:
    """The edit on the text that `other` makes of `base`; both span code points of `base`.

    What is known needs no diff: whatever they touch, edits of different words both apply, in either order to the same
    text. None where one changes words that the other owns, or both insert at the same place. The edit that is returned
    spans all the words that it owns.
    """
    ours, theirs = _Claim.of(edit, base), _Claim.of(other, base)
    if ours.clashes(theirs) or theirs.clashes(ours):
        return None
    if ours.edit.end <= theirs.change.start:
        return ours.edit
    return ours.edit.moved(other.growth)


@dataclass(frozen=True)
class _Claim:
    """What an edit owns of a text: `edit` spans all its words, `change` the whole words among them that it changes.

    `reach` spans every place where an insertion or a deletion could as well be made.
    """

    edit: Edit
    change: Edit
    reach: Edit
    base: str

    @classmethod
    def of(cls, edit: Edit, base: str) -> "_Claim":
        change = trim(edit, base)
        return cls(owned(edit, base), whole_words(change, base), slide(change, base), base)

    def clashes(self, other: "_Claim") -> bool:
        """Does this edit change words that the other owns, or insert where the other inserts?"""
        change, theirs = self.change, other.edit
        if not change.text and change.start == change.end:
            return False
        if change.start < theirs.end and theirs.start < change.end:
            return True
        shared = self.edit.start < theirs.end and theirs.start < self.edit.end
        if shared and change.start == change.end and theirs.start <= change.start <= theirs.end:
            return True
        start, end = max(self.reach.start, other.reach.start), min(self.reach.end, other.reach.end)
        if self.inserts and other.inserts:
            return start <= end
        return self.slides and other.slides and bool(self.base[start:end].strip())

    @property
    def slides(self) -> bool:
        """Does it only put words in, or only take words out?"""
        return trim(self.edit, self.base).is_slidable

    @property
    def inserts(self) -> bool:
        """Does it put new words between others, and change none?"""
        return self.change.start == self.change.end and bool(self.change.text)


@dataclass(frozen=True)
class _Stretch:
    """A paragraph of the base and its counterpart, with what became of its words (offsets in the whole texts).

    `opens` and `closes` tell that a new paragraph stands right before or right after it now.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    hunks: tuple[Hunk, ...]
    moved: bool
    opens: bool = False
    closes: bool = False

    def holds(self, start: int, end: int) -> bool:
        """Does some of `start` to `end` stand in this paragraph (or all of it, where it is empty)?"""
        return self.start < end and start < self.end if start < end else self.start <= start <= self.end

    @property
    def unchanged_share(self) -> float:
        shared = sum(hunk.end - hunk.start for hunk in self.hunks if hunk.same)
        return shared / max(1, self.end - self.start)


@remember(16)
def _stretches(base: str, current: str) -> list[_Stretch]:
    pairs = align(base, current)
    moved_to = {
        current[pair.new_start : pair.new_end].strip(): number
        for number, pair in enumerate(pairs)
        if pair.kind == "moved" and pair.new_end > pair.new_start
    }
    stretches = []
    for number, pair in enumerate(pairs):
        if pair.old_start == pair.old_end:
            continue
        arrival: int | None = number
        if pair.kind == "moved":
            arrival = moved_to[base[pair.old_start : pair.old_end].strip()]
        elif pair.kind == "removed":
            arrival = _replaced_by(pairs, number)
        if arrival is not None:
            stretches.append(_stretch(base, current, pairs, number, arrival))
    return stretches


def _replaced_by(pairs: list[Pair], number: int) -> int | None:
    """Of a paragraph that has gone: the number of the one paragraph that came in its place."""
    around = [pairs[at].kind if 0 <= at < len(pairs) else "same" for at in range(number - 2, number + 3)]
    if around[3] == "added" and around[1] not in ("added", "removed") and around[4] not in ("added", "removed"):
        return number + 1
    if around[1] == "added" and around[0] not in ("added", "removed") and around[3] not in ("added", "removed"):
        return number - 1
    return None


def _stretch(base: str, current: str, pairs: list[Pair], number: int, arrival: int) -> _Stretch:
    """The paragraph of pair `number`, which stands where pair `arrival` says now."""
    start, end = pairs[number].old_start, pairs[number].old_end
    new_start, new_end = pairs[arrival].new_start, pairs[arrival].new_end
    old, new = base[start:end], current[new_start:new_end]
    hunks = [Hunk(True, 0, len(old), 0, len(new))] if old == new else changes(old, new, tidy=False)
    placed = tuple(
        Hunk(hunk.same, hunk.start + start, hunk.end + start, hunk.new_start + new_start, hunk.new_end + new_start)
        for hunk in hunks
    )
    opens, closes = (
        0 <= beside < len(pairs) and pairs[beside].kind == "added" for beside in (arrival - 1, arrival + 1)
    )
    return _Stretch(start, end, new_start, new_end, placed, pairs[number].kind == "moved", opens, closes)


def _shift(start: int, end: int, stretch: _Stretch) -> int | None:
    """How far the base's `start` to `end` stands from there now, where nothing in it changed."""
    for hunk in stretch.hunks:
        if hunk.same and hunk.start <= start and end <= hunk.end:
            near = hunk.start <= max(start - NEAR, stretch.start) and min(end + NEAR, stretch.end) <= hunk.end
            return hunk.new_start - hunk.start if near or stretch.unchanged_share >= SHARED else None
    return None


def _is_occupied(reach: Edit, base: str, current: str, stretch: _Stretch) -> bool:
    """Has something else come in at one of the places where an insertion could be made, `reach`?

    A new paragraph beside this one takes the place of another new paragraph only.
    """
    if "\n" in reach.text and (
        (stretch.opens and not base[stretch.start : reach.start].strip())
        or (stretch.closes and not base[reach.end : stretch.end].strip())
    ):
        return True
    for hunk in stretch.hunks:
        if not hunk.same and hunk.start == hunk.end:
            other = slide(Edit(hunk.start, hunk.end, current[hunk.new_start : hunk.new_end]), base)
            if other.start <= reach.end and reach.start <= other.end:
                return True
    return False


def _already(edit: Edit, base: str, current: str, stretch: _Stretch) -> AlreadyApplied | None:
    """Does what became of the words that the edit touches say just what the edit would?"""
    touched = [hunk for hunk in stretch.hunks if _touches(hunk, edit)]
    if all(hunk.same for hunk in touched):
        return None
    start, end = min(edit.start, touched[0].start), max(edit.end, touched[-1].end)
    new_start, new_end = touched[0].new_start, touched[-1].new_end
    expected = base[start : edit.start] + edit.text + base[edit.end : end]
    covered = touched[0].start <= edit.start and edit.end <= touched[-1].end
    return AlreadyApplied(new_start, new_end) if covered and current[new_start:new_end] == expected else None


def _touches(hunk: Hunk, edit: Edit) -> bool:
    """Has the edit a word of this hunk, or (of what only came in, or an insertion) its border?"""
    if hunk.start == hunk.end or edit.start == edit.end:
        return hunk.start <= edit.end and edit.start <= hunk.end and not (hunk.same and edit.start != edit.end)
    return hunk.start < edit.end and edit.start < hunk.end


def conflict(edit: Edit, base: str, current: str) -> Conflict:
    """The paragraphs that the edit concerns: as they were, as they are and as the edit would have them."""
    for pair in align(base, current):
        if pair.old_start <= edit.start < max(pair.old_end, pair.old_start + 1) and pair.old_end > pair.old_start:
            end = max(edit.end, pair.old_end)
            ours = base[pair.old_start : edit.start] + edit.text + base[edit.end : end]
            theirs = current[pair.new_start : pair.new_end]
            return Conflict(base[pair.old_start : end], theirs, ours, pair.new_start, pair.new_end)
    return Conflict(base[edit.start : edit.end], "", edit.text, len(current), len(current))
