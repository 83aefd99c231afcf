"""Control characters in an article: kept in the source, shown nowhere, in nobody's way."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.diff import diff
from corrections.text.comparison.diff_html import marked
from corrections.text.comparison.rebase import Edit
from corrections.text.control_characters import UNSEEN, occurrences, unstorable
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from tests.text.test_rendering import MARKDOWN, text_content

WHITE = ("\x0b", "\x0c", "\x85")
KEPT = [chr(code) for code in (*range(1, 9), *range(14, 32), *range(127, 160), 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF) if chr(code) not in WHITE]  # fmt: skip


@pytest.mark.parametrize("char", KEPT, ids=ascii)
def test_it_is_not_shown_and_the_words_around_it_are_found_and_corrected(char: str):
    source = f"# A{char} *head*\n\nMinis{char}ters m{char}et on Tus{char}day{char}.\n\n- a{char}\n{char}- b\n"
    rendered = render(source)
    assert rendered.source == source
    assert rendered.text.split() == ["A", "head", "Ministers", "met", "on", "Tusday.", "a", "b"]
    assert char not in rendered.html
    assert text_content(rendered.html) == rendered.text
    for quote in ("Tusday", f"Tus{char}day", f"m{char}et on Tusday{char}"):
        verdict = anchor(Selector(quote, "", f".{char}"), rendered.text)
        assert isinstance(verdict, Anchored)
        assert not verdict.moved
    verdict = anchor(Selector("Tusday"), rendered.text)
    assert isinstance(verdict, Anchored)
    edit = write(rendered, verdict.place, "Tusday", "Tuesday")
    assert isinstance(edit, Edit)
    after = edit.apply(source)
    assert "Ministers met on Tuesday." in render(after).text
    assert after.startswith(source[: source.index("Tus")])
    assert after.endswith(source[source.index("day") + 3 :])


@pytest.mark.parametrize("char", WHITE, ids=ascii)
def test_what_is_white_space_parts_words(char: str):
    rendered = render(f"one{char}two\n")
    assert rendered.text == "one two\n"
    assert char not in rendered.html
    assert isinstance(anchor(Selector(f"one{char}two"), rendered.text), Anchored)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MARKDOWN)), st.sampled_from(KEPT)), max_size=12))
def test_wherever_it_stands_the_article_is_rendered_as_without_it(insertions: list[tuple[int, str]]):
    source = MARKDOWN
    for at, char in sorted(insertions, reverse=True):
        source = source[:at] + char + source[at:]
    rendered, plain = render(source), render(MARKDOWN)
    assert (rendered.text, rendered.html) == (plain.text, plain.html)
    for start, end, plain_start, plain_end in zip(
        rendered.starts, rendered.ends, plain.starts, plain.ends, strict=True
    ):
        stands = "".join(char for char in source[start:end] if char not in UNSEEN) if start >= 0 else ""
        assert stands == (MARKDOWN[plain_start:plain_end] if plain_start >= 0 else "")
    for block, plain_block in zip(rendered.blocks, plain.blocks, strict=True):
        kept = "".join(char for char in source[block.start : block.end] if char not in UNSEEN)
        assert kept == MARKDOWN[plain_block.start : plain_block.end]


def test_a_comparison_of_sources_shows_a_sign_for_it():
    shown = "".join(marked(row.right) for row in diff("Minis\x08ters\uffff met\n", "Minis\x08ters\uffff left\n"))
    assert "Minis␈ters\ufffd" in shown
    assert not any(unicodedata.category(char) in ("Cc", "Cn") for char in shown)


def test_which_how_often_and_where_it_stands_is_told():
    (backspace, last) = occurrences("a\x08\nb\n\x08c\x08\n\uffff")
    assert (backspace.name, backspace.count, backspace.lines) == ("U+0008 (backspace)", 3, (1, 3))
    assert (last.name, last.count, last.lines) == ("U+FFFF", 1, (4,))
    assert occurrences("Tab\t, line\nend\r\n, emoji \U0001f600, joiner \u200d") == []


@pytest.mark.parametrize(
    ("text", "line", "column"), [("\0", 1, 1), ("a\nbc\0", 2, 3), ("\n\n\ud800", 3, 1), ("a\udfff", 1, 2)]
)
def test_what_no_text_can_hold_is_found_with_its_place(text: str, line: int, column: int):
    found = unstorable(text)
    assert found is not None
    assert (found.line, found.column) == (line, column)
