"""Where a quote and its context stand in a text that says it in slightly other words.

The whole needle is aligned to the text (rapidfuzz's partial ratio: the window of least edit distance, after Hyyrö's
bit-parallel LCS); the borders of the quote are then carried over by the word diff of the needle and that window.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate

from rapidfuzz import fuzz

from corrections.text.comparison.words import Hunk, changes, tokens

LEAST_NEEDLE = 24  # characters of quote and context together; less could be anything, and
LEAST_SHOWN = 8  # so many are enough to look for what a person may have meant
ALIGNED = 0.8  # likeness that quote and context together must have to what stands there
NEAREST = 0.5  # likeness of a place worth showing to a person
QUOTE_ALIKE = 0.75  # likeness that the quote itself must have to what stands there
_SPARE = 0.25  # of the needle, added to the window on both sides: words may have come in
_LEAST_SPARE = 20  # characters
MOST_CELLS = 40_000_000  # letters of the needle times letters of a text that are searched at once
RARE_WORDS = 60  # of a needle, by which the stretch of a longer text is chosen
RARE = 50  # times at most that such a word stands in the text
MOST_BORDERS = 24  # of words tried for a quote's own border, where the words there have changed


@dataclass(frozen=True)
class Aligned:
    """The quote's counterpart `start` to `end`; likeness, from 0 to 1, of quote and context, and of the quote alone."""

    start: int
    end: int
    likeness: float
    quote_likeness: float


def align_quote(needle: str, start: int, end: int, text: str) -> list[Aligned]:
    """The best place in `text` for `needle[start:end]`, and the best ones before and after it; best first.

    A needle too short to be placed by likeness has none anywhere: its places are for a person to look at.
    """
    if len(needle) < LEAST_SHOWN:
        return []
    first, last = _stretch(needle, text)
    best = _best(needle, start, end, text, first, last)
    if best is None:
        return []
    window, best_alignment = best
    rivals = (_best(needle, start, end, text, first, window[0]), _best(needle, start, end, text, window[1], last))
    alignments = [best_alignment, *(rival[1] for rival in rivals if rival is not None)]
    if len(needle) < LEAST_NEEDLE:
        alignments = [replace(alignment, likeness=0.0) for alignment in alignments]
    return sorted(alignments, key=lambda alignment: -alignment.likeness)


def _stretch(needle: str, text: str) -> tuple[int, int]:
    """The stretch of `text` that is searched: all of it, or of a long one what has most of the needle's rare words."""
    reach = MOST_CELLS // len(needle)
    if len(text) <= reach:
        return 0, len(text)
    words = sorted({token for token in tokens(needle) if _holds_words(token)}, key=lambda word: (-len(word), word))
    middles: Counter[int] = Counter()
    for word in words[:RARE_WORDS]:
        if text.count(word) <= RARE:
            middles.update({match.start() // reach for match in re.finditer(re.escape(word), text)})
    middle = max(middles, key=lambda at: (middles[at], -at), default=0) * reach
    return max(0, middle - reach // 2), min(len(text), middle + reach + reach // 2)


def _best(
    needle: str, start: int, end: int, text: str, first: int, last: int
) -> tuple[tuple[int, int], Aligned] | None:
    """The best window of `text[first:last]` and the quote's counterpart in it: all of it, where that cannot be told."""
    if last - first < LEAST_SHOWN:
        return None
    hit = fuzz.partial_ratio_alignment(needle, text[first:last], score_cutoff=NEAREST * 100)
    if hit is None:
        return None
    spare = max(_LEAST_SPARE, int(len(needle) * _SPARE))
    window = first + hit.dest_start, first + hit.dest_end
    begin, stop = max(first, window[0] - spare), min(last, window[1] + spare)
    around = text[begin:stop]
    hunks = changes(needle, around, tidy=False)
    unchanged = [hunk for hunk in hunks if hunk.same]
    new_start, new_end = _carried_start(start, hunks, needle, around), _carried_end(end, hunks, needle, around)
    if not unchanged or new_start is None or new_end is None or new_start >= new_end:
        return window, Aligned(*window, hit.score / 100, 0.0)
    place = begin + new_start, begin + new_end
    counterpart = around[min(unchanged[0].new_start, new_start) : max(unchanged[-1].new_end, new_end)]
    whole = max(fuzz.ratio(_within(needle, start, end, *place, text), counterpart), hit.score)
    return window, Aligned(*place, whole / 100, fuzz.ratio(needle[start:end], text[place[0] : place[1]]) / 100)


def _within(needle: str, start: int, end: int, new_start: int, new_end: int, text: str) -> str:
    """The needle without what would stand before the text's beginning or after its end: nothing is known of that."""
    beyond = max(0, start - new_start), max(0, len(needle) - end - (len(text) - new_end))
    return needle[beyond[0] : len(needle) - beyond[1]]


def _carried_start(start: int, hunks: list[Hunk], needle: str, text: str) -> int | None:
    """Where the character at `start` stands now, or what came in its place where what is before it still stands.

    Where nothing before it is known to stand: the words most like its own, of those before the next that stand.
    """
    at, hunk = next(((at, hunk) for at, hunk in enumerate(hunks) if hunk.start <= start < hunk.end), (0, None))
    if hunk is None:
        return None
    if hunk.same:
        return hunk.new_start + start - hunk.start
    if hunk.start == start > 0:
        return hunk.new_start
    stop = next((later for later in hunks[at:] if later.same and _holds_words(needle[later.start : later.end])), hunk)
    last, new_last = (stop.start, stop.new_start) if stop.same else (stop.end, stop.new_end)
    words, replacement = needle[start:last], text[hunk.new_start : new_last]
    borders = list(accumulate(map(len, tokens(replacement)), initial=0))[:-1][-MOST_BORDERS:]
    best = max(borders, key=lambda border: fuzz.ratio(words, replacement[border:]), default=None)
    return None if best is None else hunk.new_start + best


def _carried_end(end: int, hunks: list[Hunk], needle: str, text: str) -> int | None:
    at, hunk = next(((at, hunk) for at, hunk in enumerate(hunks) if hunk.start < end <= hunk.end), (0, None))
    if hunk is None:
        return None
    if hunk.same:
        return hunk.new_start + end - hunk.start
    if hunk.end == end < len(needle):
        return hunk.new_end
    unchanged_before = (
        previous
        for previous in reversed(hunks[:at])
        if previous.same and _holds_words(needle[previous.start : previous.end])
    )
    begin = next(unchanged_before, hunk)
    first, new_first = (begin.end, begin.new_end) if begin.same else (begin.start, begin.new_start)
    words, replacement = needle[first:end], text[new_first : hunk.new_end]
    borders = list(accumulate(map(len, tokens(replacement))))[:MOST_BORDERS]
    best = max(borders, key=lambda border: fuzz.ratio(words, replacement[:border]), default=None)
    return None if best is None else new_first + best


def _holds_words(text: str) -> bool:
    return any(char.isalnum() for char in text)
