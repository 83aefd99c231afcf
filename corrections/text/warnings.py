"""What an editor should not overlook in a change: signs that cannot be seen, figures, names, quotations, links."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import regex
from confusable_homoglyphs import confusables

from corrections.text.anchoring import vocabulary
from corrections.text.anchoring.graphemes import widen
from corrections.text.comparison.words import Hunk, changes, tokens

_ADDRESS = regex.compile(
    r"\]\(\s*<?([^)\s>]*)|^\s{0,3}\[[^\]]+\]:\s*(\S+)|<((?:https?|mailto):[^>\s]*)>", regex.MULTILINE
)
_QUOTED = regex.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")
_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = set("\u200c\u200d\ufe0e\ufe0f")  # at home in emoji and in Indic and Arabic words
LONGER = 3  # times as long as the quote, and
LONGER_BY = 200  # this many characters more: a replacement that says something new

Side = Literal["old", "new"]


@dataclass(frozen=True)
class Mark:
    """What a warning is about: code points `start` to `end` of the old or the new text."""

    side: Side
    start: int
    end: int


@dataclass(frozen=True)
class Warning:
    """`code` is stable; `message` is for an editor; `words` are what it is about, `marks` where they stand."""

    code: str
    message: str
    words: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class _Item:
    """Something on one side that counts, such as a number."""

    text: str
    mark: Mark


def warnings(old: str, new: str, language: str = "en") -> list[Warning]:
    """What to look at twice when the Markdown `old` (a paragraph, or all of it) becomes `new`.

    `language` is the article's BCP 47 tag; it tells which words deny.
    """
    first, old_end, new_end = _concerned(old, new)
    change = _Change(old[first:old_end], new[first:new_end], first, language)
    return [change.in_whole_characters(warning) for check in _CHECKS for warning in check(change)]


def _concerned(old: str, new: str) -> tuple[int, int, int]:
    """Where the paragraphs that differ begin, and where they end in the old text and in the new."""
    first = 0
    shorter = min(len(old), len(new))
    while first < shorter and old[first] == new[first]:
        first += 1
    last = 0
    while last < shorter - first and old[-1 - last] == new[-1 - last]:
        last += 1
    first = max(0, old.rfind("\n\n", 0, first) + 2) if "\n\n" in old[:first] else 0
    border = old.find("\n\n", len(old) - last)
    last = 0 if border < 0 else len(old) - border
    return first, len(old) - last, len(new) - last


@dataclass(frozen=True)
class _Change:
    old: str
    new: str
    offset: int
    language: str

    @cached_property
    def hunks(self) -> list[Hunk]:
        return [hunk for hunk in changes(self.old, self.new) if not hunk.same]

    def items(self, side: Side, pattern: "regex.Pattern[str]", hidden: Iterable[_Item] = ()) -> list[_Item]:
        """What matches, but not inside `hidden`."""
        text = self.old if side == "old" else self.new
        taken = [(item.mark.start, item.mark.end) for item in hidden]
        found = []
        for match in pattern.finditer(text):
            group = next((number for number in range(1, len(match.groups()) + 1) if match[number] is not None), 0)
            item = self.item(side, match.start(group), match.end(group))
            if item.text and not any(first < item.mark.end and item.mark.start < last for first, last in taken):
                found.append(item)
        return found

    def item(self, side: Side, start: int, end: int) -> _Item:
        text = self.old if side == "old" else self.new
        return _Item(text[start:end].strip(), Mark(side, start + self.offset, end + self.offset))

    def difference(self, old: list[_Item], new: list[_Item]) -> tuple[list[_Item], list[_Item]]:
        """What went and what came, each with its number of times; of equals, those where the text changed."""
        before, after = Counter(item.text for item in old), Counter(item.text for item in new)
        return self._most_changed(old, before - after), self._most_changed(new, after - before)

    def _most_changed(self, items: list[_Item], wanted: Counter[str]) -> list[_Item]:
        found = []
        for item in sorted(items, key=lambda item: not self.is_changed(item.mark)):
            if wanted[item.text] > 0:
                wanted[item.text] -= 1
                found.append(item)
        return sorted(found, key=lambda item: item.mark.start)

    def is_changed(self, mark: Mark) -> bool:
        start, end = mark.start - self.offset, mark.end - self.offset
        if mark.side == "old":
            return any(hunk.start < end and start < hunk.end for hunk in self.hunks)
        return any(hunk.new_start < end and start < hunk.new_end for hunk in self.hunks)

    def in_whole_characters(self, warning: Warning) -> Warning:
        """The warning with marks that cut no grapheme cluster."""
        marks = []
        for mark in warning.marks:
            text = self.old if mark.side == "old" else self.new
            start, end = widen(text, mark.start - self.offset, mark.end - self.offset)
            marks.append(Mark(mark.side, start + self.offset, end + self.offset))
        return replace(warning, marks=tuple(dict.fromkeys(marks)))

    @property
    def all_marks(self) -> tuple[Mark, ...]:
        gone = [Mark("old", hunk.start + self.offset, hunk.end + self.offset) for hunk in self.hunks]
        come = [Mark("new", hunk.new_start + self.offset, hunk.new_end + self.offset) for hunk in self.hunks]
        return tuple(mark for mark in gone + come if mark.start < mark.end)


def _unseen(change: _Change) -> Iterator[Warning]:
    added = {char for char in set(change.new) if change.new.count(char) > change.old.count(char)}
    marks = {char for char in added if char in _DIRECTION}
    if marks:
        yield _about(change, "direction", "Adds characters that change the direction of the text.", marks)
    hidden = {
        char
        for char in added
        if char not in _DIRECTION | _JOINERS and unicodedata.category(char) in {"Cf", "Cc", "Co", "Cn"} and char != "\n"
    }
    if hidden:
        yield _about(change, "invisible", "Adds invisible characters.", hidden)
    if change.old != change.new and _visible(change.old) == _visible(change.new):
        yield Warning(
            "renders_alike", "Readers cannot see a difference between before and after.", "", change.all_marks
        )


def _about(change: _Change, code: str, message: str, chars: set[str]) -> Warning:
    pattern = regex.compile(f"[{''.join(map(regex.escape, sorted(chars)))}]")
    marks = [change.item("new", match.start(), match.end()).mark for match in pattern.finditer(change.new)]
    return Warning(code, message, ", ".join(map(_name, sorted(chars))), tuple(filter(change.is_changed, marks)))


def _look_alikes(change: _Change) -> Iterator[Warning]:
    before, after = set(tokens(change.old)), set(tokens(change.new))
    gone = {_skeleton(word): word for word in before - after}
    for word in sorted(word for word in after - before if word[:1].isalpha()):
        twin = gone.get(_skeleton(word))
        marks = tuple(_places(change, word))
        if len(_scripts(word)) > 1:
            yield Warning("look_alike", f"Mixes alphabets within a word: “{word}”.", word, marks)
        elif twin is not None and _scripts(twin) != _scripts(word):
            yield Warning(
                "look_alike", f"“{word}” looks like “{twin}” but uses characters of another alphabet.", word, marks
            )


def _places(change: _Change, word: str) -> Iterator[Mark]:
    at = 0
    for token in tokens(change.new):
        if token == word:
            yield change.item("new", at, at + len(token)).mark
        at += len(token)


def _figures(change: _Change) -> Iterator[Warning]:
    """Money, percentages and dates, and numbers that are neither."""
    seen: dict[Side, list[_Item]] = {"old": [], "new": []}
    for code, what, pattern in (
        ("money", "an amount of money", vocabulary.MONEY),
        ("percentage", "a percentage", vocabulary.PERCENTAGE),
        ("date", "a date, day or month", vocabulary.date_pattern()),
        ("number", "a number", vocabulary.NUMBER),
    ):
        old = change.items("old", pattern, seen["old"])
        new = change.items("new", pattern, seen["new"])
        yield from _changed(change, code, f"Changes {what}", old, new)
        seen["old"] += old
        seen["new"] += new


def _names_of_people(change: _Change) -> Iterator[Warning]:
    yield from _changed(
        change,
        "name",
        "Changes a capitalized name",
        list(_capitalised(change, "old")),
        list(_capitalised(change, "new")),
    )


def _quotations(change: _Change) -> Iterator[Warning]:
    gone, come = change.difference(change.items("old", _QUOTED), change.items("new", _QUOTED))
    marks = tuple(item.mark for item in gone + come)
    if gone and come:
        yield Warning("quotation", "Changes words inside quotation marks.", come[0].text, marks)
    elif gone or come:
        yield Warning("quotation", "Adds or removes quotation marks or a quotation.", (come or gone)[0].text, marks)


def _links(change: _Change) -> Iterator[Warning]:
    old, new = change.items("old", _ADDRESS), change.items("new", _ADDRESS)
    yield from _changed(change, "link", "Changes the target of a link", old, new)


def _negations(change: _Change) -> Iterator[Warning]:
    pattern = vocabulary.negation_pattern(change.language)
    gone, come = change.difference(change.items("old", pattern), change.items("new", pattern))
    if len(gone) != len(come):
        what = "Adds a negation" if len(come) > len(gone) else "Removes a negation"
        yield Warning(
            "negation",
            f"{what}: {_arrow(gone, come)}.",
            ", ".join(item.text for item in come or gone),
            tuple(item.mark for item in gone + come),
        )


def _length(change: _Change) -> Iterator[Warning]:
    gone = sum(hunk.end - hunk.start for hunk in change.hunks)
    come = sum(hunk.new_end - hunk.new_start for hunk in change.hunks)
    if come > gone * LONGER and come - gone > LONGER_BY:
        marks = tuple(mark for mark in change.all_marks if mark.side == "new")
        yield Warning("longer", "Much longer than the text it replaces.", "", marks)


_CHECKS: tuple[Callable[[_Change], Iterator[Warning]], ...] = (
    _unseen,
    _look_alikes,
    _figures,
    _names_of_people,
    _quotations,
    _links,
    _negations,
    _length,
)


def _changed(change: _Change, code: str, message: str, old: list[_Item], new: list[_Item]) -> Iterator[Warning]:
    gone, come = change.difference(old, new)
    if gone or come:
        yield Warning(
            code,
            f"{message}: {_arrow(gone, come)}.",
            ", ".join(item.text for item in come or gone),
            tuple(item.mark for item in gone + come),
        )


def _visible(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return _skeleton(" ".join(unicodedata.normalize("NFC", shown).split()))


def _skeleton(text: str) -> str:
    """The text with letters of other alphabets that look like Latin ones written in those."""
    return "".join(_latin_twin(char) for char in text)


def _latin_twin(char: str) -> str:
    if char.isascii() or not char.isalpha():
        return char
    for found in confusables.is_confusable(char, preferred_aliases=[]) or []:
        for glyph in found["homoglyphs"]:
            if len(glyph["c"]) == 1 and glyph["c"].isascii() and glyph["c"].isalpha():
                return str(glyph["c"])
    return char


def _scripts(word: str) -> set[str]:
    found = set()
    for name, pattern in _SCRIPTS.items():
        if pattern.search(word):
            found.add(name)
    return found


_SCRIPTS = {
    name: regex.compile(rf"\p{{Script={name}}}")
    for name in ("Latin", "Cyrillic", "Greek", "Armenian", "Hebrew", "Arabic")
}


def _capitalised(change: _Change, side: Side) -> Iterator[_Item]:
    """Words that begin with a capital where no sentence begins."""
    text = change.old if side == "old" else change.new
    dates = [(item.mark.start, item.mark.end) for item in change.items(side, vocabulary.date_pattern())]
    fresh = True
    at = 0
    for word in tokens(text):
        if word[:1].isalpha():
            item = change.item(side, at, at + len(word))
            in_date = any(first <= item.mark.start < last for first, last in dates)
            if word[:1].isupper() and not fresh and not in_date:
                yield item
            fresh = False
        elif any(mark in word for mark in '.!?…\n:“"«#'):
            fresh = True
        at += len(word)


def _arrow(gone: list[_Item], come: list[_Item]) -> str:
    texts = [", ".join(item.text for item in items) or "none" for items in (gone, come)]
    return " → ".join(texts)


def _name(char: str) -> str:
    return unicodedata.name(char, f"U+{ord(char):04X}")
