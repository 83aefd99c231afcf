"""What an editor should not overlook in a change: signs that cannot be seen, figures, names, quotations, links."""

from collections.abc import Callable, Iterator

from corrections.text.paragraph_bounds import paragraph_bounds
from corrections.text.warnings.change import CODES, Change, Mark, Warning
from corrections.text.warnings.characters import invisible_characters, look_alikes
from corrections.text.warnings.names import names
from corrections.text.warnings.quantities import quantities
from corrections.text.warnings.wording import length, links, negations, quotations

__all__ = ("CODES", "Mark", "Warning", "warnings")

_CHECKS: tuple[Callable[[Change], Iterator[Warning]], ...] = (
    invisible_characters,
    look_alikes,
    quantities,
    names,
    quotations,
    links,
    negations,
    length,
)


def warnings(old: str, new: str, language: str = "en") -> list[Warning]:
    """What to look at twice when the Markdown `old` (a paragraph, or all of it) becomes `new`.

    `language` is the article's BCP 47 tag; it tells which words count, deny and name a day.
    """
    first, old_end, new_end = _changed_paragraphs(old, new)
    change = Change(old[first:old_end], new[first:new_end], first, language)
    return [change.in_whole_characters(warning) for check in _CHECKS for warning in check(change)]


def _changed_paragraphs(old: str, new: str) -> tuple[int, int, int]:
    """Where the paragraphs that differ begin, and where they end in the old text and in the new."""
    first = 0
    shorter = min(len(old), len(new))
    while first < shorter and old[first] == new[first]:
        first += 1
    last = 0
    while last < shorter - first and old[-1 - last] == new[-1 - last]:
        last += 1
    first, old_end = paragraph_bounds(old, first, len(old) - last)
    return first, old_end, len(new) - (len(old) - old_end)
