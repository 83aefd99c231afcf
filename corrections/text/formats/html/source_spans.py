"""The HTML that a place of the rendered text stands for, when an editor's own HTML is to take its place.

A selection says nothing about the markup at its edges: "a link" may be the link or its words. Each border is tried
with less and with more of the inline tags beside it. No element may be cut, what stands outside must be as before, and
the smallest change wins; where only markup changes, the whole markup is meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz.distance import Indel

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.elements import BLOCKS
from corrections.text.formats.html.layout import Tag
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.html.tree import NOWHERE

MOST_BORDERS = 6  # tried on each side
MOST_RENDERED = 1_000_000  # characters rendered to try ways of writing one correction


@dataclass(frozen=True)
class _Candidate:
    edit: Edit
    rank: tuple[bool, int, int]
    changes_words: bool


def source_edit(rendered: RenderedHtml, place: Place, html: str) -> Edit:
    """The edit of the source that puts `html` where `place` of the rendered text is read now.

    Where nothing keeps what stands around as it is, the edit is that of the characters of `place` alone. Raises
    `ValueError` where there is no one place in the source for it.
    """
    inside = [at for at in range(place.start, place.end) if rendered.starts[at] >= 0]
    if not inside:
        raise ValueError(f"Nothing of the source is read from {place.start} to {place.end}.")
    first, last = rendered.starts[inside[0]], rendered.ends[inside[-1]]
    if first > last:
        raise ValueError(f"What is read from {place.start} to {place.end} is in the source in another order.")
    found = list(_candidates(rendered, place, (first, last), html))
    if not found:
        return Edit(first, last, html)
    if not any(each.changes_words for each in found):
        return max(found, key=lambda each: (not each.rank[0], each.edit.end - each.edit.start)).edit
    return min(found, key=lambda each: each.rank).edit


def _candidates(rendered: RenderedHtml, place: Place, words: tuple[int, int], html: str) -> Iterator[_Candidate]:
    source = rendered.source
    lefts, rights = _borders(rendered, words)
    spans = sorted(
        ((left, right) for left in lefts for right in rights if _is_whole(rendered, left, right)),
        key=lambda span: span[1] - span[0],
    )
    before, after = rendered.text[: place.start].split(), rendered.text[place.end :].split()
    for start, end in islice(spans, max(2, MOST_RENDERED // (len(source) + 1))):
        edit = Edit(start, end, html)
        result = render(edit.apply(source))
        read = result.text.split()
        if not _keeps_outside(rendered, result, edit) or not _is_around(read, before, after):
            continue
        rank = (edit.apply(source) == source, Indel.distance(source[start:end], html), end - start)
        yield _Candidate(edit, rank, read != rendered.text.split())


def _borders(rendered: RenderedHtml, words: tuple[int, int]) -> tuple[list[int], list[int]]:
    """Where in the source the edit may begin and end: from the words outwards over inline tags."""
    spans = [
        item.span
        for item in rendered.layout
        if isinstance(item, Tag) and item.is_element and item.span != NOWHERE and item.part.name not in BLOCKS
    ]
    starts = {end: start for start, end in spans}
    ends = dict(spans)
    lefts, rights = [words[0]], [words[1]]
    while lefts[-1] in starts and len(lefts) < MOST_BORDERS:
        lefts.append(starts[lefts[-1]])
    while rights[-1] in ends and len(rights) < MOST_BORDERS:
        rights.append(ends[rights[-1]])
    return lefts, rights


def _is_whole(rendered: RenderedHtml, start: int, end: int) -> bool:
    """Is no element cut by this span?"""
    for item in rendered.layout:
        if isinstance(item, Tag) and item.opens and item.part.start >= 0:
            part = item.part
            inside = start <= part.start and part.end <= end
            around = part.start_tag[1] <= start and (end <= part.end_tag[0] or part.end_tag == NOWHERE)
            if not inside and not around and part.start < end and start < part.end:
                return False
    return True


def _keeps_outside(rendered: RenderedHtml, result: RenderedHtml, edit: Edit) -> bool:
    """Is all markup outside the edit what it was?"""
    stop = edit.start + len(edit.text)
    return _outside(rendered, edit.start, edit.end) == _outside(result, edit.start, stop)


def _outside(rendered: RenderedHtml, start: int, end: int) -> list[str]:
    return [
        item.token
        for item in rendered.layout
        if isinstance(item, Tag) and item.span != NOWHERE and (item.span[1] <= start or end <= item.span[0])
    ]


def _is_around(read: list[str], before: list[str], after: list[str]) -> bool:
    """Are the words outside still read, but for those that the edit's borders cut?"""
    head, tail = before[:-1], after[1:]
    return read[: len(head)] == head and (not tail or read[-len(tail) :] == tail)
