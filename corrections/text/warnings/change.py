"""A change of an article's text, with what counts in it on each side."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import regex

from corrections.text.anchoring.graphemes import widen
from corrections.text.anchoring.vocabulary import LANGUAGES
from corrections.text.comparison.words import Hunk, changes
from corrections.text.warnings.misspellings import is_misspelling

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’ʼ]+")

Side = Literal["old", "new"]
Code = Literal[
    "date",
    "direction",
    "invisible",
    "link",
    "longer",
    "look_alike",
    "money",
    "name",
    "negation",
    "number",
    "percentage",
    "quotation",
    "renders_alike",
]
CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True)
class Mark:
    """What a warning is about: code points `start` to `end` of the old or the new text."""

    side: Side
    start: int
    end: int


@dataclass(frozen=True)
class Warning:
    """`code` is stable; `message` is for an editor; `words` are what it is about, `marks` where they stand."""

    code: Code
    message: str
    words: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Item:
    """Something on one side that counts, such as a number; `key` is equal for what means the same ("3", "three")."""

    text: str
    mark: Mark
    key: str


@dataclass(frozen=True)
class _Respelling:
    """`start` to `end` of the old text as it is read stand for `old_start` to `old_end` of it as it is written."""

    start: int
    end: int
    old_start: int
    old_end: int


@dataclass(frozen=True)
class Change:
    """The paragraphs that differ, `old` and `new`, which begin at `offset` of the whole texts."""

    old: str
    new: str
    offset: int
    language: str

    @cached_property
    def hunks(self) -> list[Hunk]:
        return [hunk for hunk in changes(self.old, self.new) if not hunk.same]

    @cached_property
    def speech(self) -> str:
        """The article's language without its region, where we speak it; else English."""
        code = self.language.split("-")[0].lower()
        return code if code in LANGUAGES else "en"

    @cached_property
    def _respelled(self) -> tuple[str, tuple[_Respelling, ...]]:
        """The old text with misspelled days, months and numbers as the new text spells them."""
        parts: list[str] = []
        respellings: list[_Respelling] = []
        at = length = 0
        for hunk in self.hunks:
            ours = list(_WORD.finditer(self.old, hunk.start, hunk.end))
            theirs = list(_WORD.finditer(self.new, hunk.new_start, hunk.new_end))
            for old, new in zip(ours, theirs, strict=True) if len(ours) == len(theirs) else ():
                if is_misspelling(old[0], new[0], self.speech):
                    length += old.start() - at
                    respellings.append(_Respelling(length, length + len(new[0]), old.start(), old.end()))
                    parts += [self.old[at : old.start()], new[0]]
                    at, length = old.end(), length + len(new[0])
        return "".join([*parts, self.old[at:]]), tuple(respellings)

    def read(self, side: Side) -> str:
        """The text of a side, without misspellings of words whose sense is closed that the change sets right."""
        return self.new if side == "new" else self._respelled[0]

    def read_item(self, side: Side, start: int, end: int, key: str) -> Item:
        """An item at a span of what is `read`."""
        text = self.read(side)[start:end].strip()
        if side == "old":
            start, end = self._written(start, False), self._written(end, True)
        return Item(text, Mark(side, start + self.offset, end + self.offset), key)

    def _written(self, at: int, is_end: bool) -> int:
        shift = 0
        for respelling in self._respelled[1]:
            if respelling.start < at < respelling.end:
                return respelling.old_end if is_end else respelling.old_start
            if at >= respelling.end:
                shift = respelling.old_end - respelling.end
        return at + shift

    def items(self, side: Side, pattern: "regex.Pattern[str]", hidden: Iterable[Item] = ()) -> list[Item]:
        """What matches, but not inside `hidden`."""
        text = self.old if side == "old" else self.new
        hidden_spans = [(item.mark.start, item.mark.end) for item in hidden]
        matches = []
        for match in pattern.finditer(text):
            group = next((number for number in range(1, len(match.groups()) + 1) if match[number] is not None), 0)
            item = self.item(side, match.start(group), match.end(group))
            if item.text and not any(first < item.mark.end and item.mark.start < last for first, last in hidden_spans):
                matches.append(item)
        return matches

    def item(self, side: Side, start: int, end: int) -> Item:
        text = self.old if side == "old" else self.new
        words = text[start:end].strip()
        return Item(words, Mark(side, start + self.offset, end + self.offset), words)

    def difference(self, old: list[Item], new: list[Item]) -> tuple[list[Item], list[Item]]:
        """What went and what came, each with its number of times; of equals, those where the text changed."""
        before, after = Counter(item.key for item in old), Counter(item.key for item in new)
        return self._most_changed(old, before - after), self._most_changed(new, after - before)

    def reordered(self, old: list[Item], new: list[Item]) -> tuple[list[Item], list[Item]]:
        """What stands in another order, where both sides have the same."""
        pairs = [(ours, theirs) for ours, theirs in zip(old, new, strict=False) if ours.key != theirs.key]
        return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]

    def _most_changed(self, items: list[Item], remaining: Counter[str]) -> list[Item]:
        selected = []
        for item in sorted(items, key=lambda item: not self.is_changed(item.mark)):
            if remaining[item.key] > 0:
                remaining[item.key] -= 1
                selected.append(item)
        return sorted(selected, key=lambda item: item.mark.start)

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
        removed = [Mark("old", hunk.start + self.offset, hunk.end + self.offset) for hunk in self.hunks]
        added = [Mark("new", hunk.new_start + self.offset, hunk.new_end + self.offset) for hunk in self.hunks]
        return tuple(mark for mark in removed + added if mark.start < mark.end)


def warn_of_changes(change: Change, code: Code, message: str, old: list[Item], new: list[Item]) -> Iterator[Warning]:
    """A warning where something went or came."""
    yield from warn(code, message, *change.difference(old, new))


def warn(code: Code, message: str, removed: list[Item], added: list[Item]) -> Iterator[Warning]:
    """A warning of what went and came, where something did."""
    if removed or added:
        yield Warning(
            code,
            f"{message}: {arrow(removed, added)}.",
            ", ".join(item.text for item in added or removed),
            tuple(item.mark for item in removed + added),
        )


def arrow(removed: list[Item], added: list[Item]) -> str:
    texts = [", ".join(item.text for item in items) or "none" for items in (removed, added)]
    return " → ".join(texts)
