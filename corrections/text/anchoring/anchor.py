"""Selector → the one place in the rendered text that it means, or "ambiguous", or "gone": never a silent wrong place.

Selectors are the W3C Web Annotation Data Model's TextQuoteSelector and TextPositionSelector. Order of trust: the
quote with its context, the quote alone, both without regard to white space, and last the place that is most like the
two; a position only chooses between equals, since browsers count white space at block borders differently.

A place begins and ends at borders of grapheme clusters, says what the quote says but for spelling and typography, and
cuts a word only where the selector does. What a context has beyond the text's own borders (a page's title, its footer)
is unknown: it speaks neither for a place nor against it.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corrections.text.anchoring.alignment import ALIGNED, QUOTE_ALIKE, Aligned, align_quote
from corrections.text.anchoring.context import Likeness, cuts_other_word, is_surrounded_alike, likeness
from corrections.text.anchoring.fold import Folded, fold, skeleton
from corrections.text.anchoring.graphemes import is_border, widen
from corrections.text.anchoring.wording import is_same_wording

ALIKE = 0.62  # share of its context a place must still have
CERTAIN = 0.8  # share that one of several places must have where some of its context lies beyond the text
MARGIN = 0.15  # by which the best place must beat the second
SELF_EVIDENT = 40  # folded characters of a quote that is its own context when it stands once
CANDIDATES = 20  # places told to a person
MOST_HITS = 500  # places with a quote's words that are looked at; of more, those nearest to the position


@dataclass(frozen=True)
class Selector:
    """What a reader pointed at: `exact` words, what stands before and after, and offsets in the rendered text."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Place:
    """A span of the rendered text."""

    start: int
    end: int


@dataclass(frozen=True)
class Anchored:
    """`moved`: found, though what stands around it, or the words themselves, are no longer quite the same."""

    place: Place
    moved: bool = False

    @property
    def verdict(self) -> Literal["exact", "moved"]:
        return "moved" if self.moved else "exact"


@dataclass(frozen=True)
class Ambiguous:
    candidates: tuple[Place, ...]
    verdict = "ambiguous"


@dataclass(frozen=True)
class Gone:
    """Not there; `nearest` are places a person may want to look at, the likeliest first."""

    nearest: tuple[Place, ...] = ()
    verdict = "gone"


Verdict = Anchored | Ambiguous | Gone


def anchor(selector: Selector, text: str) -> Verdict:
    """Find the place in `text` (an article's rendered text) that `selector` means. Never raises."""
    if not fold(selector.exact).text.strip():
        return Gone()
    nearest: dict[Callable[..., Verdict], tuple[Place, ...]] = {_with_context: (), _most_like: (), _quote_alone: ()}
    for spaces in (True, False):
        for search in (_with_context, _quote_alone):
            verdict = search(selector, text, spaces)
            if not isinstance(verdict, Gone):
                return _settled(verdict, selector, text)
            nearest[search] += verdict.nearest
    verdict = _most_like(selector, text)
    if not isinstance(verdict, Gone):
        return _settled(verdict, selector, text)
    nearest[_most_like] = verdict.nearest
    every = dict.fromkeys(place for places in nearest.values() for place in places)
    return Gone(tuple(every)[:CANDIDATES])


def _settled(verdict: Verdict, selector: Selector, text: str) -> Verdict:
    if not isinstance(verdict, Anchored):
        return verdict
    place = _with_white_space(verdict.place, selector.exact, text)
    stays = skeleton(selector.exact) == skeleton(text[place.start : place.end])
    alike = is_surrounded_alike(selector.prefix, selector.suffix, text, place.start, place.end)
    return Anchored(place, moved=not (stays and alike))


def _with_context(selector: Selector, text: str, spaces: bool) -> Verdict:
    """Quote and context together, letter for letter."""
    if not (selector.prefix or selector.suffix):
        return Gone()
    folded = fold(text, spaces)
    whole = fold(selector.prefix + selector.exact + selector.suffix, spaces)
    start = whole.position(len(selector.prefix))
    end = whole.position(len(selector.prefix) + len(selector.exact))
    lead = len(whole.text) - len(whole.text.lstrip())
    hits, are_all = _nearest(folded, selector, _occurrences(folded.text, whole.text.strip()))
    matches = _places(selector, text, folded, [(hit - lead + start, hit - lead + end) for hit in hits], spaces)
    verdict = _choose([place for _, place in matches.whole], selector) if matches.whole else Gone(matches.cut)
    return verdict if are_all else _unsure(verdict, matches, selector)


def _quote_alone(selector: Selector, text: str, spaces: bool) -> Verdict:
    folded = fold(text, spaces)
    quote = fold(selector.exact, spaces).text.strip()
    hits, are_all = _nearest(folded, selector, _occurrences(folded.text, quote))
    matches = _places(selector, text, folded, [(hit, hit + len(quote)) for hit in hits], spaces)
    if not are_all:
        return _unsure(
            _choose([place for _, place in matches.whole], selector) if matches.whole else Gone(), matches, selector
        )
    prefix, suffix = fold(selector.prefix, spaces).text.strip(), fold(selector.suffix, spaces).text.strip()
    if matches.whole and not prefix and not suffix:
        return _choose([place for _, place in matches.whole], selector)
    scored = [
        (likeness(folded.text, hit, hit + len(quote), prefix, suffix), place) for (hit, _), place in matches.whole
    ]
    verdict = _most_alike(scored, len(quote) >= SELF_EVIDENT)
    return Gone(matches.cut + verdict.nearest) if isinstance(verdict, Gone) else verdict


def _most_alike(scored: list[tuple[Likeness, Place]], self_evident: bool) -> Verdict:
    """Of places with the quote's words, the one whose surroundings are the context's."""
    scored = sorted(scored, key=lambda pair: -pair[0].weight)
    places = tuple(place for _, place in scored[:CANDIDATES])
    if len(scored) == 1 and (scored[0][0].alike >= ALIKE or self_evident):
        return Anchored(places[0])
    if len(scored) > 1 and scored[0][0].weight >= ALIKE:
        best = scored[0][0].weight
        equals = tuple(place for around, place in scored if best - around.weight < MARGIN)
        if scored[0][0].is_partial and best < CERTAIN:
            return Ambiguous(places)
        if any(not around.is_sure and around.alike > scored[0][0].alike for around, _ in scored):
            return Ambiguous(places)  # what is known of a place at the text's border is more like than the best is
        return Anchored(equals[0]) if len(equals) == 1 else Ambiguous(equals[:CANDIDATES])
    if len(scored) > 1 and any(not around.is_sure and around.alike >= ALIKE for around, _ in scored):
        return Ambiguous(places)  # it may be the one at the text's border, of whose surroundings nothing is known
    return Gone(places)


def _most_like(selector: Selector, text: str) -> Verdict:
    """The place most like quote and context, where it is like enough."""
    folded = fold(text, True)  # as it was folded before: it is remembered so
    whole = fold(selector.prefix + selector.exact + selector.suffix)
    start = whole.position(len(selector.prefix))
    end = whole.position(len(selector.prefix) + len(selector.exact))
    aligned = [
        (alignment, Place(*widen(text, *folded.around(alignment.start, alignment.end))))
        for alignment in align_quote(whole.text, start, end, folded.text)
    ]
    rivals = [(alignment, place) for alignment, place in aligned if _says_the_same(alignment, place, selector, text)]
    if rivals and aligned[0][0].likeness - rivals[0][0].likeness < MARGIN:
        best = rivals[0][0].likeness
        equals = tuple(place for alignment, place in rivals if best - alignment.likeness < MARGIN)
        return Anchored(equals[0]) if len(equals) == 1 else Ambiguous(equals)
    return Gone(tuple(place for _, place in aligned))


def _says_the_same(aligned: Aligned, place: Place, selector: Selector, text: str) -> bool:
    if aligned.likeness < ALIGNED or aligned.quote_likeness < QUOTE_ALIKE:
        return False
    return is_same_wording(selector.exact, text[place.start : place.end]) and not _cuts_other_word(
        selector, place, text
    )


def _with_white_space(place: Place, exact: str, text: str) -> Place:
    """The place with as much white space at its borders as the reader selected."""
    start, end = place.start, place.end
    lead = len(exact) - len(exact.lstrip())
    trail = len(exact) - len(exact.rstrip())
    core = text[start:end]
    first, last = start + len(core) - len(core.lstrip()), end - len(core) + len(core.rstrip())
    start, end = (first if is_border(text, first) else start), (last if is_border(text, last) else end)
    while lead and start > 0 and text[start - 1].isspace() and is_border(text, start - 1):
        start, lead = start - 1, lead - 1
    while trail and end < len(text) and text[end].isspace() and is_border(text, end + 1):
        end, trail = end + 1, trail - 1
    return Place(start, end)


def _choose(places: list[Place], selector: Selector) -> Verdict:
    """One place is the place; of several equals, the one whose position was named."""
    if len(places) == 1:
        return Anchored(places[0])
    named = [place for place in places if place.start == selector.start]
    if len(named) == 1:
        return Anchored(named[0])
    return Ambiguous(tuple(places[:CANDIDATES]))


def _nearest(folded: Folded, selector: Selector, hits: list[int]) -> tuple[list[int], bool]:
    """Of hits in a folded text those that are looked at, in their order, and whether they are all."""
    if len(hits) <= MOST_HITS:
        return hits, True
    at = folded.position(min(selector.start or 0, len(folded.text)))
    first = max(0, min(bisect_left(hits, at) - MOST_HITS // 2, len(hits) - MOST_HITS))
    return hits[first : first + MOST_HITS], False


def _unsure(verdict: Verdict, matches: "_Matches", selector: Selector) -> Verdict:
    """What can be said where not all places were looked at: the one at the named position, or that it is unclear."""
    if isinstance(verdict, Anchored) and verdict.place.start == selector.start:
        return verdict
    places = tuple(place for _, place in matches.whole) or matches.cut
    return Ambiguous(places[:CANDIDATES]) if places else verdict


def _occurrences(text: str, needle: str) -> list[int]:
    offsets = []
    at = text.find(needle)
    while needle and at >= 0:
        offsets.append(at)
        at = text.find(needle, at + 1)
    return offsets


@dataclass(frozen=True)
class _Matches:
    """Hits in a folded text with their places, and what stands where others would `cut` a character or a word."""

    whole: list[tuple[tuple[int, int], Place]]
    cut: tuple[Place, ...]


def _places(selector: Selector, text: str, folded: Folded, hits: list[tuple[int, int]], spaces: bool) -> _Matches:
    whole, cut = [], []
    for start, end in hits:
        if start < 0 or end > len(folded.text) or start >= end:
            continue
        span = folded.original(start, end)
        place = Place(*widen(text, *folded.around(start, end)))
        if span != (place.start, place.end) or _cuts_other_word(selector, place, text):
            cut.append(place)
        elif spaces or is_same_wording(selector.exact, text[place.start : place.end]):
            whole.append(((start, end), place))
        else:
            cut.append(place)
    return _Matches(whole, tuple(cut[:CANDIDATES]))


def _cuts_other_word(selector: Selector, place: Place, text: str) -> bool:
    return cuts_other_word(selector.prefix, selector.exact, selector.suffix, text, place.start, place.end)
