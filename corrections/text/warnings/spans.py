"""Spans of a text, asked quickly whether a place is in one of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """Of any number of spans, each from a start (included) to an end (excluded), in any order."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))  # the greatest end up to each span

    def covers(self, place: int) -> bool:
        """Is the place in one of the spans?"""
        count = bisect_right(self._starts, place)
        return count > 0 and place < self._ends[count - 1]

    def overlaps(self, start: int, end: int) -> bool:
        """Does the span from `start` to `end` have a place in common with one of these?"""
        count = bisect_left(self._starts, end)
        return count > 0 and start < self._ends[count - 1]
