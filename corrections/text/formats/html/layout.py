"""An HTML fragment as a browser lays it out: tags, and words with their white space collapsed.

White space is collapsed as CSS says (CSS Text 3, section 4.1): a run of it is one blank, also over the borders of
inline elements, and none at the border of a block; in `<pre>` it stays.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.common.utils import escapeHtml

from corrections.text.control_characters import UNSEEN
from corrections.text.formats.html.character_map import CharacterMap, Places
from corrections.text.formats.html.elements import BLOCKS, EMBEDS, PREFORMATTED, VOID
from corrections.text.formats.html.markup import markup_end
from corrections.text.formats.html.shortcodes import closed_names, shortcodes
from corrections.text.formats.html.tree import NOWHERE, Part, Span, Step, Tree

_RUN = re.compile(r"[ \t\n\r\f]+|[^ \t\n\r\f]+(?: [^ \t\n\r\f]+)*")  # one blank between words is shown as it is
_WHITE = frozenset(" \t\n\r\f")


@dataclass(eq=False)
class Words:
    """Text of one element that has no tag inside; character i of it is at `source[starts[i]:ends[i]]`."""

    part: Part
    text: str
    starts: "array[int]"
    ends: "array[int]"

    def drop_last(self) -> None:
        """Leave out the last character."""
        self.text = self.text[:-1]
        del self.starts[-1], self.ends[-1]


@dataclass(frozen=True, eq=False)
class Tag:
    """Markup: a start tag (`opens`), an end tag, or what is passed through as it is: a comment, embed or shortcode.

    `token` is how the source spells it, `span` where (`NOWHERE` for what the source leaves out). `part` is the element
    itself, or for what is passed through the one around it.
    """

    part: Part
    token: str
    span: Span
    opens: bool = False
    closes: bool = False

    @property
    def is_element(self) -> bool:
        return self.opens or self.closes

    @property
    def is_border(self) -> bool:
        """Does a line end here?"""
        return self.is_element and (self.part.name in BLOCKS or self.part.name == "br")


Item = Words | Tag


def layout(source: str) -> list[Item]:
    """The whole source: its markup, and between it the words that a reader sees."""
    return list(_Layout(source).items())


class _Layout:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tree = Tree(source)
        self._map = CharacterMap(self._tree.source, self._tree.text_origins)
        self._closed = closed_names(source)
        self._at_border = True
        self._blank: Words | None = None  # those that end with a blank, and nothing comes after it yet
        self._preformatted = 0

    def items(self) -> Iterator[Item]:
        for step in self._tree.walk(EMBEDS):
            match step.kind:
                case "text":
                    yield from self._text(step)
                case "comment":
                    yield self._comment(step)
                case "open":
                    yield self._start(step.part)
                case "close" if step.part.name not in EMBEDS | VOID:
                    if step.part.name in PREFORMATTED:
                        self._preformatted -= 1
                    if step.part.name in BLOCKS:
                        self._border()
                    yield Tag(step.part, f"</{step.part.name}>", step.part.end_tag, closes=True)
        self._border()

    def _start(self, part: Part) -> Tag:
        start, end = part.start_tag
        if part.name in EMBEDS and part.start >= 0:
            if part.end_tag == NOWHERE:  # the parser does not tell where a form is closed
                closing = re.compile(rf"\s*</{re.escape(part.name)}\s*>", re.IGNORECASE).match(self._source, part.end)
                part.hold(closing.end() if closing else -1)
            return Tag(part, self._source[start : part.end], (start, part.end))
        if part.name in BLOCKS or part.name == "br":
            self._border()
        elif part.name == "img":
            self._at_border, self._blank = False, None
        if part.name in PREFORMATTED:
            self._preformatted += 1
        token = self._source[start:end] if part.start >= 0 else f"<{part.name}>"
        return Tag(part, token, part.start_tag, opens=True)

    def _comment(self, step: Step) -> Tag:
        at = step.origin
        if at < 0:
            return Tag(step.part, "<!---->", NOWHERE)
        end = markup_end(self._source, at)
        step.part.hold(end)
        return Tag(step.part, self._source[at:end], (at, end))

    def _text(self, step: Step) -> Iterator[Item]:
        part, text = step.part, step.data
        begins_pre = part.name in PREFORMATTED and step.origin == part.start_tag[1]
        places = self._map.places(text, step.origin, begins_pre)
        part.hold(max(places.ends, default=-1))
        if not UNSEEN.isdisjoint(text):
            text, places = _seen(text, places)
        at = 0
        for code in shortcodes(self._without_escaped_brackets(text, places), self._closed):
            start, end = places.starts[code.start], places.ends[code.end - 1]
            if start < 0 or self._source[start:end] != text[code.start : code.end]:
                continue  # spelt with references: words
            yield self._words(part, text, places, at, code.start)
            yield Tag(part, text[code.start : code.end], (start, end))
            at = code.end
        yield self._words(part, text, places, at, len(text))

    def _without_escaped_brackets(self, text: str, places: Places) -> str:
        """The text with NUL for each bracket spelt as a reference: to a content management system it is no bracket."""
        if "[" not in text or "&" not in self._source:
            return text
        return "".join(
            "\0" if char in "[]" and places.starts[at] >= 0 and self._source[places.starts[at]] == "&" else char
            for at, char in enumerate(text)
        )

    def _words(self, part: Part, text: str, places: Places, start: int, end: int) -> Words:
        words = Words(part, "", array("l"), array("l"))
        if self._preformatted:
            words.text, words.starts, words.ends = text[start:end], places.starts[start:end], places.ends[start:end]
            self._at_border, self._blank = words.text.endswith("\n"), None
        else:
            self._collapse(words, text, places, start, end)
        return words

    def _collapse(self, words: Words, text: str, places: Places, start: int, end: int) -> None:
        pieces = []
        for run in _RUN.finditer(text, start, end):
            first, last = run.span()
            if run[0][0] not in _WHITE:
                pieces.append(run[0])
                words.starts.extend(places.starts[first:last])
                words.ends.extend(places.ends[first:last])
                self._at_border, self._blank = False, None
            elif not self._at_border and self._blank is None:
                pieces.append(" ")
                begin, stop = places.starts[first], places.ends[last - 1]
                one = begin >= 0 and stop - begin >= last - first and "<" not in self._source[begin:stop]
                words.starts.append(begin if one else places.starts[first])
                words.ends.append(stop if one else places.ends[first])
                self._blank = words
        words.text = "".join(pieces)

    def _border(self) -> None:
        """A line ends: the blank before is not shown, nor one after."""
        if self._blank is not None:
            self._blank.drop_last()
        self._at_border, self._blank = True, None


def _seen(text: str, places: Places) -> tuple[str, Places]:
    """A text without control characters that references name: no reader is shown any."""
    kept = [at for at, char in enumerate(text) if char not in UNSEEN]
    starts, ends = (array("l", (side[at] for at in kept)) for side in places)
    return "".join(text[at] for at in kept), Places(starts, ends)


def start_html(part: Part) -> str:
    """A start tag as it is given to the sanitiser."""
    attributes = "".join(
        f' {name}="{escapeHtml(value or "")}"' for name, value in part.attributes.items() if _PLAIN_NAME.fullmatch(name)
    )
    return f"<{part.name}{attributes}>"


_PLAIN_NAME = re.compile(r"[A-Za-z][\w:.-]*")
