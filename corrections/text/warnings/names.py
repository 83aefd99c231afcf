"""Names: words with a capital where no sentence begins."""

from collections.abc import Iterator

from corrections.text.anchoring.wording import is_spelling
from corrections.text.comparison.words import tokens
from corrections.text.warnings.change import Change, Item, Side, Warning, warn
from corrections.text.warnings.number_words import value_of_word
from corrections.text.warnings.quantities import quantities_of
from corrections.text.warnings.spans import Spans

_STARTS = frozenset('.!?…\n:“"«#„')
_GERMAN_BEFORE_NOUN = frozenset(
    [
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "eines",
        "kein",
        "keine",
        "keinen",
        "mein",
        "meine",
        "sein",
        "seine",
        "seinen",
        "ihr",
        "ihre",
        "ihren",
        "unser",
        "unsere",
        "dieser",
        "diese",
        "dieses",
        "diesen",
        "jeder",
        "jede",
        "jedes",
        "viele",
        "vielen",
        "alle",
        "allen",
        "einige",
        "mehr",
        "im",
        "am",
        "vom",
        "zum",
        "zur",
        "beim",
        "ins",
        "ans",
    ]
)


def names(change: Change) -> Iterator[Warning]:
    """A warning of the names that went and came."""
    removed, added = change.difference(list(_capitalized(change, "old")), list(_capitalized(change, "new")))
    if change.speech == "de":  # every noun has a capital there
        spelled = [(old, new) for old in removed for new in added if is_spelling(old.text, new.text)]
        removed = [item for item in removed if item not in [old for old, _ in spelled]]
        added = [item for item in added if item not in [new for _, new in spelled]]
    yield from warn("name", "Changes a capitalized name", removed, added)


def _capitalized(change: Change, side: Side) -> Iterator[Item]:
    text = change.read(side)
    quantities = quantities_of(change, side).values()
    counted = Spans((item.mark.start, item.mark.end) for items in quantities for item in items)
    begins = True
    at = 0
    before = ""
    for word in tokens(text):
        if word[:1].isalpha():
            is_noun = change.speech == "de" and _comes_before_noun(before)
            if word[:1].isupper() and not begins and not is_noun:
                item = change.read_item(side, at, at + len(word), word)
                if not counted.covers(item.mark.start):
                    yield item
            begins = False
            before = word
        elif word[:1].isdigit():
            before = word
        elif not _STARTS.isdisjoint(word):
            begins = True
        at += len(word)


def _comes_before_noun(word: str) -> bool:
    """Does a German noun that is no name follow this word?"""
    return word.lower() in _GERMAN_BEFORE_NOUN or word.isdigit() or value_of_word(word, "de") is not None
