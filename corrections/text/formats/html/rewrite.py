"""A reader's words into HTML: the smallest edit of the source after which just what was typed is read.

What a reader types is plain text and is escaped. Only words are replaced: tags, comments and embeds between them stay,
but for elements that are left without a word. The edit is checked by rendering: the words must be read as typed, and
the markup must be what was there, less what was emptied.
"""

import re
from dataclasses import dataclass

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.words import changes as word_changes
from corrections.text.formats.html.element_removal import emptied, is_removable, remove_emptied
from corrections.text.formats.html.elements import PREFORMATTED
from corrections.text.formats.html.line_breaks import block_of, border, join
from corrections.text.formats.html.markup import MARKUP
from corrections.text.formats.html.references import escape
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.html.source_changes import (
    Changes,
    ancestors,
    insertion_point,
    is_line_end,
    is_line_start,
    item_at,
)
from corrections.text.formats.html.tree import Part
from corrections.text.formats.passages import CHANGED, Unwritable, corrected_passage

_BLANKS = re.compile(r"[ \t]+")
_LINE_END = re.compile(r"[ \t]*\n\s*")
_WHITE = re.compile(r"[ \t\n]+")


@dataclass(frozen=True)
class _Hole:
    """A stretch of the text to be read as `text`."""

    start: int
    end: int
    text: str


# words of letters, digits and common signs, one blank between two
_PLAIN = re.compile(r"[\w.,;:!?’“”–—()/%€$-]+(?: [\w.,;:!?’“”–—()/%€$-]+)*")


@dataclass(frozen=True)
class _Way:
    """How line ends are written: blocks joined where one was taken out, split where one was put in, or neither."""

    joins: bool
    splits: bool


def write(rendered: RenderedHtml, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
    """The edit of the HTML by which `replacement` is read where `place` of the rendered text is read now.

    `exact` is the quote as the reader's page showed it; only what differs between it and the replacement is touched.
    A line end in the replacement that the quote has not splits the paragraph or list item, one that is missing joins
    two; where that cannot be done it is a blank. An empty edit where these words are there already.
    """
    standing = rendered.text[place.start : place.end]
    wanted = corrected_passage(standing, exact, replacement)
    if wanted is None:
        return Unwritable(CHANGED)
    if wanted == standing:
        return Edit(0, 0, "")
    splits = exact.strip().count("\n") == standing.strip().count("\n")
    for way in (_Way(True, splits), _Way(False, splits), _Way(True, False), _Way(False, False)):
        edit = _written(rendered, place, wanted, way)
        if edit is not None:
            return edit
    return Unwritable()


def _written(rendered: RenderedHtml, place: Place, wanted: str, way: _Way) -> Edit | None:
    standing = rendered.text[place.start : place.end]
    changes = Changes(rendered)
    for hunk in word_changes(standing, wanted, tidy=False):
        if not hunk.same:
            start, end = place.start + hunk.start, place.start + hunk.end
            hole = _trimmed(rendered, _Hole(start, end, wanted[hunk.new_start : hunk.new_end]))
            if not _fill(changes, hole, way):
                return None
    remove_emptied(changes)
    edit = changes.edit()
    if edit is None:
        return None
    expected = rendered.text[: place.start] + wanted + rendered.text[place.end :]
    if changes.tokens() == rendered.tokens() and _is_plain(rendered, place, edit, expected):
        return edit
    if not _shows(render(edit.apply(rendered.source)), changes, expected, exact_lines=way.joins and way.splits):
        return None
    return edit


def _is_plain(rendered: RenderedHtml, place: Place, edit: Edit, expected: str) -> bool:
    """Whether an edit surely shows what is expected, so that nothing has to be rendered to see it.

    With the rest of the words that it touches, it puts plain words in the place of plain words: the parser goes through
    the same states, for neither has a sign of markup, a reference or a shortcode, nor white space that could be
    collapsed; nor has the text around them, up to the next tags, a reference or a tag that they could complete.
    """
    source, text, starts = rendered.source, rendered.text, rendered.starts
    at = next((at for at in range(place.start, place.end) if starts[at] >= edit.start), place.end)
    to = at + edit.end - edit.start
    first, last = at, to
    while first and _is_plain_character(text[first - 1]) and starts[first - 1] >= 0:
        first -= 1
    while last < len(text) and _is_plain_character(text[last]) and starts[last] >= 0:
        last += 1
    if first == last or "[" in source:
        return False
    start, end = starts[first], starts[first] + last - first
    old, new = text[first:last], text[first:at] + edit.text + text[to:last]
    if start < 0 or start + at - first != edit.start or source[start:end] != old:
        return False
    if list(starts[first:last]) != list(range(start, end)) or text[:first] + new + text[last:] != expected:
        return False
    tag = max(source.rfind("<", 0, start), source.rfind(">", 0, start))
    if tag >= 0 and source[tag] == "<":  # a sign for words, which becomes a tag's with other words after it
        return False
    next_tag = source.find("<", end)
    around = source[tag + 1 : start] + source[end : next_tag if next_tag >= 0 else len(source)]
    return "&" not in around and _PLAIN.fullmatch(old) is not None and _PLAIN.fullmatch(new) is not None


def _is_plain_character(char: str) -> bool:
    return char != " " and _PLAIN.fullmatch(char) is not None


def _trimmed(rendered: RenderedHtml, hole: _Hole) -> _Hole:
    """The hole without characters at its ends that stay, where a reference would be spelt in another way else."""
    spelt = "".join(rendered.source[rendered.starts[at] : rendered.ends[at]] for at in range(hole.start, hole.end))
    if "&" not in spelt or "\n" in rendered.text[hole.start : hole.end] + hole.text:
        return hole
    edit = trim(Edit(hole.start, hole.end, hole.text), rendered.text)
    return _Hole(edit.start, edit.end, edit.text)


def _shows(after: RenderedHtml, changes: Changes, expected: str, exact_lines: bool) -> bool:
    if after.tokens() != changes.tokens():
        return False
    fold = _lines if exact_lines else _words
    return fold(after.text) == fold(expected)


def _lines(text: str) -> str:
    return _LINE_END.sub("\n", _BLANKS.sub(" ", text)).strip(" \n")


def _words(text: str) -> str:
    return _WHITE.sub(" ", text).strip(" ")


def _fill(changes: Changes, hole: _Hole, way: _Way) -> bool:
    """Put the hole's lines in the place of those that are there; False where one of these has no place."""
    rendered = changes.rendered
    ends = [at for at in range(hole.start, hole.end) if is_line_end(rendered, at)]
    old = list(zip([hole.start, *(at + 1 for at in ends)], [*ends, hole.end], strict=True))
    if any(rendered.starts[at] < 0 for start, end in old for at in range(start, end)):
        return False
    new = [hole.text] if _is_preformatted(changes, hole) else hole.text.split("\n")
    if len(new) > len(old):
        new = [*new[: len(old) - 1], _split(changes, old[-1], new[len(old) - 1 :], way)]
    else:
        new = [escape(text) for text in new]
    if not way.joins and any(source.strip() for source in new) and _has_words(rendered, old[len(new) :]):
        return False  # words of one block do not move to another
    for (start, end), source in zip(old, new + [""] * (len(old) - len(new)), strict=True):
        if not _put(changes, start, end, source):
            return False
    if way.joins:
        empty = emptied(changes)
        for at in ends[len(new) - 1 :]:
            blank = " " if hole.text and hole.text.isspace() else ""
            if not _is_beside(changes, at, empty) and not join(changes, at, blank):
                return False
    return True


def _has_words(rendered: RenderedHtml, lines: list[tuple[int, int]]) -> bool:
    return any(rendered.text[start:end].strip() for start, end in lines)


def _put(changes: Changes, start: int, end: int, source: str) -> bool:
    rendered = changes.rendered
    if start < end:
        changes.replace(start, end, source)
        return True
    if not source or (source.isspace() and (is_line_start(rendered, start) or is_line_end(rendered, end))):
        return True
    gap = insertion_point(changes, start)
    if gap is None:
        return False
    changes.insert(*gap, source)
    return True


def _split(changes: Changes, line: tuple[int, int], texts: list[str], way: _Way) -> str:
    """What comes in place of a line where several are to be: with the markup of a border between, or else a blank."""
    rendered = changes.rendered
    first, last, *between = texts[0], texts[-1], *(text for text in texts[1:-1] if text.strip())
    lines = [escape(text) for text in (first, *between, last)]
    at = line[0] if not is_line_end(rendered, line[0]) else line[0] - 1
    between_blocks = border(changes, at) if way.splits and 0 <= at < len(rendered.text) else None
    if not lines[0].strip() and is_line_start(rendered, line[0]):
        del lines[0]
    if len(lines) > 1 and not lines[-1].strip() and is_line_end(rendered, line[1]):
        del lines[-1]
    if between_blocks is None or is_line_end(rendered, at):
        return " ".join(lines)
    tokens = [match[0] for match in MARKUP.finditer(between_blocks)]
    changes.added.setdefault(item_at(rendered, at), []).extend(tokens * (len(lines) - 1))
    return between_blocks.join(lines)


def _is_beside(changes: Changes, at: int, parts: set[Part]) -> bool:
    """Is the line before or after a line end in a block of these that can be taken out?"""
    text = changes.rendered.text
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(text) and not is_line_end(changes.rendered, near)]
    around = [set(ancestors(block_of(changes.part_at(near)))) & parts for near in beside]
    return any(is_removable(part) for found in around for part in found)


def _is_preformatted(changes: Changes, hole: _Hole) -> bool:
    at = hole.start if hole.start < hole.end or hole.start == 0 else hole.start - 1
    if at >= len(changes.rendered.text) or is_line_end(changes.rendered, at):
        return False
    return any(part.name in PREFORMATTED for part in ancestors(changes.part_at(at)))
