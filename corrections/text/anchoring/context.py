"""What stands around a quote, in a selector and in a text.

A page shows more than the text: a title above it, a footer below. What a selector's context has beyond the text's own
borders is unknown, not unlike.
"""

import unicodedata
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz import fuzz

from corrections.text.anchoring.fold import skeleton
from corrections.text.comparison.words import tokens

LEAST_COMPARED = 8  # folded characters of context that speak for a place at the text's border among several
_JOINED = frozenset(("Mn", "Mc", "Me", "Cf"))  # general categories of Unicode
_REACH = 16  # code points looked at on each side for the borders of a word
_SPARE = 64  # code points looked at beyond a context's length: white space counts for nothing


@dataclass(frozen=True)
class Likeness:
    """Of the `compared` characters of a context of `whole`, the share that is `alike`, from 0 to 1."""

    alike: float
    compared: int
    whole: int

    @property
    def is_sure(self) -> bool:
        """Was enough compared to choose one place of several?"""
        return self.compared >= min(LEAST_COMPARED, self.whole)

    @property
    def is_partial(self) -> bool:
        """Does some of the context lie beyond the text's borders?"""
        return self.compared < self.whole

    @property
    def weight(self) -> float:
        """What speaks for the place among others: where little could be compared, the unknown counts as unlike."""
        return self.alike if self.is_sure else self.alike * self.compared / self.whole


def likeness(text: str, start: int, end: int, prefix: str, suffix: str) -> Likeness:
    """How like what stands around `start` to `end` of `text` is to `prefix` and `suffix`; all of them folded."""
    before = text[max(0, start - len(prefix) - 1) : start].strip()
    after = text[end : end + len(suffix) + 1].strip()
    whole = len(prefix) + len(suffix)
    if start <= len(prefix):
        prefix = prefix[max(0, len(prefix) - len(before)) :]
    if end + len(suffix) >= len(text):
        suffix = suffix[: len(after)]
    compared = len(prefix) + len(suffix)
    if not compared:
        return Likeness(1.0, 0, whole)
    alike = fuzz.ratio(prefix, before) * len(prefix) + fuzz.ratio(suffix, after) * len(suffix)
    return Likeness(float(alike) / 100 / compared, compared, whole)


def is_surrounded_alike(prefix: str, suffix: str, text: str, start: int, end: int) -> bool:
    """Is what stands around `start` to `end` the context, but for white space and typography?"""
    before = skeleton(text[max(0, start - 4 * len(prefix) - _SPARE) : start])
    after = skeleton(text[end : end + 4 * len(suffix) + _SPARE])
    prefix, suffix = skeleton(prefix), skeleton(suffix)
    shared = min(len(before), len(prefix)), min(len(after), len(suffix))
    return (
        before[len(before) - shared[0] :] == prefix[len(prefix) - shared[0] :]
        and after[: shared[1]] == suffix[: shared[1]]
    )


def cuts_other_word(prefix: str, exact: str, suffix: str, text: str, start: int, end: int) -> bool:
    """Does the place begin or end inside a word or number where the quote does not, or is it a part of another number?

    "He said" does not stand in "she said", nor "5 million" in "15 million".
    """
    piece, prefix = prefix, _without_cut_character(prefix)
    before, after = (prefix + exact)[-_REACH:], (exact + suffix)[:_REACH]
    first = _is_cut_otherwise(prefix[-_REACH:] + after, len(prefix[-_REACH:]), text, start) if prefix else None
    last = _is_cut_otherwise(before + suffix[:_REACH], len(before), text, end) if suffix else None
    if first is None and piece and text.endswith(piece, 0, start):
        first = False  # the end of the same character
    if first is None:  # nothing is known: half a word may be meant, half a number hardly
        first = _is_in_word(text, start) and text[start].isdecimal() and not text[start - 1].isalpha()
    if last is None:
        last = _is_in_word(text, end) and text[end - 1].isdecimal() and not text[end].isalpha()
    return first or last


def _without_cut_character(prefix: str) -> str:
    """A context without the marks and joiners that it begins with: their letter is not there, so they tell nothing."""
    at = 0
    while at < len(prefix) and unicodedata.category(prefix[at]) in _JOINED:
        at += 1
    return prefix[at:]


def _is_cut_otherwise(quoted: str, border: int, text: str, at: int) -> bool:
    """Is a word cut at `at` of `text` and none at the quote's `border`, or a number the other way round?

    A page may show two blocks without anything between them, so that words of both seem to be one.
    """
    cut = _is_in_word(quoted, border)
    if _is_in_word(text, at):
        return not cut
    return cut and quoted[border - 1].isdecimal() and quoted[border].isdecimal()


def _is_in_word(text: str, at: int) -> bool:
    """Would a border at `at` of `text` cut a word or a number?"""
    if not 0 < at < len(text) or text[at - 1].isspace() or text[at].isspace():
        return False
    first = max(0, at - _REACH)
    words = tokens(text[first : at + _REACH])
    ends = list(accumulate(map(len, words)))
    if at - first in ends:
        return False
    word = words[sum(end < at - first for end in ends)]
    return any(char.isalnum() for char in word)
