"""Every format is asked for by its name or its file, and serves the rest of the engine in the same way."""

import pytest

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import UnknownFormat, format_named, format_names, format_of_file

SOURCES = {
    "markdown": "# Head\n\nTeh *words* here.\n",
    "html": "<h1>Head</h1>\n<p>Teh <em>words</em> here.</p>\n",
    "plain": "Head: Teh words here.",
}
TITLES = {"markdown": "Head", "html": "Head", "plain": "Head: Teh words here."}


@pytest.mark.parametrize("name", format_names())
def test_a_format_renders_writes_and_names_an_article(name: str):
    form, source = format_named(name), SOURCES[name]
    rendered = form.render(source)
    assert rendered.text.split() == [TITLES[name].split()[0], "Teh", "words", "here."]
    found = anchor(Selector("Teh words"), rendered.text)
    assert isinstance(found, Anchored)
    edit = form.write(rendered, found.place, "Teh words", "The words")
    assert isinstance(edit, Edit)
    assert edit.apply(source) == source.replace("Teh", "The")
    assert form.source_edit(rendered, found.place, "Words").apply(source) != source
    assert form.title_of(source, 80) == TITLES[name]
    assert format_of_file(f"text{form.suffix}") is form


@pytest.mark.parametrize("name", format_names())
@pytest.mark.parametrize(
    "typed", ["a < b & c", "*x* _y_ `z`", "# x", "<b>x</b>", "1. x", "- x", "[a](b)", "&lt;", "a\\b"]
)
def test_escaped_words_are_read_as_they_are(name: str, typed: str):
    form = format_named(name)
    assert form.render(form.escape(typed)).text.strip() == typed


def test_an_unknown_format_is_refused():
    with pytest.raises(UnknownFormat, match="asciidoc"):
        format_named("asciidoc")
    with pytest.raises(UnknownFormat):
        format_of_file("text.rst")
