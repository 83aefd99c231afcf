"""Words that weigh more than others: months and days, money, shares, negations, in the languages that we speak."""

from functools import lru_cache

import regex
from babel.dates import get_day_names, get_month_names

LANGUAGES = ("en", "uk", "de", "fr", "es", "pl", "ar")

_FIGURE = r"[+−-]?\p{Nd}+(?:[.,:\u202f\u00a0 '’]\p{Nd}+)*"
_SCALE = (
    r"(?:hundred|thousand|million|billion|trillion|bn|tn|Mio\.?|Mrd\.?|Millionen|Milliarden|Million|Milliarde|millions?"
    r"|milliards?|millones|millón|mil|mln|mld|tys\.?|milion\w*|miliard\w*|млн|млрд|тис\.?|мільйон\w*|мільярд\w*|тисяч\w*"
    r"|مليون|مليار|ألف|[mMkK])\b"
)
_CURRENCY = r"(?:[$€£¥₴₽₹₩₪₺₿]|\b(?:USD|EUR|GBP|UAH|PLN|CHF|JPY|CNY|RUB|SEK|NOK|DKK|CZK|AED|SAR|EGP)\b)"
_CURRENCY_WORD = (
    r"(?:dollars?|euros?|pounds?|cents?|pence|hryvnias?|roubles?|rubles?|yen|yuan|Dollar|Euro|Pfund|Franken|livres?"
    r"|dólares?|libras?|złot\w+|zł|грн\.?|грив\w+|долар\w*|євро|рубл\w+|دولار\w*|يورو|جنيه|ريال|درهم)\b"
)
MONEY = regex.compile(
    rf"{_CURRENCY}\s?{_FIGURE}(?:\s?{_SCALE})?|{_FIGURE}(?:\s?{_SCALE})?\s?(?:{_CURRENCY}|{_CURRENCY_WORD})"
)
PERCENTAGE = regex.compile(
    rf"{_FIGURE}\s?(?:[%٪‰]|(?:per\s?cent|percent|percentage\s+points?|Prozent\w*|pour\s?cent|por\s?ciento|procent\w*|proc\."
    rf"|відсот\w+|процент\w*)\b|(?:بالمئة|في\s+المئة|بالمائة|في\s+المائة))"
)
NUMBER = regex.compile(_FIGURE)
NEGATIONS = {
    "en": "not no never none nobody nothing nowhere neither nor without cannot hardly",
    "uk": "не ні ніколи ніхто нікого нікому нічого ніщо ніде без немає жодний жоден жодна жодного жодної",
    "de": "nicht nichts kein keine keinen keinem keiner keines nie niemals niemand niemandem nirgends ohne weder",
    "fr": "ne pas non jamais aucun aucune rien sans ni nul nulle guère",
    "es": "no nunca jamás nadie nada ningún ninguno ninguna sin ni tampoco",
    "pl": "nie nigdy nikt nikogo nikomu nic niczego nigdzie bez żaden żadna żadne żadnego żadnej ani",
    "ar": "لا لم لن ليس ليست ليسوا غير بدون دون أبدا أبداً",
}


@lru_cache(maxsize=1)
def date_pattern() -> "regex.Pattern[str]":
    """Dates in figures, and months and days of the week by name, as each language writes them."""
    names: set[str] = set()
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            names.update(get_month_names("wide", context, language).values())
            names.update(get_day_names("wide", context, language).values())
    name = "|".join(sorted(map(regex.escape, names), key=len, reverse=True))
    return regex.compile(
        r"\b\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}\b|\b\p{Nd}{1,2}[./]\p{Nd}{1,2}[./]\p{Nd}{2,4}\b"
        rf"|(?:\b\p{{Nd}}{{1,2}}(?:st|nd|rd|th|\.|er)?\s+)?\b(?:{name})\b(?:\s+\p{{Nd}}{{1,2}}(?:st|nd|rd|th)?\b)?"
        r"(?:,?\s+\p{Nd}{4}\b)?"
    )


@lru_cache(maxsize=16)
def negation_pattern(language: str) -> "regex.Pattern[str]":
    """The negations of a language, by its BCP 47 tag; of English where it is another."""
    code = language.split("-")[0].lower()
    words = NEGATIONS.get(code, NEGATIONS["en"]).split()
    contracted = r"|\b\w+n['’]t\b" if code not in NEGATIONS or code == "en" else ""
    return regex.compile(rf"\b(?:{'|'.join(words)})\b{contracted}", regex.IGNORECASE)
