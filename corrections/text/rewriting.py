"""A reader's words into the Markdown: the smallest edit that shows just what was typed, and nothing else.

What a reader types is plain text. Each way of writing it is tried and checked by rendering: the words must come out
as typed, everything around them as before, and no tag may appear that was not there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corrections.text.anchor import Place
from corrections.text.edits import Edit
from corrections.text.folding import fold
from corrections.text.rebase import Clean, Conflict, rebase
from corrections.text.render import Rendered, near, render
from corrections.text.words import changes

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|&~=:\"']")
_TAG = re.compile(r"<[^>]*>")
_WHITE = re.compile(r"[ \t\n]+")
_EDGE_WHITE = re.compile(r"[ \t]*\n[ \t\n]*")
WHOLE_TRIED = 100_000  # characters of an article that is tried as a whole where its paragraph alone did not do
MOST_RENDERED = 1_000_000  # characters rendered to try ways of writing one correction
LEAST_TRIED = 2  # ways, however long the text
MOST_UNESCAPED = 24  # escapes tried one by one; each costs a rendering


@dataclass(frozen=True)
class Unwritable:
    """The words cannot stand there without changing the formatting around them, or not there any more."""

    message: str = (
        "Your words cannot be put there without breaking the formatting around them. "
        "Select fewer words, or only describe the error."
    )


CHANGED = (
    "The words that you changed have been changed in the article since. Reload it and look at them as they are now."
)


def write(rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
    """The edit of the Markdown by which `replacement` is read where `place` of the rendered text is read now.

    `exact` is the quote as the reader's page showed it (its white space and quotation marks may differ from the
    text's, and some of its words, where it has been found by likeness). Only what differs between quote and
    replacement is touched, so markup inside the quote stays, and so do words changed meanwhile. An empty edit where
    these words stand there already.
    """
    wanted = _wanted(rendered.text[place.start : place.end], exact, replacement)
    if wanted is None:
        return Unwritable(CHANGED)
    if wanted == rendered.text[place.start : place.end]:
        return Edit(0, 0, "")
    held = near(rendered, place.start, place.end)
    if held is not None:
        found = _write(held.rendered, Place(place.start - held.text_start, place.end - held.text_start), wanted)
        if isinstance(found, Edit):
            edit = Edit(found.start + held.start, found.end + held.start, found.text)
            if _shows(rendered, edit, place, wanted, may_lose_tags=True):
                return edit
        elif len(rendered.source) > WHOLE_TRIED:
            return found
    return _write(rendered, place, wanted)


def _write(rendered: Rendered, place: Place, wanted: str) -> Edit | Unwritable:
    tried = dict.fromkeys(_candidates(rendered, place, wanted))
    second: Edit | None = None
    for candidate in islice(tried, affordable(rendered)):
        if _shows(rendered, candidate, place, wanted, may_lose_tags=False):
            return _trimmed(_unescaped(rendered, candidate, place, wanted), rendered.source)
        if second is None and _shows(rendered, candidate, place, wanted, may_lose_tags=True):
            second = candidate
    if second is None:
        return Unwritable()
    return _trimmed(_unescaped(rendered, second, place, wanted), rendered.source)


def affordable(rendered: Rendered) -> int:
    """How many ways of writing may be tried by rendering them."""
    return max(LEAST_TRIED, MOST_RENDERED // (len(rendered.source) + 1))


def _wanted(standing: str, exact: str, replacement: str) -> str | None:
    """What should be read there: the text's own characters where the reader changed nothing.

    None where the reader changed words that have been changed otherwise meanwhile.
    """
    if standing == exact:
        return replacement
    if fold(standing).text.strip() != fold(exact).text.strip():
        found = rebase(_trimmed(Edit(0, len(exact), replacement), exact), exact, standing)
        if isinstance(found, Conflict):
            return None
        return found.edit.apply(standing) if isinstance(found, Clean) else standing
    ours, theirs = fold(standing), fold(exact)
    lead = (len(ours.text) - len(ours.text.lstrip())) - (len(theirs.text) - len(theirs.text.lstrip()))

    def transfer(position: int) -> int:
        return ours.index[max(0, min(theirs.position(position) + lead, len(ours.text)))]

    parts = []
    for hunk in changes(exact, replacement, tidy=False):
        if hunk.same:
            parts.append(standing[transfer(hunk.start) : transfer(hunk.end)])
        else:
            parts.append(replacement[hunk.new_start : hunk.new_end])
    return "".join(parts)


@dataclass(frozen=True)
class _Hole:
    """A stretch of the rendered text to be read as `text`."""

    start: int
    end: int
    text: str


def _candidates(rendered: Rendered, place: Place, wanted: str) -> Iterator[Edit]:
    standing = rendered.text[place.start : place.end]
    for holes in (
        _holes(place, standing, wanted, tidy=False),
        _holes(place, standing, wanted, tidy=True),
        [_Hole(place.start, place.end, wanted)],
    ):
        for spell in (_as_typed, _on_one_line, _escaped):
            for wide in (False, True):
                edit = _fill(rendered, [_Hole(hole.start, hole.end, spell(hole.text)) for hole in holes], wide)
                if edit is not None:
                    yield edit


def _holes(place: Place, standing: str, wanted: str, tidy: bool) -> list[_Hole]:
    return [
        _Hole(place.start + hunk.start, place.start + hunk.end, wanted[hunk.new_start : hunk.new_end])
        for hunk in changes(standing, wanted, tidy)
        if not hunk.same
    ]


def _fill(rendered: Rendered, holes: list[_Hole], wide: bool) -> Edit | None:
    """One edit of the source that fills all holes; what stands between them is kept as it is."""
    spans = [_source_span(rendered, hole, wide) for hole in holes]
    if not holes or any(span is None for span in spans):
        return None
    parts: list[str] = []
    found = [span for span in spans if span is not None]
    at = found[0][0]
    for (start, end), hole in zip(found, holes, strict=True):
        if not at <= start <= end:
            return None  # a footnote is read elsewhere than where it stands
        parts += [rendered.source[at:start], hole.text]
        at = end
    return Edit(found[0][0], at, "".join(parts))


def _source_span(rendered: Rendered, hole: _Hole, wide: bool) -> tuple[int, int] | None:
    """Where a hole stands in the source; `wide` prefers the outer side of markup at its borders."""
    starts, ends = rendered.starts, rendered.ends
    inside = [at for at in range(hole.start, hole.end) if starts[at] >= 0]
    if inside:
        first, last = starts[inside[0]], ends[inside[-1]]
        if not wide:
            return first, last
        before = next((ends[at] for at in range(hole.start - 1, -1, -1) if starts[at] >= 0), first)
        after = next((starts[at] for at in range(hole.end, len(starts)) if starts[at] >= 0), last)
        return min(before, first), max(after, last)
    before = hole.start - 1
    after = hole.start
    if not wide and before >= 0 and starts[before] >= 0:
        return ends[before], ends[before]
    if after < len(starts) and starts[after] >= 0:
        return starts[after], starts[after]
    if before >= 0 and starts[before] >= 0:
        return ends[before], ends[before]
    return None


def _as_typed(text: str) -> str:
    return text


def _on_one_line(text: str) -> str:
    return _EDGE_WHITE.sub(" ", text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], _on_one_line(text))


def _shows(rendered: Rendered, edit: Edit, place: Place, wanted: str, may_lose_tags: bool) -> bool:
    """Is the wanted text read after the edit, with no tag that was not there, and none lost but inside the place?"""
    after = render(edit.apply(rendered.source))
    expected = rendered.text[: place.start] + wanted + rendered.text[place.end :]
    if _WHITE.sub(" ", after.text) != _WHITE.sub(" ", expected):
        return False
    if after.frame == rendered.frame:
        return True
    gained = Counter(_TAG.findall(after.frame)) - Counter(_TAG.findall(rendered.frame))
    return may_lose_tags and not gained


def _unescaped(rendered: Rendered, edit: Edit, place: Place, wanted: str) -> Edit:
    """The same edit without the backslashes that it can do without."""
    frame = render(edit.apply(rendered.source)).frame
    escapes = [match.start() for match in re.finditer(r"\\(?=[!-/:-@\[-`{-~])", edit.text)]
    for at in reversed(escapes[: min(MOST_UNESCAPED, affordable(rendered))]):
        barer = Edit(edit.start, edit.end, edit.text[:at] + edit.text[at + 1 :])
        if render(barer.apply(rendered.source)).frame == frame and _shows(rendered, barer, place, wanted, True):
            edit = barer
    return edit


def _trimmed(edit: Edit, source: str) -> Edit:
    """The edit without the words that it puts back as they were."""
    old = source[edit.start : edit.end]
    hunks = [hunk for hunk in changes(old, edit.text, tidy=False) if not hunk.same]
    if not hunks:
        return edit
    first, last = hunks[0], hunks[-1]
    return Edit(edit.start + first.start, edit.start + last.end, edit.text[first.new_start : last.new_end])
