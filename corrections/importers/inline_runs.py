"""Runs of marked text made ready to be written: white space folded as HTML folds it, neighbours joined.

Control characters are left out: the renderer takes them out before it reads the Markdown, so a sign behind one would
stand at the beginning of its line.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby

from corrections.importers.blocks import Break, Image, Inline, Mark, Text
from corrections.text import control_characters

_HTML_SPACE = re.compile(r"[ \t\n\f\r]+")


def folded(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """White space folded; none at the ends, at line breaks, or just inside a mark. Text in NFC."""
    runs: list[Inline] = []
    spaces: list[tuple[Mark, ...]] = []
    for run in _split_at_ends(inlines):
        if _is_space(run):
            spaces.append(run.marks)
            continue
        if spaces and runs and not _is_line_break(runs[-1]) and not _is_line_break(run):
            runs.append(Text(" ", reduce(_common, spaces, _common(runs[-1].marks, run.marks))))
        spaces = []
        runs.append(run)
    return tuple(_joined(_without_outer_breaks(runs)))


def preformatted(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """The same with all white space kept, line breaks as such."""
    lines = (Text("\n", run.marks) if _is_line_break(run) else run for run in inlines)
    return tuple(_joined(lines))


def paragraphs(inlines: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """Folded runs, parted where two line breaks or more follow each other: that is how a blank line is often made."""
    part: list[Inline] = []
    breaks: list[Inline] = []
    for run in inlines:
        if _is_line_break(run):
            breaks.append(run)
            continue
        if len(breaks) > 1:
            yield folded(part)
            part = []
        else:
            part += breaks
        breaks = []
        part.append(run)
    if part:
        yield folded(part)


def _split_at_ends(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """The runs with the white space at their ends as runs of its own."""
    for run in inlines:
        if not isinstance(run, Text):
            yield run
            continue
        text = _HTML_SPACE.sub(" ", control_characters.without(run.text))
        if text.startswith(" "):
            yield Text(" ", run.marks)
        if core := text.strip(" "):
            yield Text(core, run.marks)
            if text.endswith(" "):
                yield Text(" ", run.marks)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", control_characters.without(text))


def _is_space(run: Inline) -> bool:
    return isinstance(run, Text) and run.text == " "


def _is_line_break(run: Inline) -> bool:
    return isinstance(run, Break) and run.tag == "br"


def _without_outer_breaks(runs: list[Inline]) -> list[Inline]:
    start, end = 0, len(runs)
    while start < end and _is_line_break(runs[start]):
        start += 1
    while start < end and _is_line_break(runs[end - 1]):
        end -= 1
    return runs[start:end]


def _common(first: tuple[Mark, ...], second: tuple[Mark, ...]) -> tuple[Mark, ...]:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]


def _joined(runs: Iterable[Inline]) -> Iterator[Inline]:
    for (kind, marks), group in groupby(runs, key=lambda run: (type(run), run.marks)):
        if kind is Text:
            yield Text(_normal("".join(run.text for run in group if isinstance(run, Text))), marks)
        else:
            yield from group


def is_blank(inlines: Iterable[Inline]) -> bool:
    """Is there nothing to be read or seen?"""
    return not any(isinstance(run, Image) or (isinstance(run, Text) and run.text.strip()) for run in inlines)
