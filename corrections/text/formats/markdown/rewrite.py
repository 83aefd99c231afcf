"""A reader's words into the Markdown: the smallest edit that shows just what was typed, and nothing else.

What a reader types is plain text. Each way of writing it is tried and checked by rendering: the words must come out
as typed, everything around them as before, and no tag may appear that was not there.
"""

import re
from collections.abc import Iterator
from itertools import islice

from markdown_it.common.utils import escapeHtml

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.words import changes
from corrections.text.formats.breaks import LINE_END, lines, with_breaks
from corrections.text.formats.markdown.block_borders import BorderChange, join, split
from corrections.text.formats.markdown.block_breaks import (
    BreakChange,
    changed_breaks,
    position,
    typed,
    visible,
    with_own_breaks,
)
from corrections.text.formats.markdown.block_removal import empties_blocks, remove_emptied
from corrections.text.formats.markdown.markup_spans import (
    Hole,
    delimited_span,
    element_span,
    fill,
    in_cells,
    tag_name,
    wide_span,
    words_span,
)
from corrections.text.formats.markdown.render import near, render
from corrections.text.formats.markdown.rerender import rerender
from corrections.text.formats.passages import BREAKS, CHANGED, Unwritable, corrected_passage, without_kept_words
from corrections.text.formats.raw_html import INLINE
from corrections.text.formats.rendered import Rendered

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|&~=:\"']")
_TAG = re.compile(r"<[^>]*>")
_LAST_TAG = re.compile(r"<(/?)(\w+)[^<>]*>\Z")
_EMPTY = re.compile(r"<(?!t[dh]\b)(\w+)[^>]*></\1>")
_WHITE = re.compile(r"[ \t\n]+")
_EDGE_WHITE = re.compile(r"[ \t]*\n[ \t\n]*")
BLANKS = (" ", "\t")
LINE_ENDS = ("", "\n", "\r")
WHOLE_TRIED = 100_000  # characters of an article that is tried as a whole where its paragraph alone did not do
MOST_RENDERED = 1_000_000  # characters rendered to try ways of writing one correction
LEAST_TRIED = 2  # ways, however long the text
MOST_UNESCAPED = 24  # escapes tried one by one; each costs a rendering


def write(rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
    """The edit of the Markdown by which `replacement` is read where `place` of the rendered text is read now.

    `exact` is the quote as the reader's page showed it (its white space and quotation marks may differ from the
    text's, and some of its words, where it has been found by likeness). Only what differs between quote and
    replacement is touched, so markup inside the quote stays, and so do words changed meanwhile. An empty edit where
    these words stand there already.
    """
    current = with_breaks(rendered, place.start, place.end, LINE_END)
    target_text = corrected_passage(current, exact, replacement)
    if target_text is None:
        return Unwritable(CHANGED)
    if target_text == current:
        return Edit(0, 0, "")
    deletions = _deletions(place, current, target_text)
    if deletions and empties_blocks(rendered, deletions):
        return _without_blocks(rendered, place, target_text, deletions)
    return _without_double_blank(_write_blocks(rendered, place, target_text), rendered)


def _without_double_blank(written: Edit | Unwritable, rendered: Rendered) -> Edit | Unwritable:
    """The same deletion without one of the two blanks that it leaves side by side, the one at a block's border, or the
    line that it leaves empty."""
    if isinstance(written, Unwritable) or written.text or written.start == written.end:
        return written
    before, after = rendered.source[: written.start], rendered.source[written.end :]
    wider = written
    if after[:1] in BLANKS and (before[-1:] in BLANKS or before[-1:] in LINE_ENDS):
        wider = Edit(written.start, written.end + len(after) - len(after.lstrip(" \t")), "")
    elif before[-1:] in BLANKS and (not after or after[:1] in LINE_ENDS):
        wider = Edit(len(before.rstrip(" \t")), written.end, "")
    elif before.endswith("\n") and (not after or after[:1] in LINE_ENDS):
        wider = Edit(len(before) - (2 if before.endswith("\r\n") else 1), written.end, "")
    if wider == written:
        return written
    narrow, wide = (rerender(rendered, edit) for edit in (written, wider))
    same = narrow.frame == wide.frame and lines(narrow.text) == lines(wide.text)
    return wider if same else written


def _deletions(place: Place, current: str, target_text: str) -> list[tuple[int, int]]:
    """The spans of the text that are to go and have nothing come in their place."""
    if not target_text.strip():
        return [(place.start, place.end)]
    return [(hole.start, hole.end) for hole in _holes(place, current, target_text, tidy=False) if not hole.text.strip()]


def _without_blocks(
    rendered: Rendered, place: Place, target_text: str, deletions: list[tuple[int, int]]
) -> Edit | Unwritable:
    """The edit by which blocks go that have no words left, and the rest of the place is read as wanted."""
    removal = remove_emptied(rendered, place, deletions, max(LEAST_TRIED, affordable(rendered)))
    if removal is None:
        return Unwritable()
    rest, left = removal.place, removal.rendered
    if rest is None:
        return Unwritable()
    if _reads(left, rest, target_text):
        return Edit(removal.start, removal.end, _between(left.source, removal.start, rendered.source, removal.end))
    written = _write_blocks(left, rest, target_text) if rest.start < rest.end else Unwritable(BREAKS)
    if isinstance(written, Unwritable):
        return written
    grown = len(left.source) - len(rendered.source)
    start = min(removal.start, written.start)
    end = max(removal.end, written.end - grown if written.end > removal.start else written.end)
    return Edit(start, end, _between(written.apply(left.source), start, rendered.source, end))


def _between(after: str, start: int, source: str, end: int) -> str:
    """What stands in `after` where `source` has `start` to `end`; both end alike from there."""
    return after[start : len(after) - (len(source) - end)]


def _reads(rendered: Rendered, place: Place, target_text: str) -> bool:
    """Is what was typed read at the place already, but for white space inside of blocks?"""
    current = lines(with_breaks(rendered, place.start, place.end))
    return current == lines(typed(rendered, place, target_text))


def _write_blocks(rendered: Rendered, place: Place, target_text: str) -> Edit | Unwritable:
    """The edit that joins blocks, writes words and splits blocks as the words typed want it; no other is made."""
    wanted = typed(rendered, place, target_text)
    breaks = changed_breaks(with_breaks(rendered, place.start, place.end), wanted)
    if breaks.joined or breaks.split:
        written = _write_breaks(rendered, place, target_text, breaks)
        if isinstance(written, Edit) and _is_as_typed(rendered, place, wanted, written):
            return written
    written = _write_words(rendered, place, with_own_breaks(target_text, wanted, rendered, place))
    if isinstance(written, Unwritable) or _is_as_typed(rendered, place, wanted, written):
        return written
    return Unwritable(BREAKS)


def _write_breaks(rendered: Rendered, place: Place, target_text: str, breaks: BreakChange) -> Edit | Unwritable:
    """The edit that joins blocks, writes the words between their breaks, and splits blocks, in this order."""
    ahead = visible(rendered.text[: place.start])
    count = visible(rendered.text[place.start : place.end])
    after: Rendered | None = rendered
    for number in reversed(breaks.joined):
        after = _apply_at(after, ahead + number, join)
    if after is None or not count:
        return Unwritable(BREAKS)
    middle = Place(position(after.text, ahead), position(after.text, ahead + count - 1) + 1)
    wanted = typed(rendered, place, target_text)
    words = with_own_breaks(target_text, wanted, after, middle, breaks.split).strip()
    written = _write_words(after, middle, words)
    if isinstance(written, Unwritable):
        return written
    after = render(written.apply(after.source))
    for number in reversed(breaks.split):
        after = _apply_at(after, ahead + number, split)
    return trim(Edit(0, len(rendered.source), after.source), rendered.source) if after else Unwritable(BREAKS)


def _write_words(rendered: Rendered, place: Place, target_text: str) -> Edit | Unwritable:
    """The edit by which blocks that stay as many get the words typed; an empty one where they have them."""
    if rendered.text[place.start : place.end] == target_text:
        return Edit(0, 0, "")
    return _write_near(rendered, place, target_text)


def _apply_at(rendered: Rendered | None, number: int, change: BorderChange) -> Rendered | None:
    """The text with `change` made between its visible characters `number` - 1 and `number`."""
    if rendered is None or not number:
        return None
    edit = change(rendered, position(rendered.text, number - 1), position(rendered.text, number))
    return None if edit is None else render(edit.apply(rendered.source))


def _is_as_typed(rendered: Rendered, place: Place, wanted: str, edit: Edit) -> bool:
    """Does the edit show what was typed at the place, and all else as before, break for break?"""
    after = rerender(rendered, edit)
    before, behind = with_breaks(rendered, 0, place.start), with_breaks(rendered, place.end, len(rendered.text))
    expected, shown = before + wanted + behind, with_breaks(after, 0, len(after.text))
    return expected == shown or lines(expected) == lines(shown)


def _write_near(rendered: Rendered, place: Place, target_text: str) -> Edit | Unwritable:
    """The edit of the blocks around the place alone, where that does."""
    blocks = near(rendered, place.start, place.end)
    if blocks is not None:
        local_edit = _write(
            blocks.rendered,
            Place(place.start - blocks.text_start, place.end - blocks.text_start),
            target_text,
        )
        if isinstance(local_edit, Edit):
            edit = Edit(local_edit.start + blocks.start, local_edit.end + blocks.start, local_edit.text)
            if _shows(rendered, edit, place, target_text, may_lose_tags=True):
                return edit
        elif len(rendered.source) > WHOLE_TRIED:
            return local_edit
    return _write(rendered, place, target_text)


def _write(rendered: Rendered, place: Place, target_text: str) -> Edit | Unwritable:
    second: Edit | None = None
    for candidate in islice(_candidates(rendered, place, target_text), affordable(rendered)):
        if _shows(rendered, candidate, place, target_text, may_lose_tags=False):
            return without_kept_words(_unescaped(rendered, candidate, place, target_text), rendered.source)
        if second is None and _shows(rendered, candidate, place, target_text, may_lose_tags=True):
            second = candidate
    if second is None:
        return Unwritable()
    return without_kept_words(_unescaped(rendered, second, place, target_text), rendered.source)


def affordable(rendered: Rendered) -> int:
    """How many ways of writing may be tried by rendering them."""
    return max(LEAST_TRIED, MOST_RENDERED // (len(rendered.source) + 1))


def _candidates(rendered: Rendered, place: Place, target_text: str) -> Iterator[Edit]:
    """Ways of writing the words, each once, the smallest change first; one is computed when it is about to be tried."""
    yielded: set[Edit] = set()
    for holes in _hole_choices(rendered, place, target_text):
        for spell in (_as_typed, _on_one_line, _escaped):
            spelled = [Hole(hole.start, hole.end, spell(hole.text)) for hole in holes]
            for span in (words_span, element_span, delimited_span, wide_span):
                edit = fill(rendered, spelled, span)
                if edit is not None and edit not in yielded:
                    yielded.add(edit)
                    yield edit


def _hole_choices(rendered: Rendered, place: Place, target_text: str) -> Iterator[list[Hole]]:
    current = rendered.text[place.start : place.end]
    holes = _holes(place, current, target_text, tidy=False)
    yield in_cells(rendered, holes)
    yield holes
    yield _holes(place, current, target_text, tidy=True)
    yield [Hole(place.start, place.end, target_text)]
    yield [_with_blank(rendered, hole) for hole in holes]


def _holes(place: Place, current: str, target_text: str, tidy: bool) -> list[Hole]:
    return [
        Hole(place.start + hunk.start, place.start + hunk.end, target_text[hunk.new_start : hunk.new_end])
        for hunk in changes(current, target_text, tidy)
        if not hunk.same
    ]


def _with_blank(rendered: Rendered, hole: Hole) -> Hole:
    """A hole that is to be empty, with the blank that it would leave at the border of its block or beside another."""
    text, starts = rendered.text, rendered.starts
    if hole.text or hole.start == hole.end:
        return hole
    if text[hole.end : hole.end + 1] == " " and text[hole.start - 1 : hole.start] in ("", " ", "\n"):
        return Hole(hole.start, hole.end + 1, "")
    if hole.start and text[hole.start - 1] == " " and text[hole.end : hole.end + 1] in ("", "\n"):
        return Hole(hole.start - (starts[hole.start - 1] >= 0), hole.end, "")
    return hole


def _as_typed(text: str) -> str:
    return text


def _on_one_line(text: str) -> str:
    return _EDGE_WHITE.sub(" ", text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], _on_one_line(text))


def _shows(rendered: Rendered, edit: Edit, place: Place, target_text: str, may_lose_tags: bool) -> bool:
    """Is the wanted text read after the edit, with no tag that was not there, and none lost but inside the place?"""
    after = rerender(rendered, edit)
    expected = rendered.text[: place.start] + target_text + rendered.text[place.end :]
    if after.text != expected and _WHITE.sub(" ", after.text).strip(" ") != _WHITE.sub(" ", expected).strip(" "):
        return False
    if after.frame == rendered.frame:
        return True
    return may_lose_tags and _loses_inside(after, rendered, place, bool(target_text.strip()))


def _loses_inside(after: Rendered, rendered: Rendered, place: Place, has_words: bool) -> bool:
    """Have tags only gone, and only some that stood inside the place, and is no element left without content?"""
    head, tail = _outside(rendered, place, has_words)
    html = after.unsafe_html
    if len(html) < len(head) + len(tail) or not (html.startswith(head) and html.endswith(tail)):
        return False
    tags = iter(_TAG.findall(rendered.frame))
    if not all(tag in tags for tag in _TAG.findall(after.frame)):
        return False
    return len(_EMPTY.findall(after.frame)) <= len(_EMPTY.findall(rendered.frame))


def _outside(rendered: Rendered, place: Place, has_words: bool) -> tuple[str, str]:
    """The HTML before and after the place, without inline tags that touch it, and without elements that it fills."""
    html = rendered.unsafe_html
    end = rendered.html_position(place.end - 1) + len(escapeHtml(rendered.text[place.end - 1]))
    head, tail = html[: rendered.html_position(place.start)], html[end:]
    while True:
        opening, closing = _LAST_TAG.search(head), _TAG.match(tail)
        if opening and opening[2] in INLINE:
            head = head[: opening.start()]
        elif closing and tag_name(closing[0]) in INLINE:
            tail = tail[closing.end() :]
        elif not has_words and opening and closing and not opening[1] and closing[0] == f"</{opening[2]}>":
            head, tail = head[: opening.start()], tail[closing.end() :]
        else:
            return head.rstrip(), tail.lstrip()


def _unescaped(rendered: Rendered, edit: Edit, place: Place, target_text: str) -> Edit:
    """The same edit without the backslashes that it can do without."""
    frame = rerender(rendered, edit).frame
    escapes = [match.start() for match in re.finditer(r"\\(?=[!-/:-@\[-`{-~])", edit.text)]
    for at in reversed(escapes[: min(MOST_UNESCAPED, affordable(rendered))]):
        barer = Edit(edit.start, edit.end, edit.text[:at] + edit.text[at + 1 :])
        if rerender(rendered, barer).frame == frame and _shows(rendered, barer, place, target_text, True):
            edit = barer
    return edit
