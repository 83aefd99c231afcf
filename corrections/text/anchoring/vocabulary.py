"""The languages that we speak, and their words of negation."""

from functools import lru_cache

import regex

LANGUAGES = ("en", "uk", "de", "fr", "es", "pl", "ar")

NEGATIONS = {
    "en": "not no never none nobody nothing nowhere neither nor without cannot hardly",
    "uk": "не ні ніколи ніхто нікого нікому нічого ніщо ніде без немає жодний жоден жодна жодного жодної",
    "de": "nicht nichts kein keine keinen keinem keiner keines nie niemals niemand niemandem nirgends ohne weder",
    "fr": "ne pas non jamais aucun aucune rien sans ni nul nulle guère",
    "es": "no nunca jamás nadie nada ningún ninguno ninguna sin ni tampoco",
    "pl": "nie nigdy nikt nikogo nikomu nic niczego nigdzie bez żaden żadna żadne żadnego żadnej ani",
    "ar": "لا لم لن ليس ليست ليسوا غير بدون دون أبدا أبداً",
}


@lru_cache(maxsize=16)
def negation_pattern(language: str) -> "regex.Pattern[str]":
    """The negations of a language, by its BCP 47 tag; of English where it is another."""
    code = language.split("-")[0].lower()
    words = NEGATIONS.get(code, NEGATIONS["en"]).split()
    contracted = (
        r"|\b\w+n['’]t\b|\b(?:do|does|did|is|was|are|were|would|could|should|has|have|had)nt\b"
        if code not in NEGATIONS or code == "en"
        else ""
    )
    return regex.compile(rf"\b(?:{'|'.join(words)})\b{contracted}", regex.IGNORECASE)
