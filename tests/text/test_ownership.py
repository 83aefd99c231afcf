"""A correction owns the words that its reader quoted: two about the same words never make a text that nobody wrote."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Conflict, over, rebase


def quoting(base: str, quote: str, replacement: str) -> Edit:
    start = base.index(quote)
    return Edit(start, start + len(quote), replacement)


SAME_WORDS = [
    ("Yesterday mayor spoke.", ("mayor", "mayor of Oslo"), ("mayor", "mayor of Bergen")),
    ("Yesterday mayor spoke.", ("mayor", "the mayor"), ("mayor", "a mayor")),
    ("Yesterday mayor spoke.", ("mayor", "the mayor"), ("mayor", "mayor of Bergen")),
    ("Yesterday mayor spoke.", ("mayor", "mayor of Oslo"), ("mayor", "president")),
    ("Yesterday mayor spoke.", ("Yesterday mayor", "Yesterday the mayor"), ("mayor spoke", "mayor of Oslo spoke")),
    ("Yesterday mayor spoke.", ("mayor", "mayor of Oslo"), ("spoke", "hardly spoke")),
    ("Yesterday mayor spoke.", ("mayor", "mayor, an engineer,"), ("mayor", "mayor (72)")),
    ("Alpha one.", ("Alpha one.", "Alpha one. Two."), ("Alpha one.", "Alpha one. Three.")),
    ("Alpha one.", ("one.", "one. Two."), ("Alpha one.", "Alpha one. Three.")),
    ("Alpha one.\n", ("one.", "one.\n\nTwo."), ("one.", "one.\n\nThree.")),
    ("Alpha one.\n\nOmega.\n", ("one.", "one.\n\nTwo."), ("one.", "one.\n\nThree.")),
    ("One of the the last.", ("the the", "the"), ("of the the", "of the")),
    ("We had had enough.", ("had had", "had"), ("had enough", "enough")),
    ("It cost 5 euros.", ("5", "50"), ("5", "25")),
    ("Він сказав мер.", ("мер", "мер Львова"), ("мер", "мер Києва")),
    ("市长昨天说。", ("市长", "奥斯陆市长"), ("市长", "卑尔根市长")),
    ("قال عمدة أمس.", ("عمدة", "عمدة أوسلو"), ("عمدة", "عمدة برغن")),
    ("Met on Tusday in May.", ("Met on Tusday", "Met on Tuesday"), ("on", "at")),
]


@pytest.mark.parametrize(("base", "one", "other"), SAME_WORDS)
def test_two_corrections_of_the_same_words_are_never_both_placed(base: str, one, other):
    first, second = quoting(base, *one), quoting(base, *other)
    assert over(second, first, base) is None
    assert over(first, second, base) is None


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [case for case in SAME_WORDS if case[1][0] == case[2][0] and case[2][1] != "president"],
)
def test_the_diff_alone_tells_two_insertions_at_one_place(base: str, one, other):
    for first, second in permutations((quoting(base, *one), quoting(base, *other))):
        if first.text.startswith(base[first.start : first.end]) == second.text.startswith(
            base[second.start : second.end]
        ):
            assert not isinstance(rebase(second, base, first.apply(base)), Clean)


@pytest.mark.parametrize("after", ["", "\nOmega.\n"])
def test_a_new_paragraph_where_another_has_come_is_a_conflict_and_a_new_sentence_before_it_is_not(after: str):
    base = "Alpha one.\n" + after
    current = "Alpha one.\n\nTwo.\n" + after
    assert isinstance(rebase(quoting(base, "one.", "one.\n\nThree."), base, current), Conflict)
    sentence = rebase(quoting(base, "one.", "one. Three."), base, current)
    assert isinstance(sentence, Clean)
    assert sentence.edit.apply(current) == "Alpha one. Three.\n\nTwo.\n" + after


DIFFERENT_WORDS = [
    ("Yesterday mayor spoke.", ("mayor", "mayor of Oslo"), ("spoke", "said")),
    ("Yesterday mayor spoke.", ("mayor", "mayor of Oslo"), ("Yesterday", "On Monday")),
    ("Met on Tusday in teh city.", ("on Tusday", "on Tuesday"), ("in teh", "in the")),
    ("Met on Tusday in teh city.", ("on Tusday", "on Tuesday"), (" in teh", " in the")),
    ("Ministers met in teh city.", ("Ministers met", "The ministers had met"), ("teh", "the")),
    ("Yesterday mayor spoke.", ("Yesterday", "Yesterday the"), ("spoke", "spoke well")),
    ("Alpha one. Beta two.", ("one.", "one. More."), ("Beta", "Bravo")),
    ("市长昨天在北京说。", ("昨天", "今天"), ("北京", "上海")),
    ("Met on Tusday in May.", ("on Tusday in", "on Tuesday in"), ("in May", "in June")),
    ("One.\n\nTwo.\n\nThree.\n", ("One.", "One. More."), ("Two.", "Two. More.")),
]


@pytest.mark.parametrize(("base", "one", "other"), DIFFERENT_WORDS)
def test_corrections_of_different_words_both_apply_in_either_order(base: str, one, other):
    texts = set()
    for first, second in permutations((quoting(base, *one), quoting(base, *other))):
        current = first.apply(base)
        known, through_diff = over(second, first, base), rebase(second, base, current)
        assert known is not None
        assert isinstance(through_diff, Clean)
        assert known.apply(current) == through_diff.edit.apply(current)
        texts.add(known.apply(current))
    assert len(texts) == 1


WORDS = st.lists(st.sampled_from(["mayor", "of", "the", "spoke", "in", "Oslo", "five"]), min_size=2, max_size=8)
CHANGES = st.sampled_from(["{} of Rome", "the {}", "a {}", "very {} indeed", "", "new", "{}, too,", "{} {}"])


def draw_correction(data: st.DataObject, base: str) -> Edit:
    """A reader's: some whole words quoted, and what should stand there."""
    borders = [0, *(at for at, char in enumerate(base) if char == " "), len(base) - 2]
    first = data.draw(st.integers(0, len(borders) - 2))
    last = data.draw(st.integers(first + 1, min(len(borders) - 1, first + 3)))
    start = borders[first] + (1 if first else 0)
    quote = base[start : borders[last]]
    return Edit(start, borders[last], data.draw(CHANGES).replace("{}", quote))


@settings(max_examples=1500, deadline=None)
@given(WORDS, st.data())
def test_either_order_gives_the_same_text_or_the_second_is_told(words: list[str], data: st.DataObject):
    base = " ".join(words) + ".\n"
    one, other = draw_correction(data, base), draw_correction(data, base)
    second_is_other, second_is_one = over(other, one, base), over(one, other, base)
    assert (second_is_other is None) == (second_is_one is None)
    if second_is_other is None or second_is_one is None:
        return
    text = second_is_other.apply(one.apply(base))
    assert text == second_is_one.apply(other.apply(base))
    if one.apply(base) != base and other.apply(base) != base:
        assert not (one.start < other.end and other.start < one.end) or _keeps_shared_words(base, one, other, text)


def _keeps_shared_words(base: str, one: Edit, other: Edit, text: str) -> bool:
    """Both quoted some words, and neither changed any of the other's: these words stand as they were."""
    shared = base[max(one.start, other.start) : min(one.end, other.end)]
    return shared in one.text and shared in other.text and shared in text


@settings(max_examples=1500, deadline=None)
@given(WORDS, st.data())
def test_through_the_diff_no_correction_lands_on_words_that_were_published_meanwhile(words: list[str], data):
    base = " ".join(words) + ".\n"
    published, edit = draw_correction(data, base), draw_correction(data, base)
    current = published.apply(base)
    placed = rebase(edit, base, current)
    if isinstance(placed, AlreadyApplied) or current == base or edit.apply(base) == base:
        return
    if isinstance(placed, Clean):
        assert current[placed.edit.start : placed.edit.end] == base[edit.start : edit.end]
        inserts = [each.text and each.text != (old := base[each.start : each.end]) and each.text.startswith(old + " ")
                   for each in (published, edit)]  # fmt: skip
        assert not (all(inserts) and published.end == edit.end), "two insertions at one place"
