"""What an editor should not overlook in a change: signs that cannot be seen, figures, names, quotations, links."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex
from confusable_homoglyphs import confusables

from corrections.text.words import tokens

_NUMBER = regex.compile(r"\p{Nd}+(?:[.,:\u202f\u00a0 ]\p{Nd}+)*\s?%?")
_ADDRESS = regex.compile(
    r"\]\(\s*<?([^)\s>]*)|^\s{0,3}\[[^\]]+\]:\s*(\S+)|<((?:https?|mailto):[^>\s]*)>", regex.MULTILINE
)
_QUOTED = regex.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")
_MONTHS = {
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    *("december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = set("\u200c\u200d\ufe0e\ufe0f")  # at home in emoji and in Indic and Arabic words
LONGER = 3  # times as long as the quote, and
LONGER_BY = 200  # this many characters more: a replacement that says something new


@dataclass(frozen=True)
class Warning:
    """`code` is stable; `message` is for an editor; `words` are what it is about."""

    code: str
    message: str
    words: str = ""


def warnings(old: str, new: str) -> list[Warning]:
    """What to look at twice when the Markdown `old` (a paragraph, or all of it) becomes `new`."""
    return [warning for check in _CHECKS for warning in check(old, new)]


def _unseen(old: str, new: str) -> Iterator[Warning]:
    added = _added_characters(old, new)
    marks = sorted(char for char in added if char in _DIRECTION)
    if marks:
        yield Warning("direction", "Adds marks that turn the direction of the text.", _names(marks))
    hidden = sorted(
        char
        for char in added
        if char not in _DIRECTION | _JOINERS and unicodedata.category(char) in {"Cf", "Cc", "Co", "Cn"} and char != "\n"
    )
    if hidden:
        yield Warning("invisible", "Adds characters that cannot be seen.", _names(hidden))
    if old != new and _visible(old) == _visible(new):
        yield Warning("renders_alike", "Before and after look the same to a reader.")


def _look_alikes(old: str, new: str) -> Iterator[Warning]:
    for word in _added_words(old, new):
        if len(_scripts(word)) > 1:
            yield Warning("look_alike", f"Mixes alphabets inside a word: “{word}”.", word)
    before, after = set(tokens(old)), set(tokens(new))
    gone = {_skeleton(word): word for word in before - after}
    for word in sorted(after - before):
        twin = gone.get(_skeleton(word))
        if twin is not None and twin != word and len(_scripts(word)) <= 1 and _scripts(twin) != _scripts(word):
            yield Warning("look_alike", f"“{word}” looks like “{twin}” but is written in other letters.", word)


def _numbers(old: str, new: str) -> Iterator[Warning]:
    gone, come = _difference(_NUMBER.findall(old), _NUMBER.findall(new))
    if gone or come:
        yield Warning("number", f"Changes a number: {_arrow(gone, come)}.", ", ".join(come or gone))


def _dates(old: str, new: str) -> Iterator[Warning]:
    gone, come = _difference(
        [word for word in tokens(old) if word.lower() in _MONTHS],
        [word for word in tokens(new) if word.lower() in _MONTHS],
    )
    if gone or come:
        yield Warning("date", f"Changes a day or month: {_arrow(gone, come)}.", ", ".join(come or gone))


def _names_of_people(old: str, new: str) -> Iterator[Warning]:
    gone, come = _difference(_capitalised(old), _capitalised(new))
    if gone or come:
        yield Warning("name", f"Changes a capitalised name: {_arrow(gone, come)}.", ", ".join(come or gone))


def _quotations(old: str, new: str) -> Iterator[Warning]:
    gone, come = _difference(_QUOTED.findall(old), _QUOTED.findall(new))
    if gone and come:
        yield Warning("quotation", "Changes words inside quotation marks.", come[0])
    elif gone or come:
        yield Warning("quotation", "Adds or removes quotation marks or a quotation.", (come or gone)[0])


def _links(old: str, new: str) -> Iterator[Warning]:
    gone, come = _difference(_addresses(old), _addresses(new))
    if gone or come:
        yield Warning("link", f"Changes where a link leads: {_arrow(gone, come)}.", ", ".join(come or gone))


def _length(old: str, new: str) -> Iterator[Warning]:
    if len(new) > len(old) * LONGER and len(new) - len(old) > LONGER_BY:
        yield Warning("longer", "Much longer than what it replaces.")


_CHECKS = (_unseen, _look_alikes, _numbers, _dates, _names_of_people, _quotations, _links, _length)


def _added_characters(old: str, new: str) -> set[str]:
    return {char for char in set(new) if new.count(char) > old.count(char)}


def _added_words(old: str, new: str) -> list[str]:
    return sorted({word for word in tokens(new) if word[:1].isalpha()} - set(tokens(old)))


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


def _capitalised(text: str) -> list[str]:
    """Words that begin with a capital where no sentence begins."""
    found = []
    fresh = True
    for word in tokens(text):
        if word[:1].isalpha():
            if word[:1].isupper() and not fresh and word.lower() not in _MONTHS:
                found.append(word)
            fresh = False
        elif any(mark in word for mark in '.!?…\n:“"«#'):
            fresh = True
    return found


def _addresses(text: str) -> list[str]:
    return [next(group for group in match.groups() if group is not None) for match in _ADDRESS.finditer(text)]


def _difference(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """What went and what came, each with its number of times."""
    gone, come = list(old), []
    for item in new:
        if item in gone:
            gone.remove(item)
        else:
            come.append(item)
    return [item.strip() for item in gone], [item.strip() for item in come]


def _arrow(gone: list[str], come: list[str]) -> str:
    return f"{', '.join(gone) or 'none'} → {', '.join(come) or 'none'}"


def _names(chars: list[str]) -> str:
    return ", ".join(unicodedata.name(char, f"U+{ord(char):04X}") for char in chars)
