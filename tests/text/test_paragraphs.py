"""A paragraph that nobody touched is shown as it was, whatever comes, goes or moves beside it."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.diff import Row, diff
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.paragraphs import align
from corrections.text.comparison.rebase import Clean, rebase

GAPS = {
    "a blank line": "\n\n",
    "several blank lines": "\n\n\n\n",
    "white space in the blank line": "\n \t\n",
    "CRLF": "\r\n\r\n",
    "CRLF, several": "\r\n\r\n \r\n",
    "CR": "\r\r",
    "no-break space": "\n\u00a0\n",
}
ENDS = ("", "\n", "\r\n", "\n\n", "\n\n\n", "\n  ")
PARAGRAPHS = ["The first one opens.", "Second:\nof two lines.", "A third, longer than that.", "Fourth and last."]


def left(row: Row) -> str:
    return "".join(part.text for part in row.left)


def right(row: Row) -> str:
    return "".join(part.text for part in row.right)


def assert_covers(rows: list[Row], old: str, new: str) -> None:
    assert "".join(map(left, rows)) == old
    assert "".join(map(right, rows)) == new
    for row in rows:
        assert row.kind != "same" or left(row) == right(row)


def told(old: str, new: str) -> list[tuple[str, str]]:
    """What is told of the words: kind and words of each row that is not the same."""
    rows = diff(old, new)
    assert_covers(rows, old, new)
    return [(row.kind, (left(row) or right(row)).strip()) for row in rows if row.kind != "same" and not row.white_space]


CASES = list(product(GAPS.values(), ENDS, ENDS))


@pytest.mark.parametrize(("gap", "old_end", "new_end"), CASES)
def test_a_paragraph_that_comes_or_goes_touches_no_other(gap: str, old_end: str, new_end: str):
    for at in range(len(PARAGRAPHS)):
        few = gap.join(PARAGRAPHS[:at] + PARAGRAPHS[at + 1 :])
        every = gap.join(PARAGRAPHS)
        assert told(few + old_end, every + new_end) == [("added", PARAGRAPHS[at])]
        assert told(every + old_end, few + new_end) == [("removed", PARAGRAPHS[at])]


@pytest.mark.parametrize(("gap", "old_end", "new_end"), CASES)
def test_a_paragraph_that_moves_touches_no_other(gap: str, old_end: str, new_end: str):
    for at, to in product(range(len(PARAGRAPHS)), repeat=2):
        if at == to:
            continue
        order = PARAGRAPHS[:at] + PARAGRAPHS[at + 1 :]
        order.insert(to, PARAGRAPHS[at])
        kinds = told(gap.join(PARAGRAPHS) + old_end, gap.join(order) + new_end)
        assert [kind for kind, _ in kinds] == ["moved", "moved"]
        assert len({words for _, words in kinds}) == 1
        if abs(at - to) > 1:
            assert kinds[0][1] == PARAGRAPHS[at]


@pytest.mark.parametrize("gap", GAPS.values())
def test_only_what_came_is_marked_as_come(gap: str):
    end = gap[: 2 if gap.startswith("\r\n") else 1]
    rows = diff(gap.join(PARAGRAPHS[:3]) + end, gap.join(PARAGRAPHS) + end)
    assert [row.kind for row in rows] == ["same", "same", "same", "added"]


def test_a_changed_paragraph_is_marked_where_it_changed_though_another_comes_after_it():
    rows = diff("One.\n\nTeh last.\n", "One.\n\nThe last.\n\nMore.\n")
    assert [row.kind for row in rows] == ["same", "changed", "added"]
    assert [part.text for part in rows[1].right if part.kind == "added"] == ["The"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("One.\n\nTwo.\n", "One.\n\n\nTwo.\n"),
        ("One.\n\nTwo.\n", "One.\n \nTwo.\n"),
        ("One.\n\nTwo.\n", "One.\r\n\r\nTwo.\r\n"),
        ("One.\n\nTwo.", "One.\n\nTwo.\n"),
        ("One.\n\nTwo.\n", "\n\nOne.\n\nTwo.\n"),
        ("One.\n\nTwo.\n", "One.\n\nTwo.\n\n\n"),
        ("One.\nMore.\n", "One.\n More.\n"),
        ("One.\n", " One.\n"),
        ("", "\n"),
        ("\n\n", " \n"),
    ],
)
def test_white_space_alone_is_told_as_such(old: str, new: str):
    for before, after in ((old, new), (new, old)):
        rows = diff(before, after)
        assert_covers(rows, before, after)
        changed = [row for row in rows if row.kind != "same"]
        assert changed
        assert all(row.white_space for row in changed)


@pytest.mark.parametrize("by", ["paragraph", "line"])
def test_lines_are_told_as_paragraphs_are(by):
    gap = "\n" if by == "line" else "\n\n"
    rows = diff(gap.join(["One", "Two"]), gap.join(["One", "Two", "Three"]), by)
    assert [row.kind for row in rows] == ["same", "same", "added"]


TEXTS = st.lists(
    st.sampled_from(["alpha beta.", "gamma", "delta e.", "\n", "\n\n", "\r\n", "\r", " ", "\n \n", "\t", "\u00a0\n"]),
    max_size=12,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["paragraph", "line"]))
def test_pairs_cover_both_texts_in_order(old: str, new: str, by):
    at = to = 0
    for pair in align(old, new, by):
        assert (pair.old_start, pair.new_start) == (at, to)
        at, to = pair.old_end, pair.new_end
        if pair.kind == "same":
            assert old[pair.old_start : pair.old_end] == new[pair.new_start : pair.new_end] != ""
    assert (at, to) == (len(old), len(new))
    assert_covers(diff(old, new, by), old, new)


@pytest.mark.parametrize("gap", GAPS.values())
def test_a_correction_is_carried_beside_paragraphs_that_came_went_or_moved(gap: str):
    base = gap.join(PARAGRAPHS) + "\n"
    start = base.index("third")
    edit = Edit(start, start + len("third"), "tertiary")
    for current in (
        base + gap + "More of it.",
        gap.join(PARAGRAPHS[:3]),
        gap.join([*PARAGRAPHS[1:], PARAGRAPHS[0]]),
        gap.join([PARAGRAPHS[2], *PARAGRAPHS[:2], PARAGRAPHS[3]]),
        "New." + gap + base,
    ):
        rebased = rebase(edit, base, current)
        assert isinstance(rebased, Clean)
        assert rebased.edit.apply(current) == current.replace("third", "tertiary")
