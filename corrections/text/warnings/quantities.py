"""Numbers in figures and words, amounts of money, shares and dates: each is compared by what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from corrections.text.warnings.change import Change, Code, Item, Side, Warning, warn
from corrections.text.warnings.dates import dates
from corrections.text.warnings.number_words import JOINERS, combined, quantity_words, total, value_of_word
from corrections.text.warnings.spans import Spans
from corrections.text.warnings.units import CURRENCIES, SCALES, SHARE_PHRASES, SHARES, UNITS

_SIGN = r"(?<![\p{L}\p{Nd}).])[+−-]"
_CURRENCY = r"[$€£¥₴₽₹₪]|\b(?:USD|EUR|GBP|UAH|PLN|CHF|JPY|CNY|RUB|SEK|NOK|DKK|CZK|AED|SAR|EGP)(?=\s?\p{Nd})"
_FIGURE = r"\p{Nd}+(?:[.,:/’']\p{Nd}+|[\u00a0\u202f ]\p{Nd}{3}(?!\p{Nd}))*"
_START = regex.compile(
    rf"(?P<sign>{_SIGN})?(?:(?P<currency>{_CURRENCY})\s?)?(?P<inner>(?<=[^\p{{L}}\p{{Nd}}])[+−-])?(?P<figure>{_FIGURE})"
    r"(?:st|nd|rd|th)?|(?P<word>\p{L}[\p{L}\p{M}'’ʼ]*)"
)
_WORD_AFTER = regex.compile(r"[\s-]?([$€£¥₴₽₹₪%٪‰]|°[CF]|(?:d['’])?[\p{L}\p{M}/]+\.?)")
_SPACE = regex.compile(r"[\s-]*(?:de\s+)?")
_DEGREES = regex.compile(r"\s?(?:degrees?|grad|degrés?|grados?|stopni\w*|градус\w*|درجة|°)", regex.IGNORECASE)
_RANGE = regex.compile(r"\s*(?:[–—-]|to|and|bis|und|à|et|a|y|do|i|до|і|إلى)\s*")
_PHRASES = [(regex.compile(rf"\s?(?:{phrase})\b", regex.IGNORECASE), sign) for phrase, sign in SHARE_PHRASES.items()]
KINDS: dict[Code, str] = {
    "money": "Changes an amount of money",
    "percentage": "Changes a percentage",
    "date": "Changes a date, day or month",
    "number": "Changes a number",
}


@dataclass(frozen=True)
class _Quantity:
    """A number of something: `value` as in other spellings of it, `unit` a sign of `units`, or empty."""

    start: int
    end: int
    value: str
    kind: str = "number"
    unit: str = ""


def quantities(change: Change) -> Iterator[Warning]:
    """Warnings of what counts: money, shares, dates, and other numbers with their units."""
    old, new = quantities_of(change, "old"), quantities_of(change, "new")
    differences = {}
    for kind in KINDS:
        removed, added = change.difference(old[kind], new[kind])
        differences[kind] = (removed, added) if removed or added else change.reordered(old[kind], new[kind])
    explained_old = {_value(item) for kind in ("money", "percentage") for item in differences[kind][1]}
    explained_new = {_value(item) for kind in ("money", "percentage") for item in differences[kind][0]}
    removed, added = differences["number"]
    differences["number"] = (
        [item for item in removed if _value(item) not in explained_old],
        [item for item in added if _value(item) not in explained_new],
    )
    for kind, message in KINDS.items():
        yield from warn(kind, message, *differences[kind])


@lru_cache(maxsize=2)  # both sides of one change; several checks ask
def quantities_of(change: Change, side: Side) -> dict[str, list[Item]]:
    """What counts on a side, by kind."""
    items: dict[str, list[Item]] = {kind: [] for kind in KINDS}
    items["date"] = dates(change, side)
    taken = Spans((item.mark.start, item.mark.end) for item in items["date"])
    for quantity in _with_ranges(change.read(side), list(_scan(change.read(side), change.speech))):
        item = change.read_item(side, quantity.start, quantity.end, f"{quantity.value} {quantity.unit}")
        if not taken.overlaps(item.mark.start, item.mark.end):
            items[quantity.kind].append(item)
    return items


def _value(item: Item) -> str:
    return item.key.split(" ")[0]


def _scan(text: str, language: str) -> Iterator[_Quantity]:
    at = 0
    while match := _START.search(text, at):
        at = match.end()
        if match["figure"]:
            sign = "-" if (match["sign"] or match["inner"] or "") in ("-", "−") else ""
            quantity = _Quantity(match.start(), match.end(), sign + _plain(match["figure"], language))
            if match["currency"]:
                quantity = replace(quantity, kind="money", unit=CURRENCIES[match["currency"].casefold()])
        elif match["word"].casefold() in quantity_words(language):
            yield _Quantity(match.start(), match.end(), match["word"].casefold())
            continue
        else:
            end, value = _words(text, match, language)
            if value is None:
                continue
            quantity = _Quantity(match.start(), end, str(value))
        quantity = _with_unit(text, _with_scale(text, quantity, language))
        at = quantity.end
        yield quantity


def _words(text: str, first: "regex.Match[str]", language: str) -> tuple[int, int | None]:
    """Where the number in words ends that begins with `first`, and the number; None where it is none."""
    value = value_of_word(first["word"], language)
    if value is None:
        return first.end(), None
    values, end = [value], first.end()
    while following := _following(language).match(text, end):
        value = value_of_word(following[1], language)
        if values == [4] and value == 20 and language == "fr":
            values = [80]
        elif value is not None and combined(values, value):
            values.append(value)
        else:
            break
        end = following.end()
    return end, total(values)


@lru_cache(maxsize=16)
def _following(language: str) -> "regex.Pattern[str]":
    joiner = rf"(?:{JOINERS[language]}[\s-]+)?" if language in JOINERS else ""
    return regex.compile(rf"[\s-]+{joiner}(\p{{L}}[\p{{L}}\p{{M}}'’ʼ]*)")


def _plain(figure: str, language: str) -> str:
    """A figure in ASCII digits, without separators of thousands and with a full stop before decimals."""
    digits = "".join(str(int(char)) if char.isdecimal() else char for char in figure)
    digits = regex.sub(r"[\u00a0\u202f ’'](?=\d{3}(?!\d))", "", digits)
    thousands, decimal = (",", ".") if language in ("en", "ar") else (".", ",")
    if regex.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?", digits):
        digits = digits.replace(thousands, "")
    return digits.replace(",", ".") if decimal == "," else digits


def _with_scale(text: str, quantity: _Quantity, language: str) -> _Quantity:
    match = _WORD_AFTER.match(text, quantity.end)
    if match is None:
        return quantity
    word = match[1].casefold()
    scale = SCALES.get(word) or SCALES.get(word.rstrip(".")) or (1000 if word == "mil" and language == "es" else None)
    if scale is None or (len(word) == 1 and quantity.kind != "money"):
        return quantity
    try:
        value = f"{float(quantity.value) * scale:g}"
    except ValueError:
        return quantity
    end = match.end() - (word.endswith(".") and word not in SCALES)
    return replace(quantity, end=end, value=value)


def _with_unit(text: str, quantity: _Quantity) -> _Quantity:
    for phrase, sign in _PHRASES:
        if match := phrase.match(text, quantity.end):
            return replace(quantity, end=match.end(), kind="percentage", unit=sign)
    degrees = _DEGREES.match(text, quantity.end)
    if degrees:
        quantity = replace(quantity, end=degrees.end(), unit="degrees")
    space = _SPACE.match(text, quantity.end)
    for at in dict.fromkeys((quantity.end, space.end() if space else quantity.end)):
        match = _WORD_AFTER.match(text, at)
        if match is None:
            continue
        word = regex.sub(r"^d['’]", "", match[1].casefold())
        known = word in CURRENCIES or word in UNITS or word in SHARES
        end = match.end() - (word.endswith(".") and not known)
        word = word if known else word.rstrip(".")
        if word in SHARES:
            return replace(quantity, end=end, kind="percentage", unit=SHARES[word])
        if word in CURRENCIES and not quantity.unit:
            return replace(quantity, end=end, kind="money", unit=CURRENCIES[word])
        if word in UNITS and (not quantity.unit or degrees):
            return replace(quantity, end=end, unit=UNITS[word])
    return quantity


def _with_ranges(text: str, quantities: list[_Quantity]) -> list[_Quantity]:
    """The first number of a range is of what the second one is: "10 to 12 per cent"."""
    for number in range(len(quantities) - 2, -1, -1):
        first, second = quantities[number], quantities[number + 1]
        if not first.unit and second.unit and _RANGE.fullmatch(text, first.end, second.start):
            quantities[number] = replace(first, kind=second.kind, unit=second.unit)
    return quantities
