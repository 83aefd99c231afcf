"""Blocks read from a rendering's safe HTML, without a word more or less than the rendering's text has."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape

from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from corrections.text.rendered_diff.blocks import (
    PLAIN,
    BlockKind,
    Formatting,
    Inset,
    RenderedBlock,
    Run,
    Style,
)
from corrections.text.text_cache import remember

# Tags as ammonia writes them: attributes are in double quotes, in which < and > may stand.
_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([^\s=>"]+)="([^"]*)"')
_STYLES = {
    **dict.fromkeys(("b", "strong"), Style.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Style.ITALIC),
    **dict.fromkeys(("code", "kbd", "samp"), Style.CODE),
    **dict.fromkeys(("s", "del"), Style.STRUCK),
    **dict.fromkeys(("u", "ins"), Style.UNDERLINED),
    "sup": Style.SUPERSCRIPT,
    "sub": Style.SUBSCRIPT,
    "small": Style.SMALL,
    "mark": Style.HIGHLIGHTED,
    "q": Style.QUOTED,
}
_INLINE = {*_STYLES, "a", "abbr", "span", "time", "wbr"}
_LISTS = {"ul": BlockKind.LIST_ITEM, "ol": BlockKind.NUMBERED_ITEM}
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    "pre": BlockKind.CODE,
    "table": BlockKind.CAPTION,  # words of a table outside its cells
    "figcaption": BlockKind.CAPTION,
    "th": BlockKind.TABLE_HEADING,
    "td": BlockKind.TABLE_CELL,
    "dt": BlockKind.TERM,
    "dd": BlockKind.DEFINITION,
    "summary": BlockKind.SUMMARY,
    "blockquote": BlockKind.QUOTATION,
}
_UNSEEN_BREAK = re.compile(r"[\n\t]")
_ORDER = list(Style)


@remember(64)
def blocks_of(source: str, format_name: str = "markdown") -> tuple[RenderedBlock, ...]:
    """The blocks of an article's source. Raises `UnknownFormat`."""
    return read_blocks(format_named(format_name).render(source))


def read_blocks(rendered: Rendered) -> tuple[RenderedBlock, ...]:
    """The blocks of a rendering; their texts together are its text."""
    html = rendered.html
    for is_fresh in (True, False):  # a <pre> may have lost its first line end when the HTML was sanitised
        reader = _Reader()
        reader.read(html, is_fresh)
        if "".join(reader.text) == rendered.text:
            return reader.finished()
    return tuple(_lines(rendered.text))  # HTML that another parser reads otherwise: the words alone, and all of them


def _lines(text: str) -> Iterator[RenderedBlock]:
    for line in text.splitlines(keepends=True):
        content = line.rstrip()
        yield RenderedBlock(BlockKind.PARAGRAPH, 0, content, content, gap=line[len(content) :])


class _Reader:
    """Collects blocks while it reads tags and text; `text` is all text so far, in pieces."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.blocks: list[RenderedBlock] = []
        self._waiting: partial[RenderedBlock] | None = None  # for the white space that follows it
        self._gap = ""  # white space since then
        self._lead = ""  # and before the first
        self._length = 0
        self._start = 0  # of the block that is being read
        self._pieces: list[str] = []  # of its text
        self._open: list[str] = []  # block elements
        self._inline: list[tuple[str, Style | None, str]] = []  # name, style and link of inline elements
        self._formatting = PLAIN
        self._formattings: dict[tuple[tuple[str, Style | None, str], ...], Formatting] = {}
        self._runs: list[Run] = []
        self._insets: list[Inset] = []
        self._breaks: list[int] = []
        self._numbers: list[int] = []  # of the next item, of each open list
        self._is_first = False  # in its list, the item that is being read
        self._has_marker = False

    def read(self, html: str, is_fresh: bool) -> None:
        """Read all of a page's HTML; `is_fresh` where a line end after `<pre>` is not shown."""
        at = 0
        for tag in _TAG.finditer(html):
            if at < tag.start():
                self._words(html[at : tag.start()])
            at = tag.end()
            if tag["end"]:
                self._close(tag["name"])
            else:
                self._begin(tag["name"], tag["attributes"])
                if is_fresh and tag["name"] == "pre" and html.startswith("\n", at):
                    at += 1  # a browser does not show it
        self._words(html[at:])
        self._flush()

    def finished(self) -> tuple[RenderedBlock, ...]:
        """All blocks; the first begins where the text does, the last ends with it."""
        self._finish()
        if not self.blocks and self._gap:
            return (RenderedBlock(BlockKind.PARAGRAPH, 0, "", "", gap=self._gap),)
        if self.blocks and self._lead:
            self.blocks[0] = _led(self.blocks[0], self._lead)
        return tuple(self.blocks)

    def _finish(self) -> None:
        """Make the block that waits for its gap."""
        if self._waiting is not None:
            self.blocks.append(self._waiting(gap=self._gap))
            self._waiting, self._gap = None, ""

    def _words(self, html: str) -> None:
        words = unescape(html) if "&" in html else html
        if not words:
            return
        if self._formatting is not PLAIN and words.strip():
            start = self._length - self._start
            if self._runs and self._runs[-1][1:] == (start, self._formatting):
                self._runs[-1] = Run(self._runs[-1].start, start + len(words), self._formatting)
            else:
                self._runs.append(Run(start, start + len(words), self._formatting))
        while self._breaks and self._breaks[-1] == self._length and not words.startswith("\n"):
            self._breaks.pop()
            self._insets.append(Inset(self._length - self._start, is_image=False))
        self.text.append(words)
        self._pieces.append(words)
        self._length += len(words)

    def _begin(self, name: str, attributes: str) -> None:
        if name == "br":
            self._breaks.append(self._length)
        elif name == "img":
            image = _attributes(attributes)
            address, alternative = image.get("src", ""), image.get("alt", "")
            self._insets.append(Inset(self._length - self._start, address, alternative))
        elif name == "hr":
            self._flush()
            self._add(BlockKind.RULE, 0, "", "")
        elif name in _INLINE:
            link = _attributes(attributes).get("href", "") if name == "a" else ""
            self._inline.append((name, _STYLES.get(name), "" if link.startswith("#fn") else link))
            self._reformat()
        else:
            self._flush()
            self._open.append(name)
            self._begin_list(name, attributes)

    def _begin_list(self, name: str, attributes: str) -> None:
        if name in _LISTS:
            start = _attributes(attributes).get("start", "1") if name == "ol" else "1"
            self._numbers.append(int(start) if re.fullmatch(r"-?[0-9]{1,9}", start) else 1)
            self._is_first = True
        elif name == "li":
            self._has_marker = True

    def _close(self, name: str) -> None:
        if name in _INLINE:
            for at in range(len(self._inline) - 1, -1, -1):
                if self._inline[at][0] == name:
                    del self._inline[at]
                    break
            self._reformat()
            return
        self._flush()
        if name in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(name) :]
        if name in _LISTS and self._numbers:
            self._numbers.pop()
        elif name == "li" and self._numbers:
            self._numbers[-1] += 1
            self._is_first = False

    def _reformat(self) -> None:
        key = tuple(self._inline)
        if key not in self._formattings:
            styles = {style for _, style, _ in key if style}
            links = [link for _, _, link in key if link]
            made = Formatting(tuple(style for style in _ORDER if style in styles), links[-1] if links else "")
            self._formattings[key] = PLAIN if made == PLAIN else made
        self._formatting = self._formattings[key]

    def _flush(self) -> None:
        """End the block that is being read, if there is anything to see in it."""
        content = "".join(self._pieces)
        if content.strip() or self._insets:
            kind, level = self._kind()
            words = content.rstrip()
            self._add(kind, level, words, self._compared(words, kind))
            self._gap = content[len(words) :]
        else:
            self._gap += content
        self._pieces, self._runs, self._insets, self._breaks = [], [], [], []
        self._start = self._length

    def _compared(self, content: str, kind: BlockKind) -> str:
        if kind is BlockKind.CODE or ("\n" not in content and "\t" not in content):
            return content
        breaks = {at - self._start for at in self._breaks}
        return _UNSEEN_BREAK.sub(lambda found: found[0] if found.start() in breaks else " ", content)

    def _kind(self) -> tuple[BlockKind, int]:
        for at in range(len(self._open) - 1, -1, -1):
            name = self._open[at]
            if name == "li":
                lists = [outer for outer in self._open[:at] if outer in _LISTS]
                return (_LISTS[lists[-1]], len(lists)) if lists else (BlockKind.LIST_ITEM, 1)
            if kind := _KINDS.get(name):
                level = int(name[1]) if kind is BlockKind.HEADING else 0
                return kind, self._open.count(name) if kind is BlockKind.QUOTATION else level
        return BlockKind.PARAGRAPH, 0

    def _add(self, kind: BlockKind, level: int, content: str, compared: str) -> None:
        is_numbered = kind is BlockKind.NUMBERED_ITEM and bool(self._numbers)
        number = self._numbers[-1] if is_numbered else None
        length = len(content)
        self._finish()
        if not self.blocks:
            self._lead, self._gap = self._gap, ""
        self._waiting = partial(
            RenderedBlock,
            kind,
            level,
            content,
            compared,
            tuple(Run(run.start, min(run.end, length), run.formatting) for run in self._runs if run.start < length),
            tuple(inset._replace(at=min(inset.at, length)) for inset in self._insets),
            number if self._is_first and self._has_marker else None,
            number=number,
            has_marker=self._has_marker,
        )
        self._has_marker = False


def _led(block: RenderedBlock, lead: str) -> RenderedBlock:
    """The block with white space before its words, which the text begins with."""
    by = len(lead)
    return replace(
        block,
        content=lead + block.content,
        compared=" " * by + block.compared,
        runs=tuple(Run(run.start + by, run.end + by, run.formatting) for run in block.runs),
        insets=tuple(inset._replace(at=inset.at + by) for inset in block.insets),
    )


def _attributes(markup: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(markup)}
