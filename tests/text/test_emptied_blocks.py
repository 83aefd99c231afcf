"""A block whose words are taken out goes with its markup; everything else stays as it was, byte for byte."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.passages import Unwritable


def without(source: str, exact: str, replacement: str = "") -> str:
    rendered = render(source)
    at = rendered.text.index(exact)
    edit = write(rendered, Place(at, at + len(exact)), exact, replacement)
    assert isinstance(edit, Edit), edit
    return edit.apply(source)


@pytest.mark.parametrize(
    ("source", "exact", "wanted"),
    [
        pytest.param("- one\n- two\n- three\n", "two", "- one\n- three\n", id="an item"),
        pytest.param("- one\n- two\n", "one", "- two\n", id="the first item"),
        pytest.param("- one\n- two\n", "two", "- one\n", id="the last item"),
        pytest.param("- one\n- two", "two", "- one\n", id="the last item without a line end"),
        pytest.param("* one\n* two **bold**\n* three\n", "two bold", "* one\n* three\n", id="an item with markup"),
        pytest.param("1. one\n2. two\n3. three\n", "two", "1. one\n3. three\n", id="a numbered item"),
        pytest.param("1. one\n2. two\n3. three\n", "one", "1. two\n3. three\n", id="the first numbered item"),
        pytest.param("4) one\n5) two\n", "one", "4) two\n", id="the first item, numbered from four"),
        pytest.param("- one\n  - in\n  - side\n- two\n", "in", "- one\n  - side\n- two\n", id="a nested item"),
        pytest.param("- one\n  - inside\n- two\n", "inside", "- one\n- two\n", id="a nested list"),
        pytest.param("- one\n  - inside\n- two\n", "one\n\ninside", "- two\n", id="an item with its nested list"),
        pytest.param("- one\n\n- two\n\n- three\n", "two", "- one\n\n- three\n", id="an item of a loose list"),
        pytest.param("- one\n\n  more\n- two\n\n  more\n", "more", "- one\n\n- two\n\n  more\n", id="half an item"),
        pytest.param("- [ ] one\n- [x] two\n", "one", "- [x] two\n", id="a task"),
        pytest.param("- [ ] one\n- [x] two\n", "[ ] one", "- [x] two\n", id="a task and its box"),
        pytest.param("A.\n\n- one\n\nB.\n", "one", "A.\n\nB.\n", id="the only item"),
        pytest.param("A.\n\n- one\n- two\n\nB.\n", "one\ntwo", "A.\n\nB.\n", id="all items"),
        pytest.param("- one\n- two\nmore of it\n- three\n", "two\nmore of it", "- one\n- three\n", id="a lazy item"),
        pytest.param("# Head\n\nA.\n", "Head", "A.\n", id="a heading"),
        pytest.param("A.\n\n## Head ##\n\nB.\n", "Head", "A.\n\nB.\n", id="a closed heading"),
        pytest.param("A.\n# Head\nB.\n", "Head", "A.\n\nB.\n", id="a heading without blank lines"),
        pytest.param("A.\n\nHead\n====\n\nB.\n", "Head", "A.\n\nB.\n", id="an underlined heading"),
        pytest.param("A.\n\nB.\n\nC.\n", "B.", "A.\n\nC.\n", id="a paragraph"),
        pytest.param("A.\n\nB.\n\nC.\n", "A.", "B.\n\nC.\n", id="the first paragraph"),
        pytest.param("A.\n\nB.\n", "B.", "A.\n", id="the last paragraph"),
        pytest.param("A.\n\nB.", "B.", "A.\n", id="the last paragraph without a line end"),
        pytest.param("A.\n\n\n\nB.\n\n\nC.\n", "B.", "A.\n\n\n\nC.\n", id="several blank lines"),
        pytest.param("A.\n\nB.\n\nC.\n\nD.\n", "B.\nC.", "A.\n\nD.\n", id="two paragraphs"),
        pytest.param("A.\n\n*B*\n\nC.\n", "B", "A.\n\nC.\n", id="a paragraph of emphasis"),
        pytest.param("A.\n\n> B.\n\nC.\n", "B.", "A.\n\nC.\n", id="a quotation"),
        pytest.param("> A.\n>\n> B.\n>\n> C.\n", "B.", "> A.\n>\n> C.\n", id="a paragraph of a quotation"),
        pytest.param("> A.\n>\n> B.\n\nC.\n", "B.", "> A.\n\nC.\n", id="the last paragraph of a quotation"),
        pytest.param("> A.\n>\n> B.\n\nC.\n", "A.", "> B.\n\nC.\n", id="the first paragraph of a quotation"),
        pytest.param("> - one\n> - two\n", "two", "> - one\n", id="an item in a quotation"),
        pytest.param("|a|b|\n|-|-|\n|c|d|\n|e|f|\n", "c\nd", "|a|b|\n|-|-|\n|e|f|\n", id="a row"),
        pytest.param("|a|b|\n|-|-|\n|c|d|\n", "c\nd", "|a|b|\n|-|-|\n", id="the only row"),
        pytest.param("|a|b|\n|-|-|\n|c|d|\n", "c", "|a|b|\n|-|-|\n||d|\n", id="a cell"),
        pytest.param("A.\n\n```\ncode\n```\n\nB.\n", "code", "A.\n\nB.\n", id="code"),
        pytest.param("![a](b)\n*cap*\n\nB.\n", "cap", "![a](b)\n\nB.\n", id="a caption"),
        pytest.param(
            "<figure><img src='a'><figcaption>cap</figcaption></figure>\n\nB.\n",
            "cap",
            "<figure><img src='a'></figure>\n\nB.\n",
            id="a figure's caption",
        ),
        pytest.param("A [link](/u) b.\n", "link", "A b.\n", id="a link"),
        pytest.param("[link](/u) b.\n\nC.\n", "link ", "b.\n\nC.\n", id="a link at the beginning"),
        pytest.param("A **[link](/u)**\n\nC.\n", " link", "A\n\nC.\n", id="a link at the end"),
    ],
)
def test_a_block_without_words_goes_and_nothing_else_changes(source: str, exact: str, wanted: str):
    exact = exact if exact in render(source).text else exact.replace("\n\n", "\n")
    assert without(source, exact) == wanted


def test_a_block_goes_where_the_replacement_leaves_it_out():
    assert without("- one\n- two\n- three\n", "one\ntwo", "one") == "- one\n- three\n"
    assert without("A.\n\nB two.\n\nC.\n", "B two.\nC.", "C.") == "A.\n\nC.\n"
    assert without("- one two\n- three\n- four\n", "two\nthree", "2") == "- one 2\n- four\n"


@pytest.mark.parametrize("source", ["- a\n\nP\n\n- b\n", "- a\n\nP\n\n    code\n"])
def test_a_block_that_keeps_others_apart_stays(source: str):
    rendered = render(source)
    at = rendered.text.index("P")
    assert isinstance(write(rendered, Place(at, at + 1), "P", ""), Unwritable)


def test_a_cell_of_a_table_s_head_stays_as_an_empty_one():
    after = render(without("|a|b|\n|-|-|\n|c|d|\n", "a\nb"))
    assert after.frame.count("<th>") == 2
    assert after.text.split() == ["c", "d"]


BLOCKS = {
    "alpha one": ["{}\n"],
    "beta two": ["# {}\n", "{}\n====\n"],
    "gamma three": ["> {}\n"],
    "delta four": ["- {}\n- epsilon five\n", "1. {}\n2. epsilon five\n"],
    "zeta six": ["- eta seven\n- {}\n", "1) eta seven\n2) {}\n"],
    "theta eight": ["| iota | kappa |\n|---|---|\n| {} | |\n"],
    "lambda nine": ["**{}**\n"],
}


@settings(max_examples=200, deadline=None)
@given(st.permutations(sorted(BLOCKS)), st.data())
def test_what_stands_around_a_block_that_goes_is_rendered_as_before(names: list[str], data: st.DataObject):
    chosen = names[: data.draw(st.integers(2, len(names)))]
    gone = data.draw(st.sampled_from(chosen))
    source = "\n".join(data.draw(st.sampled_from(BLOCKS[name])).format(name) for name in chosen)
    rendered = render(source)
    at = rendered.text.index(gone)
    edit = write(rendered, Place(at, at + len(gone)), gone, "")
    if isinstance(edit, Unwritable):
        return
    after = edit.apply(source)
    assert after == source[: edit.start] + edit.text + source[edit.end :]
    rendered_after = render(after)
    assert rendered_after.text.split() == rendered.text.replace(gone, "").split()
    assert "\n\n\n" not in after
    for left in ("<li></li>", "<p></p>", "<h1></h1>", "<blockquote></blockquote>", "<strong></strong>"):
        assert left not in rendered_after.unsafe_html
    for tag in ("<h1>", "<blockquote>", "<li>", "<strong>", "<tr>"):
        assert rendered_after.frame.count(tag) in (rendered.frame.count(tag), rendered.frame.count(tag) - 1)
