"""The text of an HTML fragment is what a browser shows, and each character of it is traced to its place."""

import re

import html5lib
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.rendered import NO_ORIGIN
from tests.text.formats.html.fragments import ARTICLES, NESTS, PIECES, WHOLE
from tests.text.formats.html.reference import is_read_as, squeezed, words


def assert_traced(rendered: RenderedHtml) -> None:
    source = rendered.source
    for char, start, end in zip(rendered.text, rendered.starts, rendered.ends, strict=True):
        if start == NO_ORIGIN:
            assert char.isspace() or "<table" in source, (source, char)
        else:
            assert is_read_as(source[start:end], char), (source, char, source[start:end])


@pytest.mark.parametrize("source", WHOLE + NESTS + ARTICLES)
def test_the_words_are_those_of_another_parser_and_each_is_traced(source: str):
    rendered = render(source)
    assert squeezed(rendered.text) == words(source)
    assert_traced(rendered)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("<table></em>\r\n</")
@example("</marquee></z</h2><<h1>")
def test_the_words_of_any_fragment_are_those_of_another_parser_and_each_is_traced(source: str):
    rendered = render(source)
    assert squeezed(rendered.text) == words(source)
    assert_traced(rendered)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab <>&;/!-#x'\"=[]p\n\r\t\u00a0", max_size=40))
@example("<a\u00a0b='>c")  # no white space of HTML: it is part of the tag's name, or of the value
@example("<p x=y\u00a0z='>b")
def test_any_text_is_rendered_and_traced(source: str):
    assume(not re.search(r'\[/[a-z]|\[[a-z][^]]*[=/"]', source))  # a shortcode is no word here, but one there
    rendered = render(source)
    assert squeezed(rendered.text) == words(source)
    assert_traced(rendered)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_html_shows_the_text(source: str):
    """What a browser has of the HTML before it is sanitised is the text, white space included."""
    rendered = render(source)
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
    waiting, found = [parser.parseFragment(rendered.unsafe_html)], []
    while waiting:
        node = waiting.pop()
        found += [node.data] if node.nodeType == node.TEXT_NODE else []
        waiting += reversed(node.childNodes)
    assert squeezed("".join(found)) == squeezed(rendered.text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>\n  One\n  <b> two </b> three\n</p>", "One two three\n"),
        ("<p>a</p>\n\n<p>b</p>", "a\nb\n"),
        ("a <br> b", "a\nb"),
        ("<pre>\n  a\n   b</pre>", "  a\n   b\n"),
        ("a&nbsp; b", "a\u00a0 b"),
        ("<ul>\n<li>a</li>\n<li>b <b>c</b></li>\n</ul>", "a\nb c\n"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb\n"),
        ("<div>a<p>b</p>c</div>", "a\nb\nc\n"),
        ("<p>a <!-- c --> b</p>", "a b\n"),
        ("<p>\x08t&#8;e</p>", "te\n"),
    ],
)
def test_white_space_is_collapsed_as_in_a_browser(source: str, text: str):
    assert render(source).text == text


ARTICLE = """<!-- wp:heading {"level":2} -->
<h2 class="wp-block-heading">Head &amp; tail</h2>
<!-- /wp:heading -->

[gallery ids="1,2"]
<!-- wp:image {"id":7} -->
<figure class="wp-block-image"><img src="/a.jpg" alt="A &quot;boat&quot;"/><figcaption>Cap</figcaption></figure>
<!-- /wp:image -->
[caption id="a" width="3"]<img src="/b.jpg" alt=B> Shown [sic][/caption]
<details><summary>More</summary>Inside</details>
<iframe src="https://video.example/1">not shown</iframe>
<script>let hidden = "<p>";</script>
<my-widget data-x='{"a":1}'>own</my-widget>
<form><label>Mail</label><input></form>
<blockquote><p>Said</p></blockquote>
"""


def test_embeds_comments_and_shortcodes_are_markup_and_words_are_not():
    rendered = render(ARTICLE)
    assert [line for line in rendered.text.split("\n") if line.strip()] == [
        "Head & tail", "Cap", " Shown [sic]", "More", "Inside", "own", "Said",
    ]  # fmt: skip
    for kept in (
        '<!-- wp:heading {"level":2} -->',
        '[gallery ids="1,2"]',
        '[caption id="a" width="3"]',
        "[/caption]",
        '<iframe src="https://video.example/1">not shown</iframe>',
        '<script>let hidden = "<p>";</script>',
        """<my-widget data-x='{"a":1}'>""",
        "<form><label>Mail</label><input></form>",
    ):
        assert kept in rendered.tokens()


def test_an_alternative_text_is_traced_and_is_not_part_of_the_text():
    rendered = render(ARTICLE)
    first = rendered.alternatives[0]
    assert first.text == 'A "boat"'
    spelt = [ARTICLE[start:end] for start, end in zip(first.starts, first.ends, strict=True)]
    assert spelt == ["A", " ", "&quot;", "b", "o", "a", "t", "&quot;"]
    assert "boat" not in rendered.text


def test_blocks_have_their_span_of_the_source_and_of_the_text():
    rendered = render("<p>one</p>\n<ul><li>a<li>b</ul>\n<p>two")
    spans = [
        (rendered.source[block.start : block.end], rendered.text[block.text_start : block.text_end].strip())
        for block in rendered.blocks
    ]
    assert spans == [("<p>one</p>", "one"), ("<ul><li>a<li>b</ul>", "a\nb"), ("<p>two", "two")]


@pytest.mark.parametrize("word", ["[sic]", "[1]", "[…]", "[The mayor]", "[[gallery]]", "a[0]", "[ ]"])
def test_words_in_brackets_are_words(word: str):
    assert render(f"<p>He {word} left.</p>").text == f"He {word} left.\n"


@pytest.mark.parametrize(
    "code", ['[gallery ids="1,2"]', "[embed]https://a.example[/embed]", "[ad /]", "[quote]x[/quote]", "[more]"]
)
def test_shortcodes_are_not_words(code: str):
    assert render(f"<p>a {code} b</p>").text in ("a b\n", "a x b\n")


@pytest.mark.parametrize(
    ("source", "text"), [("\ufeff<p>a</p>", "a\n"), ("<template>a<p>b</template>c", "c"), ("<p>\ud800b", "\ud800b\n")]
)
def test_what_the_other_parser_does_not_know(source: str, text: str):
    rendered = render(source)
    assert rendered.text == text
    assert_traced(rendered)


def test_control_characters_and_noncharacters_are_not_shown():
    source = "&#8;- x<br>\x80# y<p>\x7f1. z</p>\ufdd0> q<p>a&#x8;<b>&#8;b&#8;</b>&#8;c d<pre>&#8;f</pre><code>&#8;h"
    rendered = render(source)
    assert squeezed(rendered.text) == "-x#y1.z>qabcdfh"
    assert_traced(rendered)
