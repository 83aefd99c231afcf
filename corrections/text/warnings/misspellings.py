"""Words that a change spells right: the sense of a day, month, number or country is the same before and after."""

from rapidfuzz.distance import OSA

from corrections.text.anchoring.lexicon import date_names, is_closed_class
from corrections.text.warnings.number_words import value_of_word

SHORTEST = 5  # letters; shorter words a letter apart are other words
LONG = 8  # letters of a word that may have two slips


def is_misspelling(old: str, new: str, language: str) -> bool:
    """Is `old` no word whose sense is closed, and `new` one that is spelled almost like it?"""
    ours, theirs = old.casefold(), new.casefold()
    if len(theirs) < SHORTEST or ours == theirs or not (ours.isalpha() and theirs.isalpha()):
        return False
    if _is_known(ours, language) or not _is_known(theirs, language):
        return False
    return OSA.distance(ours, theirs) <= (2 if len(theirs) >= LONG else 1)


def _is_known(word: str, language: str) -> bool:
    return is_closed_class(word) or word in date_names() or value_of_word(word, language) is not None
