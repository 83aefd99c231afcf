"""What a reader types stands in the article as typed, and nothing else changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Anchored, Place, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.markdown.source_spans import source_edit
from corrections.text.formats.passages import CHANGED, Unwritable


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
        ("A **bald** move.\n", "bald move", "bold move", "A **bold** move.\n"),
        ("A [lnk](http://a.b) here.\n", "lnk here", "link there", "A [link](http://a.b) there.\n"),
        ("Fish &amp; chps.\n", "Fish & chps", "Fish & chips", "Fish &amp; chips.\n"),
        ("Costs five dollars.\n", "five dollars", "*5* dollars", "Costs \\*5* dollars.\n"),
        ("# Teh head\n", "Teh", "The", "# The head\n"),
        ("> teh quote\n", "teh", "the", "> the quote\n"),
        ("- teh item\n", "teh", "the", "- the item\n"),
        ("One two three.\n", "One two", "One", "One three.\n"),
        ("The mayor spoke.\n", "The", "", "mayor spoke.\n"),
        ("The mayor spoke.\n", "spoke.", "", "The mayor\n"),
        ("- The mayor spoke.\n", "The", "", "- mayor spoke.\n"),
        ("**The mayor** spoke.\n", "The", "", "**mayor** spoke.\n"),
        ("One two three.\n", "two", "", "One three.\n"),
        ("He said “no”.\n", 'said "no"', 'never said "no"', "He never said “no”.\n"),
    ],
)
def test_a_replacement_is_written_into_the_markdown_and_markup_stays(source, exact, replacement, wanted):
    assert corrected(source, exact, replacement) == wanted


@pytest.mark.parametrize(
    "typed", ["[x](http://evil.example)", "<b>x</b>", "![i](x)", "<script>", "`x`", "# x", "&lt;", "*a* _b_", "1\\2"]
)
def test_what_a_reader_types_is_read_as_typed_and_never_becomes_markup(typed: str):
    source = "Before words after.\n"
    after = render(corrected(source, "words", typed))
    assert after.text == f"Before {typed} after.\n"
    assert after.frame == render(source).frame


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab *_`[]()<>!&;#-~\\:/.é1", min_size=1, max_size=25))
def test_any_typed_line_is_read_as_typed_or_refused(typed: str):
    source = "Before words after, **bold** too.\n"
    rendered = render(source)
    edit = write(rendered, Place(7, 12), "words", typed)
    if not isinstance(edit, Unwritable):
        after = render(edit.apply(source))
        assert after.text.split() == f"Before {typed} after, bold too.\n".split()
        assert after.frame == rendered.frame


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        ("Of **bold old** words.\n", "old words", "new words", "Of **bold new** words.\n"),
        ("Read [the deck](/d) now.\n", "deck now", "deck today", "Read [the deck](/d) today.\n"),
        ("Read [the deck](/d) now.\n", "Read the", "See the", "See [the deck](/d) now.\n"),
        ("Of *very* **bold** words.\n", "very bold ", "", "Of words.\n"),
    ],
)
def test_half_a_link_or_half_a_bold_word_keeps_the_markup_balanced(source, exact, replacement, wanted):
    assert corrected(source, exact, replacement) == wanted


@pytest.mark.parametrize(
    ("source", "exact", "markdown", "wanted"),
    [
        ("See [the deck](/d) now.\n", "the deck", "the slides", "See [the slides](/d) now.\n"),
        ("See [the deck](/d) now.\n", "the deck", "[the slides](/s)", "See [the slides](/s) now.\n"),
        ("See [the deck](/d) now.\n", "the deck", "the deck", "See the deck now.\n"),
        ("A **bald** move.\n", "bald", "**bold**", "A **bold** move.\n"),
        ("Use `a` and `b` here.\n", "a and b", "only `c`", "Use only `c` here.\n"),
        ("An **old** one.\n", "old one", "new** two", "An **new** two.\n"),
    ],
)
def test_markdown_takes_the_markup_at_its_edges_along_or_leaves_it(source, exact, markdown, wanted):
    rendered = render(source)
    verdict = anchor(Selector(exact), rendered.text)
    assert isinstance(verdict, Anchored)
    assert source_edit(rendered, verdict.place, markdown).apply(source) == wanted


def test_words_changed_since_the_reader_saw_them_are_kept_where_the_reader_did_not_touch_them():
    source = "Ministers met on **Tuesday** in the old capital, and the minister said thay agreed.\n"
    rendered = render(source)
    seen = "met on Tusday in the old capital, and the minister said thay agreed"
    verdict = anchor(Selector(seen, "Ministers "), rendered.text)
    assert isinstance(verdict, Anchored)
    edit = write(rendered, verdict.place, seen, seen.replace("thay", "they"))
    assert isinstance(edit, Edit)
    assert edit.apply(source) == source.replace("thay", "they")
    assert write(rendered, verdict.place, seen, seen.replace("Tusday", "Friday")) == Unwritable(CHANGED)
    same = write(rendered, verdict.place, seen, seen.replace("Tusday", "Tuesday"))
    assert isinstance(same, Edit)
    assert same.apply(source) == source


DOCUMENT = """# A *head*

Some **bold [link words](/u) end** and `code` &amp; more,  
second line\\* with ~~gone~~ text.

> quoted *words* here
> go on

- item **one**
- item two

| a | b *c* |
|---|---|
| d | `e` |
"""


@settings(max_examples=200, deadline=None)
@given(st.data(), st.text(alphabet="ab *_`[]()<>!&#|~\\:é.1\n", max_size=15))
def test_any_selection_gets_any_words_exactly_or_is_refused(data: st.DataObject, typed: str):
    rendered = render(DOCUMENT)
    start = data.draw(st.integers(0, len(rendered.text) - 2))
    end = data.draw(st.integers(start + 1, min(len(rendered.text), start + 60)))
    exact = rendered.text[start:end]
    written = write(rendered, Place(start, end), exact, typed)
    if isinstance(written, Unwritable):
        return
    after = render(written.apply(DOCUMENT))
    before, behind = rendered.text[:start], rendered.text[end:]
    if typed.strip():
        assert after.text.split() == (before + typed + behind).split()
    else:  # whole blocks that go take one break with them, and leave the other
        assert after.text.split() in ((before + behind).split(), f"{before} {behind}".split())
    for tag in ("<a ", "<img", "<b>"):
        assert after.frame.count(tag) <= rendered.frame.count(tag)
