"""Which paragraph of the old text is which of the new: the same, changed, moved, removed or added."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from rapidfuzz import fuzz

from corrections.text.comparison.effort import Effort
from corrections.text.comparison.words import encode, script, tokens

Kind = Literal["same", "changed", "removed", "added", "moved"]

_BREAK = re.compile(r"\r\n|\r|\n")
ALIKE = 50  # of 100: less and it is another paragraph
SURE = 85  # of 100: it is looked at no further
LETTERS_COMPARED = 20_000  # of the two together
READING_WORDS = 3_000  # letters' comparisons that reading the words of a text costs for each of its letters
MOST_PAIRS = 40_000  # comparisons in one rewritten stretch; beyond, paragraphs are paired in their order


@dataclass(frozen=True)
class Pair:
    """A paragraph at `old_start:old_end` and what it is now, `new_start:new_end` (an empty span: none)."""

    kind: Kind
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True)
class _Unit:
    """A paragraph (or line) at `start:end` of its text, and the line ends and blank lines after it.

    A paragraph is the same whatever its gap: what stands between two belongs to neither. Blank lines that a text
    begins with are the gap of an empty paragraph.
    """

    text: str
    start: int
    gap: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def gap_end(self) -> int:
        return self.end + sum(map(len, self.gap))


def align(
    old: str, new: str, by: Literal["paragraph", "line"] = "paragraph", effort: Effort | None = None
) -> list[Pair]:
    """Pair the paragraphs (or lines) of two texts, in the order of both; a moved one stands once on each side.

    Where `effort` is given and spent, what was rewritten is paired in its order, likeness or not.
    The old spans together are the old text, the new ones the new. A "changed" pair may differ in white space alone.
    """
    old_units, new_units = _units(old, by), _units(new, by)
    pairing = pair([unit.text for unit in old_units], [unit.text for unit in new_units], effort)
    return _spans(old_units, new_units, pairing)


def pair(ours: list[str], theirs: list[str], effort: Effort | None = None) -> list[tuple[int | None, int | None]]:
    """Which paragraph of `theirs` each of `ours` has become, in the order of both; None where it has no counterpart."""
    alphabet: dict[str, str] = {}
    operations = script(encode(ours, alphabet), encode(theirs, alphabet), effort)
    pairing: list[tuple[int | None, int | None]] = []
    removed: list[int] = []
    added: list[int] = []
    at, to = 0, 0
    for operation, coded in [*operations, (0, "")]:
        if operation == 0:
            pairing += _pair(ours, theirs, removed, added, effort)
            removed, added = [], []
            pairing += [(at + offset, to + offset) for offset in range(len(coded))]
            at, to = at + len(coded), to + len(coded)
        elif operation < 0:
            removed += range(at, at + len(coded))
            at += len(coded)
        else:
            added += range(to, to + len(coded))
            to += len(coded)
    return pairing


def _units(text: str, by: Literal["paragraph", "line"]) -> list[_Unit]:
    """The paragraphs of a text, parted by blank lines (those of nothing but white space), or its lines."""
    units: list[_Unit] = []
    start = end = 0  # of the paragraph that is being read, without its last line end
    gap: list[str] = []
    for at, line, line_end in _lines(text):
        if by == "paragraph" and not line.strip():
            gap.append(line + line_end)
            continue
        goes_on = by == "paragraph" and end > start and len(gap) == 1
        if gap and not goes_on:
            units.append(_Unit(text[start:end], start, tuple(gap)))
        start, end, gap = start if goes_on else at, at + len(line), [line_end]
    if gap:
        units.append(_Unit(text[start:end], start, tuple(filter(None, gap))))
    return units


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each line begins, the line, and its end; the last has none where the text ends without."""
    at = 0
    for match in _BREAK.finditer(text):
        yield at, text[at : match.start()], match[0]
        at = match.end()
    if at < len(text):
        yield at, text[at:], ""


def _pair(
    old: list[str], new: list[str], removed: list[int], added: list[int], effort: Effort | None
) -> list[tuple[int | None, int | None]]:
    """Pair what was rewritten in one stretch, keeping the order.

    Where it is as many as before, those at the same place are paired at once, from both ends, while they are surely
    the same; what is left between is compared each with each.
    """
    if len(removed) != len(added):
        return _most_alike(old, new, removed, added, effort)
    pairs: list[tuple[int | None, int | None]] = list(zip(removed, added, strict=True))
    sure = [_likeness(old[at], new[to]) >= SURE for at, to in zip(removed, added, strict=True)]
    lead = len(list(takewhile(bool, sure)))
    end = len(sure) - len(list(takewhile(bool, reversed(sure[lead:]))))
    return [*pairs[:lead], *_most_alike(old, new, removed[lead:end], added[lead:end], effort), *pairs[end:]]


def _most_alike(
    old: list[str], new: list[str], removed: list[int], added: list[int], effort: Effort | None
) -> list[tuple[int | None, int | None]]:
    """The most alike, keeping the order (longest weighted subsequence)."""
    if not removed or not added:
        return [(at, None) for at in removed] + [(None, to) for to in added]
    if len(removed) * len(added) > MOST_PAIRS or not _affords(
        effort, [old[at] for at in removed], [new[to] for to in added]
    ):
        shared = min(len(removed), len(added))
        pairs: list[tuple[int | None, int | None]] = list(zip(removed[:shared], added[:shared], strict=True))
        return pairs + [(at, None) for at in removed[shared:]] + [(None, to) for to in added[shared:]]
    likeness = [[_likeness(old[at], new[to]) for to in added] for at in removed]
    best = [[0.0] * (len(added) + 1) for _ in range(len(removed) + 1)]
    for i in range(len(removed) - 1, -1, -1):
        for j in range(len(added) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    pairing: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(removed) or j < len(added):
        if i == len(removed) or (j < len(added) and best[i][j] == best[i][j + 1]):
            pairing.append((None, added[j]))
            j += 1
        elif j == len(added) or best[i][j] == best[i + 1][j]:
            pairing.append((removed[i], None))
            i += 1
        else:
            pairing.append((removed[i], added[j]))
            i, j = i + 1, j + 1
    return pairing


def _affords(effort: Effort | None, removed: list[str], added: list[str]) -> bool:
    """Whether each of `removed` may be held against each of `added`; the effort is spent then."""
    if effort is None:
        return True
    letters = sum(map(len, removed)) * sum(map(len, added))
    longest = max(map(len, removed)) + max(map(len, added))
    if longest > LETTERS_COMPARED:  # some are compared by words, and reading these costs more than comparing letters
        letters += READING_WORDS * (len(added) * sum(map(len, removed)) + len(removed) * sum(map(len, added)))
    return effort.spend("pairs", len(removed) * len(added)) and effort.spend("pair_cells", letters)


def _likeness(old: str, new: str) -> float:
    """Of 100; 0 where it is less than `ALIKE`. Letters for paragraphs, words for what is as long as an article."""
    if len(old) + len(new) <= LETTERS_COMPARED:
        return float(fuzz.ratio(old, new, score_cutoff=ALIKE))
    ours, theirs = Counter(tokens(old)), Counter(tokens(new))
    score = 200 * (ours & theirs).total() / (ours.total() + theirs.total())
    return score if score >= ALIKE else 0.0


def _spans(old: list[_Unit], new: list[_Unit], pairing: list[tuple[int | None, int | None]]) -> list[Pair]:
    removed = {at for at, to in pairing if at is not None and to is None}
    added = {to for at, to in pairing if to is not None and at is None}
    removed_texts, added_texts = (
        Counter(old[at].text.strip() for at in removed),
        Counter(new[to].text.strip() for to in added),
    )
    moved = {text for text in removed_texts if text and removed_texts[text] == added_texts.get(text) == 1}
    pairs: list[Pair] = []
    old_at = new_at = 0
    for at, to in pairing:
        if at is not None and to is not None:
            beside = at + 1 in removed or to + 1 in added
            pairs += _paired(old[at], new[to], old_at, new_at, (at + 1 in removed, to + 1 in added) if beside else None)
        elif at is not None:
            kind: Kind = "moved" if old[at].text.strip() in moved else "removed"
            pairs.append(Pair(kind, old_at, old[at].gap_end, new_at, new_at))
        else:
            assert to is not None
            kind = "moved" if new[to].text.strip() in moved else "added"
            pairs.append(Pair(kind, old_at, old_at, new_at, new[to].gap_end))
        old_at, new_at = pairs[-1].old_end, pairs[-1].new_end
    return pairs


def _paired(old: _Unit, new: _Unit, old_at: int, new_at: int, beside: tuple[bool, bool] | None) -> list[Pair]:
    """A paragraph and its counterpart, from `old_at` and `new_at` on, with the gaps after them.

    `beside` tells whether the next paragraph of the old text is gone, and whether the next of the new has come: then
    the paragraph keeps what the gaps have in common, and what came or went with its neighbour is the neighbour's.
    """
    kind: Kind = "same" if old.text == new.text else "changed"
    if beside is None or old.gap == new.gap or not (old.text and new.text):
        kind = kind if old.gap == new.gap else "changed"
        return [Pair(kind, old_at, old.gap_end, new_at, new.gap_end)]
    shared = sum(
        len(ours) for ours, theirs in takewhile(lambda pair: pair[0] == pair[1], zip(old.gap, new.gap, strict=False))
    )
    old_end, new_end = old.end + shared, new.end + shared
    old_rest = 0 if beside[0] else old.gap_end - old_end
    new_rest = 0 if beside[1] else new.gap_end - new_end
    pairs = [Pair(kind, old_at, old_end, new_at, new_end)]
    if old_rest or new_rest:  # blank lines that no neighbour takes along
        kind = "changed" if old_rest and new_rest else "removed" if old_rest else "added"
        pairs.append(Pair(kind, old_end, old_end + old_rest, new_end, new_end + new_rest))
    return pairs
