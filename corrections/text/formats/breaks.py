"""Breaks between blocks: where a rendered text has them, and where a reader who typed new words wants them.

A break between blocks has no place of its own in the source; a line end inside a paragraph has one, and is a blank to
the reader.
"""

import re

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.words import changes
from corrections.text.formats.rendered import Rendered

_WHITE_RUN = re.compile(r"\s+")
_LINE_END = re.compile("\n")


def is_break(rendered: Rendered, at: int) -> bool:
    """Does a block end at this position of the text?"""
    return rendered.text[at] == "\n" and rendered.starts[at] < 0


def lines(text: str) -> str:
    """A text in which each line is a block: one line end for each break, and one blank for any other white space."""
    return _WHITE_RUN.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()


def with_breaks(rendered: Rendered, start: int, end: int) -> str:
    """A stretch of the text in which only breaks between blocks are line ends."""
    return _LINE_END.sub(
        lambda line_end: "\n" if is_break(rendered, start + line_end.start()) else " ", rendered.text[start:end]
    )


def typed(rendered: Rendered, place: Place, target_text: str, is_code: bool) -> str:
    """What was typed, with the same number of characters, in which only the breaks that are meant are line ends.

    An empty line is a break; so is a single line end, unless the passage has line ends that are blanks, or is code.
    """
    if "\n" not in target_text:
        return target_text
    current = rendered.text[place.start : place.end]
    kept: dict[int, bool] = {}  # line ends of the target that stand in the text already: is it a break?
    for hunk in changes(current, target_text, tidy=False):
        if hunk.same:
            for offset in range(hunk.end - hunk.start):
                if current[hunk.start + offset] == "\n":
                    kept[hunk.new_start + offset] = is_break(rendered, place.start + hunk.start + offset)
    has_blanks = (
        any(rendered.text[at] == "\n" and not is_break(rendered, at) for at in range(place.start, place.end)) or is_code
    )

    def spaced(run: re.Match[str]) -> str:
        ends = [at for at in range(run.start(), run.end()) if target_text[at] == "\n"]
        known = [kept[at] for at in ends if at in kept]
        means_break = any(known) or (len(ends) > 1 and len(known) < len(ends)) or (not known and not has_blanks)
        return run[0] if not ends or means_break else run[0].replace("\n", " ")

    return _WHITE_RUN.sub(spaced, target_text)
