"""A title for an article that came without one: its first heading, else its first words, as a reader sees them."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

import regex
from markdown_it.token import Token

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.words import tokens as words_of
from corrections.text.control_characters import BYTE_ORDER_MARK
from corrections.text.formats import raw_html
from corrections.text.formats.markdown.render import as_parsed, parse

UNTITLED = "Untitled"
ELLIPSIS = "…"
SHORTEST_SENTENCE = 20  # characters; what ends before is likelier an abbreviation than a sentence
_SENTENCE_END = regex.compile(
    r"""(?<![\s.(]\p{L})(?<!\b\p{Lu}\p{Ll}{1,2})  # an initial, or Dr., Mr., St.
    (?:[.!?…؟۔]+[\p{Pe}\p{Pf}"']*(?=\s+[\p{Lu}\p{Lt}\p{Lo}\p{N}\p{Pi}\p{Ps}"'¿¡—–-])|[。！？]+[\p{Pe}\p{Pf}]*)""",
    regex.VERBOSE,
)
_FIRST_LINE = regex.compile(r"[^\r\n]*")
_HEADING = regex.compile(r"<(/?)h[1-6](?=[\s/>])", regex.IGNORECASE)
_BREAK = regex.compile(r"<br(?=[\s/>])", regex.IGNORECASE)
_INLINE_TAG = regex.compile(rf"</?(?:{'|'.join(sorted(raw_html.INLINE - {'br'}))})(?=[\s/>])", regex.IGNORECASE)


def title_of(source: str, limit: int) -> str:
    """The rendered text of the first heading of a Markdown source; without one, of its first paragraph.

    Headings inside quotations, lists and code are none of the article's. An image gives its alternative text where
    there is nothing else. At most `limit` code points: cut after a sentence, else after a word, with an ellipsis.
    """
    blocks = parse(as_parsed(source)[0])
    for candidates in (_headings(blocks), _texts(blocks), _code(blocks), _alternatives(blocks)):
        for candidate in candidates:
            if title := " ".join(candidate.split()):
                return cut(title, limit)
    return UNTITLED


def is_in_headline(source: str, edit: Edit) -> bool:
    """Whether an edit begins in the headline of the Markdown `source`."""
    is_heading = source.removeprefix(BYTE_ORDER_MARK).startswith("#")
    return is_heading and edit.start < _FIRST_LINE.match(source).end()  # type: ignore[union-attr]


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` code points: whole sentences where one fits, else whole words and an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit + 2)]
    sentences = [end for end in ends if SHORTEST_SENTENCE <= end <= limit]
    if sentences:
        return text[: sentences[-1]]
    borders = [end for end in accumulate(map(len, words_of(text[: limit + 1]))) if end < limit]
    words = text[: borders[-1]].rstrip() if borders else ""
    return (words or _graphemes(text, limit - 1)).rstrip(" ,;:–—-") + ELLIPSIS


def _graphemes(text: str, limit: int) -> str:
    """The beginning of one word that is longer than `limit`, no character torn apart."""
    ends = [match.end() for match in regex.finditer(r"\X", text[: limit + 32]) if match.end() <= limit]
    return text[: ends[-1] if ends else limit]


def _headings(blocks: list[Token]) -> Iterator[str]:
    for at, token in enumerate(blocks):
        if token.type == "heading_open" and token.level == 0:
            yield _text(blocks[at + 1].children or [])
        elif token.type == "html_block" and token.level == 0:
            yield from _raw_headings(token.content)


def _texts(blocks: list[Token]) -> Iterator[str]:
    """What the blocks say, in their order; of raw HTML, line by line."""
    for token in blocks:
        if token.type == "inline":
            yield _text(token.children or [])
        elif token.type == "html_block":
            yield from _raw_text(token.content).split("\n")


def _code(blocks: list[Token]) -> Iterator[str]:
    for token in blocks:
        if token.type in ("fence", "code_block"):
            yield from token.content.split("\n")


def _alternatives(blocks: list[Token]) -> Iterator[str]:
    for token in blocks:
        for child in token.children or []:
            if child.type == "image":
                yield _text(child.children or [])


def _text(inline: Iterable[Token]) -> str:
    """The words of a line: footnote marks, images and tags are none."""
    parts = []
    for token in inline:
        if token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or _BREAK.match(token.content):
            parts.append(" ")
    return "".join(parts)


def _raw_headings(html: str) -> Iterator[str]:
    heading: list[str] | None = None
    for piece in raw_html.block_pieces(html):
        match = _HEADING.match(piece.text) if piece.spans is None else None
        if match is not None and match[1]:
            yield "".join(heading or [])
            heading = None
        elif match is not None:
            heading = []
        elif heading is not None and piece.spans is not None:
            heading.append(piece.text)


def _raw_text(html: str) -> str:
    """The text of raw HTML, a line for each block."""
    return "".join(
        piece.text if piece.spans is not None else "" if _INLINE_TAG.match(piece.text) else "\n"
        for piece in raw_html.block_pieces(html)
    )
