"""Where a Markdown text can be divided, so that each section is read by itself as it is in the whole."""

from typing import Any

from markdown_it.token import Token

from corrections.text.formats.markdown.html_writer import unmapped_parser
from corrections.text.formats.markdown.render import as_parsed, line_starts

_PARSER = unmapped_parser()
_BEGINS_SECTION = ("paragraph_open", "heading_open")


def section_starts(source: str) -> list[int]:
    """Where sections begin, in code points: 0, and each paragraph or heading after a blank line that is in no block.

    0 alone where a section may need another one: where links or footnotes are defined.
    """
    clean, places = as_parsed(source)
    defined: dict[str, Any] = {}
    tokens: list[Token] = []
    _PARSER.block.parse(clean.replace("\r", "\n"), _PARSER, defined, tokens)
    if defined:
        return [0]
    lines = line_starts(clean)
    starts = [0]
    for token in tokens:
        if token.level == 0 and token.type in _BEGINS_SECTION and token.map and token.map[0]:
            before, start = lines[token.map[0] - 1], lines[token.map[0]]
            if not clean[before:start].strip(" \t\r\n"):
                starts.append(start if places is None else places[start])
    return starts
