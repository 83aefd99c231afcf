"""What the rest of the engine needs of an article's format."""

from typing import Protocol

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.passages import Unwritable
from corrections.text.formats.rendered import Rendered


class Format(Protocol):
    """How one kind of source is read and changed. All positions are code points; no method raises for any text."""

    @property
    def name(self) -> str:
        """As in an article's metadata: `markdown`, `html`."""

    @property
    def label(self) -> str:
        """The name for people: `Markdown`, `HTML`."""

    @property
    def suffix(self) -> str:
        """Of the file that holds an article's text, with the full stop: `.md`."""

    def render(self, source: str) -> Rendered:
        """The source as its reader sees it."""

    def write(self, rendered: Rendered, place: Place, exact: str, replacement: str) -> Edit | Unwritable:
        """The edit by which a reader's plain `replacement` is read where `place` is read now, and nothing else changes.

        `exact` is the quote as the reader's page showed it.
        """

    def source_edit(self, rendered: Rendered, place: Place, source: str) -> Edit:
        """The edit that puts an editor's own source where `place` is read now.

        Raises `ValueError` where there is no one place in the source for it.
        """

    def with_line_ends(self, source: str, replaced: str) -> str:
        """An editor's own source, typed with LF, with the line ends of the source that it replaces."""

    def is_code(self, rendered: Rendered, place: Place) -> bool:
        """Is the place in a block in which a line end is a line, not a blank?"""

    def is_in_headline(self, source: str, edit: Edit) -> bool:
        """Does an edit begin in the headline with which the source begins?"""

    def paragraph_bounds(self, source: str, start: int, end: int) -> tuple[int, int]:
        """Start and end of the paragraphs of the source that `start` to `end` lies in."""

    def words_in_place(self, source: str) -> str:
        """What of the source says something, each character where it is there; anything else is blank."""

    def title_of(self, source: str, limit: int) -> str:
        """The article's first heading, else its first words, in at most `limit` code points."""

    def section_starts(self, source: str) -> list[int]:
        """Where the source can be divided: each section, from one start to the next, is read alone as in the whole.

        The first start is 0; it is the only one where the source cannot be divided.
        """

    def escape(self, text: str) -> str:
        """Plain text on one line as source that is read as it is."""
