"""The text engine's promises, by example and by property."""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchor import Ambiguous, Anchored, Gone, Place, Selector, anchor
from corrections.text.attribution import attribute
from corrections.text.diff import diff
from corrections.text.rebase import AlreadyApplied, Clean, Conflict, Edit, rebase
from corrections.text.render import MADE_UP, render
from corrections.text.rewriting import Unwritable, write
from corrections.text.warnings import warnings
from corrections.text.words import changes

MARKDOWN = """# A *head* line ##

A par\\*agraph with **bold *nested* words**, `code  x`, [a link](https://x.y "t") &amp; &copy; <https://auto.link>
and a soft break,  
a hard one.

> a quotation
lazily continued

- item one
- item *two*
  1. nested

| a | b \\| c |
|---|--:|
| 1 | `x` |

Underlined *head*
===

    indented code
	tab code

```py
fence < 1
```
<div>raw <b>html</b> &eacute; <script>alert(1)</script></div>

inline <b onclick="x">tag</b> <script>alert(1)</script> ~~gone~~ ![alt *x*](/img.png)
"""


def text_content(html: str) -> str:
    return "".join(html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False).itertext())


def test_the_plain_text_is_the_text_content_of_the_html():
    assert text_content(render(MARKDOWN).html) == render(MARKDOWN).text


def test_every_character_maps_to_itself_or_to_what_it_was_written_as():
    rendered = render(MARKDOWN)
    written = {"*": "\\*", "&": "&amp;", "©": "&copy;", "é": "&eacute;"}
    for at, char in enumerate(rendered.text):
        if rendered.starts[at] == MADE_UP:
            assert char == "\n"
        else:
            source = MARKDOWN[rendered.starts[at] : rendered.ends[at]]
            assert source in (char, written.get(char)) or (char == "\n" and source.strip("\\ ") == "\n")


def test_no_script_handler_or_unsafe_address_is_left():
    html = render(
        MARKDOWN + '\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> <a href="javascript:x">y</a>\n'
    ).html
    for bad in ("<script", "onclick", "onerror=", 'href="javascript'):
        assert bad not in html


MARKS = st.text(alphabet="ab *_`[]()<>!&;#-\n>|~\\:/é\u0301 ", max_size=80)


@settings(max_examples=300, deadline=None)
@given(MARKS)
def test_rendering_any_text_maps_within_it(source: str):
    rendered = render(source)
    assert len(rendered.text) == len(rendered.starts) == len(rendered.ends)
    for start, end in zip(rendered.starts, rendered.ends, strict=True):
        assert (start, end) == (MADE_UP, MADE_UP) or 0 <= start < end <= len(source)


TEXT = "Robin met Robin in the capital. “We always said so,” Robin\u00a0said.\nSecond line with Elisa.\n"


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (Selector("capital"), "capital"),
        (Selector("Robin", suffix=" in the"), "Robin"),
        (Selector('"We always said so,"'), "“We always said so,”"),
        (Selector("Robin said.\n\nSecond"), "Robin\u00a0said.\nSecond"),
        (Selector("Robin", start=10), "Robin"),
    ],
)
def test_a_quote_is_found_whatever_its_spaces_and_quotation_marks(selector: Selector, found: str):
    verdict = anchor(selector, TEXT)
    assert isinstance(verdict, Anchored)
    assert TEXT[verdict.place.start : verdict.place.end] == found


def test_a_word_that_stands_often_is_ambiguous_and_one_that_is_not_there_is_gone():
    verdict = anchor(Selector("Robin"), TEXT)
    assert isinstance(verdict, Ambiguous)
    assert [place.start for place in verdict.candidates] == [0, 10, 53]
    assert isinstance(anchor(Selector("Robert"), TEXT), Gone)
    assert isinstance(anchor(Selector("  "), TEXT), Gone)


def test_an_exact_hit_elsewhere_does_not_win_over_a_changed_context():
    changed = "Elisa met the press at noon. Much later, and far away, Robin wrote a book about bees.\n"
    selector = Selector("Robin", prefix="yesterday at the station ", suffix=" met the press at noon")
    assert not isinstance(anchor(selector, changed), Anchored)


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


@pytest.mark.parametrize("at", [7, 11])
def test_one_of_two_equal_words_taken_out_is_not_taken_out_twice(at: int):
    base = "One of the the last places.\n"
    assert isinstance(rebase(Edit(at, at + 4, ""), base, "One of the last places.\n"), AlreadyApplied)


@pytest.mark.parametrize("at", [3, 7, 11])
def test_a_word_put_in_beside_its_equal_is_not_put_in_twice(at: int):
    base = "We had had enough.\n"
    assert isinstance(rebase(Edit(at, at, "had "), base, "We had had had enough.\n"), AlreadyApplied)


def test_long_texts_that_agree_only_near_their_beginning_are_compared_too():
    shared = [f"shared{each}" for each in range(12)]
    old = " ".join([*["old"] * 20, *shared, *["left", "other"] * 11_000])
    new = " ".join([*["new"] * 30, *shared, *["right", "else"] * 11_000])
    hunks = changes(old, new, tidy=False)
    assert any("shared5" in old[hunk.start : hunk.end] for hunk in hunks if hunk.same)
    assert "".join(old[hunk.start : hunk.end] for hunk in hunks) == old
    assert "".join(new[hunk.new_start : hunk.new_end] for hunk in hunks) == new
