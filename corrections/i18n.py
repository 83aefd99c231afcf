"""What is said to readers, in each language: one set of gettext catalogues for pages, refusals, mails and widget."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, TypeVar

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from corrections.text.anchoring.vocabulary import LANGUAGES

Text = TypeVar("Text", bound=str)
# CLDR's delimiters (quotationStart, quotationEnd); in French with the narrow no-break spaces that typography asks for
_QUOTATION_MARKS = {
    "en": ("“", "”"),
    "de": ("„", "“"),
    "fr": ("«\N{NARROW NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}»"),
    "es": ("«", "»"),
    "pl": ("„", "”"),
    "uk": ("«", "»"),
    "ar": ("”", "“"),
}


def quoted(text: Text, language: str) -> Text:
    """`text` (or markup) in the quotation marks of a language (a BCP 47 tag); in English ones where it is not ours."""
    start, end = _QUOTATION_MARKS[supported_language(language) or "en"]
    quotation: Text = type(text)("{}{}{}").format(start, text, end)  # type: ignore[assignment]
    return quotation


class LazyString(str):
    """A sentence for a reader, filled in in English, that can be said in other languages as well.

    `template` has gettext's named places (`%(limit)s`); a value that is a `Sentence` is translated too, a whole number
    is written as the language writes it.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "LazyString":
        lazy = super().__new__(cls, _filled(template, values, "en"))
        lazy.template, lazy.values = template, values
        return lazy


def translate(sentence: str, language: str) -> str:
    """`sentence` in `language`; as it is where the catalogue lacks it."""
    if isinstance(sentence, LazyString):
        return _filled(sentence.template, sentence.values, language)
    return str(load_catalog(language).gettext(sentence)) if sentence else sentence


def supported_language(tag: str) -> str | None:
    """Ours of the languages for a BCP 47 tag, or None."""
    code = tag.split("-")[0].lower()
    return code if code in LANGUAGES else None


@lru_cache(maxsize=256)
def text_direction(tag: str) -> Literal["ltr", "rtl"]:
    """The direction of a language by its BCP 47 tag, for the `dir` attribute; `ltr` where it is unknown."""
    try:
        direction = Locale.parse(tag.split("-")[0]).text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"
    return "rtl" if direction == "rtl" else "ltr"


@lru_cache(maxsize=len(LANGUAGES))
def load_catalog(language: str) -> NullTranslations:
    """What we say in a language; in English, the sentences themselves."""
    if language == "en":
        return NullTranslations()
    with (files("corrections") / "translations" / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)


def _filled(template: str, values: dict[str, object], language: str) -> str:
    text = str(load_catalog(language).gettext(template))
    return text % {name: _value(value, language) for name, value in values.items()} if values else text


def _value(value: object, language: str) -> str:
    if isinstance(value, int):
        return str(format_decimal(value, locale=language))
    return translate(value, language) if isinstance(value, LazyString) else str(value)
