"""What an editor should look at twice."""

import pytest

from benchmarks.warnings import score
from corrections.text.warnings import Warning, warnings
from tests.text.labelled_changes import LABELLED


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("in 1893 and", "in 1839 and", "number"),
        ("The capital", "The c\u0430pital", "look_alike"),
        ("The capital", "The c\u0430pital", "renders_alike"),
        ("we said", "we\u202e said", "direction"),
        ("we said", "we\u200b said", "invisible"),
        ("met Ann Smith", "met Anne Smith", "name"),
        ("on Monday", "on Tuesday", "date"),
        ("said “we never”", "said “we always”", "quotation"),
        ("[x](http://a.b)", "[x](http://c.d)", "link"),
        ("short", "long " * 60, "longer"),
    ],
)
def test_what_an_editor_should_not_overlook_is_told(old: str, new: str, code: str):
    assert code in [warning.code for warning in warnings(old, new)]


def test_a_plain_typo_warns_of_nothing():
    assert warnings("met in teh capital", "met in the capital") == []


@pytest.mark.parametrize(
    ("old", "new", "language", "code", "words"),
    [
        ("It cost $5 million then.", "It cost $6 million then.", "en", "money", "$6 million"),
        ("Es kostete 1.200 Euro.", "Es kostete 1.300 Euro.", "de", "money", "1.300 Euro"),
        ("Бюджет 5 млн грн.", "Бюджет 7 млн грн.", "uk", "money", "7 млн грн"),
        ("Up 12 per cent.", "Up 21 per cent.", "en", "percentage", "21 per cent"),
        ("En hausse de 5 %.", "En hausse de 6 %.", "fr", "percentage", "6 %"),
        ("On 3 March 2024 it rained.", "On 4 March 2024 it rained.", "en", "date", "4 March 2024"),
        ("El 3 de marzo llovió.", "El 3 de abril llovió.", "es", "date", "3 de abril"),
        ("Rząd nie odpowiedział.", "Rząd odpowiedział.", "pl", "negation", "nie"),
        ("Er hat das gesagt.", "Er hat das nicht gesagt.", "de", "negation", "nicht"),
        ("They did agree.", "They didn't agree.", "en", "negation", "didn't"),
        ("قال إنه وافق.", "قال إنه لم يوافق.", "ar", "negation", "لم"),
    ],
)
def test_figures_dates_and_denials_are_told_in_many_languages(old, new, language, code, words):
    (told,) = [warning for warning in warnings(old, new, language) if warning.code == code]
    assert told.words == words
    marked = [(old if mark.side == "old" else new)[mark.start : mark.end] for mark in told.marks]
    assert words in [text.strip() for text in marked]


def test_each_figure_is_told_once():
    codes = [each.code for each in warnings("Paid $5 on 3 May, 5 %.", "Paid $6 on 4 May, 6 %.")]
    assert codes == ["money", "percentage", "date"]


def test_marks_count_in_the_whole_text():
    before = "A first paragraph with 7 things.\n\n"
    old, new = before + "It opened in 1893.\n", before + "It opened in 1839.\n"
    (told,) = warnings(old, new)
    assert [(mark.side, (old if mark.side == "old" else new)[mark.start : mark.end]) for mark in told.marks] == [
        ("old", "1893"),
        ("new", "1839"),
    ]


def test_of_equal_numbers_the_changed_one_is_marked():
    old, new = "Of 5 and 5 and 5.", "Of 5 and 6 and 5."
    (told,) = warnings(old, new)
    assert [(mark.side, mark.start) for mark in told.marks] == [("old", 9), ("new", 9)]


def test_the_verb_may_is_no_month():
    assert warnings("He may go.", "He might go.") == []


def test_same_texts_warn_of_nothing():
    none: list[Warning] = []
    assert warnings("In 1893.", "In 1893.") == warnings("", "") == none


@pytest.mark.parametrize("language", LABELLED)
def test_changes_get_the_warnings_that_they_deserve_and_no_others(language: str):
    assert len(LABELLED[language]) >= (200 if language == "en" else 30)
    precision, recall = score(LABELLED[language])
    assert precision >= 0.95
    assert recall >= 0.95


def test_two_numbers_that_change_places_are_marked_on_both_sides():
    old, new = "The council voted 8 to 7.", "The council voted 7 to 8."
    (told,) = warnings(old, new)
    assert told.code == "number"
    assert [(mark.side, (old if mark.side == "old" else new)[mark.start : mark.end]) for mark in told.marks] == [
        ("old", "8"),
        ("old", "7"),
        ("new", "7"),
        ("new", "8"),
    ]


def test_marks_stand_right_behind_a_word_that_is_spelled_right_too():
    old, new = "On Tusday 5 men left.", "On Tuesday 6 men left."
    (told,) = warnings(old, new)
    assert [(mark.side, (old if mark.side == "old" else new)[mark.start : mark.end]) for mark in told.marks] == [
        ("old", "5"),
        ("new", "6"),
    ]
