"""A shift at the desk in a real Chromium, by keyboard alone and by mouse alone; and a queue that keeps itself up to date."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect

from corrections.index import queries
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.browser.axe import violations
from tests.browser.test_browser import PASSWORD, sign_in
from tests.browser.test_reader_pages import every_state
from tests.newsroom import EDITOR, TALKS, a_correction, an_article, serving

pytestmark = pytest.mark.browser
WORDS = ["apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly", "iris", "jasmine", "kale", "laurel", "maple", "nettle", "olive", "poppy", "quince", "rose", "sage", "thyme"]  # fmt: skip


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    an_article(publication)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def sixty(publication: Publication) -> dict[str, list[int]]:
    """A shift's corrections by what is to be done with them."""
    wanted: dict[str, list[int]] = {
        "accept": [],
        "notice": [],
        "reject": [],
        "spam": [],
        "edit": [],
        "conflict": [],
        "ask": [],
    }
    text = "# Plants\n\n" + "\n\n".join(f"The {word} grows by the {word}s of {word}ville." for word in WORDS)
    for part in range(3):
        article = f"2026/11/2{part}/plants"
        updates.publish(publication, EDITOR, updates.ArticleText(article, text))
        for at, word in enumerate(WORDS):
            kind = ("accept", "accept", "accept", "reject", "notice", "edit", "accept", "spam", "accept", "ask")[
                at % 10
            ]
            if at == 12:
                kind = "conflict"
            sent = a_correction(
                publication, f"The {word} grows", f"The {word} blooms", article=article, category="typo"
            )
            wanted[kind].append(sent.number)
        changed = text.replace("The maple grows", "A maple stands")
        updates.publish(publication, EDITOR, updates.ArticleText(article, changed))
    return wanted


def test_sixty_corrections_before_noon_by_keyboard_alone(
    page: Page, site: str, publication: Publication, capsys: pytest.CaptureFixture[str]
):
    wanted = sixty(publication)
    kinds = {number: kind for kind, numbers in wanted.items() for number in numbers}
    sign_in(page, site)
    actions: dict[str, int] = dict.fromkeys(wanted, 0)

    def press(kind: str, key: str) -> None:
        actions[kind] += 1
        page.keyboard.press(key)

    while kinds:
        page.wait_for_selector("[data-row]:not(.gone)")
        page.keyboard.press("j")
        actions["accept"] += 1
        while True:
            selected = page.locator("[data-row].selected:not(.gone)")
            if selected.count() == 0:
                break
            number = int(selected.get_attribute("data-number") or 0)
            kind = kinds.pop(number)
            rest = page.locator("[data-row]:not(.gone)").count()
            if kind in ("accept", "spam"):
                press(kind, "a" if kind == "accept" else "s")
            elif kind == "reject":
                press(kind, "r")
                press(kind, "2")
            elif kind == "notice":
                press(kind, "n")
                page.wait_for_selector("[data-notice-panel][open]")
                press(kind, "Enter")
            else:
                press(kind, "e")
                page.wait_for_url(f"**/review/{number}#edit")
                at_desk(page, press, kind)
                press(kind, "q")
                page.wait_for_url("**/review/")
                page.wait_for_selector(".selected" if kinds else "[data-rows]")
                continue
            if rest == 1:
                page.wait_for_function("!document.querySelector('[data-row]:not(.gone)')")
            else:
                expect(page.locator(f'[data-row][data-number="{number}"]:not(.gone)')).to_have_count(0)
    publication.index.catch_up(publication.store)
    states = {kind: {publication.correction(each).state for each in numbers} for kind, numbers in wanted.items()}
    assert states == {
        "accept": {"accepted"},
        "notice": {"accepted"},
        "reject": {"rejected"},
        "spam": {"spam"},
        "edit": {"accepted"},
        "conflict": {"accepted"},
        "ask": {"open"},
    }
    assert all(publication.correction(each).edited for each in wanted["edit"])
    per = {kind: actions[kind] / len(wanted[kind]) for kind in wanted}
    with capsys.disabled():
        print("\nactions a correction:", ", ".join(f"{kind} {count:.1f}" for kind, count in per.items()))
    assert per["accept"] <= 1.5
    assert per["notice"] <= 3
    assert per["reject"] <= 2
    assert all(publication.correction(number).notice_kind == "correction" for number in wanted["notice"])


def click(page: Page, target: Locator) -> None:
    """Point at it, press, hold as long as a person does, release."""
    target.scroll_into_view_if_needed()
    page.wait_for_timeout(20)
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.mouse.down()
    page.wait_for_timeout(60)
    page.mouse.up()


def test_sixty_corrections_by_mouse_alone_and_no_click_is_lost(
    browser: Browser, site: str, publication: Publication, capsys: pytest.CaptureFixture[str]
):
    wanted = sixty(publication)
    buttons = {
        "accept": ['[data-do="accept"]'],
        "spam": ['[data-do="spam"]'],
        "reject": ["[data-reject]", '[data-do="reject:style"]'],
        "notice": ['[data-panel="notice"]'],
    }
    decisions_made = {number: kind for kind in buttons for number in wanted[kind]}
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    actions = dict.fromkeys(buttons, 0)
    while decisions_made:
        waiting = [int(each.get_attribute("data-number") or 0) for each in page.locator("[data-row]:not(.gone)").all()]
        for number in [number for number in waiting if number in decisions_made]:
            kind = decisions_made.pop(number)
            row = page.locator(f'[data-row][data-number="{number}"]')
            row.scroll_into_view_if_needed()
            row.hover(position={"x": 60, "y": 10})
            for button in buttons[kind]:
                actions[kind] += 1
                click(page, row.locator(button))
            if kind == "notice":
                actions[kind] += 1
                page.wait_for_selector("[data-notice-panel][open]")
                click(page, page.get_by_role("button", name="Accept with notice"))
            expect(row.locator("[data-outcome]")).to_be_visible()
        page.reload()
    publication.index.catch_up(publication.store)
    states = {kind: {publication.correction(number).state for number in wanted[kind]} for kind in buttons}
    assert states == {"accept": {"accepted"}, "spam": {"spam"}, "reject": {"rejected"}, "notice": {"accepted"}}
    per = {kind: actions[kind] / len(wanted[kind]) for kind in buttons}
    with capsys.disabled():
        print("\nclicks a correction:", ", ".join(f"{kind} {count:.1f}" for kind, count in per.items()))
    assert per["accept"] <= 1.5
    assert per["notice"] <= 3
    context.close()


def at_desk(page: Page, press, kind: str) -> None:
    """What the page of one correction is opened for."""
    match kind:
        case "edit":
            page.keyboard.press("Control+End")
            page.keyboard.type(" in less detail")
            page.keyboard.press("Escape")
            press(kind, "a")
            page.wait_for_url("**undo=**")
        case "conflict":
            page.locator("#markdown").focus()
            page.keyboard.press("Control+A")
            page.keyboard.type("A maple blooms.")
            page.keyboard.press("Escape")
            press(kind, "a")
            page.wait_for_url("**undo=**")
        case "ask":
            page.keyboard.press("Escape")
            page.locator("summary", has_text="question to the reader").focus()
            page.keyboard.press("Enter")
            page.locator("#say").focus()
            page.keyboard.type("Where did you read that?")
            page.get_by_role("button", name="Send question to the reader").focus()
            press(kind, "Enter")
            page.wait_for_selector("text=asking the reader")
            page.locator("#until").fill("2099-01-01")
            page.get_by_role("button", name="Snooze").focus()
            press(kind, "Enter")
            page.wait_for_selector("#until[value='2099-01-01']")
            page.wait_for_load_state()  # a key is heard once the new page's script has run


def test_the_queue_shows_what_others_do_and_keeps_the_place(page: Page, site: str, publication: Publication):
    first, second = a_correction(publication, "1893", "1839"), a_correction(publication, "1971", "1972")
    sign_in(page, site)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".selected")).to_have_attribute("data-number", str(second.number))
    a_correction(publication, "teh", "the")
    decisions.reject(publication, EDITOR, first.number, first.last_event, "No.")
    expect(page.locator("table.queue")).to_contain_text("teh", timeout=15_000)
    expect(page.locator("[data-row]:not(.gone)")).to_have_count(2)
    expect(page.locator(".selected")).to_have_attribute("data-number", str(second.number))
    expect(page.locator("[data-count=Open]")).to_have_text("2")


def late(page: Page) -> Callable[[], None]:
    """Hold back what the queue hears of others, as a slow network would; returns what lets it through."""
    heard: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if heard:
            route.continue_()
        else:
            heard.append((route, route.fetch()))

    page.route("**/review/rows*", hold)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it looks at once
    for _ in range(100):
        if heard:
            break
        page.wait_for_timeout(50)
    route, answer = heard[0]
    assert answer.status == 200

    def let_through() -> None:
        with page.expect_response("**/review/rows*"):
            route.fulfill(response=answer)
        page.wait_for_timeout(100)

    return let_through


def test_a_late_answer_takes_no_menu_from_under_the_hand(page: Page, site: str, publication: Publication):
    first = a_correction(publication, "1893", "1839")
    sign_in(page, site)
    page.keyboard.press("j")
    a_correction(publication, "teh", "the")
    let_through = late(page)
    page.keyboard.press("r")
    let_through()
    page.keyboard.press("2")
    expect(page.locator("[data-told]")).to_contain_text("correction 1.")
    publication.index.catch_up(publication.store)
    assert publication.correction(first.number).state == "rejected"
    expect(page.locator("table.queue")).to_contain_text("teh")


def test_a_late_answer_brings_no_decided_line_back(page: Page, site: str, publication: Publication):
    a_correction(publication, "1893", "1839")
    second = a_correction(publication, "1971", "1972")
    sign_in(page, site)
    page.keyboard.press("j")
    a_correction(publication, "teh", "the")
    let_through = late(page)
    page.keyboard.press("a")
    expect(page.locator("[data-told]")).to_contain_text("Accepted: correction 1.")
    let_through()
    expect(page.locator('[data-row][data-number="1"]:not(.gone)')).to_have_count(0)
    expect(page.locator("table.queue")).to_contain_text("teh")
    expect(page.locator('[data-row][data-number="1"]:not(.gone)')).to_have_count(0)
    expect(page.locator(".selected")).to_have_attribute("data-number", str(second.number))


def test_a_decision_on_the_queue_is_taken_back_by_one_key_and_a_stale_one_is_told(
    page: Page, site: str, publication: Publication
):
    sent = a_correction(publication, "1893", "1839")
    sign_in(page, site)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-told]")).to_contain_text("Accepted: correction 1.")
    page.keyboard.press("u")
    expect(page.locator("[data-told]")).to_contain_text("Decision undone: correction 1.")
    expect(page.locator("[data-row]:not(.gone)")).to_have_count(1)
    publication.index.catch_up(publication.store)
    assert publication.correction(1).state == "open"
    assert "1893" in publication.current_text(TALKS)
    page.goto(f"{site}/review/")
    page.evaluate("document.hidden || (Object.defineProperty(document, 'hidden', {value: true}))")
    decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-problem]")).to_contain_text("Someone else decided")
    assert sent.number == 1


def test_the_editor_s_words_are_shown_as_they_will_be(page: Page, site: str, publication: Publication):
    a_correction(publication, "1893", "1839")
    sign_in(page, site)
    page.goto(f"{site}/review/1")
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("1840")
    expect(page.locator("[data-edited] ins").first).to_contain_text("1840")
    expect(page.locator("[data-edited] .rendered")).to_contain_text("opened in 1840")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator("[data-diff] > .inline-view")).to_be_visible()
    page.reload()
    expect(page.locator("[data-diff] > .inline-view")).to_be_visible()
    page.locator("label:has(input[value=correction])").click()
    expect(page.locator("#notice_text")).to_have_value(
        "An earlier version of this article said “1893”. It should have said “1839”."
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_at_the_desk(browser: Browser, site: str, publication: Publication, scheme: str, width: int):
    every_state(publication)
    settings.put(publication, "undo-minutes", "1")
    text = publication.current_text(TALKS).replace("1971", "1975")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    places = ["", "?q=is:held", "?q=is:decided", "?q=is:luck", f"of/{TALKS}", "unlogged", f"notices/{TALKS}"]
    publication.private.accounts.save("Mira", "admin", PASSWORD)
    sign_in(page, site)
    places += ["numbers", "audit", "6/elsewhere", "../account", "../staff"]
    wrong = {}
    for place in [*places, *map(str, range(1, 7))]:
        page.goto(f"{site}/review/{place}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        if found := violations(page):
            wrong[place] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
    assert wrong == {}
    assert queries.counts(publication.index)["open"] > 0
    context.close()


def test_a_passkey_is_added_and_signs_in_without_a_password(browser: Browser, site: str):
    local = site.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    sign_in(page, local)
    page.goto(f"{local}/account")
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto(f"{local}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/review/")
    page.goto(f"{local}/account")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkeys yet.")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto(f"{local}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_be_visible()
    context.close()
