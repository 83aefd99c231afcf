"""What is shown as changed is what a person would mark, and nothing is left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.attribution import attribute
from corrections.text.comparison.diff import diff, noted
from corrections.text.comparison.words import changes
from corrections.text.warnings import warnings


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_the_sides_of_a_diff_are_the_texts(old: str, new: str):
    rows = diff(old, new)
    assert "".join(part.text for row in rows for part in row.left) == old or any(row.kind == "moved" for row in rows)
    assert sorted("".join(part.text for row in rows for part in row.left)) == sorted(old)
    assert sorted("".join(part.text for row in rows for part in row.right)) == sorted(new)


def test_a_diff_marks_words_not_letters_and_says_what_moved():
    stays = "One para here.\n\nAnd one more.\n\n"
    rows = diff(
        f"{stays}Two teh para.\n\nA third one, longer.\n\n", f"A third one, longer.\n\n{stays}Two the para.\n\n"
    )
    assert [row.kind for row in rows] == ["moved", "same", "same", "changed", "moved"]
    assert [part.text for part in rows[3].left if part.kind == "removed"] == ["teh"]
    assert [part.kind for part in rows[3].inline] == ["same", "removed", "added", "same"]


def test_each_sentence_is_attributed_to_the_revision_that_last_changed_it():
    first = "One sentence. Another one! A third?\n\nA second paragraph.\n"
    second = first.replace("Another", "Some other")
    third = second.replace("A second paragraph.", "A paragraph.") + "\nNew.\n"
    sentences = attribute([first, second, third])
    assert "".join(each.text for each in sentences) == third
    assert [(each.text.strip(), each.revision) for each in sentences] == [
        ("One sentence.", 0),
        ("Some other one!", 1),
        ("A third?", 0),
        ("A paragraph.", 2),
        ("New.", 2),
    ]


def test_long_texts_that_agree_only_near_their_beginning_are_compared_too():
    shared = [f"shared{each}" for each in range(12)]
    old = " ".join([*["old"] * 20, *shared, *["left", "other"] * 11_000])
    new = " ".join([*["new"] * 30, *shared, *["right", "else"] * 11_000])
    hunks = changes(old, new, tidy=False)
    assert any("shared5" in old[hunk.start : hunk.end] for hunk in hunks if hunk.same)
    assert "".join(old[hunk.start : hunk.end] for hunk in hunks) == old
    assert "".join(new[hunk.new_start : hunk.new_end] for hunk in hunks) == new


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("Це м'ятний чай.", "Це п'ятий чай.", ["м'ятний"], ["п'ятий"]),
        ("قال الوزير أمس", "قال الرئيس أمس", ["الوزير"], ["الرئيس"]),
        ("אמר השר אתמול", "אמר הנשיא אתמול", ["השר"], ["הנשיא"]),
        ("部长昨天说", "部长今天说", ["昨"], ["今"]),
        ("It costs 3.14 euros", "It costs 3.15 euros", ["3.14"], ["3.15"]),
        ("don't", "doesn't", ["don't"], ["doesn't"]),
    ],
)
def test_words_are_those_of_the_language(old: str, new: str, removed: list[str], added: list[str]):
    (row,) = diff(old, new)
    assert [part.text for part in row.left if part.kind == "removed"] == removed
    assert [part.text for part in row.right if part.kind == "added"] == added


def test_a_change_of_white_space_alone_is_told():
    (row,) = diff("One  two.\n", "One two.\n")
    assert row.white_space
    assert not diff("One two.\n", "One to.\n")[0].white_space


def test_a_warning_stands_at_its_words_in_the_diff():
    old, new = "First para.\n\nOpened in 1893.\n", "First para.\n\nOpened in 1839.\n"
    rows = noted(diff(old, new), warnings(old, new))
    pieces = [piece for row in rows for part in (*row.left, *row.right) for piece in part.pieces if piece[1]]
    assert pieces == [("1893", "Changes a number: 1893 → 1839."), ("1839", "Changes a number: 1893 → 1839.")]
