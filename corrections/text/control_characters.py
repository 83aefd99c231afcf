"""Control characters and noncharacters: an article's source may hold them, and no reader is shown any.

Old archives are full of them (a backspace, a C1 control where a quotation mark was once decoded wrongly). They stay
in the source. Before it is rendered they are taken out, so that neither HTML, feeds nor the text that quotes are
looked for in hold one; those that Unicode counts as white space (U+000B, U+000C, U+0085) become a space, so that no
two words run together. NUL and lone surrogates are no text at all: see `unstorable`.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass

BYTE_ORDER_MARK = "\ufeff"
_WHITE = "\x0b\x0c\x85"
_C0 = [code for code in range(0x01, 0x20) if chr(code) not in "\t\n\r"]
_DELETE_AND_C1 = range(0x7F, 0xA0)
_NONCHARACTERS = [*range(0xFDD0, 0xFDF0), *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))]
UNSEEN = frozenset(map(chr, (*_C0, *_DELETE_AND_C1, *_NONCHARACTERS))) - set(_WHITE)
_AS_SHOWN = {**dict.fromkeys(map(ord, UNSEEN)), **dict.fromkeys(map(ord, _WHITE), " ")}
_ANY = re.compile("[" + "".join(map(re.escape, sorted(UNSEEN | set(_WHITE)))) + "]")
_UNUSUAL = re.compile("[^\t\n\r -~\xa0-\ufdcf\ufdf0-\ufffd]")  # finds what may be one; five ranges are fast to try
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NONCHARACTER = re.compile("[" + "".join(map(chr, _NONCHARACTERS)) + "]")
_PICTURES = {**{code: 0x2400 + code for code in _C0}, 0x7F: 0x2421}  # U+2408 SYMBOL FOR BACKSPACE and its like
_AS_PICTURES = {**dict.fromkeys(map(ord, UNSEEN | set(_WHITE)), 0xFFFD), **_PICTURES}
_NAMES = {
    "\0": "NUL",
    "\x07": "bell",
    "\x08": "backspace",
    "\x0b": "line tabulation",
    "\x0c": "form feed",
    "\x1a": "substitute",
    "\x1b": "escape",
    "\x7f": "delete",
    "\x85": "next line",
}


@dataclass(frozen=True)
class Occurrences:
    """One control character or noncharacter of a text: how often it is there, and the line of each of the first."""

    char: str
    count: int
    lines: tuple[int, ...]

    @property
    def name(self) -> str:
        """`U+0008 (backspace)`."""
        return code_point(self.char)


def occurrences(text: str, most_lines: int = 5) -> list[Occurrences]:
    """What `text` holds that is not shown as it stands, by code point."""
    lines: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    line, at = 1, 0
    for match in _ANY.finditer(text):
        char = match[0]
        line += text.count("\n", at, match.start())
        at = match.start()
        counts[char] = counts.get(char, 0) + 1
        first_lines = lines.setdefault(char, [])
        if len(first_lines) < most_lines and line not in first_lines:
            first_lines.append(line)
    return [Occurrences(char, counts[char], tuple(lines[char])) for char in sorted(counts)]


def control_remark(control: Occurrences) -> str:
    """A sentence about one of them, for the person who sent the text."""
    kind = "control character" if unicodedata.category(control.char) == "Cc" else "noncharacter"
    times = "once" if control.count == 1 else f"{control.count:,} times"
    lines = ", ".join(map(str, control.lines)) + (", …" if control.count > len(control.lines) else "")
    return f"the {kind} {control.name} is in the text {times} (line {lines}); it is kept, but not shown to readers"


def shown(source: str) -> tuple[str, "array[int] | None"]:
    """`source` as it is rendered, and where in `source` each of its characters stands, with one more for the end.

    A byte order mark is left out too. The places are None where each character stands at its own.
    """
    if source.startswith(BYTE_ORDER_MARK):
        clean, places = shown(source[1:])
        return clean, array("l", (at + 1 for at in (range(len(clean) + 1) if places is None else places)))
    if not _has_any(source):
        return source, None
    if len(clean := source.translate(_AS_SHOWN)) == len(source):
        return clean, None
    places = array("l", (at for at, char in enumerate(source) if char not in UNSEEN))
    places.append(len(source))
    return clean, places


def _has_any(text: str) -> bool:
    unusual = _UNUSUAL.search(text)
    return unusual is not None and _ANY.search(text, unusual.start()) is not None


def without(text: str) -> str:
    """`text` as it is shown."""
    return text.translate(_AS_SHOWN) if _has_any(text) else text


def noncharacter(text: str) -> str | None:
    """The first code point in `text` that Unicode reserves for a program's own use, such as U+FFFF."""
    match = _NONCHARACTER.search(text)
    return match[0] if match else None


def interchangeable(text: str) -> str:
    """`text` as any other program can read it, whatever is stored: for mail, CSV and JSON.

    Control characters and noncharacters are left out as on a page; NUL and half a character become U+FFFD.
    """
    return _UNSTORABLE.sub("\ufffd", without(text))


def as_pictures(text: str) -> str:
    """`text` with a sign for each control character, where a person compares sources."""
    return text.translate(_AS_PICTURES) if _has_any(text) else text


@dataclass(frozen=True)
class Unstorable:
    """A character that no article can hold, with its line and column, counted from 1."""

    char: str
    line: int
    column: int

    @property
    def name(self) -> str:
        return code_point(self.char)


def unstorable(text: str) -> Unstorable | None:
    """The first NUL or half of a surrogate pair in `text`."""
    match = _UNSTORABLE.search(text)
    if match is None:
        return None
    line_start = text.rfind("\n", 0, match.start()) + 1
    return Unstorable(match[0], text.count("\n", 0, match.start()) + 1, match.start() - line_start + 1)


def code_point(char: str) -> str:
    """`U+0008 (backspace)`: a character that cannot be printed, for a person."""
    name = _NAMES.get(char) or ("half a character" if unicodedata.category(char) == "Cs" else "")
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")
