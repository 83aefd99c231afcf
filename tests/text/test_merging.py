"""What is sent, with what corrections changed: everything of both is in the result, or it is told as a clash."""

import re
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.edits import Edit
from corrections.text.comparison.merge import Merged, merge
from corrections.text.comparison.patch import Patch, apply, compose, difference

BASE = (
    "# The talks\n\n"
    "Ministers met on Tusday in teh capital, and agreed on two points after a long night.\n\n"
    "The bridge opened in 1893 and closed in 1971, the company says in its report.\n\n"
    "A third paragraph of the article ends it with some more words.\n"
)


def corrected(*pairs: tuple[str, str]) -> Patch:
    """The patch of corrections accepted one after another, numbered from 1."""
    patch: Patch = ()
    for number, (old, new) in enumerate(pairs, start=1):
        current = apply(patch, BASE)
        patch = compose(patch, Edit(current.index(old), current.index(old) + len(old), new), BASE, number)
    return patch


def result(merged: Merged) -> str:
    return apply(merged.carried, merged.theirs)


@pytest.mark.parametrize(
    ("corrections", "sent", "merged"),
    [
        ([("Tusday", "Tuesday")], BASE, BASE.replace("Tusday", "Tuesday")),
        ([("Tusday", "Tuesday")], BASE.replace("teh", "the"), BASE.replace("teh", "the").replace("Tusday", "Tuesday")),
        ([("1893", "1839"), ("1971", "1972")], BASE + "\nMore.\n", BASE.replace("1893", "1839").replace("1971", "1972") + "\nMore.\n"),
        ([("Tusday", "Tuesday"), ("Tuesday", "Monday")], BASE + "\nMore.\n", BASE.replace("Tusday", "Monday") + "\nMore.\n"),
        ([("Tusday", "Tuesday"), ("Tuesday", "Tusday")], BASE.replace("Tusday", "Friday"), BASE.replace("Tusday", "Friday")),
        ([("Tusday", "Tuesday")], BASE.replace("Tusday", "Tuesday"), BASE.replace("Tusday", "Tuesday")),
    ],
    ids=["same again", "same paragraph", "two words", "corrected twice", "corrected and reverted", "taken over"],
)  # fmt: skip
def test_what_is_sent_and_what_was_corrected_are_both_in_it(corrections, sent: str, merged: str):
    done = merge(BASE, corrected(*corrections), sent)
    assert done.clashes == ()
    assert result(done) == merged


def test_a_correction_follows_a_paragraph_that_the_publisher_moved():
    parts = BASE.rstrip("\n").split("\n\n")
    moved = "\n\n".join([parts[0], parts[3], parts[2], parts[1]]) + "\n"
    done = merge(BASE, corrected(("Tusday", "Tuesday"), ("1893", "1839")), moved)
    assert result(done) == moved.replace("Tusday", "Tuesday").replace("1893", "1839")
    assert [change.numbers for change in done.carried] == [(2,), (1,)]


@pytest.mark.parametrize(
    ("sent", "theirs", "ours"),
    [
        (BASE.replace("1971", "1973"), BASE.replace("1971", "1973"), BASE.replace("1971", "1972")),
        (BASE.replace("closed in 1971", "shut down in 1973"), None, BASE.replace("1971", "1972")),
        (BASE.replace(" and closed in 1971", ""), None, None),
        (BASE.replace("1971", "1973").replace("1893", "1894"), None, BASE.replace("1971", "1972").replace("1893", "1894")),
    ],
    ids=["another word", "more words", "taken out", "beside another edit"],
)  # fmt: skip
def test_the_same_words_changed_differently_are_a_clash(sent: str, theirs: str | None, ours: str | None):
    done = merge(BASE, corrected(("1971", "1972")), sent)
    (clash,) = done.clashes
    assert clash.numbers == (1,)
    assert "1971" in clash.base
    assert "1972" in clash.ours
    assert apply(done.decided("theirs"), sent) == (theirs or sent)
    decided = apply(done.decided("ours"), sent)
    assert "1972" in decided
    assert ours is None or decided == ours or "shut down" in sent


def test_a_paragraph_taken_out_with_a_correction_in_it_is_a_clash_and_can_be_put_back():
    parts = BASE.rstrip("\n").split("\n\n")
    for gone in (1, 2, 3):
        sent = "\n\n".join(parts[:gone] + parts[gone + 1 :]) + "\n"
        word = {1: "Tusday", 2: "1893", 3: "third"}[gone]
        done = merge(BASE, corrected((word, "Xyzzy")), sent)
        (clash,) = done.clashes
        assert clash.theirs == ""
        assert apply(done.decided("theirs"), sent) == sent
        assert apply(done.decided("ours"), sent) == BASE.replace(word, "Xyzzy")


def test_two_paragraphs_made_one_are_put_back_as_two_where_our_words_are_chosen():
    parts = BASE.split("\n\n")
    joined = BASE.replace(
        "\n\n".join(parts[1:3]), "On Tusday in teh capital ministers met; the bridge that opened in 1893 is shut."
    )
    done = merge(BASE, corrected(("Tusday", "Tuesday"), ("1893", "1839")), joined)
    assert {number for clash in done.clashes for number in clash.numbers} == {1, 2}
    decided = apply(done.decided("ours"), joined)
    assert decided.count("Tuesday") == decided.count("1839") == 1
    assert decided.endswith(parts[3])


def test_a_rewritten_paragraph_is_replaced_as_a_whole_where_our_words_are_chosen():
    parts = BASE.split("\n\n")
    sent = BASE.replace(parts[2], "Nobody knows how old the crossing is.")
    done = merge(BASE, corrected(("1893", "1839"), ("1971", "1972")), sent)
    (clash,) = done.clashes
    assert clash.numbers == (1, 2)
    assert apply(done.decided("ours"), sent) == BASE.replace("1893", "1839").replace("1971", "1972")


WORDS = st.lists(st.integers(2, 9), min_size=2, max_size=5)


def article(lengths: list[int]) -> list[list[str]]:
    """Paragraphs of words of which none stands twice."""
    numbers = count(100)
    return [[f"word{next(numbers)}" for _ in range(length)] for length in lengths]


def written(paragraphs: list[list[str]]) -> str:
    return "\n\n".join(" ".join(words) + "." for words in paragraphs if words) + "\n"


@st.composite
def edited(draw: st.DrawFn, paragraphs: list[list[str]], prefix: str) -> tuple[list[list[str]], set[str]]:
    """A publisher's paragraphs: words changed, put in and taken out, paragraphs moved, put in and taken out; and the
    words of the old ones that were touched."""
    new, touched = [list(words) for words in paragraphs], set[str]()
    for number in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new) - 1))
        kind = draw(st.sampled_from(["word", "word", "word in", "word out", "move", "in", "out"]))
        if kind == "move":
            new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
        elif kind == "in":
            new.insert(at, [f"{prefix}{number}{letter}" for letter in "abcd"])
        elif kind == "out" and len(new) > 1:
            touched |= set(new.pop(at))
        elif new[at]:
            place = draw(st.integers(0, len(new[at]) - 1))
            if kind == "word":
                touched.add(new[at][place])
                new[at][place] = f"{prefix}{number}"
            elif kind == "word in":
                new[at].insert(place, f"{prefix}{number}")
            elif kind == "word out" and len(new[at]) > 1:
                touched.add(new[at].pop(place))
    return new, touched


@settings(max_examples=400, deadline=None)
@given(WORDS, st.data())
def test_every_word_of_both_is_in_the_result_or_told(lengths: list[int], data: st.DataObject):
    paragraphs = article(lengths)
    base = written(paragraphs)
    every = [word for words in paragraphs for word in words]
    chosen = data.draw(st.lists(st.sampled_from(every), max_size=4, unique=True))
    patch: Patch = ()
    for number, word in enumerate(chosen, start=1):
        current = apply(patch, base)
        at = current.index(word)
        patch = compose(patch, Edit(at, at + len(word), f"right{number}"), base, number)
    new, touched = data.draw(edited(paragraphs, "new"))
    sent = written(new)
    done = merge(base, patch, sent)
    told = {number for clash in done.clashes for number in clash.numbers}
    merged = result(done)
    for number, word in enumerate(chosen, start=1):
        if word in touched:
            assert number in told
        if number not in told:
            assert f"right{number}" in merged
            assert word not in merged
    # nothing else: with the corrections taken back, it is what was sent
    for number, word in enumerate(chosen, start=1):
        merged = merged.replace(f"right{number}", word)
    assert merged == sent
    ours = apply(done.decided("ours"), sent)
    rights = {f"right{number}" for number in range(1, len(chosen) + 1)}
    found = re.findall(r"\w+", ours)
    assert rights <= set(found)
    assert set(found) <= rights | set(every) | set(re.findall(r"\w+", sent)), "no word is cut or glued to another"
    if not done.clashes:
        assert ours == result(done)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abc d"), max_size=12).map("".join), st.data())
def test_edits_composed_are_the_edits_made_one_after_another(base: str, data: st.DataObject):
    patch: Patch = ()
    current = base
    for _ in range(data.draw(st.integers(0, 6))):
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(current))] * 2)))
        edit = Edit(start, end, data.draw(st.text("abcx", max_size=3)))
        patch, current = compose(patch, edit, base), edit.apply(current)
        assert apply(patch, base) == current
        assert all(one.edit.end <= two.edit.start for one, two in pairwise(patch))
    assert apply(difference(base, current), base) == current
