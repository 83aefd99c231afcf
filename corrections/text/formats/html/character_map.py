"""Where in the source each character of a text of the tree is.

The parser tells where a text begins. From there the source is read along: characters, character references and line
ends. A text goes on behind markup where the parser drops a tag, or moves words out of a table (foster parenting):
there, the next words of the source that no other text begins with are compared with what is left of the text. What
cannot be told is `NO_ORIGIN` and cannot be selected.
"""

import re
from array import array
from typing import NamedTuple

from corrections.text.formats.html.markup import is_markup, markup_end, next_markup
from corrections.text.formats.html.references import reference_at
from corrections.text.formats.rendered import NO_ORIGIN

_STOP = re.compile(r"[&<\r\0]")
_WHITE = " \t\n\f\r"
SEARCHED = 4  # times the source's length that is searched for how texts go on, at most


class Places(NamedTuple):
    """Character i of a text is at `source[starts[i]:ends[i]]`; both are `NO_ORIGIN` where that is not known."""

    starts: "array[int]"
    ends: "array[int]"


class CharacterMap:
    """Places the texts of one source, whose texts begin at `origins`."""

    def __init__(self, source: str, origins: set[int]) -> None:
        self._source = source
        self._origins = origins
        self._left = SEARCHED * len(source) + 1000

    def places(self, text: str, origin: int, begins_pre: bool = False) -> Places:
        """Where a text that begins at `origin` is; `begins_pre`: right after the start tag of a `<pre>`."""
        places = Places(array("l"), array("l"))
        if origin >= 0:
            at = self._after_line_end(origin) if begins_pre else origin
            lead = len(text) - len(text.lstrip(_WHITE))
            if lead and self._source[at : at + 1] not in {*_WHITE, "&", "\0", ""}:
                _unknown(places, lead)  # white space that came out of a table with the words after it
            at = self._run(text, at, places)
            while len(places.starts) < len(text) and self._is_markup(at):
                at = self._continued(text, at, places)
        _unknown(places, len(text) - len(places.starts))
        return places

    def _run(self, text: str, at: int, places: Places, before: int = 0) -> int:
        """Place what is in the source without markup between, and return where that ends.

        `before` characters of the text are not in `places`.
        """
        source = self._source
        while (done := before + len(places.starts)) < len(text) and at < len(source):
            stop = _STOP.search(source, at)
            size = min((stop.start() if stop else len(source)) - at, len(text) - done)
            if size:
                size = _shared(source, at, text, done, size)
                if not size:
                    return at
                places.starts.extend(range(at, at + size))
                places.ends.extend(range(at + 1, at + size + 1))
                at += size
                continue
            read, end = self._unit(at)
            if read is None or not text.startswith(read, done):
                return at
            places.starts.extend([at] * len(read))
            places.ends.extend([end] * len(read))
            at = end
        return at

    def _unit(self, at: int) -> tuple[str | None, int]:
        """What the source's `&`, `<`, CR or NUL at a position is read as, and where that ends; None for markup."""
        char = self._source[at]
        if char == "&":
            reference = reference_at(self._source, at)
            return reference if reference is not None else ("&", at + 1)
        if char == "\r":
            return "\n", self._after_line_end(at)
        if char == "\0":
            return "", at + 1
        return (None, at) if self._is_markup(at) else ("<", at + 1)

    def _is_markup(self, at: int) -> bool:
        return self._source.startswith("<", at) and is_markup(self._source, at)

    def _after_line_end(self, at: int) -> int:
        if self._source.startswith("\r\n", at):
            return at + 2
        return at + 1 if self._source[at : at + 1] in ("\r", "\n") else at

    def _continued(self, text: str, at: int, places: Places) -> int:
        """Go over the markup at a position, and place the words after it if they are this text's."""
        end = markup_end(self._source, at)
        self._left -= end - at
        if self._left < 0 or end >= len(self._source):
            return len(self._source)
        stop = end
        if not self._is_markup(end):
            found = Places(array("l"), array("l"))
            if end not in self._origins:
                stop = self._run(text, end, found, len(places.starts))
                while self._source.startswith("\0", stop):
                    stop += 1
            if stop > end and (self._is_markup(stop) or stop >= len(self._source)):
                places.starts.extend(found.starts)
                places.ends.extend(found.ends)
            else:
                stop = next_markup(self._source, end)
            self._left -= stop - end
        return stop


def _unknown(places: Places, many: int) -> None:
    places.starts.extend([NO_ORIGIN] * many)
    places.ends.extend([NO_ORIGIN] * many)


def _shared(source: str, at: int, text: str, to: int, size: int) -> int:
    """How many of `size` characters at two positions are the same from there on."""
    if source[at : at + size] == text[to : to + size]:
        return size
    pairs = zip(source[at : at + size], text[to : to + size], strict=True)
    return next(number for number, (one, other) in enumerate(pairs) if one != other)
