"""Do two passages say the same in the same words, but for spelling, spacing and typography?

A misspelling is tolerated; another name, number, date, denial or word never is. Where it cannot be told, they differ:
a reader is asked to look, and nothing is placed where it was not meant.
"""

import unicodedata
from itertools import pairwise

import regex
from rapidfuzz.distance import OSA, Levenshtein

from corrections.text.anchoring.fold import fold
from corrections.text.anchoring.lexicon import (
    are_closed_class,
    are_confusable_words,
    date_names,
    is_closed_class,
    is_negation,
)
from corrections.text.comparison.words import encode, script

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"  # scripts, mostly
_LETTER = rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])"
_ITEM = regex.compile(
    r"(?<![\p{Nd}.,])\p{Nd}{1,3}(?: \p{Nd}{3})+(?![\p{L}\p{Nd}])"  # 10 000
    rf"|(?:(?<![^\s(\[])[+-](?=\p{{Nd}}))?(?:{_LETTER}|(?<=\p{{Nd}})[.,:/](?=\p{{Nd}})|(?<=\p{{L}})'(?=\p{{L}}))+"
    rf"|[{_UNSPACED}]|[\p{{Sc}}%‰°§№#=<>&@]"
)
_VOWELS = frozenset("aeiouyаеєиіїоуюяыэёاوىي")
_EQUIVALENT = ("iyj", "ck", "cs", "sz", "vw", "uw", "fp", "гґ", "еє", "иі", "ії", "её", "أإآا", "ةه", "ىي")
_SOFT = frozenset("hieyj'ь")  # letters that transliterations have or have not
LONGEST_RUN = 12  # words rewritten side by side; more are other words
MOST_JOINED = 3  # words written as one


def is_same_wording(one: str, other: str) -> bool:
    """Do these passages differ in nothing but spelling, spacing and typography?"""
    shouted = one.isupper() or other.isupper()
    ours, theirs = _items(one), _items(other)
    our_keys, their_keys = _keys(ours, shouted), _keys(theirs, shouted)
    if our_keys == their_keys:
        return True
    alphabet: dict[str, str] = {}
    at = to = 0
    removed: list[str] = []
    added: list[str] = []
    for kind, coded in [*script(encode(our_keys, alphabet), encode(their_keys, alphabet)), (0, "")]:
        if kind < 0:
            removed = ours[at : at + len(coded)]
            at += len(coded)
        elif kind > 0:
            added = theirs[to : to + len(coded)]
            to += len(coded)
        else:
            first = at - len(removed)
            beside = {*our_keys[max(0, first - 1) : first], *our_keys[at : at + 1]}
            if not (_is_repeated(removed, added, beside) or _are_spellings(removed, added)):
                return False
            removed, added = [], []
            at, to = at + len(coded), to + len(coded)
    return True


def _items(text: str) -> list[str]:
    """Words, numbers and signs that mean something, in order; the rest is punctuation."""
    return _ITEM.findall(unicodedata.normalize("NFC", fold(text).text))


def _keys(items: list[str], shouted: bool) -> list[str]:
    keys = []
    for number, item in enumerate(items):
        key = item.casefold()
        if any(char.isdigit() for char in item):
            key = "".join(str(unicodedata.digit(char, char)) for char in key if char != " ")
        elif not shouted and ((1 < len(item) <= 4 and item.isupper()) or (number and key in date_names())):
            key = item  # US is not us, and a march no month
        keys.append(key)
    return keys


def _is_repeated(removed: list[str], added: list[str], beside: set[str]) -> bool:
    """Is a word written twice on one side only ("in the the capital")?"""
    (word, *more) = [*removed, *added] or [""]
    key = word.casefold()
    return not more and key in beside and key.isalpha() and not is_negation(key)


def _are_spellings(removed: list[str], added: list[str]) -> bool:
    """Can the words of the one run be spellings of the other's, one by one or written together?"""
    if not removed or not added:
        return not removed and not added
    if max(len(removed), len(added)) > LONGEST_RUN:
        return False
    if is_spelling(removed[0], added[0]) and _are_spellings(removed[1:], added[1:]):
        return True
    return any(
        (_is_joined(removed[:many], added[:1]) and _are_spellings(removed[many:], added[1:]))
        or (_is_joined(added[:many], removed[:1]) and _are_spellings(removed[1:], added[many:]))
        for many in range(2, MOST_JOINED + 1)
    )


def _is_joined(apart: list[str], together: list[str]) -> bool:
    """Are these words the one word, but for the blanks?"""
    joined = "".join(apart)
    if joined.casefold() != together[0].casefold() or any(char.isdigit() for char in joined):
        return False
    denied = any(is_negation(word.casefold()) for word in apart)
    return denied == is_negation(together[0].casefold())


def is_spelling(one: str, other: str) -> bool:
    """Is one word a spelling, or a misspelling, of the other?"""
    ours, theirs = _letters(one), _letters(other)
    if not (ours.isalpha() and theirs.isalpha()) or ours == theirs:
        return ours == theirs != "" and one[:1].isalpha()
    if are_confusable_words(ours, theirs) or are_closed_class(ours, theirs):
        return False
    if _plain(ours) == _plain(theirs):
        return len(ours) > 3
    if is_closed_class(ours) or is_closed_class(theirs):
        return _is_typo(_plain(ours), _plain(theirs), closed_class=True)
    if one[:1].isupper() or other[:1].isupper():
        return _is_spelled_name(_plain(ours), _plain(theirs))
    return _is_typo(_plain(ours), _plain(theirs), closed_class=False)


def _letters(word: str) -> str:
    """The word in lower case, without apostrophes, and without case where that tells words apart."""
    return word.replace("'", "").casefold() if not (1 < len(word) <= 4 and word.isupper()) else word


def _plain(word: str) -> str:
    """Without accents, and with letters that are written for each other as one."""
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return bare.translate(_TWINS)


_TWINS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي"}
)


def _is_typo(one: str, other: str, closed_class: bool) -> bool:
    """Is one a slip of the other: a letter left out, put in, doubled, swapped, or written as it sounds?

    The first letter and the last stay: what changes there is mostly another word or another form.
    """
    shorter = min(len(one), len(other))
    distance = OSA.distance(one, other)
    swapped = distance == 1 and len(one) == len(other) and sorted(one) == sorted(other)
    if shorter <= 4:
        if not closed_class or shorter < 3 or distance != 1:
            return False
        return swapped or _is_doubled(one, other) or (_ends_stay(one, other) and _sounds_alike(one, other))
    if swapped:
        return one[-1] == other[-1] or closed_class
    if not _ends_stay(one, other):
        return False
    if distance == 1:
        return len(one) != len(other) or shorter >= 10 or _sounds_alike(one, other)
    return distance == 2 and shorter >= 9 and one[:2] == other[:2] and _sounds_alike(one, other)


def _is_spelled_name(one: str, other: str) -> bool:
    """As for other words, but strict: names a letter apart are mostly other names."""
    shorter = min(len(one), len(other))
    if shorter < 6 or OSA.distance(one, other) != 1 or not _ends_stay(one, other):
        return False
    if len(one) == len(other):
        if sorted(one) == sorted(other):
            return True
        ((ours, theirs),) = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        return _are_equivalent(ours, theirs)
    return shorter >= 8 or _is_doubled(one, other) or (shorter >= 7 and _extra(one, other) in _SOFT)


def _ends_stay(one: str, other: str) -> bool:
    return one[0] == other[0] and one[-1] == other[-1]


def _extra(one: str, other: str) -> str:
    """The letter that the longer of two words, one letter apart, has more."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    at = next((at for at, char in enumerate(shorter) if longer[at] != char), len(shorter))
    return longer[at]


def _is_doubled(one: str, other: str) -> bool:
    """Has one of them a letter twice that the other has once?"""
    if abs(len(one) - len(other)) != 1:
        return False
    longer = max(one, other, key=len)
    shorter = min(one, other, key=len)
    return any(first == second and longer[:at] + longer[at + 1 :] == shorter for at, (first, second) in _pairs(longer))


def _pairs(word: str) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(pairwise(word)))


def _sounds_alike(one: str, other: str) -> bool:
    """Is each letter that is another one a vowel for a vowel, or one that is written for the other?"""
    replaced = [
        (one[step.src_pos], other[step.dest_pos]) for step in Levenshtein.editops(one, other) if step.tag == "replace"
    ]
    return all({ours, theirs} <= _VOWELS or _are_equivalent(ours, theirs) for ours, theirs in replaced)


def _are_equivalent(one: str, other: str) -> bool:
    return any(one in letters and other in letters for letters in _EQUIVALENT)
