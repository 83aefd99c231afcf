"""Breaks between blocks: where a rendered text has them, and where a reader who typed new words wants them.

A break between blocks has no place of its own in the source; a line end inside a paragraph has one, and is a blank to
the reader.
"""

import re

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.words import changes
from corrections.text.formats.rendered import Rendered

LINE_END = "\r"  # stands for a line end inside a block where a passage is compared with what was typed; no text has it
_WHITE_RUN = re.compile(r"\s+")


def is_break(rendered: Rendered, at: int) -> bool:
    """Does a block end at this position of the text?"""
    return rendered.text[at] == "\n" and rendered.starts[at] < 0


def lines(text: str) -> str:
    """A text in which each line is a block: one line end for each break, and one blank for any other white space."""
    return _WHITE_RUN.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()


def with_breaks(rendered: Rendered, start: int, end: int, line_end_within: str = " ") -> str:
    """A stretch of the text in which only breaks between blocks are line ends, with as many characters.

    `line_end_within` is the character for a line end inside a block.
    """
    parts: list[str] = []
    at = start
    while (line_end := rendered.text.find("\n", at, end)) >= 0:
        parts += rendered.text[at:line_end], "\n" if is_break(rendered, line_end) else line_end_within
        at = line_end + 1
    return "".join((*parts, rendered.text[at:end]))


def typed(rendered: Rendered, place: Place, target_text: str, is_code: bool) -> str:
    """What was typed, with the same number of characters, in which only the breaks that are meant are line ends.

    `target_text` has `LINE_END` for each line end inside a block that it keeps, as `with_breaks` gives them; otherwise
    such a line end and a break beside the same word could not be told apart. An empty line is a break; so is a single
    line end, unless the passage has line ends that are blanks, or is code.
    """
    if "\n" not in target_text:
        return target_text.replace(LINE_END, " ")
    current = with_breaks(rendered, place.start, place.end, LINE_END)
    kept: set[int] = set()  # breaks of the target that are in the text already
    for hunk in changes(current, target_text, tidy=False):
        if hunk.same:
            kept.update(at for at in range(hunk.new_start, hunk.new_end) if target_text[at] == "\n")
    has_blanks = LINE_END in current or is_code

    def spaced(run: re.Match[str]) -> str:
        ends = [at for at in range(run.start(), run.end()) if target_text[at] == "\n"]
        means_break = not kept.isdisjoint(ends) or len(ends) > 1 or not has_blanks
        return (run[0] if means_break else run[0].replace("\n", " ")).replace(LINE_END, " ")

    return _WHITE_RUN.sub(spaced, target_text)
