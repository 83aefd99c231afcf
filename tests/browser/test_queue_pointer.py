"""The queue under a mouse, in a real Chromium: what is under the pointer stays there, and no click is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import EDITOR, a_correction, an_article, serving

pytestmark = pytest.mark.browser
PLANTS = "2026/11/20/plants"
WORDS = ["apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly"]
PRESS = 60  # milliseconds that a person holds the button down
WATCH = """() => {
  window.shifts = [];
  window.down = false;
  addEventListener("pointerdown", () => (window.down = true), true);
  addEventListener("pointerup", () => setTimeout(() => (window.down = false), 50), true);
  new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) {
      const nodes = entry.sources.map((source) => source.node?.className || source.node?.nodeName);
      window.shifts.push({ value: entry.value, down: window.down, nodes });
    }
  }).observe({ type: "layout-shift" });
}"""


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    text = "# Plants\n\n" + "\n\n".join(f"The {word} grows by the {word}s of {word}ville." for word in WORDS)
    an_article(publication, text, PLANTS)
    for word in WORDS:
        a_correction(publication, f"The {word} grows", f"The {word} blooms", article=PLANTS, category="typo")
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    sign_in(opened, site)
    opened.mouse.move(2, 2)
    opened.evaluate(WATCH)
    yield opened
    context.close()


def row(page: Page, number: int) -> Locator:
    return page.locator(f'[data-row][data-number="{number}"]')


def top(page: Page, number: int) -> float:
    box = row(page, number).bounding_box()
    assert box is not None
    return box["y"]


def press(page: Page, target: Locator) -> None:
    """Move there, press, hold as a person does, release."""
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.down()
    page.wait_for_timeout(PRESS)
    page.mouse.up()


def shifts(page: Page) -> list[dict[str, object]]:
    page.wait_for_timeout(100)
    found: list[dict[str, object]] = page.evaluate("window.shifts.splice(0)")
    return found


def poll(page: Page) -> None:
    """Have the queue ask at once what others did."""
    with page.expect_response("**/review/rows*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(100)


def test_every_tick_set_with_a_press_of_a_person_stays(page: Page):
    for number in range(1, 8):
        press(page, row(page, number).locator("input[name=pick]"))
    ticked = page.locator("input[name=pick]:checked")
    assert [each.get_attribute("aria-label") for each in ticked.all()] == [
        f"Select correction {number}" for number in range(1, 8)
    ]
    assert shifts(page) == []


def test_selecting_and_pointing_move_nothing(page: Page):
    for _ in range(3):
        page.keyboard.press("j")
    for number in range(1, 9):
        row(page, number).hover()
    assert shifts(page) == []


def test_after_keys_a_click_on_a_later_row_opens_it(page: Page):
    page.keyboard.press("j")
    page.keyboard.press("j")
    press(page, row(page, 6).locator(".words"))
    page.wait_for_url("**/review/6")


def test_a_row_decided_with_the_mouse_keeps_its_place_until_the_pointer_is_elsewhere(
    page: Page, publication: Publication
):
    before = [top(page, number) for number in range(1, 9)]
    for number in (2, 3, 4):
        row(page, number).hover()
        press(page, row(page, number).get_by_role("button", name="Accept", exact=False).first)
        expect(row(page, number).locator("[data-outcome]")).to_have_text("Accepted. Undo u")
    page.wait_for_timeout(500)
    assert [top(page, number) for number in range(1, 9)] == before
    assert shifts(page) == []
    press(page, row(page, 3).get_by_role("button", name="Undo"))
    expect(row(page, 3)).not_to_have_class("gone")
    expect(page.locator("[data-told]")).to_contain_text("Decision undone: correction 3.")
    assert [top(page, number) for number in range(1, 9)] == before
    page.mouse.move(2, 2, steps=3)
    expect(page.locator("[data-row]")).to_have_count(6)
    assert not any(shift["down"] for shift in shifts(page))
    publication.index.catch_up(publication.store)
    assert [publication.correction(number).state for number in (2, 3, 4)] == ["accepted", "open", "accepted"]


def test_a_refusal_moves_nothing(page: Page, publication: Publication):
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")  # it does not poll
    before = [top(page, number) for number in range(1, 9)]
    decisions.reject(publication, EDITOR, 2, publication.correction(2).last_event, "No.")
    row(page, 2).hover()
    press(page, row(page, 2).locator('[data-do="accept"]'))
    expect(row(page, 2).locator("[data-problem]")).to_contain_text("Someone else decided")
    assert [top(page, number) for number in range(1, 9)] == before
    assert shifts(page) == []


def test_what_others_do_waits_while_it_would_move_a_row_under_the_pointer(page: Page, publication: Publication):
    row(page, 5).hover()
    before = top(page, 5)
    decisions.reject(publication, EDITOR, 2, publication.correction(2).last_event, "No.")
    decisions.reject(publication, EDITOR, 8, publication.correction(8).last_event, "No.")
    sent = a_correction(publication, "apples of appleville", "apple trees", article=PLANTS, concerned=True)
    poll(page)
    expect(row(page, 2).locator("[data-outcome]")).to_contain_text("Changed by someone else")
    expect(row(page, 8)).to_have_count(0)
    expect(page.locator("[data-news]")).to_have_text("1 new")
    expect(row(page, sent.number)).to_have_count(0)
    assert top(page, 5) == before
    press(page, page.locator("[data-news]"))
    expect(row(page, sent.number)).to_be_visible()


def test_nothing_changes_while_the_button_is_down(page: Page, publication: Publication):
    box = row(page, 4).locator(".words").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 5)
    page.mouse.down()
    decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")
    updates.publish(publication, EDITOR, updates.ArticleText(PLANTS, publication.current_text(PLANTS) + "\n\nMore."))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert shifts(page) == []
    page.mouse.up()
    page.wait_for_url("**/review/4")


def test_what_is_tapped_is_44_pixels_high(browser: Browser, site: str):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    sign_in(page, site)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, a, select, .choose)")]
          .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.getBoundingClientRect().width > 1)
          .filter((each) => each.getBoundingClientRect().height < 43.5)
          .map((each) => each.outerHTML.slice(0, 90))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
