"""A long text is divided only where its sections, rendered one by one, are read as the whole is."""

from itertools import pairwise
from random import Random

import pytest

from corrections.text.formats.registry import format_named, render
from tests.text.test_rerendering import BLOCKS, GAPS

_INLINE = ("words", "words", " ", "\n", "a &amp; b", "<br>", "<img src=x>", "<!-- c -->", "[gallery]", "\x07", "&#10;")
_PAIRED = ("b", "i", "a", "span", "q", "sup", "code")
_HOLDERS = {"ul": "li", "ol": "li", "table": "tr", "tr": "td", "dl": "dd", "figure": "figcaption", "details": "summary"}
_BLOCKS = ("p", "p", "p", "h2", "div", "blockquote", "pre", "section", *_HOLDERS)
_STRAY = ("</p>", "<p>", "<li>", "</b>", "<b>", "<td>", "<hr>", "<tbody>", "</div>", "<h3>", "<svg>", "[/x]", "<")


def whole_and_sections(source: str, format_name: str) -> tuple[tuple[str, str], list[str]]:
    starts = format_named(format_name).section_starts(source)
    assert starts == sorted(set(starts))
    sections = [source[start:end] for start, end in pairwise([*starts, len(source)])]
    rendered = [render(section, format_name) for section in sections]
    whole = render(source, format_name)
    assert "".join(section.text for section in rendered) == whole.text, source
    assert "".join(section.html for section in rendered) == whole.html, source
    return (whole.text, whole.html), sections


def inline(chance: Random, depth: int = 0) -> str:
    pieces = []
    for _ in range(chance.randrange(1, 4)):
        if depth < 3 and chance.random() < 0.3:
            name = chance.choice(_PAIRED)
            pieces.append(f"<{name}>{inline(chance, depth + 1)}</{name}>")
        else:
            pieces.append(chance.choice(_INLINE))
    return "".join(pieces)


def block(chance: Random, name: str, depth: int = 0) -> str:
    held = _HOLDERS.get(name)
    if held is not None:
        content = "".join(block(chance, held, depth + 1) for _ in range(chance.randrange(1, 3)))
    elif name in ("div", "section", "blockquote", "li", "td", "dd") and depth < 3 and chance.random() < 0.5:
        content = "\n".join(block(chance, chance.choice(_BLOCKS), depth + 1) for _ in range(chance.randrange(1, 3)))
    else:
        content = inline(chance)
    stray = chance.choice(_STRAY) if chance.random() < 0.03 else ""
    return f"<{name}>{content}{stray}</{name}>"


def test_sections_of_markdown_are_read_as_the_whole():
    chance, divided = Random(5), 0
    for _ in range(1_500):
        source = "".join(chance.choice(BLOCKS) + chance.choice(GAPS) for _ in range(chance.randrange(1, 8)))
        if chance.random() < 0.5:
            source = source.replace("[a]: /url\n", "").replace("[^1]: note text\n", "")
        if chance.random() < 0.2:
            source = source.replace("\n", "\r\n")
        divided += len(whole_and_sections(source, "markdown")[1]) > 1
    assert divided > 500


def test_sections_of_html_are_read_as_the_whole():
    chance, divided = Random(6), 0
    for _ in range(1_500):
        pieces = [
            block(chance, chance.choice(_BLOCKS)) if chance.random() < 0.85 else inline(chance)
            for _ in range(chance.randrange(1, 6))
        ]
        divided += len(whole_and_sections(chance.choice(("", "\n", " \n\n")).join(pieces), "html")[1]) > 1
    assert divided > 500


@pytest.mark.parametrize(
    ("source", "sections"),
    [
        ("One.\n\n# Two\n\nThree.\n", ["One.\n\n", "# Two\n\n", "Three.\n"]),
        ("- one\n\ntwo\n\n    code\n\nthree\n", ["- one\n\n", "two\n\n    code\n\n", "three\n"]),
        ("```\none\n\ntwo\n```\n\nthree\n", ["```\none\n\ntwo\n```\n\n", "three\n"]),
        ("One.\r\n\r\nTwo.\r\n", ["One.\r\n\r\n", "Two.\r\n"]),
    ],
)
def test_markdown_is_divided_at_paragraphs_and_headings_that_are_in_no_other_block(source: str, sections: list[str]):
    assert whole_and_sections(source, "markdown")[1] == sections


@pytest.mark.parametrize("source", ["See [a].\n\nMore.\n\n[a]: https://example.org\n", "A[^1]\n\nB\n\n[^1]: Note.\n"])
def test_markdown_whose_paragraphs_refer_to_what_is_defined_elsewhere_is_not_divided(source: str):
    assert whole_and_sections(source, "markdown")[1] == [source]


def test_html_of_a_content_management_system_is_divided_at_its_blocks():
    paragraph = "<!-- wp:paragraph -->\n<p>One <em>word</em>.</p>\n<!-- /wp:paragraph -->\n\n"
    embed = '<figure><iframe src="https://example.org/v"></iframe></figure>\n'
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>\n"
    sections = whole_and_sections(paragraph + paragraph + embed + table, "html")[1]
    assert [section.count("<") > 0 for section in sections] == [True] * 4


@pytest.mark.parametrize(
    "source",
    [
        "<p>One</p><p>Two",
        "<p>One<div>Two</div></p><p>Three</p>",
        "<p><b>One</p><p>Two</b></p>",
        "<li>One<li>Two</li>Three</li><p>Four</p>",
        "<p>[box]One</p><p>Two[/box]</p>",
        "<p>One</p><svg><p>Two</p></svg><p>Three</p>",
        "<p>One</p><script>'<p>'</script><p>Two</p>",
        "<p>1 < 2</p><p>Two</p>",
    ],
)
def test_html_that_is_not_closed_in_order_is_not_divided(source: str):
    assert whole_and_sections(source, "html")[1] == [source]


def test_plain_text_is_one_section():
    assert whole_and_sections("One.\n\nTwo.", "plain")[1] == ["One.\n\nTwo."]
