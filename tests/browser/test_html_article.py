"""Articles in HTML in a real browser: nothing hostile in them runs, and every part with words can be corrected."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import Format
from tests.browser.test_browser import PASSWORD, select, sign_in
from tests.browser.test_markup import MUTATIONS, VECTORS, watched
from tests.newsroom import EDITOR, TALKS, a_correction, serving

pytestmark = pytest.mark.browser

HOSTILE = [*MUTATIONS, "".join(f"<p>{vector}</p>" for vector in VECTORS), "".join(VECTORS)]
STORY = (
    "<!-- wp:heading --><h1>The tower</h1><!-- /wp:heading -->\n"
    '<figure class="wp-block-image"><img src="/static/tower.svg" alt="Its outline">'
    "<figcaption>Its highst platform</figcaption></figure>\n"
    "<!-- wp:paragraph --><p>It opened in&nbsp;<strong>March</strong> 1898.</p><!-- /wp:paragraph -->\n"
    "<table><tbody><tr><td>Height</td><td>213&nbsp;m</td></tr></tbody></table>\n"
    "<blockquote><p>We protset.</p></blockquote>\n[gallery ids='1']"
)


def an_html_article(publication: Publication, article: str, source: str) -> None:
    updates.publish(publication, EDITOR, updates.ArticleText(article, source, format=Format.HTML))


@pytest.fixture
def hostile(publication: Publication) -> Iterator[str]:
    """An article for each vector, each with a correction that is made of it too; yields the service's address."""
    for number, vector in enumerate(HOSTILE):
        article = f"2026/11/24/hostile-{number}"
        an_html_article(publication, article, f"<h1>The talks</h1><p>Ministers met on Tusday.</p>\n{vector}")
        made = a_correction(publication, "Tusday", f"Tuesday {vector[:400]}", article=article)
        if number % 2:
            decisions.accept(publication, EDITOR, made.number, made.last_event)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


def test_no_html_of_a_publisher_or_of_a_reader_runs(browser: Browser, hostile: str):
    page, told = watched(browser)
    sign_in(page, hostile)
    for number in range(len(HOSTILE)):
        article = f"{hostile}/a/2026/11/24/hostile-{number}"
        for address in (article, f"{article}/diff", f"{hostile}/review/{number + 1}"):
            page.goto(address)
            assert address.endswith("/diff") or "Ministers met on" in page.inner_text("body"), address
            unsafe = page.evaluate(
                "document.querySelectorAll('main :is([onerror], [onload], iframe, object, base)').length"
            )
            assert not unsafe, address
    assert told == []
    page.context.close()


@pytest.mark.parametrize(
    ("words", "typed", "written"),
    [
        ("tower", "<b>tower</b>", "&lt;b&gt;tower&lt;/b&gt;"),
        ("highst", "highest", "highest"),
        ("1898", "1889", "1889"),
        ("213", "312", "312"),
        ("protset", "protest", "protest"),
    ],
    ids=["headline", "caption", "paragraph", "table", "quotation"],
)
def test_words_in_every_part_are_highlighted_and_corrected(
    browser: Browser, publication: Publication, words: str, typed: str, written: str
):
    an_html_article(publication, TALKS, STORY)
    with serving(publication.folder.parent) as address:
        page = browser.new_page()
        page.goto(f"{address}/daily/a/{TALKS}")
        select(page, words)
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/suggest?**")
        expect(page.locator("blockquote mark")).to_have_text(words, use_inner_text=True)
        page.fill("#replacement", typed)
        page.click("text=typo")
        page.click("text=Preview the change")
        page.click("text=Send correction")
        page.wait_for_url("**/c/1?key=*")
        page.close()
    publication.index.catch_up(publication.store)
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    assert publication.current_text(TALKS) == STORY.replace(words, written, 1)
