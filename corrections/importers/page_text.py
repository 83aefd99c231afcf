"""The text nodes of a page in order, and where pieces of its text stand in them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from corrections.importers import html_tree

_MIN_UNIQUE_LENGTH = 20  # characters that a piece must have to be placed without regard to its neighbours
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_OCCURRENCES = 50  # of one piece that are weighed


@dataclass(frozen=True)
class TextNode:
    """Text right inside `element`, or right after it (`is_tail`); `block` is the block element that it belongs to."""

    element: Element
    is_tail: bool
    text: str
    block: Element
    inside: tuple[Element, ...]  # the elements around it, outermost first


class PageText:
    """What a reader sees of a page, as text nodes. Positions count characters other than white space."""

    def __init__(self, root: Element) -> None:
        self.nodes = list(_text_nodes(root))
        self._starts: list[int] = []
        length = 0
        for node in self.nodes:
            self._starts.append(length)
            length += len(_dense(node.text))

    @cached_property
    def _text(self) -> str:
        return "".join(_dense(node.text) for node in self.nodes)

    def place(self, pieces: list[str]) -> list[tuple[int, int]]:
        """Where the pieces, in the order of the page, begin and end. Parts that stand nowhere are left out.

        A piece that stands in several places is taken to be near the pieces before and after it.
        """
        parts = [part for piece in pieces for part in self._findable(_dense(piece))]
        places = [self._occurrences(part) for part in parts]
        certain = [
            positions[0] if len(positions) == 1 and len(part) >= _MIN_UNIQUE_LENGTH else None
            for part, positions in zip(parts, places, strict=True)
        ]
        spans: list[tuple[int, int]] = []
        end = 0
        for part, positions, position, after in zip(parts, places, certain, _followers(certain), strict=True):
            start = position if position is not None else _nearest(positions, end, after, len(part))
            end = start + len(part)
            spans.append((start, end))
        return spans

    def _findable(self, piece: str) -> Iterator[str]:
        """The piece, or those parts of it that stand on the page, where something was taken out of it or changed."""
        if piece and piece in self._text:
            yield piece
        elif len(piece) >= 2 * _MIN_UNIQUE_LENGTH:
            yield from self._findable(piece[: len(piece) // 2])
            yield from self._findable(piece[len(piece) // 2 :])

    def nodes_at(self, start: int, end: int) -> Iterator[TextNode]:
        """The nodes that hold any of these characters."""
        index = bisect_right(self._starts, start) - 1
        while index < len(self.nodes) and self._starts[index] < end:
            yield self.nodes[index]
            index += 1

    def _occurrences(self, piece: str) -> list[int]:
        positions: list[int] = []
        at = self._text.find(piece) if piece else -1
        while at >= 0 and len(positions) < _OCCURRENCES:
            positions.append(at)
            at = self._text.find(piece, at + 1)
        return positions


def dense_length(text: str) -> int:
    """How many characters other than white space."""
    return len(_dense(text))


def pieces_of(root: Element) -> list[str]:
    """The text of a tree, parted where blocks and line breaks part it."""
    return [piece for piece in html_tree.visible_text(root).split("\n") if piece.strip()]


def _nearest(positions: list[int], end: int, after: int | None, length: int) -> int:
    """The occurrence that follows `end` most closely, before `after` if there is one; else the nearest to either."""
    between = [at for at in positions if at >= end and (after is None or at + length <= after)]
    if between:
        return between[0] if end or after is None else between[-1]
    return min(positions, key=lambda at: min(abs(at - end), abs(at - (after if after is not None else end))))


def _followers(positions: list[int | None]) -> list[int | None]:
    """For each entry the next one after it that is not None."""
    followers: list[int | None] = []
    following: int | None = None
    for position in reversed(positions):
        followers.append(following)
        following = position if position is not None else following
    return followers[::-1]


def _dense(text: str) -> str:
    """Without white space and what nobody sees, which extraction changes."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def _text_nodes(root: Element) -> Iterator[TextNode]:
    pending: list[tuple[Element, tuple[Element, ...], bool]] = [(root, (), False)]
    while pending:
        element, around, is_tail = pending.pop()
        if is_tail:
            yield from _node(element, True, element.tail, around)
            continue
        if element is not root and not html_tree.has_words(element):
            continue
        inside = (*around, element)
        yield from _node(element, False, element.text, inside)
        for child in reversed(element):
            pending.append((child, inside, True))
            pending.append((child, inside, False))


def _node(element: Element, is_tail: bool, text: str | None, inside: tuple[Element, ...]) -> Iterator[TextNode]:
    if text and text.strip():
        block = next((around for around in reversed(inside) if html_tree.name(around) in html_tree.BLOCKS), inside[0])
        yield TextNode(element, is_tail, text, block, inside)
