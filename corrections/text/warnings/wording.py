"""Quotations, links, negations and additions that an editor should look at twice."""

from collections.abc import Iterator
from dataclasses import replace

import regex

from corrections.text.anchoring import vocabulary
from corrections.text.warnings.change import Change, Item, Side, Warning, arrow, warn_of_changes

_ADDRESS = regex.compile(
    r"\]\(\s*<?([^)\s>]*)|^\s{0,3}\[[^\]]+\]:\s*(\S+)|<((?:https?|mailto):[^>\s]*)>", regex.MULTILINE
)
_QUOTED = regex.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")
_MARKS = '“”„"«»'
LONGER = 3  # times as long as the quote, and
LONGER_BY = 200  # this many characters more: a replacement that says something new


def quotations(change: Change) -> Iterator[Warning]:
    removed, added = change.difference(_quoted(change, "old"), _quoted(change, "new"))
    marks = tuple(item.mark for item in removed + added)
    if removed and added:
        yield Warning("quotation", "Changes words inside quotation marks.", added[0].text, marks)
    elif removed or added:
        yield Warning("quotation", "Adds or removes quotation marks or a quotation.", (added or removed)[0].text, marks)


def _quoted(change: Change, side: Side) -> list[Item]:
    """What stands in quotation marks; other marks around the same words are the same quotation."""
    return [replace(item, key=item.text.strip(_MARKS)) for item in change.items(side, _QUOTED)]


def links(change: Change) -> Iterator[Warning]:
    old, new = change.items("old", _ADDRESS), change.items("new", _ADDRESS)
    yield from warn_of_changes(change, "link", "Changes the target of a link", old, new)


def negations(change: Change) -> Iterator[Warning]:
    pattern = vocabulary.negation_pattern(change.language)
    removed, added = change.difference(change.items("old", pattern), change.items("new", pattern))
    if len(removed) != len(added):
        what = "Adds a negation" if len(added) > len(removed) else "Removes a negation"
        yield Warning(
            "negation",
            f"{what}: {arrow(removed, added)}.",
            ", ".join(item.text for item in added or removed),
            tuple(item.mark for item in removed + added),
        )


def length(change: Change) -> Iterator[Warning]:
    removed_length = sum(hunk.end - hunk.start for hunk in change.hunks)
    added_length = sum(hunk.new_end - hunk.new_start for hunk in change.hunks)
    if added_length > removed_length * LONGER and added_length - removed_length > LONGER_BY:
        marks = tuple(mark for mark in change.all_marks if mark.side == "new")
        yield Warning("longer", "Much longer than the text it replaces.", "", marks)
