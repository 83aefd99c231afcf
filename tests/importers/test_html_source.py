"""HTML files as articles in HTML: fragments are the source, of a page the article's own elements are."""

import pytest

from corrections.importers.html_source import read_source
from corrections.text.formats.registry import render
from tests.importers.news_pages import CAPTION, HEADLINE, JSON_LD, PAGES, Page, paragraphs, whole


def shown(source: str) -> str:
    return " ".join(render(read_source(source.encode()).text, "html").text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_of_a_page_the_article_is_taken_in_order_and_nothing_around_it(page: Page):
    text, at = shown(page.html), 0
    for passage in page.words:
        assert passage in text[at:], (passage, text)
        at = text.index(passage, at) + len(passage)
    assert [name for name in page.furniture if name in text] == []


def test_the_elements_of_a_page_s_article_are_its_own():
    figure = f'<figure class="wide" data-id="7"><img src="/a.jpg" alt="x"><figcaption>{CAPTION}</figcaption></figure>'
    article = f'<article><h1 class="head">{HEADLINE}</h1>{figure}{paragraphs()}<iframe src="/v"></iframe></article>'
    source = read_source(whole(article, JSON_LD).encode())
    assert source.text.startswith(f'<h1 class="head">{HEADLINE}</h1>')
    assert '<figure class="wide" data-id="7">' in source.text
    assert '<iframe src="/v"></iframe>' in source.text
    assert "<span></span>" not in source.text
    assert source.metadata is not None
    assert source.metadata.headline == HEADLINE
    assert any("left out" in note for note in source.notes)


@pytest.mark.parametrize(
    "data",
    [
        b"<!-- wp:paragraph -->\r\n<p class=a>One &amp two</p>  ",
        b"\xef\xbb\xbf<p>A mark</p>",
        "<p>cafe\u0301 &eacute;</p>\r<p>unclosed <b>tags".encode(),
        b"<div>" * 10_000 + b"deep",
    ],
    ids=["comments", "byte order mark", "decomposed", "deep"],
)
def test_a_fragment_is_kept_byte_for_byte(data: bytes):
    assert read_source(data).text.encode() == data


def test_a_fragment_in_another_encoding_is_decoded_as_it_says():
    data = '<meta charset="windows-1252"><p>“café”</p>'.encode("cp1252")
    assert read_source(data).text == '<meta charset="windows-1252"><p>“café”</p>'
