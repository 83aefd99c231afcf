"""Words, and what changed between two runs of them: diff-match-patch over word tokens, with no time-out."""

from dataclasses import dataclass
from functools import lru_cache

import regex
from diff_match_patch import diff_match_patch

_BORDER = regex.compile(r"(?V1w)\b")
_FIRST_TOKEN = 0x100  # tokens are numbered as characters from here, past the surrogates


@dataclass(frozen=True)
class Hunk:
    """`old[start:end]` became `new[new_start:new_end]`, or is the same there (`same`)."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[str, ...]:
    """Words, and what stands between them, by Unicode word boundaries (UAX #29); together they are `text`."""
    return tuple(token for token in _BORDER.split(text) if token)


def changes(old: str, new: str, tidy: bool = True) -> list[Hunk]:
    """What became of `old`, hunk by hunk, in order and without gaps.

    `tidy` removes coincidental matches (semantic clean-up), for people to read; carrying a span wants them.
    """
    alphabet: dict[str, str] = {}
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    operations = engine.diff_main(encode(tokens(old), alphabet), encode(tokens(new), alphabet), False)
    if tidy:
        engine.diff_cleanupSemantic(operations)
    return _hunks(operations, {char: token for token, char in alphabet.items()})


def encode(units: tuple[str, ...] | list[str], alphabet: dict[str, str]) -> str:
    """One character a unit; equal units get equal characters, across calls that share `alphabet`."""
    out = []
    for unit in units:
        char = alphabet.get(unit)
        if char is None:
            number = _FIRST_TOKEN + len(alphabet)
            char = alphabet[unit] = chr(number if number < 0xD800 else number + 0x800)
        out.append(char)
    return "".join(out)


def _hunks(operations: list[tuple[int, str]], token_of: dict[str, str]) -> list[Hunk]:
    hunks: list[Hunk] = []
    old = new = 0
    for operation, coded in operations:
        length = sum(len(token_of[char]) for char in coded)
        gone, come = (length if operation <= 0 else 0), (length if operation >= 0 else 0)
        last = hunks[-1] if hunks else None
        if operation != 0 and last is not None and not last.same:
            hunks[-1] = Hunk(False, last.start, old + gone, last.new_start, new + come)
        else:
            hunks.append(Hunk(operation == 0, old, old + gone, new, new + come))
        old, new = old + gone, new + come
    return hunks
