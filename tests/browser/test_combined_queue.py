"""The queue of several publications in a browser: corrections with the same number are told apart."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.domain.roles import Role
from corrections.private.account import Account
from corrections.services import memberships
from corrections.services.publication import Publication, Publications
from tests.browser.axe import violations
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import a_correction, an_article, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def weekly(publication: Publication) -> Iterator[Publication]:
    created = Publication.create(publication.folder.parent, "weekly", "The Weekly")
    for each in (publication, created):
        an_article(each)
        a_correction(each, "teh", "the", category="typo")
        a_correction(each, "1893", "1839", category="factual")
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    publications = Publications(publication.folder.parent)
    memberships.add(publications, created, Account("Mira", Role.EDITOR), "daily", "Mira")
    publications.close()
    yield created
    created.close()


@pytest.fixture
def page(browser: Browser, publication: Publication, weekly: Publication) -> Iterator[Page]:
    with serving(publication.folder.parent) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        opened = context.new_page()
        sign_in(opened, f"{address}/daily")
        opened.get_by_text("Publications", exact=True).click()
        opened.get_by_role("link", name="All publications in one queue").click()
        opened.wait_for_load_state()  # before it, keys are not heard yet
        opened.mouse.move(2, 2)
        yield opened
        context.close()


def states(publication: Publication) -> list[str]:
    publication.index.catch_up(publication.store)
    return [publication.correction(number).state for number in (1, 2)]


def test_keys_act_on_the_row_of_their_publication(page: Page, publication: Publication, weekly: Publication):
    second = page.locator('[data-row="/weekly/review/1"]')
    second.locator(".words").focus()
    page.keyboard.press("a")
    expect(second.locator("[data-outcome]")).to_contain_text("Accepted")
    assert (states(publication), states(weekly)) == (["open", "open"], ["accepted", "open"])
    page.keyboard.press("u")
    expect(page.locator("[data-told]")).to_contain_text("Decision undone: correction 1.")
    expect(second).to_be_visible()
    expect(second.locator("[data-outcome]")).to_be_hidden()
    assert states(weekly) == ["open", "open"]
    page.keyboard.press("n")
    expect(page.locator("#notice-panel-text")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator('[data-row="/weekly/review/2"] .words').focus()
    page.keyboard.press("r")
    page.keyboard.press("1")
    expect(page.locator("[data-told]")).to_contain_text("Rejected: correction 2.")
    assert (states(publication), states(weekly)) == (["open", "open"], ["open", "rejected"])


def test_a_decided_row_stays_though_the_pointer_has_just_moved(page: Page, weekly: Publication):
    second = page.locator('[data-row="/weekly/review/1"]')
    second.locator(".words").focus()
    page.mouse.move(4, 4)
    page.keyboard.press("a")
    expect(second.locator("[data-outcome]")).to_contain_text("Accepted")
    page.wait_for_timeout(700)  # longer than a pointer has to rest until decided rows fold away
    expect(second.locator("[data-outcome]")).to_be_visible()


def test_what_is_ticked_is_decided_in_every_publication_and_marked_in_place(
    page: Page, publication: Publication, weekly: Publication
):
    for address in ("/daily/review/1", "/daily/review/2", "/weekly/review/1"):
        page.locator(f'[data-row="{address}"] input[name=pick]').check()
    page.get_by_role("button", name="Accept selected").click()
    expect(page.locator("[data-told]")).to_contain_text("The Weekly: Accepted: 1 correction (#1).")
    expect(page.locator('[data-row="/daily/review/2"] [data-problem]')).to_have_text(
        "It corrects a factual error, which may need a notice."
    )
    expect(page.locator('[data-row="/weekly/review/1"]')).to_have_count(0)
    assert (states(publication), states(weekly)) == (["open", "open"], ["accepted", "open"])


def test_the_place_is_kept_after_coming_back_from_a_correction(page: Page):
    row = page.locator('[data-row="/weekly/review/2"]')
    row.locator(".words").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1").first).to_contain_text("#2")
    page.go_back()
    expect(page.locator(".selected")).to_have_attribute("data-row", "/weekly/review/2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, scheme: str, width: int):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(page.url)
    page.get_by_text("Publications", exact=True).click()
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(page.url.replace("/review/all", "/account"))
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations(page)] == []
