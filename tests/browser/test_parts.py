"""Headline and standfirst in a real browser: selected on our page and on a publisher's, corrected, published."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from repo_store import Format, Part, Source
from tests.browser.sites import Site
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import EDITOR, TALKS, serving

pytestmark = pytest.mark.browser

HEADLINE = "Ministers meet on Tusday &amp; agree"
STANDFIRST = "Teh talks lasted <em>two</em> days."
BODY = "<!-- wp:paragraph --><p>The talks began on Tusday in the capital.</p><!-- /wp:paragraph -->"
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ministers meet</title>
    <link rel="canonical" href="{{address}}/talks"><script src="{{service}}/widget.js" defer></script></head><body>
    <main><article><header><h1 class="entry-title">{HEADLINE}</h1><p class="standfirst">{STANDFIRST}</p></header>
    <div class="entry-content">{BODY}</div></article></main></body></html>"""


@pytest.fixture
def site(publication: Publication) -> Iterator[Site]:
    """A publisher's page of an article, and the service that knows the article."""
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        made = Site(f"{address}/daily")
        origins.add(publication, made.address)
        made.pages["talks"] = PAGE.format(address=made.address, service=made.service)
        incoming = updates.ArticleText(
            TALKS,
            BODY,
            url=f"{made.address}/talks",
            format=Format.HTML,
            headline=Source(HEADLINE, Format.HTML),
            standfirst=Source(STANDFIRST, Format.HTML),
        )
        updates.publish(publication, EDITOR, incoming)
        yield made
        made.close()


def select(page: Page, place: str, words: str) -> None:
    page.evaluate(
        """([place, words]) => {
          const walker = document.createTreeWalker(document.querySelector(place), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) return getSelection().setBaseAndExtent(node, at, node, at + words.length);
          }
        }""",
        [place, words],
    )


def stored(publication: Publication) -> list[str]:
    publication.refresh()
    sources = publication.sources(TALKS, publication.article(TALKS).revision)
    return [sources.of(part).text for part in Part]


@pytest.mark.parametrize(
    ("place", "words", "typed", "part"),
    [("h1", "Tusday", "Tuesday", Part.HEADLINE), (".standfirst", "Teh", "The", Part.STANDFIRST)],
)
def test_words_are_selected_on_our_page_accepted_and_reverted(
    browser: Browser, site: Site, publication: Publication, place: str, words: str, typed: str, part: Part
):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site.service}/a/{TALKS}")
    expect(page.locator("h1")).to_have_text("Ministers meet on Tusday & agree")
    select(page, place, words)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/suggest?**")
    expect(page.locator("blockquote mark")).to_have_text(words, use_inner_text=True)
    page.fill("#replacement", typed)
    page.click("text=typo")
    page.click("text=Preview the change")
    page.click("text=Send correction")
    page.wait_for_url("**/c/1?key=*")
    sign_in(page, site.service)
    page.goto(f"{site.service}/review/1")
    expect(page.locator("h1").first).to_contain_text(part)
    expect(page.locator(".readers-view del").first).to_contain_text(words, use_inner_text=True)
    page.keyboard.press("a")
    page.wait_for_url("**/review/?undo=1")
    before = [HEADLINE, STANDFIRST, BODY]
    assert stored(publication) == [
        text.replace(words, typed) if each is part else text for each, text in zip(Part, before, strict=True)
    ]
    page.goto(f"{site.service}/a/{TALKS}")
    expect(page.locator(f"article {place}")).to_contain_text(typed, use_inner_text=True)
    page.goto(f"{site.service}/a/{TALKS}/diff")
    expect(page.locator("ins").first).to_have_text(typed, use_inner_text=True)
    page.close()


@pytest.mark.parametrize(
    ("place", "words", "typed", "part"),
    [
        ("h1", "Tusday", "Tuesday", Part.HEADLINE),
        (".standfirst", "Teh", "The", Part.STANDFIRST),
        (".entry-content", "Tusday", "Tuesday", Part.BODY),
    ],
)
def test_the_widget_selects_in_each_part_of_a_publishers_page(
    browser: Browser, site: Site, publication: Publication, place: str, words: str, typed: str, part: Part
):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site.address}/talks")
    select(page, place, words)
    page.keyboard.press("Control+Enter")
    page.get_by_label("Suggested text").fill(typed)
    page.get_by_text("typo").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("Your correction is number 1.")
    publication.refresh()
    assert publication.correction(1).part is part
    page.close()
