"""An edit of a text: the change itself, the words that it is made of, and those that its author quoted."""

from dataclasses import dataclass

from corrections.text.anchoring.graphemes import is_border
from corrections.text.comparison.words import tokens

LONGEST_WORD = 100  # code points looked at on each side for the borders of a word


class SpanError(ValueError):
    """A span that does not lie in its text."""


@dataclass(frozen=True)
class Edit:
    """`text` in place of the code points `start` to `end` of a text.

    An edit owns what it spans, also the words that `text` repeats unchanged: they are what its author quoted.
    """

    start: int
    end: int
    text: str

    def apply(self, base: str) -> str:
        """`base` with the edit made; raises `SpanError` where the span does not lie in it."""
        if not 0 <= self.start <= self.end <= len(base):
            raise SpanError(f"{self.start} to {self.end} is no span of a text of {len(base)} characters.")
        return base[: self.start] + self.text + base[self.end :]

    @property
    def growth(self) -> int:
        """By how many code points the text gets longer."""
        return len(self.text) - (self.end - self.start)

    @property
    def is_slidable(self) -> bool:
        """Does it only put words in, or only take words out, so that it could be made at several places?"""
        return bool(self.text) != (self.start != self.end)

    def moved(self, by: int) -> "Edit":
        """The same edit, `by` code points further on."""
        return Edit(self.start + by, self.end + by, self.text)

    def spread(self, start: int, end: int, base: str) -> "Edit":
        """The same change as an edit that spans at least `start` to `end` of `base`."""
        first, last = min(start, self.start), max(end, self.end)
        return Edit(first, last, base[first : self.start] + self.text + base[self.end : last])


def trim(edit: Edit, base: str) -> Edit:
    """The change alone: without the characters at both ends that the edit puts back as they were.

    It begins and ends at borders of grapheme clusters, of `base` and of what the edit makes of it.
    """
    old, new = base[edit.start : edit.end], edit.text
    lead = 0
    while lead < min(len(old), len(new)) and old[lead] == new[lead]:
        lead += 1
    trail = 0
    while trail < min(len(old), len(new)) - lead and old[-1 - trail] == new[-1 - trail]:
        trail += 1
    after = edit.apply(base)
    while lead and not (is_border(base, edit.start + lead) and is_border(after, edit.start + lead)):
        lead -= 1
    end = edit.start + len(new)  # in what the edit makes of the text
    while trail and not (is_border(base, edit.end - trail) and is_border(after, end - trail)):
        trail -= 1
    return Edit(edit.start + lead, edit.end - trail, new[lead : len(new) - trail])


def slide(edit: Edit, base: str) -> Edit:
    """A trimmed insertion or deletion over every place where it could as well be made; others as they are.

    Taking one "the" out of "the the" is one change, whichever of the two a diff blames: both are its words.
    """
    if not edit.is_slidable:
        return edit
    moving = edit.text or base[edit.start : edit.end]
    size = len(moving)
    left = right = 0
    while edit.end + right < len(base) and base[edit.end + right] == moving[right % size]:
        right += 1
    while left < edit.start and base[edit.start - 1 - left] == moving[-1 - left % size]:
        left += 1
    return edit.spread(edit.start - left, edit.end + right, base)


def whole_words(edit: Edit, base: str) -> Edit:
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
    return edit.spread(start, end, base)


def owned(edit: Edit, base: str) -> Edit:
    """The same change as an edit of all the words that it owns: quoted or touched, without blanks around them."""
    change = trim(edit, base)
    quoted = base[edit.start : edit.end]
    start = edit.start + len(quoted) - len(quoted.lstrip())
    end = edit.end - len(quoted) + len(quoted.rstrip())
    touched = whole_words(change, base)
    return whole_words(touched.spread(start, end, base), base) if start < end else touched


def is_same_change(one: Edit, other: Edit, base: str) -> bool:
    """Do two edits make the same text of `base`?"""
    return slide(trim(one, base), base) == slide(trim(other, base), base)


def _are_joined(one: str, other: str) -> bool:
    """Do two characters side by side belong to one word?"""
    return one.isalnum() and other.isalnum() and len(tokens(one + other)) == 1
