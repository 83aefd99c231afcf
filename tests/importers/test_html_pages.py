"""Of a whole page the article is imported, and nothing that stands around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.importers import html_tree
from corrections.importers.html_source import HtmlSource, read_source
from corrections.importers.html_tree import DEPTH_LIMIT, ELEMENT_LIMIT, UnreadableHtml
from corrections.importers.page_metadata import Metadata
from corrections.text.formats.registry import render
from tests.importers.html_reference import shown_words, words
from tests.importers.news_pages import CAPTION, HEADLINE, JSON_LD, PAGES, PARAGRAPHS, UKRAINIAN, Page, paragraphs, whole
from tests.text.formats.html.fragments import ARTICLES, PIECES


def article_of(html: str) -> HtmlSource:
    return read_source(html.encode())


def metadata_of(html: str) -> Metadata:
    metadata = article_of(html).metadata
    assert metadata is not None
    return metadata


def shown(html: str) -> str:
    return " ".join(render(article_of(html).text, "html").text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_article_is_taken_in_order_and_once(page: Page):
    text, at = shown(page.html), 0
    for passage in page.words:
        assert passage in text[at:], (passage, text)
        at = text.index(passage, at) + len(passage)
    for passage in page.words:
        if len(passage) > 40:
            assert text.count(passage) == 1, (passage, text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_stands_around_it_is_not(page: Page):
    text = shown(page.html)
    assert [name for name in page.furniture if name in text] == []


def test_captions_numbers_and_preformatted_lines_keep_their_form():
    page = next(page for page in PAGES if page.name.startswith("lists, a table"))
    text = article_of(page.html).text
    assert '<figcaption>The bridge on Monday. <span class="credit">Photo: Jan Roth</span></figcaption>' in text
    assert CAPTION in shown(page.html)
    assert '<img src="/b.jpg" alt="The bridge at dawn">' in text
    assert '<ol start="3">' in text
    assert "<td>1|2</td>" in text
    assert "<pre>a  b</pre>" in text
    assert "<blockquote>" in text


@pytest.mark.parametrize(
    "html", [html for html in ARTICLES if not any(tag in html for tag in ("<a ", "<nav", "<textarea", "<math"))]
)
def test_a_page_loses_no_word_that_a_fragment_keeps(html: str):
    """But for links alone in a block, and for what is furniture, a field or a formula."""
    page = whole(f"<article><h1>{HEADLINE}</h1>{paragraphs()}<div>{html}</div>{paragraphs(UKRAINIAN)}</article>")
    expected = (HEADLINE, *PARAGRAPHS, *shown_words(f"<div>{html}</div>"), *UKRAINIAN)
    assert words(shown(page)) == words(" ".join(expected))


METADATA = {
    "JSON-LD": (JSON_LD, "en-GB", ("Mira Halle", "Jan Roth")),
    "JSON-LD in a graph, with line breaks in it": (
        """<script type="application/ld+json">[{"@context": "https://schema.org", "@graph": [{"@type": "WebSite",
        "name": "The Daily"}, {"@type": ["ReportageNewsArticle"], "headline": "Old bridge may
        close to lorries", "author": "Mira Halle", "datePublished": "2026-11-24", "url":
        "https://daily.example/2026/11/24/bridge"}]}]</script>""",
        "en",
        ("Mira Halle",),
    ),
    "OpenGraph and article properties": (
        f"""<meta property="og:title" content="{HEADLINE}"><meta property="og:locale" content="en_GB">
        <meta property="og:url" content="https://daily.example/2026/11/24/bridge">
        <meta property="article:published_time" content="2026-11-24T07:00:00Z">
        <meta name="author" content="Mira Halle">""",
        "en",
        ("Mira Halle",),
    ),
    "a canonical link and names": (
        """<link href="https://daily.example/2026/11/24/bridge" rel="canonical"><meta name="date" content="2026-11-24">
        <meta property="article:author" content="https://facebook.com/mira"><meta name="author" content="Mira Halle">
        <script type="application/ld+json">{"@type": "NewsArticle", broken</script>""",
        "en",
        ("Mira Halle",),
    ),
}


@pytest.mark.parametrize("name", METADATA)
def test_what_the_page_says_of_the_article_is_read(name: str):
    head, language, authors = METADATA[name]
    metadata = metadata_of(whole(f"<article>{paragraphs()}</article>", head))
    assert metadata.language == language
    assert metadata.authors == authors
    assert metadata.published == "2026-11-24"
    assert metadata.url == "https://daily.example/2026/11/24/bridge"


@pytest.mark.parametrize(
    ("main", "head", "title"),
    [
        (f"<article><h1>{HEADLINE}</h1>{paragraphs()}</article>", "", HEADLINE),
        (f"<article><h1> Old <em>bridge</em>\n closed </h1>{paragraphs()}</article>", JSON_LD, "Old bridge closed"),
        (f"<article>{paragraphs()}</article>", JSON_LD, HEADLINE),
        (f"<article>{paragraphs()}</article>", '<meta property="og:title" content="A &amp;amp; B">', "A & B"),
        (f"<article>{paragraphs()}</article>", "", f"{HEADLINE} – News – The Daily"),
        (
            f"<article>{paragraphs()}</article>",
            '<meta property="og:site_name" content="News – The Daily">',
            HEADLINE,
        ),
        (f'<h1 class="logo">The Daily</h1><article>{paragraphs()}</article>', JSON_LD, HEADLINE),
    ],
)
def test_the_title_is_the_headline(main: str, head: str, title: str):
    metadata = metadata_of(whole(main, head))
    assert (metadata.headline or metadata.page_title) == title


def test_no_date_is_guessed_from_the_text():
    page = f"<html><body><article><p>On 3 May 1999 it rained.</p>{paragraphs()}</article></body></html>"
    assert metadata_of(page).published is None


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "utf-8-sig", "utf-8"])
def test_a_page_is_read_in_the_encoding_that_it_names(encoding: str):
    name = "" if encoding.startswith("utf") else f'<meta charset="{encoding}">'
    html = f"<html><head>{name}<title>t</title></head><body><p>Міст зачинено.</p></body></html>"
    assert render(read_source(html.encode(encoding)).text, "html").text.strip() == "Міст зачинено."


def test_a_page_in_an_unknown_encoding_is_refused():
    with pytest.raises(UnreadableHtml, match="UTF-8"):
        read_source("<html><body><p>café</p></body></html>".encode("latin-1"))


def test_xhtml_has_cdata_and_empty_elements():
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p/><p>a <![CDATA[<b> & c]]></p><hr/>'
        "<p>d</p><script/><p>e</p></body></html>"
    )
    assert render(read_source(page.encode(), xml=True).text, "html").text.split() == ["a", "<b>", "&", "c", "d", "e"]


def test_what_was_left_out_between_the_parts_is_told():
    page = next(page for page in PAGES if page.name.startswith("related links"))
    notes = article_of(page.html).notes
    assert any("Read also" in note for note in notes)
    assert "left out" in notes[0]


@pytest.mark.parametrize("name", ["div", "b", "blockquote", "span", "em", "ul><li", "table><tr><td", "font color=1"])
def test_a_page_with_elements_too_deep_inside_one_another_is_refused(name: str):
    with pytest.raises(UnreadableHtml, match=f"{DEPTH_LIMIT} levels deep"):
        article_of("<html><body>" + f"<{name}>" * 10_000 + "x")


@pytest.mark.parametrize("name", ["div", "blockquote", "span", "ul><li", "details", "figure"])
def test_a_page_with_elements_just_within_the_limit_is_read(name: str):
    elements = name.count("<") + 1
    assert shown("<html><body>" + f"<{name}>" * (DEPTH_LIMIT // elements - 5) + "x") == "x"


def test_a_page_of_too_many_elements_is_refused():
    with pytest.raises(UnreadableHtml, match=f"{ELEMENT_LIMIT:,}"):
        article_of("<html><body>" + "<p>" * (ELEMENT_LIMIT + 1))


def test_a_page_of_ten_thousand_paragraphs_is_read():
    page = "<html><body>" + "".join(f"<p>{number}. <b>Word</b> {number}|</p>" for number in range(10_000))
    assert len(words(shown(page))) == 30_000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.sampled_from(
        [
            "<html><body>{}",
            "<html><body><nav>n</nav>{}</body></html>",
            "<html><head>{}</head><body><article>" + paragraphs(),
            whole("<article>{}" + paragraphs() + "</article>").replace("{ color: black }", ""),
        ]
    ),
)
def test_what_is_taken_of_any_page_is_words_of_the_page(html: str, page: str):
    """All of them where nothing surrounds the article; no letter that the page does not show, in its order."""
    source = page.replace("{}", html)
    remaining = iter("".join(words(html_tree.visible_text(html_tree.parse(source, True)))))
    assert all(letter in remaining for letter in "".join(words(shown(source))))
