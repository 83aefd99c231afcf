"""What a reader typed for a quote is read as typed, whatever white space and typography the page had made of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.passages import corrected_passage
from corrections.text.formats.registry import format_named
from repo_store import Format


@pytest.mark.parametrize("exact", ["A one.\n\nB two.", "A one.\n\n\nB two.", "A one. \n B two.", "A one.\nB two."])
@pytest.mark.parametrize("typed", ["A one.\nNew.\nB two.", "A one. New. B two.", "A one.\n\nNew.\nB two."])
@pytest.mark.parametrize("current", ["A one.\nB two.", "A one.\n\nB two."])
def test_words_typed_into_a_break_stay_apart(current: str, exact: str, typed: str):
    passage = corrected_passage(current, exact, typed)
    assert passage is not None
    assert passage.split() == typed.split()


@pytest.mark.parametrize("exact", ["A one.\n\nB two.", "A one.\n\n\nB two.", "A one. \n B two.", "A one.\nB two."])
@pytest.mark.parametrize("typed", ["A one.\nNew.\nB two.", "A one. New. B two.", "A one.\n\nNew.\nB two."])
@pytest.mark.parametrize("current", ["A 1.\nB two.", "A one.\nB 2.", "A one.\n\nB 2."])
def test_words_typed_into_a_break_stay_apart_where_others_changed_meanwhile(current: str, exact: str, typed: str):
    passage = corrected_passage(current, exact, typed)
    if passage is not None:  # where it is not sure how both changes go together, the correction is refused
        changed = typed.replace("one.", "1.") if "1." in current else typed.replace("two", "2")
        assert passage.split() == changed.split()


@pytest.mark.parametrize(
    ("current", "exact", "typed", "passage"),
    [
        pytest.param("Wait… here", "Wait... here", "Wait.. here", "Wait.. here", id="a dot of three goes"),
        pytest.param("Wait… here", "Wait... here", "Wait... there", "Wait… there", id="the dots stay"),
        pytest.param("a ﬁne day", "a fine day", "a line day", "a line day", id="a letter of a ligature"),
        pytest.param("a ﬁne day", "a fine day", "a fine week", "a ﬁne week", id="the ligature stays"),
        pytest.param("½ done", "1⁄2 done", "3⁄2 done", "3⁄2 done", id="a digit of a fraction"),
    ],
)
def test_a_character_that_is_shown_as_several_is_changed_as_typed(current: str, exact: str, typed: str, passage: str):
    assert corrected_passage(current, exact, typed) == passage


@pytest.mark.parametrize(
    ("source", "form"),
    [
        pytest.param("A one.\n\nB two.\n", Format.MARKDOWN, id="markdown"),
        pytest.param("<p>A one.</p>\n<p>B two.</p>\n", Format.HTML, id="html"),
    ],
)
def test_a_sentence_typed_between_two_paragraphs_stays_apart(source: str, form: Format):
    """Browsers give an empty line for the break between two paragraphs."""
    rendered = format_named(form).render(source)
    exact = "A one.\n\nB two."
    verdict = anchor(Selector(exact), rendered.text)
    assert isinstance(verdict, Anchored)
    written = format_named(form).write(rendered, verdict.place, exact, "A one.\nNew.\nB two.")
    assert isinstance(written, Edit)
    assert format_named(form).render(written.apply(source)).text.split() == ["A", "one.", "New.", "B", "two."]


WORDS = st.lists(st.sampled_from(["a", "bb", "c.", "–", "…", "ﬁ", "“d”", "é"]), min_size=1, max_size=6)
WHITE = st.sampled_from([" ", "\n", "\n\n", "  ", " \n ", "\u00a0"])


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_any_words_typed_are_read_as_typed(data: st.DataObject):
    words = data.draw(WORDS)

    def spaced() -> str:
        return "".join(word + data.draw(WHITE) for word in words).strip()

    current, exact = spaced(), spaced()
    at = data.draw(st.integers(0, len(exact)))
    end = data.draw(st.integers(at, len(exact)))
    typed = exact[:at] + data.draw(st.sampled_from(["", "x", " x ", "\nx\n", "\n"])) + exact[end:]
    passage = corrected_passage(current, exact, typed)
    assert passage is not None
    assert passage.split() == typed.split()
