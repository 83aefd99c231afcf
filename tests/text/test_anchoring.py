"""A selection finds its one place, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import CANDIDATES, Ambiguous, Anchored, Gone, Selector, anchor

TEXT = "Robin met Robin in the capital. “We always said so,” Robin\u00a0said.\nSecond line with Elisa.\n"


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (Selector("capital"), "capital"),
        (Selector("Robin", suffix=" in the"), "Robin"),
        (Selector('"We always said so,"'), "“We always said so,”"),
        (Selector("Robin said.\n\nSecond"), "Robin\u00a0said.\nSecond"),
        (Selector("Robin", start=10), "Robin"),
    ],
)
def test_a_quote_is_found_whatever_its_spaces_and_quotation_marks(selector: Selector, found: str):
    verdict = anchor(selector, TEXT)
    assert isinstance(verdict, Anchored)
    assert TEXT[verdict.place.start : verdict.place.end] == found


def test_a_word_that_stands_often_is_ambiguous_and_one_that_is_not_there_is_gone():
    verdict = anchor(Selector("Robin"), TEXT)
    assert isinstance(verdict, Ambiguous)
    assert [place.start for place in verdict.candidates] == [0, 10, 53]
    assert isinstance(anchor(Selector("Robert"), TEXT), Gone)
    assert isinstance(anchor(Selector("  "), TEXT), Gone)


def test_an_exact_hit_elsewhere_does_not_win_over_a_changed_context():
    changed = "Elisa met the press at noon. Much later, and far away, Robin wrote a book about bees.\n"
    selector = Selector("Robin", prefix="yesterday at the station ", suffix=" met the press at noon")
    assert not isinstance(anchor(selector, changed), Anchored)


LONG = "yesterday at the station "
LATER = " met the press at noon and said that nothing had been decided"


def place_of(selector: Selector, text: str) -> str:
    verdict = anchor(selector, text)
    assert isinstance(verdict, Anchored), verdict
    return text[verdict.place.start : verdict.place.end]


def test_a_corrected_name_is_gone_and_its_successor_is_told_first():
    text = f"It was {LONG}Elisa{LATER}. Much later, and far away, Robin wrote a book about bees.\n"
    verdict = anchor(Selector("Robin", LONG, LATER), text)
    assert isinstance(verdict, Gone)
    assert [text[place.start : place.end] for place in verdict.nearest] == ["Elisa", "Robin"]


def test_a_word_that_stands_79_times_is_ambiguous_without_context_and_found_with_it():
    text = "".join(f"Number {each} is the next. " for each in range(79))
    verdict = anchor(Selector("the"), text)
    assert isinstance(verdict, Ambiguous)
    assert len(verdict.candidates) == CANDIDATES
    assert anchor(Selector("the", "Number 41 is ", " next."), text) == anchor(
        Selector("the", start=text.index("41 is the") + 6), text
    )


@pytest.mark.parametrize(
    ("exact", "found"),
    [
        ("office", "o\ufb03ce"),
        ("cafe\u0301", "caf\u00e9"),
        ("Wort\u00adtrennung", "Worttrennung"),
        ("1893-1901", "1893–1901"),
        ("10 000 people", "10\u00a0000 people"),
        ("and so on...", "and so on…"),
    ],
)
def test_what_people_call_the_same_is_the_same(exact: str, found: str):
    assert place_of(Selector(exact), f"They said {found} then.\n") == found


def test_words_changed_inside_a_long_quote_or_its_context_are_found_as_moved():
    text = "When ministers met on Tuesday in the old capital, nobody had read the report that lay before them.\n"
    selector = Selector("met on Tusday in the old capital", "When the ministers ", ", nobody had read")
    verdict = anchor(selector, text)
    assert isinstance(verdict, Anchored)
    assert verdict.verdict == "moved"
    assert place_of(selector, text) == "met on Tuesday in the old capital"
    assert anchor(Selector("Tuesday", "ministers met on ", " in the old"), text).verdict == "exact"


def test_two_places_equally_like_a_changed_quote_are_ambiguous():
    sentence = "The bridge over the river was closed on Monday because of the storm.\n"
    verdict = anchor(Selector("The bridge over the river was closed on Munday because of the storm."), sentence * 2)
    assert isinstance(verdict, Ambiguous)
    assert len(verdict.candidates) == 2


def test_a_quote_whose_first_word_has_changed_and_which_has_no_context_is_gone_and_the_nearest_is_told():
    verdict = anchor(
        Selector("Tusday in the old capital they met"), "On Wednesday in the old capital they met again.\n"
    )
    assert isinstance(verdict, Gone)
    assert verdict.nearest


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["alpha", "beta", "gamma", "delta", "the", "of", "1893", "—", "é", "“x”"]),
        min_size=3,
        max_size=40,
    ),
    st.data(),
)
def test_a_selection_with_its_context_finds_itself_or_one_that_reads_the_same(words: list[str], data: st.DataObject):
    text = " ".join(words) + "\n"
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text) - 1))
    exact, prefix, suffix = text[start:end], text[max(0, start - 32) : start], text[end : end + 32]
    verdict = anchor(Selector(exact, prefix, suffix, start, end), text)
    if not exact.strip():
        assert isinstance(verdict, Gone)
    elif isinstance(verdict, Anchored):
        assert (verdict.place.start, verdict.place.end) == (start, end)
    else:
        assert isinstance(verdict, Ambiguous)
        assert any(place.start <= start + 1 and end - 1 <= place.end for place in verdict.candidates)
