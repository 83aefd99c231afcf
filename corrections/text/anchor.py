"""Selector → the one place in the rendered text that it means, or "ambiguous", or "gone": never a silent wrong place.

Selectors are the W3C Web Annotation Data Model's TextQuoteSelector and TextPositionSelector. Order of trust: the
quote with its context, the quote alone, both without regard to white space, and last the place that is most like the
two; a position only chooses between equals, since browsers count white space at block borders differently.
"""

from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from corrections.text.alignment import ALIGNED, QUOTE_ALIKE, align_quote
from corrections.text.folding import Folded, fold

ALIKE = 0.62  # share of its context a place must still have
MARGIN = 0.15  # by which the best place must beat the second
SELF_EVIDENT = 40  # folded characters of a quote that is its own context when it stands once
CANDIDATES = 20  # places told to a person


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
    found: Verdict | None = None
    for spaces in (True, False):
        found = found or _with_context(selector, text, spaces) or _quote_alone(selector, text, spaces)
    if found is None or isinstance(found, Gone):
        found = _most_like(selector, text, found.nearest if found else ())
    if isinstance(found, Anchored):
        return Anchored(_with_white_space(found.place, selector.exact, text), found.moved)
    return found


def _most_like(selector: Selector, text: str, elsewhere: tuple[Place, ...]) -> Verdict:
    """The place most like quote and context, where it is like enough; `elsewhere` are hits that were not believed."""
    folded = fold(text)
    whole = fold(selector.prefix + selector.exact + selector.suffix)
    start = whole.position(len(selector.prefix))
    end = whole.position(len(selector.prefix) + len(selector.exact))
    aligned = [
        (each, place)
        for each in align_quote(whole.text, start, end, folded.text)
        if (place := _place(folded, each.start, each.end)) is not None
    ]
    nearest = tuple(dict.fromkeys([place for _, place in aligned] + list(elsewhere)))[:CANDIDATES]
    if not aligned or aligned[0][0].likeness < ALIGNED or aligned[0][0].quote_likeness < QUOTE_ALIKE:
        return Gone(nearest)
    best = aligned[0][0].likeness
    rivals = tuple(place for each, place in aligned if best - each.likeness < MARGIN)
    return Anchored(rivals[0], moved=True) if len(rivals) == 1 else Ambiguous(rivals)


def _with_white_space(place: Place, exact: str, text: str) -> Place:
    """The place with as much white space at its borders as the reader selected."""
    start, end = place.start, place.end
    lead = len(exact) - len(exact.lstrip())
    trail = len(exact) - len(exact.rstrip())
    core = text[start:end]
    start, end = start + len(core) - len(core.lstrip()), end - len(core) + len(core.rstrip())
    while lead and start > 0 and text[start - 1].isspace():
        start, lead = start - 1, lead - 1
    while trail and end < len(text) and text[end].isspace():
        end, trail = end + 1, trail - 1
    return Place(start, end)


def _with_context(selector: Selector, text: str, spaces: bool) -> Verdict | None:
    """Quote and context together, letter for letter."""
    if not (selector.prefix or selector.suffix):
        return None
    folded = fold(text, spaces)
    whole = fold(selector.prefix + selector.exact + selector.suffix, spaces)
    start = whole.position(len(selector.prefix))
    end = whole.position(len(selector.prefix) + len(selector.exact))
    lead = len(whole.text) - len(whole.text.lstrip())
    needle = whole.text.strip()
    places = [
        place
        for hit in _occurrences(folded.text, needle)
        if (place := _place(folded, hit - lead + start, hit - lead + end)) is not None
    ]
    return _choose(places, selector) if places else None


def _quote_alone(selector: Selector, text: str, spaces: bool) -> Verdict | None:
    folded = fold(text, spaces)
    quote = fold(selector.exact, spaces).text.strip()
    hits = _occurrences(folded.text, quote)
    places = [(hit, place) for hit in hits if (place := _place(folded, hit, hit + len(quote))) is not None]
    if not places:
        return None
    prefix, suffix = fold(selector.prefix, spaces).text.strip(), fold(selector.suffix, spaces).text.strip()
    if not prefix and not suffix:
        return _choose([place for _, place in places], selector)
    scored = sorted(
        ((_likeness(folded.text, hit, hit + len(quote), prefix, suffix), place) for hit, place in places),
        key=lambda pair: -pair[0],
    )
    best, place = scored[0]
    if len(scored) == 1 and (best >= ALIKE or len(quote) >= SELF_EVIDENT):
        return Anchored(place, moved=True)
    if len(scored) > 1 and best >= ALIKE:
        if best - scored[1][0] >= MARGIN:
            return Anchored(place, moved=True)
        return Ambiguous(tuple(place for score, place in scored if best - score < MARGIN)[:CANDIDATES])
    return Gone(tuple(place for _, place in scored[:CANDIDATES]))


def _choose(places: list[Place], selector: Selector) -> Verdict:
    """One place is the place; of several equals, the one whose position was named."""
    if len(places) == 1:
        return Anchored(places[0])
    named = [place for place in places if place.start == selector.start]
    if len(named) == 1:
        return Anchored(named[0])
    return Ambiguous(tuple(places[:CANDIDATES]))


def _likeness(text: str, start: int, end: int, prefix: str, suffix: str) -> float:
    before = text[max(0, start - len(prefix) - 1) : start].strip()
    after = text[end : end + len(suffix) + 1].strip()
    alike = fuzz.ratio(prefix, before) * len(prefix) + fuzz.ratio(suffix, after) * len(suffix)
    return float(alike) / 100 / (len(prefix) + len(suffix))


def _occurrences(text: str, needle: str) -> list[int]:
    found = []
    at = text.find(needle)
    while needle and at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


def _place(folded: Folded, start: int, end: int) -> Place | None:
    if start < 0 or end > len(folded.text) or start >= end:
        return None
    span = folded.original(start, end)
    return None if span is None else Place(*span)
