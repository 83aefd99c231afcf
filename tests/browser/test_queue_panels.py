"""What is decided on the queue without opening a correction: with a notice, in one's own words, many at once."""

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
    a_correction(publication, "1893", "1839", category="factual")
    a_correction(publication, "teh", "the", category="typo")
    a_correction(publication, "We always", "We never")
    a_correction(publication, "closed in", "shut in")
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    sign_in(opened, site)
    opened.mouse.move(2, 2)
    yield opened
    context.close()


def state(publication: Publication, number: int) -> str:
    publication.index.catch_up(publication.store)
    return publication.correction(number).state


def test_a_notice_is_seen_and_published_with_two_keys(page: Page, publication: Publication):
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("#notice-panel-text")).to_have_value(
        "An earlier version of this article said “1893”. It should have said “1839”."
    )
    page.keyboard.press("Enter")
    expect(page.locator("[data-told]")).to_contain_text("Accepted: correction 1.")
    expect(page.locator(".selected")).to_have_attribute("data-number", "2")
    assert state(publication, 1) == "accepted"
    (notice,) = publication.store.meta(TALKS, publication.article(TALKS).revision).notices
    assert (notice.kind, notice.place, notice.number) == ("correction", "foot", 1)


def test_a_notice_that_plays_an_error_down_is_asked_about_once(page: Page, publication: Publication):
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.get_by_label("Update").check()
    expect(page.locator("#notice-panel-text")).to_have_value("This article has been updated. It now says “1839”.")
    page.get_by_role("button", name="Accept with notice").click()
    expect(page.locator("[data-notice-panel] [data-panel-problem]")).to_contain_text("factual error")
    assert state(publication, 1) == "open"
    page.get_by_role("button", name="Accept with notice").click()
    expect(page.locator("[data-notice-panel]")).not_to_be_visible()
    assert state(publication, 1) == "accepted"


def test_a_rejection_in_one_s_own_words(page: Page, publication: Publication):
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.press("0")
    page.keyboard.type("The plaque says 1893 as well.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-told]")).to_contain_text("Rejected: correction 1.")
    assert state(publication, 1) == "rejected"
    assert publication.correction(1).reason == "The plaque says 1893 as well."


def test_clean_ones_are_selected_and_the_others_say_why_not(page: Page, publication: Publication):
    page.get_by_role("button", name="Accept selected").click()
    expect(page.locator("[data-told].refused")).to_have_text("Select at least one correction first.")
    page.get_by_role("button", name="Select clean ones").click()
    ticked = page.locator("input[name=pick]:checked")
    expect(ticked).to_have_count(2)
    expect(page.locator('[data-number="3"] [data-problem]')).to_contain_text("It changes a quotation.")
    page.locator('[data-number="3"] input[name=pick]').check()
    page.get_by_role("button", name="Accept selected").click()
    expect(page.locator("[data-told].refused")).to_contain_text("#3: It changes a quotation.")
    expect(page.locator('[data-number="3"] [data-problem]')).to_have_text("It changes a quotation.")
    expect(ticked).to_have_count(3)
    assert state(publication, 2) == "open"
    page.locator('[data-number="3"] input[name=pick]').uncheck()
    page.get_by_role("button", name="Accept selected").click()
    expect(page.locator("[data-told].done")).to_have_text("Accepted: 2 corrections (#2, #4).")
    assert [state(publication, number) for number in (1, 2, 3, 4)] == ["open", "accepted", "open", "accepted"]


def test_the_place_is_kept_through_a_reload_and_a_correction(page: Page, site: str):
    page.goto(f"{site}/review/?q=is:open sort:newest")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".selected")).to_have_attribute("data-number", "3")
    page.reload()
    expect(page.locator(".selected")).to_have_attribute("data-number", "3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/3")
    page.keyboard.press("q")
    page.wait_for_url("**/review/?q=is:open%20sort:newest")
    expect(page.locator(".selected")).to_have_attribute("data-number", "3")


def test_an_empty_queue_says_where_more_waits(page: Page, site: str, publication: Publication):
    a_correction(publication, "1971", "1972", category="factual")
    for _ in range(5):
        page.goto(f"{site}/review/")
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.keyboard.press("1")
        expect(page.locator("[data-told]")).to_contain_text("Rejected")
    page.goto(f"{site}/review/")
    expect(page.locator(".empty")).to_contain_text("no corrections are waiting")
