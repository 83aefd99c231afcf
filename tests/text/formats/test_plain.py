"""Plain text, the format of a headline without markup: read as it is written, and changed in its words alone."""

from hypothesis import given
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.passages import Unwritable
from corrections.text.formats.registry import format_named, render

PLAIN = format_named("plain")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(TEXT)
def test_every_character_is_read_where_it_is(source: str):
    rendered = render(source, "plain")
    for char, start, end in zip(rendered.text, rendered.starts, rendered.ends, strict=True):
        assert end == start + 1
        assert source[start] == char or char == " "
    assert "<" not in rendered.html.replace("&lt;", "")


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40), st.data(), TEXT)
def test_what_is_typed_is_read_and_all_around_it_stays(source: str, data: st.DataObject, typed: str):
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start + 1, len(source)))
    written = PLAIN.write(render(source, "plain"), Place(start, end), source[start:end], typed)
    if isinstance(written, Unwritable):
        return
    after = written.apply(source)
    assert after.startswith(source[:start])
    assert after.endswith(source[end:])
    assert "\n" not in after
    assert "".join(after[start : len(after) - len(source) + end].split()) == "".join(typed.split())


def test_typography_of_the_page_does_not_change_the_headline():
    source = "“It’s over”, she said – twice"
    rendered = render(source, "plain")
    quote = '"It\'s over", she said - twice'
    edit = PLAIN.write(rendered, Place(0, len(rendered.text)), quote, quote.replace("twice", "once"))
    assert isinstance(edit, Edit)
    assert edit.apply(source) == source.replace("twice", "once")


def test_a_byte_order_mark_and_a_control_character_stay_where_they_are():
    source = "\ufeffThe\x07 tlaks"
    rendered = render(source, "plain")
    assert rendered.text == "The tlaks"
    edit = PLAIN.write(rendered, Place(4, 9), "tlaks", "talks")
    assert isinstance(edit, Edit)
    assert edit.apply(source) == "\ufeffThe\x07 talks"


def test_markup_is_text():
    assert render("<b>2*3</b> &amp;", "plain").html == "&lt;b&gt;2*3&lt;/b&gt; &amp;amp;"
    assert PLAIN.title_of("  2*3  &  <b> ", 80) == "2*3 & <b>"
