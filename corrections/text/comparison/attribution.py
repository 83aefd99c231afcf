"""Which revision each sentence of a text comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from corrections.text.comparison.words import changes

_SENTENCE = regex.compile(r"[^\n]*?[.!?…؟。]+[”’\"»)\]*_]*(?=\s|$)[ \t]*|[^\n]+|\n+", regex.MULTILINE)


@dataclass(frozen=True)
class Sentence:
    """`text` stands at `start` of the last revision; `revision` is the newest that changed anything in it."""

    start: int
    text: str
    revision: int


def attribute(revisions: list[str]) -> list[Sentence]:
    """The sentences of the last of `revisions` (oldest first), each with the index of the revision it comes from.

    A revision that only took words away from a sentence counts as having changed it.
    """
    origin = [0] * len(revisions[0])
    for number in range(1, len(revisions)):
        origin = carried(origin, revisions[number - 1], revisions[number], number)
    return sentences(revisions[-1], origin)


def sentences(text: str, origin: Sequence[int]) -> list[Sentence]:
    """The sentences of a text, of which each code point comes from the revision that `origin` has for it."""
    result: list[Sentence] = []
    for match in _SENTENCE.finditer(text):
        if match[0].strip() or not result:
            result.append(Sentence(match.start(), match[0], max(origin[match.start() : match.end()])))
        else:  # the break between two paragraphs goes with the sentence before it
            before = result[-1]
            result[-1] = Sentence(before.start, before.text + match[0], before.revision)
    return result


def carried(origin: list[int], old: str, new: str, number: int) -> list[int]:
    """Where each code point of `new` comes from, by where those of `old`, the text before, do; new ones: `number`."""
    if old == new:
        return origin
    lead, trail = shared_ends(old, new)
    middle: list[int] = []
    last = len(old) - trail
    for hunk in changes(old[lead:last], new[lead : len(new) - trail]):
        if hunk.same:
            middle += origin[lead + hunk.start : lead + hunk.end]
        else:
            middle += [number] * (hunk.new_end - hunk.new_start)
            if hunk.new_end == hunk.new_start and middle:
                middle[-1] = number
    new_origin = origin[:lead] + middle + origin[last:]
    if len(new) == lead + trail and lead:  # words were only taken away
        new_origin[lead - 1] = number
    return new_origin


def shared_ends(old: str, new: str) -> tuple[int, int]:
    """How many code points two texts begin and end with alike."""
    lead = _shared(old, new)
    return lead, min(_shared(old[::-1], new[::-1]), len(old) - lead, len(new) - lead)


def _shared(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        half = (low + high + 1) // 2
        if one[:half] == two[:half]:
            low = half
        else:
            high = half - 1
    return low
