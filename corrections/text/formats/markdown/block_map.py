"""markdown-it's block parser, made to note where in the document each leaf block's content comes from.

A leaf token (paragraph, heading, cell, code, raw HTML) carries `meta["origin"]`: for each character of its content
the offset in the document, or -1 for a character that was made up (a tab partly expanded).
"""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

_LEAVES = ("inline", "code_block", "fence", "html_block")
_Rule = Callable[[StateBlock, int, int, bool], bool]


class _MappedState(StateBlock):
    """Remembers the offsets of the lines it last gave out."""

    line_origin: list[int]

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:
        text = super().getLines(begin, end, indent, keepLastLF)
        self.line_origin = origin = []
        lines = text.split("\n")
        for line, content in zip(range(begin, end), lines, strict=False):
            stop = self.eMarks[line]
            first = stop - len(content.lstrip(" \t")) if content.strip(" \t") else stop
            blank = len(content) - (stop - first)
            origin += _indent_origin(self.src, first, blank)
            origin += range(first, stop + 1)
        del origin[len(text) :]
        return text


def _indent_origin(src: str, first: int, blank: int) -> list[int]:
    """Offsets of the white space before `first`: the source's own where it stands there, else -1."""
    offsets: list[int] = []
    for back in range(1, blank + 1):
        at = first - back
        offsets.append(at if at >= 0 and src[at] in " \t" and (not offsets or offsets[-1] >= 0) else -1)
    return offsets[::-1]


class MappedBlock(ParserBlock):
    """Drop-in for `MarkdownIt.block`."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:
        if not src:
            return None
        state = _MappedState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens


def note_origins(parser: MappedBlock) -> None:
    """Wrap the rules that make leaf blocks so that their tokens carry `meta["origin"]`."""
    for rule in parser.ruler.__rules__:
        if rule.name in ("paragraph", "lheading", "code", "fence", "html_block"):
            rule.fn = _with(rule.fn, _from_lines)
        elif rule.name == "heading":
            rule.fn = _with(rule.fn, _from_heading)
        elif rule.name == "table":
            rule.fn = _with(rule.fn, _from_table)
    parser.ruler.__cache__ = None


def _with(rule: _Rule, note: Callable[[_MappedState, int, list[Token]], None]) -> _Rule:
    def mapped(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if silent:
            return rule(state, start, end, silent)
        first_new = len(state.tokens)
        done = rule(state, start, end, silent)
        if done:
            assert isinstance(state, _MappedState)
            note(state, start, [token for token in state.tokens[first_new:] if token.type in _LEAVES])
        return done

    return mapped


def _from_lines(state: _MappedState, start: int, leaves: list[Token]) -> None:
    for token in leaves:
        origin = state.line_origin
        if token.type == "inline":  # stripped of white space at both ends
            while origin and (origin[0] < 0 or state.src[origin[0]].isspace()):
                if len(origin) <= len(token.content):
                    break
                origin = origin[1:]
        token.meta["origin"] = origin[: len(token.content)]


def _from_heading(state: _MappedState, start: int, leaves: list[Token]) -> None:
    at = state.bMarks[start] + state.tShift[start]
    while state.src[at : at + 1] == "#":
        at += 1
    for token in leaves:
        first = state.src.index(token.content, at) if token.content else at
        token.meta["origin"] = list(range(first, first + len(token.content)))


def _from_table(state: _MappedState, start: int, leaves: list[Token]) -> None:
    rows: dict[int, list[Token]] = {}
    for token in leaves:
        rows.setdefault((token.map or [start])[0], []).append(token)
    for line, tokens in rows.items():
        cells = _cells(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
        for token, cell in zip(tokens, cells, strict=False):
            token.meta["origin"] = cell[: len(token.content)]


def _cells(src: str, first: int, last: int) -> list[list[int]]:
    """Offsets of each cell's characters in one line of a table; the backslash of an escaped pipe is not among them."""
    cells: list[list[int]] = [[]]
    for at in range(first, last):
        if src[at] == "|" and src[at - 1 : at] == "\\" and at > first:
            cells[-1][-1:] = [at]
        elif src[at] == "|":
            cells.append([])
        else:
            cells[-1].append(at)
    stripped = [_strip(src, cell) for cell in cells]
    if stripped and not _text(src, cells[0]):
        stripped = stripped[1:]
    return stripped


def _text(src: str, cell: list[int]) -> str:
    return "".join(src[at] for at in cell).strip()


def _strip(src: str, cell: list[int]) -> list[int]:
    while cell and src[cell[0]].isspace():
        cell = cell[1:]
    while cell and src[cell[-1]].isspace():
        cell = cell[:-1]
    return cell
