"""The dialog on small screens, above a keyboard on the screen, magnified, and with long texts: "Send" is always in reach."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from tests.browser.sites import Site
from tests.browser.test_theme_pages import select_words
from tests.newsroom import EDITOR, TALKS, TEXT, serving

pytestmark = pytest.mark.browser
SCREENS = {
    "phone": (360, 640),
    "phone on its side": (640, 360),
    "desktop": (1280, 720),
    "magnified four times": (320, 180),
}
TEXTS = {
    "a word": "<p>Ministers</p>",
    "the longest": "<p>" + "Ministers met on Tusday. " * 79 + "</p>",
    "many lines": "<p>Ministers met.</p>" * 100,
    "a long word": "<p>" + "Donaudampfschifffahrtsgesellschaft" * 50 + "</p>",
    "from right to left": '<div lang="ar" dir="rtl">' + "<p>اجتمع الوزراء يوم الثلاثاء في العاصمة.</p>" * 30 + "</div>",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    publication = Publication.create(tmp_path_factory.mktemp("data"), "daily", "The Daily")
    with serving(publication.folder.parent) as address:
        opened = Site(f"{address}/daily")
        origins.add(publication, opened.address)
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT))
        publication.close()
        for at, text in enumerate(TEXTS.values()):
            opened.pages[f"text-{at}"] = (
                '<!doctype html><html style="font-size:62.5%"><meta charset=utf-8><meta name=viewport content="width=device-width">'
                f'<article>{text}</article><script src="{opened.service}/widget.js" data-id="{TALKS}" defer></script>'
            )
        yield opened
        opened.close()


def open_all(page: Page, site: Site, text: str) -> None:
    page.goto(f"{site.address}/text-{list(TEXTS).index(text)}")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()


def bottom_of_send(page: Page) -> float:
    box = page.locator("dialog .actions button.primary").bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("screen", SCREENS)
def test_send_is_in_view_and_the_words_begin_at_their_beginning(tab: Page, site: Site, screen: str, text: str):
    width, height = SCREENS[screen]
    tab.set_viewport_size({"width": width, "height": height})
    open_all(tab, site, text)
    dialog = tab.locator("dialog").bounding_box()
    assert dialog is not None
    assert dialog["y"] >= 0
    assert dialog["y"] + dialog["height"] <= height
    assert dialog["x"] + dialog["width"] <= width
    assert bottom_of_send(tab) <= height
    assert tab.locator("dialog form").evaluate("(form) => form.scrollWidth <= form.clientWidth")
    words = tab.locator("dialog textarea[name=replacement]")
    assert words.evaluate("(area) => [area.scrollTop, area.selectionStart]") == [0, 0]
    assert float(words.evaluate("(area) => parseFloat(getComputedStyle(area).fontSize)")) >= 16, (
        "whatever a theme's rem is"
    )


def test_above_a_keyboard_on_the_screen_send_stays_in_view(browser: Browser, site: Site):
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_all(page, site, "the longest")
    page.evaluate(
        """() => {
          Object.defineProperty(visualViewport, "height", { configurable: true, get: () => 300 });
          visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    assert bottom_of_send(page) <= 300
    area = page.locator("dialog textarea[name=replacement]").bounding_box()
    assert area is not None
    assert area["y"] < 300
    page.evaluate("() => { delete visualViewport.height; visualViewport.dispatchEvent(new Event('resize')); }")
    assert bottom_of_send(page) > 300
    context.close()


def test_both_columns_are_shown_in_order(browser: Browser, site: Site):
    site.pages["columns"] = (
        "<!doctype html><meta charset=utf-8><article><div style='display:flex'>"
        + "".join(f"<div>\n\n<p>\n{words}\n</p>\n\n\n</div>\n" for words in ("The left column.", "The right column."))
        + f'</div></article><script src="{site.service}/widget.js" data-id="{TALKS}" defer></script>'
    )
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto(f"{site.address}/columns")
    select_words(page, "left", "right column")
    page.keyboard.press("Control+Enter")
    words = page.get_by_label("Suggested text")
    expect(words).to_have_value("left column.\n\nThe right column")
    assert words.evaluate("(area) => area.scrollHeight <= area.clientHeight"), "all of it can be seen"
    expect(page.get_by_role("dialog").locator(".quote mark")).to_be_visible()
    page.close()
