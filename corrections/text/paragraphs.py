"""Which paragraph of the old text is which of the new: the same, changed, moved, removed or added."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from rapidfuzz import fuzz

from corrections.text.words import encode, script, tokens

Kind = Literal["same", "changed", "removed", "added", "moved"]

_PARAGRAPH = re.compile(r".*?\n(?:[ \t]*\n)+|.+\Z", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
ALIKE = 50  # of 100: less and it is another paragraph
SURE = 85  # of 100: it is looked at no further
LETTERS_COMPARED = 20_000  # of the two together
MOST_PAIRS = 40_000  # comparisons in one rewritten stretch; beyond, paragraphs are paired in their order


@dataclass(frozen=True)
class Pair:
    """A paragraph at `old_start:old_end` and what it is now, `new_start:new_end` (an empty span: none)."""

    kind: Kind
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def align(old: str, new: str, by: Literal["paragraph", "line"] = "paragraph") -> list[Pair]:
    """Pair the paragraphs (or lines) of two texts, in the order of both; a moved one stands once on each side."""
    split = _PARAGRAPH if by == "paragraph" else _LINE
    old_units, new_units = split.findall(old), split.findall(new)
    alphabet: dict[str, str] = {}
    operations = script(encode(old_units, alphabet), encode(new_units, alphabet))
    pairing: list[tuple[int | None, int | None]] = []
    gone: list[int] = []
    come: list[int] = []
    at, to = 0, 0
    for operation, coded in [*operations, (0, "")]:
        if operation == 0:
            pairing += _pair(old_units, new_units, gone, come)
            gone, come = [], []
            pairing += [(at + offset, to + offset) for offset in range(len(coded))]
            at, to = at + len(coded), to + len(coded)
        elif operation < 0:
            gone += range(at, at + len(coded))
            at += len(coded)
        else:
            come += range(to, to + len(coded))
            to += len(coded)
    return _spans(old_units, new_units, pairing)


def _pair(old: list[str], new: list[str], gone: list[int], come: list[int]) -> list[tuple[int | None, int | None]]:
    """Pair what was rewritten in one stretch, keeping the order.

    Where it is as many as before, those at the same place are paired at once, from both ends, while they are surely
    the same; what is left between is compared each with each.
    """
    if len(gone) != len(come):
        return _most_alike(old, new, gone, come)
    pairs: list[tuple[int | None, int | None]] = list(zip(gone, come, strict=True))
    sure = [_likeness(old[at], new[to]) >= SURE for at, to in zip(gone, come, strict=True)]
    lead = len(list(takewhile(bool, sure)))
    end = len(sure) - len(list(takewhile(bool, reversed(sure[lead:]))))
    return [*pairs[:lead], *_most_alike(old, new, gone[lead:end], come[lead:end]), *pairs[end:]]


def _most_alike(
    old: list[str], new: list[str], gone: list[int], come: list[int]
) -> list[tuple[int | None, int | None]]:
    """The most alike, keeping the order (longest weighted subsequence)."""
    if not gone or not come:
        return [(at, None) for at in gone] + [(None, to) for to in come]
    if len(gone) * len(come) > MOST_PAIRS:
        shared = min(len(gone), len(come))
        pairs: list[tuple[int | None, int | None]] = list(zip(gone[:shared], come[:shared], strict=True))
        return pairs + [(at, None) for at in gone[shared:]] + [(None, to) for to in come[shared:]]
    likeness = [[_likeness(old[at], new[to]) for to in come] for at in gone]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    found: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(gone) or j < len(come):
        if i == len(gone) or (j < len(come) and best[i][j] == best[i][j + 1]):
            found.append((None, come[j]))
            j += 1
        elif j == len(come) or best[i][j] == best[i + 1][j]:
            found.append((gone[i], None))
            i += 1
        else:
            found.append((gone[i], come[j]))
            i, j = i + 1, j + 1
    return found


def _likeness(old: str, new: str) -> float:
    """Of 100; 0 where it is less than `ALIKE`. Letters for paragraphs, words for what is as long as an article."""
    if len(old) + len(new) <= LETTERS_COMPARED:
        return float(fuzz.ratio(old, new, score_cutoff=ALIKE))
    ours, theirs = Counter(tokens(old)), Counter(tokens(new))
    score = 200 * (ours & theirs).total() / (ours.total() + theirs.total())
    return score if score >= ALIKE else 0.0


def _spans(old: list[str], new: list[str], pairing: list[tuple[int | None, int | None]]) -> list[Pair]:
    old_at, new_at = _starts(old), _starts(new)
    lost = Counter(old[at].strip() for at, to in pairing if at is not None and to is None)
    won = Counter(new[to].strip() for at, to in pairing if to is not None and at is None)
    moved = {text for text in lost if text and lost[text] == won.get(text) == 1}
    pairs: list[Pair] = []
    for at, to in pairing:
        kind: Kind
        if at is not None and to is not None:
            kind = "same" if old[at] == new[to] else "changed"
        elif at is not None:
            kind = "moved" if old[at].strip() in moved else "removed"
        else:
            assert to is not None
            kind = "moved" if new[to].strip() in moved else "added"
        left = (old_at[at], old_at[at + 1]) if at is not None else (_after(pairs, "old"),) * 2
        right = (new_at[to], new_at[to + 1]) if to is not None else (_after(pairs, "new"),) * 2
        pairs.append(Pair(kind, *left, *right))
    return pairs


def _starts(units: list[str]) -> list[int]:
    starts = [0]
    for unit in units:
        starts.append(starts[-1] + len(unit))
    return starts


def _after(pairs: list[Pair], side: str) -> int:
    if not pairs:
        return 0
    return pairs[-1].old_end if side == "old" else pairs[-1].new_end
