"""An article as its reader sees it: text, safe HTML, and where in the source each character of the text is."""

import secrets
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import ClassVar

from markdown_it.common.utils import escapeHtml

from corrections.text.formats import raw_html

NO_ORIGIN = -1  # the place of a character that has none in the source: a break between blocks, a footnote's number


@dataclass(frozen=True)
class Alternative:
    """An image's alternative text, which cannot be selected; `starts` and `ends` as in `Rendered`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A block that stands by itself: its span of the source (whole lines, in Markdown) and of the rendered text."""

    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True)
class Rendered:
    """An article as its reader sees it.

    `text` is the text content of `html`; character i of it stands at `source[starts[i]:ends[i]]` of the source
    (both `NO_ORIGIN` where it stands nowhere). `frame` is the HTML's markup alone, with a mark for each run of text:
    two renderings with equal frames differ in words only. `runs` are where runs of text begin, in `text` and in
    `unsafe_html`. `format` is the name of the source's.
    """

    format: ClassVar[str] = "markdown"

    source: str
    text: str
    starts: "array[int]"
    ends: "array[int]"
    unsafe_html: str
    frame: str
    blocks: tuple[Block, ...]
    alternatives: tuple[Alternative, ...]
    runs: tuple[tuple[int, int], ...]

    @property
    def html(self) -> str:
        """Sanitised HTML."""
        return raw_html.clean(self.unsafe_html)

    def html_position(self, at: int) -> int:
        """Where the text's position `at` stands in `unsafe_html`: after any tags that open there."""
        text_at, html_at = self.runs[max(0, bisect_right(self.runs, at, key=itemgetter(0)) - 1)]
        return html_at + len(escapeHtml(self.text[text_at:at]))

    def marked(self, ends: dict[int, str]) -> str:
        """The safe HTML with pieces of HTML of ours put in, each right after what the source has before a position.

        `ends` has the pieces by code points of the source; one that no visible character stands before is left out.
        """
        at_html: list[tuple[int, str]] = []
        for end, piece in ends.items():
            last = max((at for at, stop in enumerate(self.ends) if 0 <= stop <= end), default=None)
            if last is not None:
                at_html.append((self.html_position(last) + len(escapeHtml(self.text[last])), piece))
        token = secrets.token_hex(8)
        html, pieces = self.unsafe_html, {}
        for number, (position, piece) in enumerate(sorted(at_html, reverse=True)):
            name = f"{token}{number:04d}"
            pieces[name] = piece
            html = html[:position] + name + html[position:]
        clean = raw_html.clean(html)
        for name, piece in pieces.items():
            clean = clean.replace(name, piece)
        return clean
