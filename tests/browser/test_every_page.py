"""Every page, in each of its states, for people with other eyes, hands and screens; in a real Chromium.

The list of pages is compared with the routes of the app, so that a new page cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.axe import violations
from tests.browser.every_page import ADMIN, MACHINE_ENDPOINTS, PAGES, Newsroom, PageCase, newsroom
from tests.browser.test_browser import PASSWORD

pytestmark = pytest.mark.browser
CHECKS = Path(__file__).with_name("page_checks.js")
DESKTOP, PHONE, MAGNIFIED = (1280, 800), (320, 640), (320, 256)  # CSS pixels; the last is 1280 × 1024 at 400 %
MAIN_ACTIONS = "button:not(.quiet, .first), .button, select, textarea, summary, .chips label span, input:not([type=checkbox], [type=radio])"
AXE_RULES = '{ "target-size": { enabled: true } }'  # 24 px, or as much room around it


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture(scope="module")
def contexts(browser: Browser, room: Newsroom) -> Iterator[dict[str, BrowserContext]]:
    """Browsers by name: of staff and of readers, at a desk, on a phone, and of readers of Arabic."""
    opened = {
        "reader desk": browser.new_context(),
        "reader phone": browser.new_context(has_touch=True),
        "reader arabic": browser.new_context(locale="ar"),
        "staff desk": browser.new_context(),
        "staff phone": browser.new_context(has_touch=True),
    }
    for name, context in opened.items():
        context.add_init_script(path=CHECKS)
        if name.startswith("staff"):
            sign_in(context, room)
    yield opened
    for context in opened.values():
        context.close()


def sign_in(context: BrowserContext, room: Newsroom) -> None:
    page = context.new_page()
    page.goto(f"{room.address}/sign-in")
    page.fill("#name", ADMIN)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/review/")
    page.close()


def size(pixels: tuple[int, int]) -> dict[str, int]:
    return {"width": pixels[0], "height": pixels[1]}


def test_the_list_names_every_page_of_the_service(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {case.endpoint for case in PAGES}
    assert routes - pages - MACHINE_ENDPOINTS - {name for name in routes if name.startswith("api.")} == set()
    assert pages & MACHINE_ENDPOINTS == set()


@pytest.mark.parametrize("case", PAGES, ids=[case.name for case in PAGES])
def test_a_page_serves_everybody(contexts: dict[str, BrowserContext], room: Newsroom, case: PageCase) -> None:
    who = "staff" if case.staff else "reader"
    complaints = [
        *at_a_desk(contexts[f"{who} desk"], room, case),
        *on_a_phone(contexts[f"{who} phone"], room, case),
        *(from_right_to_left(contexts["reader arabic"], room, case) if case.speaks else ()),
    ]
    assert not complaints, "\n".join(complaints)


def opened(context: BrowserContext, room: Newsroom, case: PageCase, pixels: tuple[int, int]) -> Page:
    """The case's page, in the one tab that the context has."""
    page = context.pages[0] if context.pages else context.new_page()
    page.set_viewport_size(size(pixels))  # type: ignore[arg-type]
    page.goto(case.address(room))
    page.evaluate("document.fonts.ready")
    if case.prepare:
        case.prepare(page)
    return page


def at_a_desk(context: BrowserContext, room: Newsroom, case: PageCase) -> list[str]:
    """Nothing moves, Tab goes through all controls in order and shows where it is, and axe finds nothing."""
    page = opened(context, room, case, DESKTOP)
    page.mouse.move(0, 0)
    if case.prepare:
        page.evaluate("checks.shifts.length = 0")  # by what was pressed
    complaints = tab_through(page)
    for x, y in page.evaluate("checks.pointerStops()"):
        page.mouse.move(x, y)
    complaints += page.evaluate("new Promise((done) => setTimeout(() => done(checks.shifts), 100))")
    page.emulate_media(forced_colors="active")
    complaints += page.evaluate("checks.statesByColourAlone()")
    page.emulate_media(forced_colors="none")
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    found = violations(page, rules=AXE_RULES)
    complaints += [f"axe, {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]
    return complaints


def tab_through(page: Page) -> list[str]:
    """Press Tab once for each control: each has to get the focus once, in the order of the page, visibly."""
    most = page.evaluate("checks.beginTabbing()")
    left, pressed = page.evaluate("checks.countUnvisited()"), 0
    while left and pressed < most:
        presses = min(left, most - pressed)
        for _ in range(presses):
            page.keyboard.press("Tab")
        pressed += presses
        left = page.evaluate("checks.countUnvisited()")
    assert page.evaluate("checks.countPresses()") == pressed
    problems: list[str] = page.evaluate("checks.tabbingProblems()")
    return problems


def on_a_phone(context: BrowserContext, room: Newsroom, case: PageCase) -> list[str]:
    """320 px wide by touch, and as high as a desktop's window at 400 %: nothing scrolls sideways or hides the focus."""
    page = opened(context, room, case, PHONE)
    complaints = [f"320 px: {each}" for each in page.evaluate("checks.overflow()")]
    if not case.staff:
        low = page.evaluate("([selector, least]) => checks.lowControls(selector, least)", [MAIN_ACTIONS, 44])
        complaints += [f"by touch: {each}" for each in low]
    page.set_viewport_size(size(MAGNIFIED))  # type: ignore[arg-type]
    page.evaluate("new Promise((laidOut) => requestAnimationFrame(() => requestAnimationFrame(laidOut)))")
    complaints += [f"400 %: {each}" for each in (*page.evaluate("checks.overflow()"), *tab_through(page))]
    return complaints


def from_right_to_left(context: BrowserContext, room: Newsroom, case: PageCase) -> list[str]:
    """The page of the Arabic article is laid out from the right, and fits as the others do."""
    page = opened(context, replace(room, language="ar"), case, PHONE)
    complaints = [f"Arabic: {each}" for each in page.evaluate("checks.overflow()")]
    direction = page.evaluate("getComputedStyle(document.body).direction")
    if direction != "rtl":
        complaints.append(f"Arabic: the page's direction is {direction}")
    return complaints
