"""What readers see and the markup, one key apart and remembered, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.publication import Publication
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import TALKS, a_correction, an_article, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    an_article(publication)
    publication.private.accounts.save("Mira", "admin", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture(params=[1280, 390])
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    sign_in(opened, site)
    yield opened
    context.close()


def test_the_markup_is_a_key_away_and_remembered(page: Page, site: str, publication: Publication):
    a_correction(publication, "agreed", "settled")
    a_correction(publication, "Tusday", "Tuesday")
    page.goto(f"{site}/review/1")
    readers, source = page.locator(".readers-view .diff"), page.locator(".source-view .diff")
    expect(readers).to_be_visible()
    expect(source).to_be_hidden()
    expect(readers.locator("ins strong")).to_have_text("settled")
    page.keyboard.press("m")
    expect(readers).to_be_hidden()
    expect(source.locator("ins")).to_have_text("settled")
    page.goto(f"{site}/review/2")
    expect(source).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator(".source-view .inline-view")).to_be_visible()
    page.get_by_role("button", name="As readers see it").click()
    expect(page.locator(".readers-view .inline-view")).to_be_visible()
    page.goto(f"{site}/review/of/{TALKS}")
    expect(readers).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
