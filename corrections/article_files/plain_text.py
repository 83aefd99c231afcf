"""Plain text as Markdown that shows every character unchanged."""

import re

from corrections.services.errors import Invalid
from corrections.text.control_characters import UNSEEN, without
from corrections.text.formats.registry import format_named

_WHITE = " \t\x0b\x0c\x85"  # what a line is stripped of: at its beginning it would be markup
_MARKUP = re.compile(r"([\\`*_\[\]|]|<(?=[A-Za-z/!?])|&(?=#?[A-Za-z0-9]+;)|~(?=~)|(?<=~)~)")
_MARKUP_AT_START = re.compile(r"^(?:([#+\-=>~:])|([0-9]+)([.)]))")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


def markdown(text: str) -> str:
    """Markdown that renders as `text`, paragraphs separated by blank lines; white space at line ends is dropped.

    Only what would be markup is escaped where that does, else every punctuation mark. Raises `Invalid` where `text`
    would not be shown as it stands.
    """
    lines = [_stripped(line) for line in text.split("\n")]
    expected = [folded for part in _BLANK_LINES.split(without(text)) if (folded := _folded(part))]
    for escape in (_escaped, _escaped_entirely):
        source = _without_mark("\n".join(map(escape, lines)))
        if _rendered_paragraphs(source) == expected:
            return source
    raise Invalid(
        {"text": "The plain text cannot be imported without changing it. Import it as Markdown (a file ending in .md)."}
    )


def _without_mark(source: str) -> str:
    """A source that begins with a zero-width no-break space, which would be a byte order mark there, as a reference."""
    return f"&#xFEFF;{source[1:]}" if source.startswith("\ufeff") else source


def _stripped(line: str) -> str:
    """Without white space at its ends; control characters that nobody is shown stay."""
    if not without(line).strip():
        return "".join(char for char in line if char in UNSEEN)
    lead = next(at for at, char in enumerate(line) if char not in _WHITE and char not in UNSEEN)
    return "".join(char for char in line[:lead] if char in UNSEEN) + line[lead:].rstrip(_WHITE)


def _escaped(line: str) -> str:
    return _MARKUP_AT_START.sub(_escaped_start, _MARKUP.sub(r"\\\1", line))


def _escaped_start(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


def _escaped_entirely(line: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", line)


def _rendered_paragraphs(source: str) -> list[str]:
    rendered = format_named("markdown").render(source)
    parts = [_folded(rendered.text[block.text_start : block.text_end]) for block in rendered.blocks]
    return [part for part in parts if part]


def _folded(text: str) -> str:
    return " ".join(text.split())
