"""Characters that cannot be seen, or that look like others."""

import unicodedata
from collections.abc import Iterator

import regex
from confusable_homoglyphs import confusables

from corrections.text.comparison.words import tokens
from corrections.text.warnings.change import Change, Code, Mark, Warning

_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = set("\u200c\u200d\ufe0e\ufe0f")  # at home in emoji and in Indic and Arabic words
_CONTROLS = {"Cf", "Cc", "Co", "Cn"}  # general categories


def invisible_characters(change: Change) -> Iterator[Warning]:
    added = {char for char in set(change.new) if change.new.count(char) > change.old.count(char)}
    if marks := added & _DIRECTION:
        yield _about(change, "direction", "Adds characters that change the direction of the text.", marks)
    hidden = {char for char in added - _DIRECTION - _JOINERS - {"\n"} if unicodedata.category(char) in _CONTROLS}
    if hidden:
        yield _about(change, "invisible", "Adds invisible characters.", hidden)
    if change.old != change.new and _visible(change.old) == _visible(change.new):
        yield Warning(
            "renders_alike", "Readers cannot see a difference between before and after.", "", change.all_marks
        )


def _about(change: Change, code: Code, message: str, chars: set[str]) -> Warning:
    pattern = regex.compile(f"[{''.join(map(regex.escape, sorted(chars)))}]")
    marks = [change.item("new", match.start(), match.end()).mark for match in pattern.finditer(change.new)]
    return Warning(code, message, ", ".join(map(_name, sorted(chars))), tuple(filter(change.is_changed, marks)))


def look_alikes(change: Change) -> Iterator[Warning]:
    before, after = set(tokens(change.old)), set(tokens(change.new))
    removed = {_skeleton(word): word for word in before - after}
    for word in sorted(word for word in after - before if word[:1].isalpha()):
        twin = removed.get(_skeleton(word))
        if len(_scripts(word)) > 1:
            message = f"Mixes alphabets within a word: “{word}”."
        elif twin is not None and _scripts(twin) != _scripts(word):
            message = f"“{word}” looks like “{twin}” but uses characters of another alphabet."
        else:
            continue
        yield Warning("look_alike", message, word, tuple(_places(change, word)))


def _places(change: Change, word: str) -> Iterator[Mark]:
    at = 0
    for token in tokens(change.new):
        if token == word:
            yield change.item("new", at, at + len(token)).mark
        at += len(token)


def _visible(text: str) -> str:
    if text.isascii():
        return " ".join(text.split())
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return _skeleton(" ".join(unicodedata.normalize("NFC", shown).split()))


def _skeleton(text: str) -> str:
    """The text with letters of other alphabets that look like Latin ones written in those."""
    return text if text.isascii() else "".join(_latin_twin(char) for char in text)


def _latin_twin(char: str) -> str:
    if char.isascii() or not char.isalpha():
        return char
    for confusable in confusables.is_confusable(char, preferred_aliases=[]) or []:
        for glyph in confusable["homoglyphs"]:
            if len(glyph["c"]) == 1 and glyph["c"].isascii() and glyph["c"].isalpha():
                return str(glyph["c"])
    return char


def _scripts(word: str) -> set[str]:
    return {name for name, pattern in _SCRIPTS.items() if pattern.search(word)}


_SCRIPTS = {
    name: regex.compile(rf"\p{{Script={name}}}")
    for name in ("Latin", "Cyrillic", "Greek", "Armenian", "Hebrew", "Arabic")
}


def _name(char: str) -> str:
    return unicodedata.name(char, f"U+{ord(char):04X}")
