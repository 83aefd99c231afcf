"""Headline and standfirst that a file names, or a page shows outside of the article's own elements."""

from pathlib import Path

import pytest

from corrections.article_files.documents import read_article
from corrections.services.articles import updates
from corrections.services.publication import Publication
from repo_store import Part
from tests.newsroom import EDITOR, TALKS

PARAGRAPHS = "".join(
    f"<p>Paragraph {number} of a long report on the talks, in which ministers said what they had agreed on.</p>"
    for number in range(1, 9)
)
PAGE = """<!doctype html><html lang="en"><head><title>Ministers agree &amp; part – The Daily</title>
<meta property="og:site_name" content="The Daily"><meta property="og:title" content="Ministers agree &amp; part">
<meta property="og:description" content="{description}"></head><body><header><p>The Daily</p></header>
<div class="hero"><p>{shown}</p></div><main><article><div class="text">{paragraphs}</div></article></main>
<footer><p>Imprint</p></footer></body></html>"""


def imported(publication: Publication, path: Path) -> list[str]:
    """Headline, standfirst and body as they are stored of an article in a file."""
    article = updates.publish(publication, EDITOR, read_article(path, TALKS, None, None)).article
    sources = publication.sources(article.id, article.revision)
    return [sources.of(part).text for part in Part]


def test_front_matter_names_headline_and_standfirst(publication: Publication, tmp_path: Path):
    path = tmp_path / "talks.md"
    path.write_text("---\ntitle: The *talks*\nstandfirst: Two days in the capital\n---\nMinisters met.\n")
    assert imported(publication, path) == ["The *talks*", "Two days in the capital", "Ministers met.\n"]


@pytest.mark.parametrize(
    ("shown", "standfirst"),
    [("They met for two days.", "They met for two days."), ("More news", "")],
    ids=["shown on the page", "for search engines alone"],
)
def test_a_pages_headline_and_standfirst_are_stored_where_its_text_does_not_hold_them(
    publication: Publication, tmp_path: Path, shown: str, standfirst: str
):
    path = tmp_path / "talks.html"
    path.write_text(PAGE.format(description="They met for two days.", shown=shown, paragraphs=PARAGRAPHS))
    headline, stored, body = imported(publication, path)
    assert (headline, stored) == ("Ministers agree & part", standfirst)
    assert "Ministers agree" not in body
    assert body.startswith("<p>Paragraph 1 ")


def test_a_page_whose_article_holds_its_headline_has_none_beside_it(publication: Publication, tmp_path: Path):
    path = tmp_path / "talks.html"
    page = PAGE.format(description="", shown="", paragraphs=f"<h1>Ministers agree &amp; part</h1>{PARAGRAPHS}")
    path.write_text(page)
    headline, standfirst, body = imported(publication, path)
    assert (headline, standfirst) == ("", "")
    assert body.startswith("<h1>Ministers agree &amp; part</h1>")
