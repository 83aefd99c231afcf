"""Carry an edit made on one revision of a text over to another, through the word diff of the two."""

from dataclasses import dataclass

from corrections.text.paragraphs import Pair, align
from corrections.text.words import Hunk, changes, tokens


@dataclass(frozen=True)
class Edit:
    """`text` in place of the code points `start` to `end` of a text."""

    start: int
    end: int
    text: str

    def apply(self, base: str) -> str:
        """`base` with the edit made; raises `SpanError` where the span does not lie in it."""
        if not 0 <= self.start <= self.end <= len(base):
            raise SpanError(f"{self.start} to {self.end} is no span of a text of {len(base)} characters.")
        return base[: self.start] + self.text + base[self.end :]


class SpanError(ValueError):
    """A span that does not lie in its text."""


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

LONGEST_WORD = 100  # characters looked at on each side for the borders of a word
SHARED = 0.5  # of a paragraph's words that must still stand: a rewritten paragraph is a conflict, not a guess, but
NEAR = 8  # characters unchanged on both sides of an edit (or up to the paragraph's border) are enough


def rebase(edit: Edit, base: str, current: str) -> Rebased:
    """Carry an edit made on `base` over to `current`.

    `edit` spans code points of `base`. Linear in the texts' length for few changes. Raises `SpanError` when the span
    does not lie in `base`. After the word-level three-way merge of Khanna, Kunal and Pierce (2007).
    """
    edit.apply(base)
    if base == current:
        return Clean(edit)
    wide = _widened(_trimmed(edit, base), base)
    start, end = min(edit.start, wide.start), max(edit.end, wide.end)
    for stretch in _stretches(base, current):
        if stretch.start <= start and end <= stretch.end:
            already = _already(wide, base, current, stretch)
            if already is not None:
                return already
            shift = _shift(start, end, stretch)
            if shift is not None:
                return Clean(Edit(edit.start + shift, edit.end + shift, edit.text), stretch.moved)
    return _conflict(edit, base, current)


def over(edit: Edit, other: Edit, base: str) -> Edit | None:
    """The edit on the text that `other` makes of `base`; both span code points of `base`.

    What is known needs no diff: whatever they touch, edits of different words both apply, in either order to the same
    text. None where they touch the same words.
    """
    ours, theirs = _whole_words(_trimmed(edit, base), base), _whole_words(_trimmed(other, base), base)
    grown = len(other.text) - (other.end - other.start)
    if (ours.start, ours.end) == (theirs.start, theirs.end):
        return None
    if ours.end <= theirs.start:
        return ours
    if ours.start >= theirs.end:
        return Edit(ours.start + grown, ours.end + grown, ours.text)
    return None


def _whole_words(edit: Edit, base: str) -> Edit:
    """The same change of all the words that it touches."""
    first = max(0, edit.start - LONGEST_WORD)
    borders = [first]
    for token in tokens(base[first : edit.end + LONGEST_WORD]):
        borders.append(borders[-1] + len(token))
    start, end = edit.start, edit.end
    if start not in borders or _are_joined(base[:start][-1:], edit.text[:1]):
        start = max(border for border in borders if border < start)
    if end not in borders or _are_joined(edit.text[-1:], base[end : end + 1]):
        end = min(border for border in borders if border > end)
    return Edit(start, end, base[start : edit.start] + edit.text + base[edit.end : end])


def _are_joined(one: str, other: str) -> bool:
    """Do two characters side by side belong to one word?"""
    return one.isalnum() and other.isalnum() and len(tokens(one + other)) == 1


def _trimmed(edit: Edit, base: str) -> Edit:
    """The change without the letters that it puts back as they were."""
    old, new = base[edit.start : edit.end], edit.text
    lead = 0
    while lead < min(len(old), len(new)) and old[lead] == new[lead]:
        lead += 1
    trail = 0
    while trail < min(len(old), len(new)) - lead and old[-1 - trail] == new[-1 - trail]:
        trail += 1
    return Edit(edit.start + lead, edit.end - trail, new[lead : len(new) - trail])


def _widened(edit: Edit, base: str) -> Edit:
    """The same change over every place where it could as well be made.

    Taking one "the" out of "the the" is one change, whichever of the two a diff blames: both are its words.
    """
    if bool(edit.text) == (edit.start != edit.end):  # a replacement, or nothing at all
        return edit
    slid = edit.text or base[edit.start : edit.end]
    size = len(slid)
    left = right = 0
    while edit.end + right < len(base) and base[edit.end + right] == slid[right % size]:
        right += 1
    while left < edit.start and base[edit.start - 1 - left] == slid[-1 - left % size]:
        left += 1
    start, end = edit.start - left, edit.end + right
    return Edit(start, end, base[start : edit.start] + edit.text + base[edit.end : end])


@dataclass(frozen=True)
class _Stretch:
    """A paragraph of the base and its counterpart, with what became of its words (offsets in the whole texts)."""

    start: int
    end: int
    new_start: int
    new_end: int
    hunks: tuple[Hunk, ...]
    moved: bool

    @property
    def kept(self) -> float:
        shared = sum(hunk.end - hunk.start for hunk in self.hunks if hunk.same)
        return shared / max(1, self.end - self.start)


def _stretches(base: str, current: str) -> list[_Stretch]:
    found = []
    pairs = align(base, current)
    moved_to = {
        current[pair.new_start : pair.new_end].strip(): pair
        for pair in pairs
        if pair.kind == "moved" and pair.new_end > pair.new_start
    }
    for number, pair in enumerate(pairs):
        span = (pair.old_start, pair.old_end)
        replaced = _replaced_by(pairs, number)
        if replaced is not None:
            found.append(_stretch(base, current, *span, replaced.new_start, replaced.new_end, False))
        elif pair.kind in ("same", "changed"):
            found.append(_stretch(base, current, *span, pair.new_start, pair.new_end, False))
        elif pair.kind == "moved" and pair.old_end > pair.old_start:
            arrival = moved_to[base[pair.old_start : pair.old_end].strip()]
            found.append(_stretch(base, current, *span, arrival.new_start, arrival.new_end, True))
    return found


def _replaced_by(pairs: list[Pair], number: int) -> Pair | None:
    """Of a paragraph that has gone: the one paragraph that came in its place."""
    if pairs[number].kind != "removed":
        return None
    around = [pairs[at].kind if 0 <= at < len(pairs) else "same" for at in range(number - 2, number + 3)]
    if around[3] == "added" and around[1] not in ("added", "removed") and around[4] not in ("added", "removed"):
        return pairs[number + 1]
    if around[1] == "added" and around[0] not in ("added", "removed") and around[3] not in ("added", "removed"):
        return pairs[number - 1]
    return None


def _stretch(base: str, current: str, start: int, end: int, new_start: int, new_end: int, moved: bool) -> _Stretch:
    old, new = base[start:end], current[new_start:new_end]
    hunks = [Hunk(True, 0, len(old), 0, len(new))] if old == new else changes(old, new, tidy=False)
    placed = tuple(
        Hunk(hunk.same, hunk.start + start, hunk.end + start, hunk.new_start + new_start, hunk.new_end + new_start)
        for hunk in hunks
    )
    return _Stretch(start, end, new_start, new_end, placed, moved)


def _shift(start: int, end: int, stretch: _Stretch) -> int | None:
    """How far the base's `start` to `end` stands from there now, where nothing in it changed.

    An insertion (`start` equal to `end`) may touch a change on one side, but not stand where something else came in.
    """
    if start == end and any(not hunk.same and hunk.start == hunk.end == start for hunk in stretch.hunks):
        return None
    for hunk in stretch.hunks:
        if hunk.same and hunk.start <= start and end <= hunk.end:
            near = hunk.start <= max(start - NEAR, stretch.start) and min(end + NEAR, stretch.end) <= hunk.end
            return hunk.new_start - hunk.start if near or stretch.kept >= SHARED else None
    return None


def _already(edit: Edit, base: str, current: str, stretch: _Stretch) -> AlreadyApplied | None:
    """Does what became of the words that the edit touches say just what the edit would?"""
    touched = [hunk for hunk in stretch.hunks if _touches(hunk, edit)]
    if all(hunk.same for hunk in touched):
        return None
    start, end = min(edit.start, touched[0].start), max(edit.end, touched[-1].end)
    new_start, new_end = touched[0].new_start, touched[-1].new_end
    wanted = base[start : edit.start] + edit.text + base[edit.end : end]
    covered = touched[0].start <= edit.start and edit.end <= touched[-1].end
    return AlreadyApplied(new_start, new_end) if covered and current[new_start:new_end] == wanted else None


def _touches(hunk: Hunk, edit: Edit) -> bool:
    """Has the edit a word of this hunk, or (of what only came in, or an insertion) its border?"""
    if hunk.start == hunk.end or edit.start == edit.end:
        return hunk.start <= edit.end and edit.start <= hunk.end and not (hunk.same and edit.start != edit.end)
    return hunk.start < edit.end and edit.start < hunk.end


def _conflict(edit: Edit, base: str, current: str) -> Conflict:
    """The paragraphs concerned, three times."""
    for pair in align(base, current):
        if pair.old_start <= edit.start < max(pair.old_end, pair.old_start + 1) and pair.old_end > pair.old_start:
            end = max(edit.end, pair.old_end)
            ours = base[pair.old_start : edit.start] + edit.text + base[edit.end : end]
            theirs = current[pair.new_start : pair.new_end]
            return Conflict(base[pair.old_start : end], theirs, ours, pair.new_start, pair.new_end)
    return Conflict(base[edit.start : edit.end], "", edit.text, len(current), len(current))
