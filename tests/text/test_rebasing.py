"""A correction carried onto a text that has changed: right, or told as a conflict."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Conflict, over, rebase

BASE = "Ministers met on Tusday in teh capital.\n\nThe bridge opened in 1893 and closed later.\n\nA third paragraph ends it.\n"


def edit_of(text: str, old: str, new: str) -> Edit:
    start = text.index(old)
    return Edit(start, start + len(old), new)


def test_an_edit_follows_its_paragraph_when_it_moves():
    parts = BASE.rstrip("\n").split("\n\n")
    moved = "\n\n".join([parts[2], parts[0], parts[1]]) + "\n"
    found = rebase(edit_of(BASE, "ends it", "closes it"), BASE, moved)
    assert isinstance(found, Clean)
    assert "A third paragraph closes it." in found.edit.apply(moved)


def test_outcomes_of_rebasing():
    edit = edit_of(BASE, "Tusday", "Tuesday")
    assert rebase(edit, BASE, BASE) == Clean(edit)
    assert isinstance(rebase(edit, BASE, edit.apply(BASE)), AlreadyApplied)
    assert isinstance(rebase(edit, BASE, BASE.replace("Tusday", "Wednesday")), Conflict)
    rewritten = "Something quite unlike it stands here now, about trains.\n\n" + BASE.split("\n\n", 1)[1]
    assert isinstance(rebase(edit, BASE, rewritten), Conflict)
    assert isinstance(rebase(edit, BASE, BASE.split("\n\n", 1)[1]), Conflict)


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "the", "of", "1893"]), min_size=4, max_size=14)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.data())
def test_edits_of_different_words_commute(words: list[str], data: st.DataObject):
    base = " ".join(words) + ".\n"
    first, second = sorted(data.draw(st.sets(st.integers(0, len(words) - 1), min_size=2, max_size=2)))
    spans = []
    for at, new in ((first, "Uno"), (second, "Dos")):
        start = len(" ".join(words[:at])) + (1 if at else 0)
        spans.append(Edit(start, start + len(words[at]), new))
    results = set()
    for one, two in (spans, spans[::-1]):
        current = one.apply(base)
        found = rebase(two, base, current)
        assert isinstance(found, Clean | Conflict)
        results.add(found.edit.apply(current) if isinstance(found, Clean) else "conflict")
    wanted = spans[0].apply(spans[1].apply(base))
    assert results <= {wanted, "conflict"}
    if len(set(words)) == len(words):
        assert results == {wanted}


@pytest.mark.parametrize("at", [7, 11])
def test_one_of_two_equal_words_taken_out_is_not_taken_out_twice(at: int):
    base = "One of the the last places.\n"
    assert isinstance(rebase(Edit(at, at + 4, ""), base, "One of the last places.\n"), AlreadyApplied)


@pytest.mark.parametrize("at", [3, 7, 11])
def test_a_word_put_in_beside_its_equal_is_not_put_in_twice(at: int):
    base = "We had had enough.\n"
    assert isinstance(rebase(Edit(at, at, "had "), base, "We had had had enough.\n"), AlreadyApplied)


def test_a_moved_paragraph_is_followed_and_a_rewritten_one_is_not_guessed():
    parts = BASE.rstrip("\n").split("\n\n")
    rewritten = "\n\n".join(["In teh harbour the ships lay still and nobody came to see them off.", *parts[1:]]) + "\n"
    assert isinstance(rebase(edit_of(BASE, "teh", "the"), BASE, rewritten), Conflict)
    enlarged = BASE.replace("closed later.", "closed later, " + "and much was said about it, " * 12 + "at length.")
    found = rebase(edit_of(BASE, "1893", "1894"), BASE, enlarged)
    assert isinstance(found, Clean)
    assert found.edit.apply(enlarged) == enlarged.replace("1893", "1894")


def test_a_conflict_tells_all_three_versions():
    found = rebase(edit_of(BASE, "Tusday", "Tuesday"), BASE, BASE.replace("Tusday", "Wednesday"))
    assert isinstance(found, Conflict)
    assert "Tusday" in found.base
    assert "Wednesday" in found.theirs
    assert "Tuesday" in found.ours


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (("Tusday", "Tuesday"), ("teh", "the"), "Ministers met on Tuesday in the capital."),
        (("on Tusday", "on Tuesday"), (" in teh", " in the"), "Ministers met on Tuesday in the capital."),
        (("Ministers met", "The ministers had met"), ("on", "at"), "The ministers had met at Tusday in teh capital."),
    ],
)
def test_touching_edits_both_apply_in_either_order(first, second, both):
    one, two = edit_of(BASE, *first), edit_of(BASE, *second)
    for earlier, later in ((one, two), (two, one)):
        carried = over(later, earlier, BASE)
        assert carried is not None
        assert carried.apply(earlier.apply(BASE)).startswith(both)
        found = rebase(later, BASE, earlier.apply(BASE))
        assert isinstance(found, Clean)
        assert found.edit.apply(earlier.apply(BASE)).startswith(both)


def test_edits_of_neighbouring_words_without_spaces_between_commute():
    base = "部长昨天在北京说。\n"
    one, two = edit_of(base, "昨天", "今天"), edit_of(base, "北京", "上海")
    carried = over(two, one, base)
    assert carried is not None
    assert carried.apply(one.apply(base)) == "部长今天在上海说。\n"


def test_edits_of_the_same_word_conflict():
    assert over(edit_of(BASE, "Tusday", "Tuesday"), edit_of(BASE, "Tus", "Thurs"), BASE) is None
    assert over(edit_of(BASE, "Tusday", "Tuesday"), edit_of(BASE, "Tusday", "Friday"), BASE) is None
    at = BASE.index("Tusday") + len("Tusday")
    assert over(Edit(at, at, "s"), edit_of(BASE, "Tusday", "Tuesday"), BASE) is None


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "the", "of", "1893"]), min_size=3, max_size=9
    ).map(lambda words: " ".join(words).capitalize() + "."),
    min_size=1,
    max_size=5,
)


def text_of(sentences: list[str]) -> str:
    return "\n\n".join(sentences) + "\n"


def draw_edit(data: st.DataObject, text: str) -> Edit:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    return Edit(start, end, data.draw(st.sampled_from(("", "x", "new words", "the "))))


@settings(max_examples=300, deadline=None)
@given(SENTENCES, SENTENCES, st.data())
def test_carrying_changes_nothing_outside_the_correction(old, new, data):
    base, current = text_of(old), text_of(new)
    edit = draw_edit(data, base)
    assert rebase(edit, base, base) == Clean(edit), "identity"
    found = rebase(edit, base, current)
    if isinstance(found, Clean):
        assert current[found.edit.start : found.edit.end] == base[edit.start : edit.end]
        assert found.edit.text == edit.text


@settings(max_examples=200, deadline=None)
@given(SENTENCES, st.data())
def test_carrying_over_two_revisions_is_carrying_over_their_sum(sentences, data):
    base = text_of([f"{number} {sentence}" for number, sentence in enumerate(sentences)])
    middle = "Zero one two.\n\n" + base
    current = middle + "\nLast words here.\n"
    edit = draw_edit(data, base)
    direct, first = rebase(edit, base, current), rebase(edit, base, middle)
    if isinstance(first, Clean) and isinstance(direct, Clean):
        second = rebase(first.edit, middle, current)
        assert not isinstance(second, AlreadyApplied)
        assert isinstance(second, Conflict) or second.edit == direct.edit, "the same, or told"


@settings(max_examples=300, deadline=None)
@given(SENTENCES, st.data())
def test_edits_carried_over_each_other_commute(sentences, data):
    base = text_of(sentences)
    one, two = draw_edit(data, base), draw_edit(data, base)
    after_one, after_two = over(two, one, base), over(one, two, base)
    assert (after_one is None) == (after_two is None)
    if after_one is not None and after_two is not None:
        assert after_one.apply(one.apply(base)) == after_two.apply(two.apply(base))
