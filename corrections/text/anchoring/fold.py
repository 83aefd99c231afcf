"""Text as people call it the same: white space, quotation marks, dashes, ligatures, accents composed or not."""

import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from corrections.text.control_characters import UNSEEN
from corrections.text.text_cache import remember

_QUOTES = {**dict.fromkeys("‘’‚‛′`´‹›ʼʻʹ׳", "'"), **dict.fromkeys("“”„‟«»″˝ʺ״", '"')}
_DASHES = dict.fromkeys("‐‑‒–—―−⸺⸻־֊", "-")
_FORMAT = "\u00ad\u0640\u200b\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = dict.fromkeys((*_FORMAT, *UNSEEN), "")
_TABLE = {**_QUOTES, **_DASHES, **_UNSEEN, "…": "...", "×": "x", "⁄": "/"}
_PLAIN = re.compile(r"[!-_a-~]+")  # ASCII but white space and the grave accent: stands for itself
_PLAIN_WORDS = re.compile(r"[!-_a-~]+(?: [!-_a-~]+)*")

_DASHES_TYPED = re.compile(r"-+")


@dataclass(frozen=True)
class Folded:
    """`text` is folded; its character k comes from character `index[k]` of the original (one more entry at the end)."""

    text: str
    index: "array[int]"

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The original's span of a span of the folded text; None where a border falls inside one character."""
        if start > 0 and self.index[start - 1] == self.index[start]:
            return None
        if end > start and end < len(self.text) and self.index[end - 1] == self.index[end]:
            return None
        return self.around(start, end)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of a span of the folded text, with all of the characters that it cuts."""
        if end <= start:
            return self.index[start], self.index[start]
        return self.index[start], self.index[end - 1] + 1

    def position(self, original: int) -> int:
        """Where the original's position `original` stands in the folded text."""
        return bisect_left(self.index, original, 0, len(self.text))


@remember(32)
def in_lines(text: str) -> str:
    """`text` with line ends as everything here has them: LF. A form's are CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_end(text: str) -> str:
    """How lines end in a text: CR LF, CR or LF, by its first line."""
    at = text.find("\r")
    if at < 0 or 0 <= text.find("\n") < at:
        return "\n"
    return "\r\n" if text.startswith("\r\n", at) else "\r"


@remember(16)
def fold(text: str, spaces: bool = True) -> Folded:
    """Fold `text`; runs of white space become one space, or nothing where `spaces` is false."""
    out: list[str] = []
    index = array("l")
    at = 0
    stretch = _PLAIN_WORDS if spaces else _PLAIN
    while at < len(text):
        plain = stretch.match(text, at)
        if plain:
            out.append(plain[0])
            index.extend(range(at, plain.end()))
            at = plain.end()
            continue
        char = text[at]
        folded = _fold_char(char)
        if folded and char.isspace():
            folded = " " if spaces and (not out or not out[-1].endswith(" ")) else ""
        elif folded != char and folded[0:1].isdigit() and text[at - 1 : at].isdigit() and not char.isdecimal():
            folded = char  # 5½ is not 51/2
        if folded:
            out.append(folded)
            index.extend([at] * len(folded))
        at += 1
    index.append(len(text))
    return Folded("".join(out), index)


def skeleton(text: str) -> str:
    """`text` without white space, and as if all of its typography were a typewriter's."""
    return _DASHES_TYPED.sub("-", fold(text, spaces=False).text).replace("''", '"')


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _TABLE:
        return _TABLE[char]
    return "".join(_TABLE.get(part, part) for part in unicodedata.normalize("NFKD", char))
