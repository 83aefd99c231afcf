"""What a reader takes for one character is never cut in two: not by a place, a mark, a warning or a correction."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, anchor
from corrections.text.anchoring.graphemes import clusters, is_border, widen
from corrections.text.comparison.diff import diff, noted
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.rebase import Clean, rebase
from corrections.text.comparison.words import tokens
from corrections.text.warnings import warnings

FRANCE, AMERICA, RUSSIA = "🇫🇷", "🇺🇸", "🇷🇺"
FAMILY = "👨\u200d👩\u200d👧"
CLUSTERS = {
    "two flags": (FRANCE + AMERICA, [RUSSIA, FRANCE[0], AMERICA[1]]),
    "a family": (FAMILY, ["👨", "👩", "👧", "👩\u200d👧", "\u200d"]),
    "a skin tone": ("👍🏽", ["👍", "🏽"]),
    "a profession": ("👩🏽\u200d🚒", ["👩", "👩🏽", "🚒"]),
    "a keycap": ("1\ufe0f\u20e3", ["1", "1\ufe0f", "\u20e3"]),
    "a variation selector": ("❤\ufe0f", ["❤", "\ufe0f"]),
    "a region's flag": ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", ["🏴"]),
    "an accent apart": ("e\u0301", ["e", "\u0301"]),
    "two accents": ("o\u0323\u0302", ["o", "o\u0323", "\u0302"]),
    "an accent composed": ("é", ["e"]),
    "Hangul letters": ("\u1112\u1161\u11ab", ["\u1112", "\u1112\u1161", "\u11ab"]),
    "a Hangul syllable": ("한", ["\u1112", "하"]),
    "a Devanagari conjunct": ("क्ष", ["क", "क्", "ष", "\u094d"]),
    "a Devanagari vowel": ("कि", ["क", "\u093f"]),
    "a Bengali vowel": ("নি", ["ন"]),
    "a Tamil vowel": ("தி", ["த"]),
    "a Thai vowel": ("นำ", ["น", "\u0e33"]),
    "a Thai tone": ("ที่", ["ท", "ที"]),
    "a Hebrew point": ("בּ", ["ב"]),
    "an Arabic vowel": ("بَ", ["ب"]),
    "a ligature": ("\ufb01", ["f", "i"]),
    "a ligature of three": ("\ufb03", ["f", "ff", "fi", "i"]),
    "an ellipsis": ("…", [".", ".."]),
}
CUTS = [(name, whole, part) for name, (whole, parts) in CLUSTERS.items() for part in parts]


@pytest.mark.parametrize(("name", "whole", "part"), CUTS, ids=[f"{name} {part!r}" for name, _, part in CUTS])
def test_a_part_of_a_character_is_no_place_and_the_whole_is_named(name: str, whole: str, part: str):
    text = f"Up {whole} bhnd\n"
    at = text.index(whole)
    for selector in (
        Selector(part),
        Selector(part, text[:at], text[at + len(whole) :]),
        Selector(part, start=at, end=at + len(part)),
        Selector(part, text[max(0, at - 2) : at]),
    ):
        verdict = anchor(selector, text)
        assert isinstance(verdict, Gone), verdict
        assert verdict.nearest
        nearest = verdict.nearest[0]
        assert text[nearest.start : nearest.end] in (whole, FRANCE, AMERICA)


@pytest.mark.parametrize(("name", "whole", "part"), CUTS, ids=[f"{name} {part!r}" for name, _, part in CUTS])
def test_a_character_that_stands_whole_elsewhere_is_found_there(name: str, whole: str, part: str):
    text = f"Up {whole} bhnd | {part} | bhnd\n"
    at = text.index("|") + 2
    if part.strip() and is_border(text, at) and is_border(text, at + len(part)):
        verdict = anchor(Selector(part), text)
        assert isinstance(verdict, Anchored), verdict
        assert (verdict.place.start, verdict.place.end) == (at, at + len(part))


def test_a_whole_character_is_found_beside_its_like():
    text = f"They wore {RUSSIA}{FRANCE}{AMERICA} and {FAMILY}{FAMILY}.\n"
    verdict = anchor(Selector(FRANCE), text)
    assert isinstance(verdict, Anchored)
    assert text[verdict.place.start : verdict.place.end] == FRANCE
    assert isinstance(anchor(Selector(FAMILY), text), Ambiguous)


PIECES = [
    "a",
    "e",
    "🇫🇮",
    "b ",
    " ",
    ". ",
    "\n\n",
    "é",
    FRANCE,
    RUSSIA,
    FAMILY,
    "👍🏽",
    "e\u0301",
    "क्षि",
    "कि",
    "นำ",
    "ที่",
    "한",
    "1\ufe0f\u20e3",
    "7",
]
WRITTEN = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def borders(text: str) -> set[int]:
    return {0, *(match.end() for match in regex.finditer(r"\X", text))}


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_clusters_are_those_of_the_standard(text: str):
    inside = set(range(len(text) + 1)) - borders(text)
    assert {at for at in range(len(text) + 1) if not is_border(text, at)} == inside
    for at in inside:
        start, end = widen(text, at, at)
        assert start < at < end
        assert {start, end} <= borders(text)


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_no_word_cuts_a_character(text: str):
    assert "".join(tokens(text)) == text
    at = 0
    for token in tokens(text):
        assert at in borders(text)
        at += len(token)


@settings(max_examples=300, deadline=None)
@given(WRITTEN, WRITTEN)
def test_no_segment_mark_or_warning_cuts_a_character(old: str, new: str):
    about = warnings(old, new)
    for warning in about:
        for mark in warning.marks:
            assert {mark.start, mark.end} <= borders(old if mark.side == "old" else new)
    for row in noted(diff(old, new), about):
        for part in (*row.left, *row.right):
            assert not regex.match(r"\p{M}", part.text)
            for note in part.notes:
                assert {note.start, note.end} <= borders(part.text)


@settings(max_examples=300, deadline=None)
@given(WRITTEN, st.data())
def test_no_place_cuts_a_character(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    context = data.draw(st.integers(1, 12))
    selector = Selector(text[start:end], text[max(0, start - context) : start], text[end : end + context])
    verdict = anchor(selector, text)
    match verdict:
        case Anchored():
            places = [verdict.place]
        case Ambiguous():
            places = list(verdict.candidates)
        case Gone():
            places = list(verdict.nearest)
    for place in places:
        assert {place.start, place.end} <= borders(text)
    if text[start:end].strip() and {start, end} <= borders(text):
        assert not isinstance(verdict, Gone)


def test_a_context_that_is_a_piece_of_a_character_says_nothing_of_words():
    for joined in ("क\u094dष\u093f", "e\u0301", "x\u200d"):
        text = f"a{joined}aa"
        selector = Selector("a", joined[-1], "a")
        assert anchor(selector, text) == Anchored(Place(len(joined) + 1, len(joined) + 2))
    key = "1\ufe0f\u20e3"
    assert anchor(Selector(key, key[-1], "a"), key + key + "a") == Anchored(Place(3, 6))
    assert not isinstance(anchor(Selector("5 million", "\u200d", " came"), "When 15 million came"), Anchored)


@pytest.mark.parametrize(
    "text", ["🇫" * 50_000, "👩\u200d" * 50_000, "क्" * 50_000, "e\u0301" * 50_000, "\u1100" * 50_000, "\u0301" * 50_000]
)
def test_long_runs_of_joined_characters_are_searched_and_compared(text: str):
    assert clusters(text).starts
    anchor(Selector("words", "before ", " after"), text)
    diff(text, text[:-1] + "x")
    warnings(text, text + "7")


@settings(max_examples=300, deadline=None)
@given(WRITTEN, WRITTEN, WRITTEN, WRITTEN)
def test_a_correction_is_trimmed_and_carried_over_in_whole_characters(before: str, old: str, new: str, after: str):
    base = f"Start {before} | {old} | {after} end.\n"
    start = len(f"Start {before} | ")
    edit = Edit(start, start + len(old), new)
    change = trim(edit, base)
    assert change.apply(base) == edit.apply(base)
    assert {change.start, change.end} <= borders(base)
    written = edit.apply(base)
    assert {change.start, change.start + len(change.text)} <= borders(written)
    current = base.replace("Start", "Begin")
    rebased = rebase(edit, base, current)
    if isinstance(rebased, Clean):
        assert {rebased.edit.start, rebased.edit.end} <= borders(current)


def test_one_flag_changed_for_another_changes_a_whole_flag():
    base = f"They wore {FRANCE}{AMERICA} there.\n"
    change = trim(Edit(10, 14, "🇫🇮" + AMERICA), base)
    assert (change.start, change.end, change.text) == (10, 12, "🇫🇮")
