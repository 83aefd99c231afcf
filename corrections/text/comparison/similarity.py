"""Whether two texts are one article, edited, or two different ones."""

import re

from rapidfuzz import fuzz

RUN = 3  # words
LEAST_SHARED = 0.1  # of the runs of words of the shorter text; a text that was edited keeps far more
SHORT = 1_000  # characters that are compared letter by letter
LEAST_ALIKE = 60  # of 100, letter by letter
_WORD = re.compile(r"\w+")


def same_story(old: str, new: str) -> bool:
    """Do the texts share runs of words, or for short ones most of their letters?"""
    if old == new:
        return True
    ours, theirs = _runs(old), _runs(new)
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    if shared >= LEAST_SHARED:
        return True
    return max(len(old), len(new)) <= SHORT and fuzz.ratio(old.lower(), new.lower()) >= LEAST_ALIKE


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}
