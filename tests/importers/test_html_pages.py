"""Of a whole page the article is imported, and nothing that stands around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.importers.html import read_html
from corrections.importers.html_tree import UnreadableHtml
from corrections.text.formats.markdown.render import render
from tests.importers.html_reference import shown_words, words
from tests.importers.news_pages import CAPTION, HEADLINE, JSON_LD, PAGES, PARAGRAPHS, UKRAINIAN, Page, paragraphs, whole
from tests.importers.test_html_fragments import EXAMPLES, NESTED, TAG_SOUP


def shown(html: str) -> str:
    article = read_html(html)
    assert article.differences == ()
    return " ".join(render(article.text).text.split())


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
    text = read_html(page.html).text
    assert f"<figcaption>{CAPTION}</figcaption>" in text
    assert '<img src="/b.jpg" alt="The bridge at dawn">' in text
    assert "3. Vote\n4. Work" in text
    assert "| 1\\|2 | 3.5 cm |" in text
    assert "```\na  b\n```" in text
    assert "> Nobody asked us." in text


@pytest.mark.parametrize("html", [html for html in EXAMPLES if "<a " not in html and "<nav" not in html])
def test_a_page_loses_no_word_that_a_fragment_keeps(html: str):
    """But for links alone in a block, and for what is furniture or a field."""
    page = whole(f"<article><h1>{HEADLINE}</h1>{paragraphs()}<div>{html}</div>{paragraphs(UKRAINIAN)}</article>")
    if "<textarea" not in html:
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
    article = read_html(whole(f"<article>{paragraphs()}</article>", head))
    assert article.language == language
    assert article.authors == authors
    assert article.published == "2026-11-24"
    assert article.url == "https://daily.example/2026/11/24/bridge"


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
    assert read_html(whole(main, head)).title == title


def test_no_date_is_guessed_from_the_text():
    article = read_html(f"<html><body><article><p>On 3 May 1999 it rained.</p>{paragraphs()}</article></body></html>")
    assert article.published is None


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "utf-8-sig", "utf-8"])
def test_a_page_is_read_in_the_encoding_that_it_names(encoding: str):
    name = "" if encoding.startswith("utf") else f'<meta charset="{encoding}">'
    html = f"<html><head>{name}<title>t</title></head><body><p>Міст зачинено.</p></body></html>"
    assert read_html(html.encode(encoding)).text == "Міст зачинено.\n"


def test_a_page_in_an_unknown_encoding_is_refused():
    with pytest.raises(UnreadableHtml, match="UTF-8"):
        read_html("<html><body><p>café</p></body></html>".encode("latin-1"))


def test_xhtml_has_cdata_and_empty_elements():
    article = read_html(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p/><p>a <![CDATA[<b> & c]]></p><hr/>'
        "<p>d</p><script/><p>e</p></body></html>",
        xml=True,
    )
    assert render(article.text).text.split() == ["a", "<b>", "&", "c", "d", "e"]


def test_what_was_left_out_between_the_parts_is_told():
    page = next(page for page in PAGES if page.name.startswith("related links"))
    article = read_html(page.html)
    assert any("Read also" in note for note in article.notes)
    assert "left out" in article.scope


@settings(max_examples=150, deadline=None)
@given(
    st.lists(NESTED, min_size=1, max_size=4).map("".join) | TAG_SOUP.map("".join),
    st.sampled_from(
        [
            "<html><body>{}",
            "<html><body><nav>n</nav>{}</body></html>",
            "<html><head>{}</head><body><article>" + paragraphs(),
            whole("<article>{}" + paragraphs() + "</article>").replace("{ color: black }", ""),
        ]
    ),
)
def test_what_is_taken_of_any_page_is_shown_as_it_is(html: str, page: str):
    assert read_html(page.replace("{}", html)).differences == ()
