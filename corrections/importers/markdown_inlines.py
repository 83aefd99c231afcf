"""Runs of marked text as Markdown whose rendering has just these words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

from corrections.importers import raw_html
from corrections.importers.blocks import Break, Image, Inline, Mark, Text

HARD_BREAK = "\\\n"
_SIGNS = {"strong": "**", "em": "*", "s": "~~"}
_ESCAPED = re.compile(
    r"""[\\`*\[\]]          # always
    |(?<![^\W_])_|_(?![^\W_])  # but within a word, where it marks nothing
    |<(?![ 0-9])|&(?=\#?[0-9A-Za-z]+;)
    |~(?=~)|(?<=~)~|\A[~^]|[~!]\Z""",
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"""(?P<sign>\#(?=\#{0,5}(?:[ \t]|$)) | > | [-+](?=[ \t]|$) | [-=](?=[-=]*[ \t]*$) | ~(?=~~)
        | [|:-](?=[-:|\s]*$))
    |(?P<number>[0-9]{1,9})(?=[.)](?:[ \t]|$))""",
    re.VERBOSE,
)
_TITLE_ESCAPED = re.compile(r"[\\\"`<&]")
_STRIPPED = re.compile(r"\A[\s\ufeff]|\s\Z")


@dataclass
class _Sign:
    """The beginning or end of an emphasis: written as Markdown's sign, or as a tag if `tagged`."""

    mark: Mark
    opens: bool
    tagged: bool = False

    def __str__(self) -> str:
        if self.tagged:
            return raw_html.opening_tag(self.mark) if self.opens else raw_html.closing_tag(self.mark)
        return _SIGNS[self.mark.tag]


_Part = str | _Sign


def write_lines(inlines: tuple[Inline, ...]) -> list[str]:
    """A paragraph's lines."""
    lines = _write(inlines, HARD_BREAK).split("\n")
    return [_protected(_LINE_START.sub(_escaped_start, line, count=1) if _LINE_START.match(line) else line)
            for line in lines]  # fmt: skip


def write_line(inlines: tuple[Inline, ...]) -> str:
    """All in one line, for headings and cells."""
    return _protected(_write(inlines, "<br> "))


def escape(text: str) -> str:
    """Text of one run with what Markdown would take for markup escaped, wherever in a line it stands."""
    escaped = _ESCAPED.sub(r"\\\g<0>", text)
    return f"&#x{ord(text[0]):x};{escaped[1:]}" if text.startswith("\u0338") else escaped


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match['number']}\\" if match["number"] else f"\\{match['sign']}"


def _protected(line: str) -> str:
    """White space that Markdown would strip from the ends of a line as references."""
    return _STRIPPED.sub(lambda match: "&nbsp;" if match[0] == "\xa0" else f"&#x{ord(match[0]):x};", line)


def _write(inlines: tuple[Inline, ...], line_break: str) -> str:
    parts = list(_parts(inlines, 0, line_break))
    _choose_signs(parts)
    return "".join(map(str, parts))


def _parts(inlines: tuple[Inline, ...], depth: int, line_break: str) -> Iterator[_Part]:
    at = 0
    while at < len(inlines):
        if len(inlines[at].marks) <= depth:
            yield _leaf(inlines[at], line_break)
            at += 1
            continue
        mark, start = inlines[at].marks[depth], at
        while at < len(inlines) and inlines[at].marks[depth : depth + 1] == (mark,):
            at += 1
        yield from _marked(mark, inlines[start:at], depth + 1, line_break)


def _marked(mark: Mark, inlines: tuple[Inline, ...], depth: int, line_break: str) -> Iterator[_Part]:
    code = _code_span(mark, inlines, depth)
    if code:
        yield code
        return
    inner = _parts(inlines, depth, line_break)
    if mark.tag in _SIGNS:
        yield from (_Sign(mark, True), *inner, _Sign(mark, False))
    elif mark.tag == "a":
        yield from ("[", *inner, f"]({_destination(mark.address)}{_title(mark.title)})")
    else:
        yield from (raw_html.opening_tag(mark), *inner, raw_html.closing_tag(mark))


def _code_span(mark: Mark, inlines: tuple[Inline, ...], depth: int) -> str:
    if mark.tag != "code" or len(inlines) != 1:
        return ""
    run = inlines[0]
    plain = isinstance(run, Text) and len(run.marks) == depth and "`" not in run.text and run.text == run.text.strip()
    return f"`{run.text}`" if plain and isinstance(run, Text) and run.text else ""


def _leaf(run: Inline, line_break: str) -> str:
    match run:
        case Text():
            return escape(run.text)
        case Break(tag="br"):
            return line_break
        case Break():
            return "<wbr>"
        case Image():
            return f"![{escape(run.alternative)}]({_destination(run.address)}{_title(run.title)})"


def _destination(address: str) -> str:
    return re.sub(r"[()]|&(?=#?[0-9A-Za-z]+;)", r"\\\g<0>", address)


def _title(title: str) -> str:
    words = _TITLE_ESCAPED.sub(r"\\\g<0>", " ".join(raw_html.visible(title).split()))
    return f' "{words}"' if words else ""


def _choose_signs(parts: list[_Part]) -> None:
    """Tags instead of signs where CommonMark's rules on flanking would take a sign for text, or join two signs.

    CommonMark 0.31, section 6.2: what counts is the characters on both sides; signs and tags both are punctuation.
    """
    parts[:] = [part for part in parts if part != ""]
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, part in enumerate(parts):
        if isinstance(part, _Sign) and part.opens:
            opened.append(index)
        elif isinstance(part, _Sign):
            pairs.append((opened.pop(), index))
    for start, end in sorted(pairs):
        neighbours = [parts[at] for at in (start - 1, start + 1, end - 1, end + 1) if 0 <= at < len(parts)]
        tagged = (
            any(isinstance(part, _Sign) and not part.tagged for part in neighbours)
            or not _flanks(_before(parts, start), str(parts[start + 1])[0])
            or not _flanks(_after(parts, end), str(parts[end - 1])[-1])
        )
        for sign in (parts[start], parts[end]):
            assert isinstance(sign, _Sign)
            sign.tagged = tagged


def _before(parts: list[_Part], at: int) -> str:
    return str(parts[at - 1])[-1] if at else " "


def _after(parts: list[_Part], at: int) -> str:
    return str(parts[at + 1])[0] if at + 1 < len(parts) else " "


def _flanks(outside: str, inside: str) -> bool:
    """May a sign between the two open or close an emphasis on the side of `inside`?"""
    if inside.isspace() or isWhiteSpace(ord(inside)):
        return False
    return not _is_punctuation(inside) or isWhiteSpace(ord(outside)) or _is_punctuation(outside)


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)
