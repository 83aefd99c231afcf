"""What a person sees, in a real Chromium: from highlighted words to the published article."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.publication import Publication
from tests.newsroom import TALKS, a_correction, an_article, serving

pytestmark = pytest.mark.browser
PASSWORD = "long enough for a test"


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    an_article(publication)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A tab that is closed before the service ends: a page that is still open would complain of that."""
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert [each for each in complaints if "status of 4" not in each] == []


def select(page: Page, words: str) -> None:
    page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.querySelector("[data-article]"), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
        }""",
        words,
    )


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.fill("#name", "Mira")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/review/")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_highlight_ctrl_enter_send_accept_published(page: Page, site: str):
    page.goto(f"{site}/a/{TALKS}")
    assert fits(page)
    select(page, "teh")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/suggest?**")
    expect(page.locator("blockquote mark")).to_have_text("teh", use_inner_text=True)
    page.fill("#replacement", "the")
    page.click("text=typo")
    assert fits(page)
    with page.expect_navigation():
        page.click("text=Preview the change")
    expect(page.locator("del")).to_have_text(["teh"], use_inner_text=True)
    expect(page.locator("ins")).to_have_text(["the"], use_inner_text=True)
    page.click("text=Send correction")
    page.wait_for_url("**/c/1?key=*")
    expect(page.locator("main")).to_contain_text("Thank you. Your correction is number 1.", use_inner_text=True)
    sign_in(page, site)
    assert fits(page)
    page.click(".queue .change a")
    page.wait_for_url("**/review/1")
    assert fits(page)
    page.keyboard.press("a")
    page.wait_for_url("**/review/?undo=1")
    page.goto(f"{site}/a/{TALKS}")
    expect(page.locator("[data-article]")).to_contain_text("in the capital", use_inner_text=True)
    for place in ("history", "diff", "blame"):
        page.goto(f"{site}/a/{TALKS}/{place}")
        assert fits(page), place


def test_the_button_beside_a_selection_does_the_same(page: Page, site: str):
    page.goto(f"{site}/a/{TALKS}")
    assert not page.is_visible("[data-pick]")
    select(page, "1893")
    page.click("[data-pick]")
    page.wait_for_url("**/suggest?**")
    expect(page.locator("blockquote mark")).to_have_text("1893", use_inner_text=True)


def test_the_keys_of_the_desk(page: Page, site: str, publication: Publication):
    for each in range(3):
        a_correction(publication, "1893", str(1800 + each))
    sign_in(page, site)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/2")
    page.keyboard.press("e")
    page.keyboard.type("x")
    assert page.url.endswith("/review/2"), "a key in a field is a letter"
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.wait_for_url("**/review/3?undo=2")
    page.keyboard.press("u")
    page.wait_for_url("**/review/2")
    publication.index.catch_up(publication.store)
    assert [publication.correction(each).state for each in (1, 2, 3)] == ["open", "open", "open"]


def test_without_javascript_the_form_is_whole(browser: Browser, site: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/a/{TALKS}")
    page.click("text=write to us here")
    page.fill("#exact", "no such words at all")
    page.click("text=Next")
    expect(page.locator("main")).to_contain_text("not in the current version of the article", use_inner_text=True)
    page.fill("#exact", "the")
    page.click("text=Next")
    expect(page.locator("input[name=candidate]")).not_to_have_count(0)
    assert page.locator("input[name=candidate]").count() > 1
    page.locator("input[name=candidate]").first.check()
    page.click("text=Next")
    expect(page.locator("#replacement")).to_have_value("the")
    page.fill("#replacement", "a")
    page.click("text=Preview the change")
    page.click("text=Send correction")
    expect(page.locator("main")).to_contain_text("Your correction is number 1", use_inner_text=True)
    context.close()
