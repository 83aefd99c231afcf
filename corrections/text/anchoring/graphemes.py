"""Grapheme clusters: what a reader takes for one character, however many code points it has (UAX #29, extended)."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from corrections.text.text_cache import remember

_JOINING = (
    r"\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}\p{GCB=Prepend}\p{GCB=Regional_Indicator}"
    r"\p{GCB=L}\p{GCB=V}\p{GCB=T}"
)  # a cluster of several code points has one of these, or is a CR LF
_JOINED = regex.compile(rf"[{_JOINING}]++|\r\n")
_FLAG = r"\p{GCB=Regional_Indicator}"
_CLUSTER = regex.compile(
    rf"{_FLAG}{_FLAG}[\p{{GCB=Extend}}\p{{GCB=SpacingMark}}\p{{GCB=ZWJ}}]*+|\X"
)  # \X alone looks back to the first of a run of flags at each of them


@dataclass(frozen=True)
class Clusters:
    """Where the clusters of several code points begin and end in a text; every other code point is one by itself."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def around(self, at: int) -> tuple[int, int] | None:
        """The cluster that a border at `at` would cut; None where it cuts none."""
        number = bisect_right(self.starts, at) - 1
        if number >= 0 and self.starts[number] < at < self.ends[number]:
            return self.starts[number], self.ends[number]
        return None


@remember(64)
def clusters(text: str) -> Clusters:
    """The clusters of several code points in `text`, in linear time."""
    if text.isascii() and "\r" not in text:
        return Clusters((), ())
    spans = [
        (first + match.start(), first + match.end())
        for first, last in _stretches(text)
        for match in _CLUSTER.finditer(text[first:last])
        if match.end() - match.start() > 1
    ]
    return Clusters(tuple(start for start, _ in spans), tuple(end for _, end in spans))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of `text` outside of which no code points are joined; they begin and end at borders of clusters."""
    first = last = -1
    for match in _JOINED.finditer(text):
        start = max(0, match.start() - 1)
        if start > last and last >= 0:
            yield first, last
            first = start
        elif last < 0:
            first = start
        last = min(len(text), match.end() + 1)
    if last >= 0:
        yield first, last


def is_border(text: str, at: int) -> bool:
    """Does a cluster of `text` end, or another begin, at `at`?"""
    return _cut(text, at) is None


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The span `start` to `end` of `text`, and all of the clusters that it would cut."""
    first, last = _cut(text, start), _cut(text, end)
    return (first[0] if first else start), (last[1] if last else end)


def _cut(text: str, at: int) -> tuple[int, int] | None:
    """The cluster that a border at `at` would cut: one of the two code points there joins them."""
    beside = text[max(0, at - 1) : at + 1]
    return clusters(text).around(at) if _JOINED.search(beside) else None
