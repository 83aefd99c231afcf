"""Do two texts have the same words? What an import changed on the way."""

import unicodedata
from dataclasses import dataclass

from corrections.text import control_characters
from corrections.text.comparison.words import changes

_CONTEXT = 30  # characters before a difference, to find its place by


@dataclass(frozen=True)
class Difference:
    """`before` became `after`; `context` is what stands before them."""

    context: str
    before: str
    after: str

    def __str__(self) -> str:
        place = f"after “…{self.context}”" if self.context else "at the beginning"
        if not self.after:
            return f"{place} “{self.before}” is missing"
        if not self.before:
            return f"{place} “{self.after}” was added"
        return f"{place} “{self.before}” became “{self.after}”"


def words(text: str) -> list[str]:
    """The words as they are compared: white space and control characters do not count."""
    return control_characters.without(unicodedata.normalize("NFC", text)).split()


def differences(before: str, after: str) -> list[Difference]:
    """Where the words differ, in order; empty where they are the same."""
    old, new = " ".join(words(before)), " ".join(words(after))
    if old == new:
        return []
    return [
        Difference(
            old[max(0, hunk.start - _CONTEXT) : hunk.start].strip(),
            old[hunk.start : hunk.end].strip(),
            new[hunk.new_start : hunk.new_end].strip(),
        )
        for hunk in changes(old, new)
        if not hunk.same
    ]
