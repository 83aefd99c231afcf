"""Paragraphs, list items, headings and quotations that are joined, split and taken out are written as typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Anchored, Place, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.markdown.source_spans import source_edit
from corrections.text.formats.passages import Unwritable
from corrections.text.formats.rendered import Rendered


def corrected(source: str, exact: str, replacement: str) -> str:
    rendered = render(source)
    verdict = anchor(Selector(exact), rendered.text)
    assert isinstance(verdict, Anchored)
    edit = write(rendered, verdict.place, exact, replacement)
    assert isinstance(edit, Edit), edit
    return edit.apply(source)


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        pytest.param("He said “x.”\n\nA second.\n", "“x.”\n\nA second", "“x.” A second", "He said “x.” A second.\n"),
        pytest.param("Foo\nbar.\n\nA cat.\n\nEnd.\n", "bar.\n\nA cat", "bar, a cat", "Foo\nbar, a cat.\n\nEnd.\n"),
        pytest.param("X\n\nY\n\nZ\n", "X\nY\nZ", "X Z", "X Z\n", id="the one between goes"),
        pytest.param("- a\n- b\n- c\n", "a\nb", "a b", "- a b\n- c\n", id="items"),
        pytest.param("- a\n\n- b\n\n- c\n", "a\nb", "a b", "- a b\n\n- c\n", id="items of a loose list"),
        pytest.param("- one\n  - two\n- three\n", "one\ntwo", "one two", "- one two\n- three\n", id="a nested item"),
        pytest.param("P.\n\n- a\n- b\n", "P.\na", "P. a", "P. a\n- b\n", id="a paragraph and an item"),
        pytest.param("# H #\n\nP.\n\nB.\n", "H\nP", "H P", "# H P.\n\nB.\n", id="a heading and a paragraph"),
        pytest.param("H\n===\n\nP.\n\nB.\n", "H\nP", "H P", "H P.\n===\n\nB.\n", id="an underlined heading"),
        pytest.param("P.\n\n## H ##\n\nB.\n", "P.\nH", "P. H", "P. H\n\nB.\n", id="a paragraph and a heading"),
        pytest.param("> a\n>\n> b\n", "a\nb", "a b", "> a b\n", id="paragraphs of a quotation"),
        pytest.param("P.\n\n> a\n> b\n\nq\n", "P.\na", "P. a", "P. a\nb\n\nq\n", id="a paragraph and a quotation"),
    ],
)
def test_blocks_are_joined_as_typed(source: str, exact: str, replacement: str, wanted: str):
    assert corrected(source, exact, replacement) == wanted


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        pytest.param("One two three.\n", "two three", "two\n\nthree", "One two\n\nthree.\n", id="a paragraph"),
        pytest.param("One two three.\n", "two three", "two\nthree", "One two\n\nthree.\n", id="by one line end"),
        pytest.param(
            "One **two** three.\n", "two three", "two\n\nthree", "One **two**\n\nthree.\n", id="at bold words"
        ),
        pytest.param("One.\n", "One.", "One.\n\nA new one.", "One.\n\nA new one.\n", id="a new paragraph"),
        pytest.param("one 2026. It\n", "one 2026", "one\n\n2026", "one\n\n2026\\. It\n", id="at a list's number"),
        pytest.param("- one two\n- x\n", "one two", "one\ntwo", "- one\n- two\n- x\n", id="an item"),
        pytest.param("1. one\n2. x\n", "one", "one\nmore", "1. one\n2. more\n2. x\n", id="a new numbered item"),
        pytest.param("- one\n\n- x\n", "one", "one\nmore", "- one\n\n- more\n\n- x\n", id="an item of a loose list"),
        pytest.param("- a\n\n  b c\n- d\n", "b c", "b\n\nc", "- a\n\n  b\n\n  c\n- d\n", id="a paragraph of an item"),
        pytest.param("> - one two\n", "one two", "one\n\ntwo", "> - one\n> - two\n", id="an item in a quotation"),
        pytest.param("> one two\n", "one two", "one\n\ntwo", "> one\n>\n> two\n", id="a quotation"),
        pytest.param("## one two\n\nx\n", "one two", "one\ntwo", "## one\n\n## two\n\nx\n", id="a heading"),
        pytest.param("a b\n---\n\nx\n", "a b", "a\nb", "a\n---\n\nb\n---\n\nx\n", id="an underlined heading"),
    ],
)
def test_blocks_are_split_as_typed(source: str, exact: str, replacement: str, wanted: str):
    assert corrected(source, exact, replacement) == wanted


def test_joining_splitting_and_other_words_go_together():
    source = "X one.\n\nY two.\n\nZ three.\n"
    typed = "X one. New here.\n\nY two changed. Z three."
    assert corrected(source, "X one.\nY two.\nZ three.", typed) == typed + "\n"


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        pytest.param("One\n\ntwo\nthree\n", "One\ntwo three", "One three", "One\nthree\n", id="joined before it"),
        pytest.param("One\n\ntwo\nthree\n", "One\ntwo three", "One\nthree", "One\n\nthree\n", id="not joined"),
        pytest.param("One\ntwo\n\nthree\n", "One two\nthree", "One three", "One\nthree\n", id="joined after it"),
        pytest.param("One\ntwo\n\nthree\n", "One two\nthree", "One\nthree", "One\n\nthree\n", id="break after it"),
        pytest.param("A\nb\n\nc\nd\n\nE\n", "A b\nc d\nE", "A b d\nE", "A\nb\nd\n\nE\n", id="of several breaks one"),
    ],
)
def test_a_break_and_a_line_end_beside_one_word_are_told_apart(source: str, exact: str, replacement: str, wanted: str):
    assert corrected(source, exact, replacement) == wanted


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\u000b", "\u000c"])
def test_a_character_that_separates_lines_elsewhere_stays(separator: str):
    source = f"One{separator}two teh\nthree.\n"
    quote = render(source).text.strip()
    assert corrected(source, quote, quote.replace("teh", "the")) == source.replace("teh", "the")


def test_an_empty_line_for_a_break_that_is_there_changes_nothing():
    assert corrected("- one\n- two\n", "one\ntwo", "one\n\n2") == "- one\n- 2\n"


def test_a_line_end_in_a_paragraph_of_several_lines_is_a_blank():
    rendered = render(corrected("One two\nthree four.\n", "One two\nthree four.", "One 2\nthree\nfour."))
    assert rendered.frame.count("<p>") == 1
    assert rendered.text.split() == ["One", "2", "three", "four."]


@pytest.mark.parametrize(
    ("source", "exact", "replacement"),
    [
        pytest.param("|a b|c|\n|-|-|\n|d|e|\n", "a b", "a\nb", id="a cell split"),
        pytest.param("|a b|c|\n|-|-|\n|d|e|\n", "b\nc", "b c", id="cells joined"),
        pytest.param("one **two three** four\n", "two three", "two\n\nthree", id="split inside bold words"),
    ],
)
def test_what_cannot_be_joined_or_split_is_refused_with_the_reason(source: str, exact: str, replacement: str):
    rendered = render(source)
    at = rendered.text.index(exact) if exact in rendered.text else rendered.text.index(exact[0] + "\n")
    written = write(rendered, Place(at, at + len(exact)), exact, replacement)
    assert isinstance(written, Unwritable)
    assert "joined or split" in written.message


def test_an_editor_s_markdown_joins_paragraphs():
    source = "He said “x.”\n\nA *second* one.\n"
    rendered = render(source)
    verdict = anchor(Selector("“x.”\nA second"), rendered.text)
    assert isinstance(verdict, Anchored)
    assert source_edit(rendered, verdict.place, "“x.” A *second*").apply(source) == "He said “x.” A *second* one.\n"


def read(rendered: Rendered) -> str:
    """The text as a reader sees it, one line for each block; a line end inside a block is a blank."""
    chars = [
        " " if char == "\n" and start >= 0 else char for char, start in zip(rendered.text, rendered.starts, strict=True)
    ]
    return one_line_each("".join(chars))


def one_line_each(text: str) -> str:
    return re.sub(r"\s+", lambda run: "\n" if "\n" in run[0] else " ", text).strip()


WORDS = ["rain", "fell", "on", "*the*", "**old bridge**", "1893", "and", "[it](/u)", "–", "2.", "-", "held"]
PARAGRAPHS = ["{}", "{}\nlater", "> {}", "> {}\n>\n> more", "    code\n\n{}", "* * *\n\n{}"]
ITEMS = ["- {}\n- more", "- more\n\n- {}", "1. more\n2. {}", "- top\n  - {}\n- more", "> - {}\n> - more"]
HEADINGS = ["# {}", "{}\n===", "## {} ##"]
BLOCKS = st.sampled_from([*PARAGRAPHS, *ITEMS, *HEADINGS, "|a|{}|\n|-|-|\n|c|d|"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    return "\n\n".join(
        draw(BLOCKS).format("x" + " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1))))
        for _ in range(draw(st.integers(min_value=2, max_value=5)))
    )


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_a_break_between_any_blocks_goes_as_typed_or_the_change_is_refused(source: str, data: st.DataObject):
    rendered = render(source)
    text = read(rendered)
    breaks = [at for at, char in enumerate(text) if char == "\n"]
    at = data.draw(st.sampled_from(breaks))
    start, end = text.rfind("\n", 0, at) + 1, (text + "\n").index("\n", at + 1)
    exact, typed = text[start:end], text[start:at] + data.draw(st.sampled_from([" ", "", ", "])) + text[at + 1 : end]
    check_written(rendered, text, start, exact, typed)


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_a_break_at_any_blank_comes_as_typed_or_the_change_is_refused(source: str, data: st.DataObject):
    rendered = render(source)
    text = read(rendered)
    at = data.draw(st.integers(1, len(text) - 1))
    start, end = text.rfind("\n", 0, at) + 1, (text + "\n").index("\n", at)
    new = data.draw(st.sampled_from(["\n\n", "\n\nNew words.\n\n", " new.\n\nMore"]))
    check_written(rendered, text, start, text[start:end], text[start:at] + new + text[at:end])


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_any_stretch_goes_as_typed_or_the_change_is_refused(source: str, data: st.DataObject):
    rendered = render(source)
    text = read(rendered)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = text.rfind("\n", 0, start) + 1, (text + "\n").index("\n", end)
    check_written(rendered, text, first, text[first:last], text[first:start] + text[end:last])


def check_written(rendered: Rendered, text: str, start: int, exact: str, typed: str) -> None:
    place = place_of(rendered, len(text[:start].replace("\n", "").replace(" ", "")), exact)
    written = write(rendered, place, exact, typed)
    if isinstance(written, Unwritable):
        assert written.message
        return
    after = render(written.apply(rendered.source))
    wanted = one_line_each(text[:start] + typed + text[start + len(exact) :])
    assert read(after) == wanted
    for tag in ("<a ", "<pre>", "<hr", "<strong>"):
        assert after.frame.count(tag) <= rendered.frame.count(tag)


def place_of(rendered: Rendered, ahead: int, exact: str) -> Place:
    shown = [at for at, char in enumerate(rendered.text) if not char.isspace()]
    return Place(shown[ahead], shown[ahead + len("".join(exact.split())) - 1] + 1)
