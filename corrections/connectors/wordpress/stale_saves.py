"""Saves by somebody who had a post open since before the last writing: what was changed is put into the newer words.

Title, excerpt and content go each by itself: some editors send all of them, others only what was changed.
"""

from collections import Counter
from collections.abc import Sequence

from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.words import Words, sent_words
from corrections.services.articles.source_versions import sent_before
from corrections.text.comparison.merge import merge
from corrections.text.comparison.patch import apply, difference

BASES = 8  # versions from which an editor may have started
LIKELY = 4  # of all states those that are compared closely


def carried_over(session: Session, article: str, saved: Words, earlier: Sequence[Words]) -> Words:
    """Saved words; what of them was made of older ones is changed in the last ones instead.

    `earlier` are the states before it, oldest first.
    """
    sent = sent_before(session.publication, article, 1)
    if not sent or saved in earlier:
        return saved
    last = sent_words(sent[0])
    if sent[0].parts.headline is None:
        last = last._replace(title=saved.title)  # no part of the article, so it is as it was saved
    base = _nearest(session, article, saved, earlier)
    return Words(*(_carried(*texts) for texts in zip(base, saved, last, strict=True)))


def is_basis(session: Session, article: str, saved: Words, following: Words, earlier: Sequence[Words]) -> bool:
    """Whether the words that follow may have been made of the saved ones, rather than of `earlier` ones."""
    return _distance(saved, following) <= _distance(_nearest(session, article, following, earlier), following)


def _carried(base: str, saved: str, last: str) -> str:
    if not base or last in (base, saved):  # nothing was corrected in what was empty
        return saved
    merged = merge(base, difference(base, saved), last)
    return saved if merged.clashes else apply(merged.carried, last)


def _nearest(session: Session, article: str, saved: Words, earlier: Sequence[Words]) -> Words:
    """Of the words before the saved ones those from which they differ least, field by field; the last of several."""
    sent = [sent_words(version) for version in sent_before(session.publication, article, BASES)]
    bases = (*sent[:1], *reversed(earlier), *sent)
    return Words(*map(_nearest_text, saved, zip(*bases, strict=True)))


def _nearest_text(saved: str, bases: tuple[str, ...]) -> str:
    different = list(dict.fromkeys(bases))
    if saved in different:
        return saved
    words = Counter(saved.split())
    by_words = sorted(different, key=lambda base: _word_distance(Counter(base.split()), words))
    likely = set(by_words[:LIKELY])
    return min((base for base in different if base in likely), key=lambda base: _text_distance(base, saved))


def _word_distance(before: Counter[str], after: Counter[str]) -> int:
    """How many words go and come, wherever they are: known in much less time than `_text_distance`."""
    return (before - after).total() + (after - before).total()


def _distance(before: Words, after: Words) -> int:
    return sum(map(_text_distance, before, after))


def _text_distance(before: str, after: str) -> int:
    """How many code points go and come."""
    return sum(change.edit.end - change.edit.start + len(change.edit.text) for change in difference(before, after))
