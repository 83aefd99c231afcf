"""Texts and selectors that nobody means well with: a right answer or a refusal, never an exception."""

import pytest

from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, anchor
from corrections.text.comparison.diff import diff
from corrections.text.comparison.edits import Edit, SpanError
from corrections.text.comparison.rebase import rebase
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.markdown.source_spans import source_edit
from corrections.text.warnings import warnings

DOCUMENTS = {
    "one long line": "alpha beta 1893 the of " * 10_000 + "\n",
    "nested quotations": "> " * 3_000 + "some words here\n",
    "nested lists": "- " * 3_000 + "some words here\n",
    "open brackets": "[" * 20_000 + "words\n",
    "stars": "*" * 20_000 + "words\n",
    "open emphasis": "*a **b " * 5_000 + "\n",
    "open code": " ".join("`" * (each % 90 + 1) for each in range(800)) + " words\n",
    "links": "[a](b) " * 5_000 + "words\n",
    "nested images": "![" * 3_000 + "words" + "](x)" * 3_000 + "\n",
    "a wide table": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n|" + "b|" * 3_000 + "\n",
    "raw tags": "<b>" * 10_000 + "words\n",
    "raw blocks": "<div>\n" * 3_000,
    "footnotes": "[^1] " * 3_000 + "\n\n[^1]: words\n",
    "empty lines": "\n" * 100_000 + "words\n",
    "accents": "e" + "\u0301" * 50_000 + " words\n",
    "unseen characters": "\u200b" * 50_000 + "words\n",
    "lone surrogates": "a \ud800 b \udfff words\n",
    "unassigned and private": "a \U000e0fff \ue000 \uffff words\n",
    "NUL": "a \0 b words\n",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_is_rendered_searched_corrected_and_compared(name: str):
    source = DOCUMENTS[name]
    rendered = render(source)
    assert rendered.html is not None
    anchor(Selector("words", "elsewhere ", " nowhere"), rendered.text)
    anchor(Selector("aplha beta gmma " * 30, "alpha " * 20, "gamma " * 20), rendered.text)
    at = len(rendered.text) // 2
    place = Place(at, min(len(rendered.text), at + 6))
    if any(rendered.starts[each] >= 0 for each in range(place.start, place.end)):
        written = write(rendered, place, rendered.text[place.start : place.end], "new *words*")
        if isinstance(written, Edit):
            assert "new *words*" in render(written.apply(source)).text
        source_edit(rendered, place, "**new**")
    changed = source[: len(source) // 2] + "changed" + source[len(source) // 2 + 5 :]
    rows = diff(source, changed)
    assert "".join(part.text for row in rows for part in row.left) == source
    assert "".join(part.text for row in rows for part in row.right) == changed
    rebase(Edit(1, 2, "x"), source, changed)
    warnings(source, changed)


def test_a_line_of_2_mb_is_searched_and_compared():
    source = "alpha beta 1893 the of " * 43_000 + "found here " + "alpha beta 1893 the of " * 43_000 + "\n"
    rendered = render(source)
    verdict = anchor(Selector("found here", "the of ", " alpha"), rendered.text)
    assert isinstance(verdict, Anchored)
    assert rendered.text[verdict.place.start : verdict.place.end] == "found here"
    changed = source.replace("found", "lost")
    (row,) = diff(source, changed)
    assert [part.text for part in row.right if part.kind == "added"] == ["lost"]


TEXT = "Ministers met on Tuesday in the capital.\n"


@pytest.mark.parametrize(
    "selector",
    [
        Selector(""),
        Selector(" \n\t\u00ad"),
        Selector("\0"),
        Selector("\ud800"),
        Selector("absent"),
        Selector("absent", start=0, end=6),
        Selector("x" * 100_000, "y" * 100_000, "z" * 100_000),
        Selector("", "Ministers ", " on"),
    ],
)
def test_what_is_not_there_is_gone(selector: Selector):
    assert isinstance(anchor(selector, TEXT), Gone)
    assert anchor(selector, "") == Gone()


@pytest.mark.parametrize(("start", "end"), [(10**12, 10**12 + 7), (-5, -1), (9, 2), (0, 0), (10, 17)])
def test_a_position_that_contradicts_the_quote_is_not_believed(start: int, end: int):
    assert anchor(Selector("Tuesday", start=start, end=end), TEXT) == Anchored(Place(17, 24))


def test_a_context_that_contradicts_the_text_is_not_believed():
    assert isinstance(anchor(Selector("Tuesday", "quite another story ", " than this one"), TEXT), Gone)


@pytest.mark.parametrize("edit", [Edit(-1, 3, ""), Edit(5, 2, ""), Edit(0, 10**9, "")])
def test_a_span_outside_its_text_is_refused(edit: Edit):
    with pytest.raises(SpanError):
        rebase(edit, TEXT, "Another.\n")


def test_words_that_stand_in_thousands_of_places_are_asked_about_unless_one_is_named():
    text = "one two three " * 20_000
    assert isinstance(anchor(Selector("two"), text), Ambiguous)
    assert isinstance(anchor(Selector("two", "one ", " three"), text), Ambiguous)
    assert isinstance(anchor(Selector("two", "other words ", " of another text"), text), Ambiguous | Gone)
    at = 14 * 12_345 + 4
    assert anchor(Selector("two", "one ", " three", start=at), text) == Anchored(Place(at, at + 3))


def test_a_quote_in_slightly_other_words_is_placed_in_a_very_long_text_too():
    words = [f"word{number * 7919 % 100_003}" for number in range(100_000)]
    text = " ".join(words)
    quoted = " ".join(words[60_000:60_050])
    changed = quoted.replace(words[60_020], "wort")
    verdict = anchor(
        Selector(changed, " ".join(words[59_970:60_000]) + " ", " " + " ".join(words[60_050:60_080])), text
    )
    assert isinstance(verdict, Gone | Anchored)
    places = verdict.nearest if isinstance(verdict, Gone) else (verdict.place,)
    assert any(text[place.start : place.end] == quoted for place in places)
