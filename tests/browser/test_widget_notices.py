"""The notices of published corrections on the publisher's own page."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.review.notices import NoticeDraft
from tests.browser import axe
from tests.browser.sites import Site
from tests.newsroom import EDITOR, TEXT, a_correction

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>The talks</title>
<meta name="viewport" content="width=device-width"><link rel="canonical" href="{address}">
<script src="{service}/widget.js" {attribute} defer></script></head>
<body><main><article><h1>The talks</h1><p>Ministers met on Tuesday in the capital.</p></article>
<footer>About us{chosen}</footer></main></body></html>"""
NOTICE = "The ministers met on <Tuesday>, not on Monday."


def a_page(site: Site, publication: Publication, attribute: str, language: str = "en", chosen: str = "") -> str:
    """The address of a page of an article with a published notice."""
    address = f"{site.address}/notices"
    article = "2026/11/24/notices"
    updates.publish(publication, EDITOR, updates.ArticleText(article, TEXT, url=address, language=language))
    sent = a_correction(publication, "Tusday", "Tuesday", article)
    decisions.accept(publication, EDITOR, sent.number, sent.last_event, notice=NoticeDraft("correction", NOTICE))
    site.pages["notices"] = PAGE.format(
        address=address, service=site.service, attribute=attribute, language=language, chosen=chosen
    )
    return address


@pytest.mark.parametrize(
    ("attribute", "before", "after"), [("data-notices", "ARTICLE", "FOOTER"), ('data-notices="head"', None, "ARTICLE")]
)
def test_notices_are_shown_at_the_foot_or_the_head_of_the_article(
    page: Page, site: Site, publication: Publication, attribute: str, before: str | None, after: str
):
    page.goto(a_page(site, publication, attribute))
    notices = page.locator(".corrections-notices")
    expect(notices.get_by_role("heading")).to_have_text("Corrections to this article")
    expect(notices.get_by_text(NOTICE)).to_contain_text("Correction, ")
    neighbours = "section => [section.previousElementSibling?.tagName ?? null, section.nextElementSibling?.tagName]"
    assert notices.evaluate(neighbours) == [before, after]
    notices.get_by_role("link", name="View the change").click()
    page.get_by_role("heading", name="Correction 1").wait_for()


def test_search_engines_read_them_and_they_are_no_part_of_the_article(page: Page, site: Site, publication: Publication):
    address = a_page(site, publication, "data-notices", chosen="<div data-corrections-notices></div>")
    page.goto(address)
    page.locator("footer [data-corrections-notices] .corrections-notices").wait_for()
    (comment,) = (data := json.loads(page.locator("script[type='application/ld+json']").text_content() or ""))[
        "correction"
    ]
    assert (data["@type"], data["url"]) == ("NewsArticle", address)
    assert (comment["@type"], comment["name"], comment["text"]) == ("CorrectionComment", "Correction", NOTICE)
    page.locator(".corrections-notices p").select_text()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("You can only correct the text of the article.")


def test_without_the_attribute_or_a_notice_the_page_is_as_it_was(page: Page, site: Site, publication: Publication):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(a_page(site, publication, ""))
    page.wait_for_load_state("networkidle")
    assert not [address for address in asked if "/notices?" in address]
    assert page.locator(".corrections-notices").count() == 0


def test_they_speak_the_article_s_language_and_axe_finds_nothing(
    browser: Browser, site: Site, publication: Publication
):
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(a_page(site, publication, "data-notices", language="de"))
    expect(page.get_by_role("heading", name="Korrekturen zu diesem Artikel")).to_be_visible()
    expect(page.get_by_text(NOTICE)).to_contain_text("Korrektur, ")
    assert axe.violations(page, "document.querySelector('.corrections-notices')") == []
    page.context.close()
