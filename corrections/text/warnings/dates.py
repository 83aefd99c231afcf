"""Dates, days of the week and months, in figures and by name; "3 March" and "March 3" are the same day."""

from functools import lru_cache

import regex
from babel.dates import get_day_names, get_month_names

from corrections.text.warnings.change import Change, Item, Side

_MORE_NAMES = {
    "en": "d0 Mondays;d1 Tuesdays;d2 Wednesdays;d3 Thursdays;d4 Fridays;d5 Saturdays;d6 Sundays;d0 Mon;d1 Tue Tues"
    ";d2 Wed;d3 Thu Thurs;d4 Fri;m1 Jan;m2 Feb;m3 Mar;m4 Apr;m6 Jun;m7 Jul;m8 Aug;m9 Sep Sept;m10 Oct;m11 Nov;m12 Dec"
    ";yesterday yesterday;today today;tomorrow tomorrow;tonight tonight",
    "de": "yesterday gestern;today heute;tomorrow morgen;m1 Jänner;d5 Sonnabend",
    "fr": "yesterday hier;today aujourd'hui aujourd’hui;tomorrow demain",
    "es": "yesterday ayer;today hoy;tomorrow mañana;d5 sábados;d6 domingos;m9 setiembre",
    "pl": "yesterday wczoraj;today dziś dzisiaj;tomorrow jutro;d2 środę;d5 sobotę;d6 niedzielę;m1 styczniu;m2 lutym"
    ";m3 marcu;m4 kwietniu;m5 maju;m6 czerwcu;m7 lipcu;m8 sierpniu;m9 wrześniu;m10 październiku;m11 listopadzie"
    ";m12 grudniu",
    "uk": "yesterday вчора учора;today сьогодні;tomorrow завтра;d2 середу;d4 п'ятницю п'ятниця;d5 суботу;d6 неділю"
    ";m1 січні;m2 лютому;m3 березні;m4 квітні;m5 травні;m6 червні;m7 липні;m8 серпні;m9 вересні;m10 жовтні"
    ";m11 листопаді;m12 грудні",
    "ar": "yesterday أمس;today اليوم;tomorrow غدا;d0 الإثنين;m1 كانون الثاني;m2 شباط;m3 آذار;m4 نيسان;m5 أيار;m6 حزيران"
    ";m7 تموز;m8 آب;m9 أيلول;m10 تشرين الأول;m11 تشرين الثاني;m12 كانون الأول",
}
_FIGURES = r"(?P<iso>\b\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}\b)|(?P<short>\b\p{Nd}{1,2}[./]\p{Nd}{1,2}[./]\p{Nd}{2,4}\b)"
_ORDINAL = r"(?:st|nd|rd|th|er|\.)?"


@lru_cache(maxsize=16)
def _names(language: str) -> dict[str, str]:
    """The names of days and months, each with one sign for all its forms."""
    names: dict[str, str] = {}
    for context in ("format", "stand-alone"):
        names.update({name: f"m{number}" for number, name in get_month_names("wide", context, language).items()})
        names.update({name: f"d{number}" for number, name in get_day_names("wide", context, language).items()})
    for entry in _MORE_NAMES[language].split(";"):
        sign, _, listed = entry.partition(" ")
        names.update(dict.fromkeys([listed] if language == "ar" else listed.split(), sign))
    return names | {name[:1].upper() + name[1:]: sign for name, sign in names.items()}


@lru_cache(maxsize=16)
def _pattern(language: str) -> "regex.Pattern[str]":
    listed = sorted(_names(language), key=len, reverse=True)
    months = "|".join(regex.escape(name) for name in listed if _names(language)[name].startswith("m"))
    others = "|".join(regex.escape(name) for name in listed if not _names(language)[name].startswith("m"))
    return regex.compile(
        rf"{_FIGURES}|(?:\b(?P<before>\p{{Nd}}{{1,2}}){_ORDINAL}\s+(?:of\s+|de\s+)?)?\b(?P<month>{months})\b"
        rf"(?:\.?\s+(?P<after>\p{{Nd}}{{1,2}}){_ORDINAL}\b)?(?:\.?,?\s+(?:de\s+)?(?P<year>\p{{Nd}}{{4}})\b)?"
        rf"|\b(?P<other>{others})\b"
    )


def dates(change: Change, side: Side) -> list[Item]:
    """The dates of a side, in order."""
    names = _names(change.speech)
    items = []
    for match in _pattern(change.speech).finditer(change.read(side)):
        if match["iso"] or match["short"]:
            key = match[0]
        elif match["other"]:
            key = names[match["other"]]
        else:
            day = match["before"] or match["after"]
            key = f"{names[match['month']]} {int(day) if day else ''} {match['year'] or ''}"
        items.append(change.read_item(side, match.start(), match.end(), key))
    return items
