"""Plain text is shown as it stands, whatever of it would be markup."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.article_files.plain_text import markdown
from corrections.text.control_characters import without
from corrections.text.formats.markdown.render import render

MARKUP = (
    *("&amp;", "&#35;", "&copy", "~~x~~", "<b>", "</b>", "<!-- c -->", "<https://a.example>", "<a@b.example>", "[x]: /y"),
    *("[^1]", "[^1]: note", "[a](b)", "![i](u)", "    code", "\tcode", "===", "---", "***", "- - -", "1986. That", "1) x"),
    *("+ x", "- x", "* x", "> x", "# x", "| a | b |\n|---|---|\n| 1 | 2 |", "a\n:--", "x  ", "x\\", "\\*", "`c`", "**b**"),
    *("_e_", "```", "~~~", "<div>", "<script>x</script>", "<?x", "<![CDATA[", "a\x0cb", "\x0c", "AT&T", "a < b", "2 * 3"),
    *("\x08", "\x1c", "\x85", "\u3000", "\u2028", "\ufeff", "\uffff", "\xa0", "e\u0301", "www.example.org", "\n", "\n\n"),
)  # fmt: skip


def paragraphs(text: str) -> list[str]:
    parts = re.split(r"\n(?:[^\S\n]*\n)+", without(text))
    return [" ".join(part.split()) for part in parts if part.split()]


def check(text: str) -> None:
    rendered = render(markdown(text))
    shown = [" ".join(rendered.text[each.text_start : each.text_end].split()) for each in rendered.blocks]
    assert [part for part in shown if part] == paragraphs(text)
    assert not re.search(r"<(?!/?p>)", rendered.html)


@pytest.mark.parametrize("text", MARKUP)
def test_what_would_be_markup_is_shown(text: str):
    check(text)
    check(f"Before\n{text}\nafter {text} it\n\n{text}\n\n{text} end")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from((*MARKUP, "word", " ", "9")), max_size=12).map("".join))
def test_markup_of_any_kind_side_by_side_is_shown(text: str):
    check(text)


@settings(max_examples=400, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60))
def test_any_text_is_shown(text: str):
    check(text)


def test_ordinary_text_is_not_littered_with_escapes():
    text = "The year 1986. It's AT&T's \u2013 5 < 6, a/b (c), x@y.z; 50 % + more: done!"
    assert markdown(text) == text
