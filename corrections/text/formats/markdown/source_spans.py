"""The Markdown that a place of the rendered text stands for, when Markdown is to take its place.

A selection says nothing about the markup at its edges: "a link" may be the link or its words. Elements that lie wholly
in the place and do not fill it belong to it; of the rest, each border is tried with more and with less markup. What
stands outside must render as before, markup must not become text, and the smallest edit wins; where only markup
changes, the whole markup is meant.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.common.utils import escapeHtml
from rapidfuzz.distance import Indel

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import Near, near, render
from corrections.text.formats.markdown.rewrite import affordable
from corrections.text.formats.raw_html import INLINE
from corrections.text.formats.rendered import Rendered

_NAMES = "|".join(sorted(INLINE))
_TAG = re.compile(rf"</?(?:{_NAMES})\b[^>]*>")
_TAGS = re.compile(rf"(?:{_TAG.pattern})+")
_PIECE = re.compile(rf"<(/?)({_NAMES})\b[^>]*>|<[^>]*>|&(?:amp|lt|gt|quot);|[^<&]+")
_DELIMITER = re.compile(
    r"\*\*?|__?|~~|`+|!?\[|\]\([^)\n]*\)|\]\[[^\]\n]*\]|\]|<[^>\n]*>|\\"
)  # what stands between markup and words
_UNPAIRED = frozenset("[]*_`")
MOST_BORDERS = 12  # tried on each side


@dataclass(frozen=True)
class _Candidate:
    edit: Edit
    rank: tuple[bool, int, int, int, int]
    changes_words: bool


def source_edit(rendered: Rendered, place: Place, markdown: str) -> Edit:
    """The edit of the Markdown that puts `markdown` where `place` of the rendered text is read now.

    Where nothing keeps what stands around as it is, the edit is that of the characters of `place` alone. Raises
    `ValueError` where there is no one place in the source for it.
    """
    inside = [at for at in range(place.start, place.end) if rendered.starts[at] >= 0]
    if not inside:
        raise ValueError(f"Nothing of the source is read from {place.start} to {place.end}.")
    blocks = near(rendered, place.start, place.end) or Near(rendered, 0, 0)
    local = Place(place.start - blocks.text_start, place.end - blocks.text_start)
    candidates = list(_candidates(blocks.rendered, local, markdown))
    if not candidates:
        first, last = rendered.starts[inside[0]], rendered.ends[inside[-1]]
        if first > last:
            raise ValueError(f"What is read from {place.start} to {place.end} stands in the source in another order.")
        return Edit(first, last, markdown)
    if not any(option.changes_words for option in candidates):
        best = max(candidates, key=lambda option: (not option.rank[0], option.edit.end - option.edit.start)).edit
    else:
        best = min(candidates, key=lambda option: option.rank).edit
    return Edit(best.start + blocks.start, best.end + blocks.start, best.text)


def _candidates(rendered: Rendered, place: Place, markdown: str) -> Iterator[_Candidate]:
    source = rendered.source
    left, right = _borders(rendered, place)
    before, after = _outside(rendered, place)
    first, last = min(left), max(right)
    tags = _unbalanced(rendered.unsafe_html)
    enclosing = _enclosing(rendered, place)
    spans = [
        (start, end) for start in left for end in right if start <= end
    ]  # a footnote may stand before what is read
    from_inside = sorted((abs(left[0] - start) + end - right[0], start, end) for start, end in spans)
    for _, start, end in from_inside[: affordable(rendered)]:
        edit = Edit(start, end, markdown)
        result = render(edit.apply(source))
        html = result.unsafe_html
        if not (html.startswith(before) and html.endswith(after) and _unbalanced(html) == tags):
            continue
        stop = start + len(markdown)
        shown = [(at, char) for at, char in zip(result.starts, result.text, strict=True) if not char.isspace()]
        if any(first <= at < start or stop <= at < stop + last - end for at, _ in shown):
            continue  # markup that was left over has become text
        there = Place(place.start, place.end + len(result.text) - len(rendered.text))
        unpaired = sum(start <= at < stop and char in _UNPAIRED for at, char in shown)
        mispaired = max(0, _enclosing(result, there) - enclosing) + _badly_paired(result, there)
        distance = Indel.distance(source[start:end], markdown)
        rank = (edit.apply(source) == source, unpaired, mispaired, distance, end - start)
        yield _Candidate(edit, rank, result.text.split() != rendered.text.split())


def _borders(rendered: Rendered, place: Place) -> tuple[list[int], list[int]]:
    """Where in the source the edit may begin and end: from the words outwards."""
    starts, ends, source = rendered.starts, rendered.ends, rendered.source
    inside = [at for at in range(place.start, place.end) if starts[at] >= 0]
    first, last = starts[inside[0]], ends[inside[-1]]
    outer_first = next((ends[at] for at in range(place.start - 1, -1, -1) if starts[at] >= 0), 0)
    outer_last = next((starts[at] for at in range(place.end, len(starts)) if starts[at] >= 0), len(source))
    delimiters = list(_DELIMITER.finditer(source, min(outer_first, first), first))
    left = [first, *(match.start() for match in reversed(delimiters))]
    right = [last, *(match.end() for match in _DELIMITER.finditer(source, last, max(last, outer_last)))]
    if inside[0] > place.start:  # the place begins with a break between blocks
        left.append(outer_first)
    return left[:MOST_BORDERS], right[:MOST_BORDERS]


def _elements(rendered: Rendered) -> list[tuple[int, int]]:
    """Inline elements: where each begins and ends in the text."""
    spans: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    at = 0
    for match in _PIECE.finditer(rendered.unsafe_html):
        piece = match[0]
        if piece[0] == "&":
            at += 1
        elif piece[0] != "<":
            at += len(piece)
        elif match[2] and not match[1]:
            opened.append((match[2], at))
        elif match[2] and opened and opened[-1][0] == match[2]:
            spans.append((opened.pop()[1], at))
    return spans


def _enclosing(rendered: Rendered, place: Place) -> int:
    """Elements around the place; a new one means that markup left over at one end has met that at the other."""
    return sum(start <= place.start and place.end <= end for start, end in _elements(rendered))


def _badly_paired(rendered: Rendered, place: Place) -> int:
    """Elements at the place that begin or end with white space: their delimiters were meant for others."""
    texts = [rendered.text[start:end] for start, end in _elements(rendered) if start < place.end and place.start < end]
    return sum(text != text.strip() for text in texts)


def _outside(rendered: Rendered, place: Place) -> tuple[str, str]:
    """The HTML before and after the place, without the inline tags that touch it."""
    html = rendered.unsafe_html
    end = rendered.html_position(place.end - 1) + len(escapeHtml(rendered.text[place.end - 1]))
    after = html[end:]
    tags = _TAGS.match(after)
    start = rendered.html_position(place.start)
    while start and html[start - 1] == ">" and _TAG.fullmatch(html, html.rfind("<", 0, start), start):
        start = html.rfind("<", 0, start)
    return html[:start], after[tags.end() if tags else 0 :]


def _unbalanced(html: str) -> Counter[str]:
    """Inline tags that are opened more often than closed, or the other way round."""
    count: Counter[str] = Counter()
    for match in _PIECE.finditer(html):
        if match[2] and match[2] not in ("br", "img", "wbr"):
            count[match[2]] += -1 if match[1] else 1
    return Counter({name: number for name, number in count.items() if number})
