"""The blocks in a post's content that show the notices of its article: found, taken off, put in.

A block is a group of the block editor, `<!-- wp:group {"className":"corrections-notices"} -->`, or in a classic post a
`<div class="corrections-notices" data-corrections-skip>`. It is no part of the article's text.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corrections.text.comparison.patch import difference

CLASS = "corrections-notices"  # the widget (widget/src/furniture.js) passes over what has it
_BLANK_LINE = "\n\n"  # what the block editor has between two blocks
_BLANK_LINES = ("\r\n\r\n", _BLANK_LINE)
_GROUP = re.compile(
    r"<!--\s+(?P<end>/)?wp:(?:core/)?group(?:\s+(?P<attributes>\{(?:(?!-->).)*\}))?\s+(?P<void>/)?-->", re.DOTALL
)
_DIV = re.compile(r"<(?P<end>/)?div\b(?P<attributes>[^>]*)>(?P<void>)", re.IGNORECASE)
_CLASSES = re.compile(r"\bclass\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_HTML_BLOCK = re.compile(r"<!--\s+wp:html\s+-->\s*\Z"), re.compile(r"\s*<!--\s+/wp:html\s+-->")
_BREAK = re.compile(r"</?(?:p|div|br|h[1-6]|ul|ol|li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class NoticeBlock:
    """A block as it is in a post: it was at `at` (code points) of the content without it, between the line breaks
    `lead` and `trail`, which come and go with it."""

    markup: str
    at: int
    lead: str = ""
    trail: str = ""

    @property
    def words(self) -> str:
        """What readers read in it, on one line."""
        return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", self.markup))).split())


def split(content: str) -> tuple[str, tuple[NoticeBlock, ...]]:
    """The article's own source in a post's content, byte for byte, and the blocks that were in it."""
    blocks: list[NoticeBlock] = []
    while CLASS in content and (span := _find(content)) is not None:
        start, end = span
        lead = next((blank for blank in _BLANK_LINES if content.endswith(blank, 0, start)), "")
        trail = "" if lead else next((blank for blank in _BLANK_LINES if content.startswith(blank, end)), "")
        blocks.append(NoticeBlock(content[start:end], start - len(lead), lead, trail))
        content = content[: start - len(lead)] + content[end + len(trail) :]
    return content, tuple(blocks)


def join(source: str, blocks: Sequence[NoticeBlock]) -> str:
    """The content of which `split` makes these."""
    for block in reversed(blocks):
        source = f"{source[: block.at]}{block.lead}{block.markup}{block.trail}{source[block.at :]}"
    return source


def block_words(content: str) -> str:
    """What readers read in the blocks of a content."""
    return " ".join(block.words for block in split(content)[1])


def at_foot(source: str, markup: str) -> NoticeBlock:
    """A new block at the end of a source."""
    return NoticeBlock(markup, len(source), lead=_BLANK_LINE)


def at_head(markup: str) -> NoticeBlock:
    """A new block at the beginning of a source."""
    return NoticeBlock(markup, 0, trail=_BLANK_LINE)


def moved(blocks: Sequence[NoticeBlock], before: str, after: str) -> tuple[NoticeBlock, ...]:
    """The blocks of the source `before` where they are in the source `after`."""
    if before == after:
        return tuple(blocks)
    patch = difference(before, after)
    moved_blocks = []
    for block in blocks:
        at = len(after)
        if block.at < len(before) and not any(change.edit.start < block.at < change.edit.end for change in patch):
            at = block.at + sum(change.growth for change in patch if change.edit.start < block.at)
        moved_blocks.append(NoticeBlock(block.markup, at, block.lead, block.trail))
    return tuple(moved_blocks)


def is_block_source(source: str) -> bool:
    """Whether a post is written in the block editor, rather than the classic one."""
    return "<!-- wp:" in source


def as_markup(paragraphs: Sequence[str], in_blocks: bool) -> str:
    """Paragraphs, in HTML, as a block for the block editor or for a classic post; empty where there are none."""
    if not paragraphs:
        return ""
    if in_blocks:
        inner = "\n\n".join(f"<!-- wp:paragraph -->\n<p>{words}</p>\n<!-- /wp:paragraph -->" for words in paragraphs)
        group = f'<div class="wp-block-group {CLASS}">{inner}</div>'
        return f'<!-- wp:group {{"className":"{CLASS}"}} -->\n{group}\n<!-- /wp:group -->'
    inner = "\n".join(f"<p>{words}</p>" for words in paragraphs)
    return f'<div class="{CLASS}" data-corrections-skip>\n{inner}\n</div>'


def _find(content: str) -> tuple[int, int] | None:
    """Where the first block begins and ends."""
    for pattern, is_ours in ((_GROUP, _is_group), (_DIV, _is_div)):
        if spans := [span for span, attributes in _elements(pattern, content) if is_ours(attributes)]:
            return _with_html_block(content, *min(spans))
    return None


def _elements(pattern: re.Pattern[str], content: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Where elements begin and end, and their attributes; those that are never closed are none."""
    opened: list[re.Match[str]] = []
    for delimiter in pattern.finditer(content):
        if not delimiter["end"]:
            opened += [] if delimiter["void"] else [delimiter]
        elif opened:
            opening = opened.pop()
            yield (opening.start(), delimiter.end()), opening["attributes"] or ""


def _is_group(attributes: str) -> bool:
    try:
        values = json.loads(attributes or "{}")
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and CLASS in str(values.get("className", "")).split()


def _is_div(attributes: str) -> bool:
    classes = _CLASSES.search(attributes)
    return "data-corrections-skip" in attributes and classes is not None and CLASS in classes[1].split()


def _with_html_block(content: str, start: int, end: int) -> tuple[int, int]:
    """The block with the HTML block that the block editor has made around it, when it took over a classic post."""
    opening, closing = _HTML_BLOCK[0].search(content, max(0, start - 100), start), _HTML_BLOCK[1].match(content, end)
    return (opening.start(), closing.end()) if opening and closing else (start, end)
