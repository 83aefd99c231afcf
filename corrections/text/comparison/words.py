"""Words, and what changed between two runs of them: the shortest script over word tokens, with no time-out."""

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import NamedTuple, cast

import regex
from diff_match_patch import diff_match_patch
from rapidfuzz.distance import Indel

from corrections.text.anchoring.graphemes import Clusters, clusters
from corrections.text.comparison.effort import Effort
from corrections.text.text_cache import remember

_BORDER = regex.compile(r"(?V1w)\b")
_FLAG = regex.compile(r"(\p{Regional_Indicator}{1,2}+[\p{GCB=Extend}\p{GCB=ZWJ}]*+)")
MOST_CELLS = 400_000_000  # tokens times tokens that are compared at once
TIDIED = 400  # operations that are tidied at once, where the effort is limited
TIDIED_IN_HASTE = 50  # and where it is spent
WINDOW = 6  # tokens of a run that long texts may be split at
SHORT = 200  # tokens: a stretch that is not worth splitting further
_FIRST_TOKEN = 0x100  # tokens are numbered as characters from here, past the surrogates


class Hunk(NamedTuple):
    """`old[start:end]` became `new[new_start:new_end]`, or is the same there (`same`)."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


@remember(256)
def tokens(text: str) -> tuple[str, ...]:
    """Words, and what stands between them, by Unicode word boundaries (UAX #29); together they are `text`.

    None begins or ends inside a grapheme cluster.
    """
    joined = clusters(text)
    if not joined.starts:
        return tuple(filter(None, _BORDER.split(text)))
    pieces = _FLAG.split(text)  # one by one: \b alone looks back to the first of a run of flags at each of them
    units = [unit for at, piece in enumerate(pieces) for unit in ([piece] if at % 2 else _BORDER.split(piece))]
    return _rejoined(tuple(filter(None, units)), joined)


def _rejoined(units: tuple[str, ...], joined: Clusters) -> tuple[str, ...]:
    whole: list[str] = []
    at = 0
    for unit in units:
        if whole and joined.around(at) is not None:
            whole[-1] += unit
        else:
            whole.append(unit)
        at += len(unit)
    return tuple(whole)


def changes(old: str, new: str, tidy: bool = True, effort: Effort | None = None) -> list[Hunk]:
    """What became of `old`, hunk by hunk, in order and without gaps; within `effort`, where it is given.

    `tidy` removes coincidental matches (semantic clean-up), for people to read; carrying a span wants them.
    """
    alphabet: dict[str, str] = {}
    ours, theirs = tokens(old), tokens(new)
    operations = script(encode(ours, alphabet), encode(theirs, alphabet), effort)
    if tidy:
        operations = _tidied(operations, effort)
    return _hunks(operations, _borders(ours), _borders(theirs))


def carried_span(hunks: list[Hunk], start: int, end: int) -> tuple[int, int]:
    """Where a span of the old text of `hunks` stands in the new one, with what came or changed inside or beside it."""
    first, last = sys.maxsize, 0
    for hunk in hunks:
        if hunk.same and hunk.start < end and start < hunk.end:
            first = min(first, hunk.new_start + max(start - hunk.start, 0))
            last = max(last, hunk.new_start + min(end, hunk.end) - hunk.start)
        elif not hunk.same and hunk.start <= end and start <= hunk.end:
            first, last = min(first, hunk.new_start), max(last, hunk.new_end)
    return (first, last) if first <= last else (0, 0)


def script(old: str, new: str, effort: Effort | None = None) -> list[tuple[int, str]]:
    """The shortest edit script of two encoded texts, as diff-match-patch's operations (-1 removed, 0 same, 1 added).

    Long ones are first split at runs of tokens that stand once in both (patience diff, after Cohen), so that time
    and memory stay bounded. Where `effort` is spent, all that lies between counts as removed and added.
    """
    engine = diff_match_patch()
    lead = engine.diff_commonPrefix(old, new)
    trail = engine.diff_commonSuffix(old[lead:], new[lead:])
    head, tail = old[:lead], old[len(old) - trail :]
    old, new = old[lead : len(old) - trail], new[lead : len(new) - trail]
    cells = len(old) * len(new)
    if cells > MOST_CELLS:
        middle = _split(old, new, effort)
    elif effort is None or effort.spend("word_cells", cells):
        middle = _shortest(old, new)
    else:
        middle = [(-1, old), (1, new)]
    return _merged([(0, head), *middle, (0, tail)])


def _shortest(old: str, new: str) -> list[tuple[int, str]]:
    operations: list[tuple[int, str]] = []
    opcodes = cast(Iterable[tuple[str, int, int, int, int]], Indel.opcodes(old, new))
    for kind, start, end, new_start, new_end in opcodes:
        if kind == "equal":
            operations.append((0, old[start:end]))
        elif kind == "delete":
            operations.append((-1, old[start:end]))
        elif kind == "insert":
            operations.append((1, new[new_start:new_end]))
        else:
            operations += [(-1, old[start:end]), (1, new[new_start:new_end])]
    return operations


def _tidied(operations: list[tuple[int, str]], effort: Effort | None) -> list[tuple[int, str]]:
    """Semantic clean-up, whose cost may be the square of what it is given: in blocks, each up to an equality."""
    if effort is None:
        diff_match_patch().diff_cleanupSemantic(operations)
        return operations
    size = min(len(operations), TIDIED)
    if size > TIDIED_IN_HASTE and not effort.spend("tidying", len(operations) * size):
        size = TIDIED_IN_HASTE
    tidied: list[tuple[int, str]] = []
    block: list[tuple[int, str]] = []
    for operation in operations:
        block.append(operation)
        if len(block) >= size and operation[0] == 0:
            diff_match_patch().diff_cleanupSemantic(block)
            tidied += block
            block = []
    diff_match_patch().diff_cleanupSemantic(block)
    return _merged(tidied + block) if tidied else block


def _split(old: str, new: str, effort: Effort | None) -> list[tuple[int, str]]:
    """Long texts at runs of tokens that stand once in each, in the same order; where there are none, in halves."""
    ours, theirs = _windows(old), _windows(new)
    pairs = [(at, theirs[window]) for window, at in ours.items() if window in theirs]
    borders = [(0, 0)]
    for start, new_start in _rising(pairs):
        if start - borders[-1][0] > SHORT or new_start - borders[-1][1] > SHORT:
            borders.append((start, new_start))
    if len(borders) == 1:
        borders.append((len(old) // 2, len(new) // 2))
    borders.append((len(old), len(new)))
    operations: list[tuple[int, str]] = []
    for (at, to), (start, new_start) in pairwise(borders):
        operations += script(old[at:start], new[to:new_start], effort)
    return operations


def _windows(text: str) -> dict[str, int]:
    """Runs of tokens that stand once in a text, in their order, and where."""
    runs = [text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1)]
    times = Counter(runs)
    return {run: at for at, run in enumerate(runs) if times[run] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that rise on both sides (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, to) in enumerate(pairs):
        place = bisect_left(tops, to)
        before.append(ends[place - 1] if place else -1)
        tops[place : place + 1] = [to]
        ends[place : place + 1] = [number]
    run = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _merged(operations: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without empty operations, and neighbours of one kind made one; what goes stands before what comes."""
    merged: list[tuple[int, str]] = []
    removed = added = ""
    for kind, text in operations:
        if kind < 0:
            removed += text
        elif kind > 0:
            added += text
        elif text:
            merged += [(-1, removed)] * bool(removed) + [(1, added)] * bool(added)
            removed = added = ""
            if merged and merged[-1][0] == 0:
                merged[-1] = (0, merged[-1][1] + text)
            else:
                merged.append((0, text))
    return merged + [(-1, removed)] * bool(removed) + [(1, added)] * bool(added)


def encode(units: tuple[str, ...] | list[str], alphabet: dict[str, str]) -> str:
    """One character a unit; equal units get equal characters, across calls that share `alphabet`."""
    for unit in dict.fromkeys(units):
        if unit not in alphabet:
            number = _FIRST_TOKEN + len(alphabet)
            alphabet[unit] = chr(number if number < 0xD800 else number + 0x800)
    return "".join(map(alphabet.__getitem__, units))


def _borders(units: tuple[str, ...]) -> list[int]:
    """Where each token begins, and where the last one ends."""
    return list(accumulate(map(len, units), initial=0))


def _hunks(operations: list[tuple[int, str]], old_borders: list[int], new_borders: list[int]) -> list[Hunk]:
    hunks: list[Hunk] = []
    old = new = 0  # in tokens
    for operation, coded in operations:
        old_count, new_count = (len(coded) if operation <= 0 else 0), (len(coded) if operation >= 0 else 0)
        end, new_end = old_borders[old + old_count], new_borders[new + new_count]
        last = hunks[-1] if hunks else None
        if operation != 0 and last is not None and not last.same:
            hunks[-1] = Hunk(False, last.start, end, last.new_start, new_end)
        else:
            hunks.append(Hunk(operation == 0, old_borders[old], end, new_borders[new], new_end))
        old, new = old + old_count, new + new_count
    return hunks
