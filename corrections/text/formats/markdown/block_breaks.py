"""Breaks between blocks: where a rendered text has them, and where a reader who typed new words wants them.

A break between blocks has no place of its own in the Markdown; a line end inside a paragraph has one, and is a blank
to the reader.
"""

import re
from collections import Counter
from dataclasses import dataclass

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.words import changes
from corrections.text.formats import breaks
from corrections.text.formats.breaks import LINE_END, lines, with_breaks
from corrections.text.formats.markdown.render import Piece, pieces
from corrections.text.formats.rendered import Rendered

_WHITE_RUN = re.compile(r"\s+")
_CODE = ("fence", "code_block")


@dataclass(frozen=True)
class BreakChange:
    """Breaks to be taken out and put in, each by the number of visible characters before it: `joined` counts from the
    beginning of the place as it is read now, `split` from that of the words typed."""

    joined: tuple[int, ...]
    split: tuple[int, ...]


def typed(rendered: Rendered, place: Place, target_text: str) -> str:
    """What was typed, with the breaks that are meant: see `breaks.typed`."""
    if "\n" not in target_text:
        return target_text.replace(LINE_END, " ")
    return breaks.typed(rendered, place, target_text, is_code(rendered, place))


def is_code(rendered: Rendered, place: Place) -> bool:
    """Is the place in a block of code, whose line ends are lines?"""
    return "<pre" in rendered.frame and any(
        piece.token.type in _CODE and piece.text_start <= place.start and place.end <= piece.text_end
        for piece in pieces(rendered.source)
    )


def changed_breaks(current: str, wanted: str) -> BreakChange:
    """How the breaks of `current` differ from those of `wanted`; both are as `typed` gives them."""
    old, new = lines(current), lines(wanted)
    joined: list[int] = []
    split: list[int] = []
    for hunk in changes(old, new, tidy=False):
        if hunk.same:
            continue
        gone = [at for at in range(hunk.start, hunk.end) if old[at] == "\n"]
        come = [at for at in range(hunk.new_start, hunk.new_end) if new[at] == "\n"]
        kept = min(len(gone), len(come))
        joined += [visible(old[:at]) for at in gone[kept:]]
        split += [visible(new[:at]) for at in come[kept:]]
    return BreakChange(tuple(joined), tuple(split))


def with_own_breaks(
    target_text: str, wanted: str, rendered: Rendered, place: Place, split: tuple[int, ...] = ()
) -> str:
    """What was typed, with the text's own white space for the breaks that it has already, and blanks for those that are
    still to come. `wanted` is as `typed` gives it."""
    target_text = target_text.replace(LINE_END, "\n")
    own = [run[0] for run in _WHITE_RUN.finditer(with_breaks(rendered, place.start, place.end)) if "\n" in run[0]]

    def written(run: re.Match[str]) -> str:
        if "\n" not in run[0]:
            return target_text[run.start() : run.end()]
        if visible(wanted[: run.start()]) in split:
            return " "
        return own.pop(0) if own else run[0]

    return _WHITE_RUN.sub(written, wanted)


def visible(text: str) -> int:
    """The number of characters that are no white space."""
    return sum(not char.isspace() for char in text)


def position(text: str, number: int) -> int:
    """Where the character stands that has `number` visible ones before it; the text's length where there is none."""
    for at, char in enumerate(text):
        if not char.isspace():
            if not number:
                return at
            number -= 1
    return len(text)


def leaf_at(rendered: Rendered, at: int) -> tuple[list[Piece], int] | None:
    """All pieces, and the number of the paragraph's, item's or heading's words that a position of the text lies in."""
    parts = pieces(rendered.source)
    for number, piece in enumerate(parts):
        if piece.token.type == "inline" and piece.text_start <= at < piece.text_end:
            origin = piece.token.meta.get("origin") or []
            table = parts[number - 1].token.type in ("td_open", "th_open")
            return None if table or not origin or min(origin) < 0 else (parts, number)
    return None


def tag_counts(tags: list[str]) -> Counter[str]:
    """How often each opening tag stands there."""
    return Counter(tag for tag in tags if not tag.startswith("</"))
