"""The widget on pages whose markup is not ours, served from another origin, in a real Chromium."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from corrections.index import queries
from corrections.services import settings
from corrections.services.publication import Publication
from tests.browser import axe
from tests.browser.sites import SHAPES, Site

pytestmark = pytest.mark.browser


def select(page: Page, first: str, last: str | None = None) -> None:
    """Select from the words `first` to the end of the words `last`, wherever in the article they stand."""
    page.evaluate(
        """([first, last]) => {
          const nodes = [];
          let whole = "";
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.parentElement.closest("script,aside,.ad,figcaption")) continue;
            nodes.push([node, whole.length]);
            whole += node.data;
          }
          const at = (offset) => {
            const [node, start] = nodes.findLast(([, start]) => start <= offset);
            return [node, offset - start];
          };
          const [from, to] = [whole.indexOf(first), whole.indexOf(last ?? first)];
          if (from < 0 || to < 0) throw new Error(`${first} or ${last} is not there`);
          const range = document.createRange();
          range.setStart(...at(from));
          const [node, offset] = at(to + (last ?? first).length - 1);
          range.setEnd(node, offset + 1);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        [first, last],
    )


def sent(publication: Publication) -> list[queries.Correction]:
    publication.index.catch_up(publication.store)
    return queries.corrections(publication.index, queries.Filter())


def open_on(page: Page, site: Site, shape: str, first: str = "Tusday", last: str | None = None) -> None:
    page.goto(f"{site.address}/{shape}")
    page.get_by_text("the bridge opened").wait_for()
    select(page, first, last)
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()


@pytest.mark.parametrize("shape", SHAPES)
def test_on_any_page_highlighted_words_become_a_correction(
    page: Page, site: Site, publication: Publication, shape: str
):
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    open_on(page, site, shape, "Tusday")
    assert all("/page?" in url for url in requests if "/api/" in url), "no words go out before the reader sends"
    expect(page.get_by_label("Suggested text")).to_have_value("Tusday")
    page.get_by_label("Suggested text").fill("Tuesday")
    expect(page.get_by_role("dialog").locator("ins")).to_have_text("Tuesday")
    page.get_by_text("typo").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("Your correction is number 1.")
    (correction,) = sent(publication)
    assert (correction.article, correction.exact, correction.replacement) == (
        f"2026/11/24/{shape}",
        "Tusday",
        "Tuesday",
    )
    assert (correction.category, correction.verdict) == ("typo", "exact")
    assert page.context.cookies() == []


def test_touch_brings_a_button_beside_the_words(browser: Browser, site: Site, publication: Publication):
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site.address}/ghost")
    select(page, "1893")
    button = page.locator("button.near")
    button.tap()
    page.get_by_label("Suggested text").fill("1839")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert sent(publication)[0].replacement == "1839"
    context.close()


def test_the_link_at_the_foot_asks_for_the_words_and_which_place_is_meant(
    page: Page, site: Site, publication: Publication
):
    page.goto(f"{site.address}/hugo")
    page.locator("[data-corrections-link] button").click()
    page.get_by_label("Text in the article").fill("the")
    page.get_by_label("Suggested text").fill("this")
    page.get_by_role("button", name="Send").click()
    places = page.get_by_role("group", name="Which passage")
    places.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert "bridge" in sent(publication)[0].suffix


def test_offline_nothing_is_lost_and_it_is_sent_once_when_back(page: Page, site: Site, publication: Publication):
    open_on(page, site, "drupal")
    page.get_by_label("Suggested text").fill("Tuesday")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert len(sent(publication)) == 1


def test_what_was_typed_outlives_closing_and_reloading(page: Page, site: Site):
    open_on(page, site, "hugo")
    page.get_by_label("Suggested text").fill("Tuesday, as I typed")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    open_on(page, site, "hugo")
    assert page.get_by_label("Suggested text").input_value() == "Tuesday, as I typed"


def lose_one_answer(page: Page) -> None:
    """Send, and let the answer be lost on its way back: the service has written the correction."""
    lost = {"first": True}

    def lose(route: Route) -> None:
        if lost.pop("first", False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/daily/corrections", lose)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("You are offline")


def test_the_keys_open_the_dialog_again_at_the_very_moment_it_is_closed(page: Page, site: Site):
    open_on(page, site, next(iter(SHAPES)))
    page.evaluate(
        """() => {
          const hosts = [...document.querySelectorAll("*")].filter((element) => element.shadowRoot);
          const dialog = hosts.map((host) => host.shadowRoot.querySelector("dialog")).find(Boolean);
          dialog.close();
          const words = document.evaluate("//p/text()[contains(., 'Tusday')]", document, null, 9).singleNodeValue;
          const at = words.data.indexOf("Tusday");
          getSelection().setBaseAndExtent(words, at, words, at + "Tusday".length);
          const keys = { key: "Enter", ctrlKey: true, bubbles: true, composed: true };
          dialog.querySelector("textarea").dispatchEvent(new KeyboardEvent("keydown", keys)); // it can still have the focus
        }"""
    )
    expect(page.get_by_role("dialog").get_by_label("Suggested text")).to_have_value("Tusday")


def test_an_answer_that_was_lost_and_sent_again_is_one_correction(page: Page, site: Site, publication: Publication):
    open_on(page, site, "ghost")
    page.get_by_label("Suggested text").fill("Tuesday")
    lose_one_answer(page)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert len(sent(publication)) == 1


def test_words_changed_after_a_lost_answer_are_a_correction_of_their_own(
    page: Page, site: Site, publication: Publication
):
    open_on(page, site, "ghost")
    page.get_by_label("Suggested text").fill("Tuesday")
    lose_one_answer(page)
    page.get_by_label("Suggested text").fill("Wednesday")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 2")
    assert [each.replacement for each in sent(publication)] == ["Tuesday", "Wednesday"]


def test_unchanged_words_are_refused_while_the_reader_looks(page: Page, site: Site, publication: Publication):
    open_on(page, site, "ghost")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("Change the text")
    assert sent(publication) == []


def test_by_keyboard_alone_in_few_actions_and_focus_returns(page: Page, site: Site, publication: Publication):
    page.goto(f"{site.address}/wordpress")
    page.locator("a").first.focus()
    select(page, "teh")
    actions = [
        lambda: (page.keyboard.press("Control+Enter"), page.get_by_role("dialog").wait_for()),
        lambda: page.keyboard.press("Control+a"),
        lambda: page.keyboard.type("the"),
        lambda: page.keyboard.press("Control+Enter"),
    ]
    for action in actions:
        action()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert sent(publication)[0].replacement == "the"
    assert len(actions) < 10


def test_under_load_the_device_computes_and_the_person_concerned_hears_when_there_is_an_answer(
    page: Page, site: Site, publication: Publication
):
    settings.put(publication, "proof-of-work", "on")
    open_on(page, site, "hostile")
    page.get_by_label("Suggested text").fill("Tuesday")
    page.get_by_text("Reason, link").click()
    page.get_by_label("I am the person concerned").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("is number 1")
    expect(page.get_by_role("dialog")).to_contain_text("You will get a reply by")
    (correction,) = sent(publication)
    assert (correction.state, correction.concerned) == ("open", True)


@pytest.mark.parametrize("eyes", [{"forced_colors": "active"}, {"viewport": {"width": 320, "height": 256}}])
def test_the_dialog_is_open_to_other_eyes(browser: Browser, site: Site, publication: Publication, eyes):
    context = browser.new_context(reduced_motion="reduce", **eyes)
    page = context.new_page()
    open_on(page, site, "wordpress")
    page.get_by_label("Suggested text").fill("Tuesday")
    page.get_by_role("dialog").locator("label", has_text="typo").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    marked = page.get_by_role("dialog").locator("del").evaluate("(del) => getComputedStyle(del).textDecorationLine")
    assert marked == "line-through"
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_dialog(browser: Browser, site: Site, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    open_on(page, site, "wordpress")
    assert wrong_in_dialog(page) == []
    page.get_by_text("Reason, link").click()
    page.get_by_role("button", name="Send").click()
    assert wrong_in_dialog(page) == []
    page.get_by_label("Suggested text").fill("Tuesday")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    assert wrong_in_dialog(page) == []
    context.close()


def wrong_in_dialog(page: Page) -> list[str]:
    page.wait_for_timeout(200)  # the dialog fades in
    found = axe.violations(page, within="document.querySelector('body > div:last-of-type')")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize(
    ("language", "words", "way"), [("ar", "إرسال", "rtl"), ("uk", "Надіслати", "ltr"), ("ja", "Send", "ltr")]
)
def test_the_dialog_speaks_the_article_s_language(page: Page, site: Site, language: str, words: str, way: str):
    site.pages[language] = (
        f'<!doctype html><meta charset=utf-8><article lang="{language}"><p>Ministers met.</p><p>the bridge opened</p></article>'
        f'<script src="{site.service}/widget.js" data-id="2026/11/24/ghost" defer></script>'
    )
    open_on(page, site, language, "Ministers")
    expect(page.get_by_role("dialog")).to_have_attribute("dir", way)
    expect(page.get_by_role("button", name=words)).to_be_visible()


def test_every_road_leads_to_the_same_record(page: Page, site: Site, publication: Publication):
    def fill_and_send() -> None:
        page.get_by_label("Suggested text").fill("Tuesday")
        page.get_by_text("typo").click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("dialog")).to_contain_text("is number")
        page.keyboard.press("Escape")

    open_on(page, site, "ghost")
    fill_and_send()
    select(page, "Tusday")
    page.locator("button.near").click()
    fill_and_send()
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("[data-corrections-link] button").click()
    page.get_by_label("Text in the article").fill("Tusday")
    fill_and_send()
    page.goto(f"{site.service}/a/2026/11/24/ghost/suggest")
    page.fill("#exact", "Tusday")
    page.click("text=Next")
    page.fill("#replacement", "Tuesday")
    page.click("text=typo")
    page.click("text=Preview the change")
    page.click("text=Send correction")
    page.get_by_text("Thank you.").wait_for()
    quote = {"type": "TextQuoteSelector", "exact": "Tusday"}
    annotation = {"target": {"article": "2026/11/24/ghost", "selector": [quote]}, "body": {"value": "Tuesday"}}
    api = f"{site.service.rsplit('/', 1)[0]}/api/v1/daily/corrections"
    assert page.request.post(api, data={**annotation, "category": "typo"}).status == 201
    fields = [
        "held",
        "concerned",
        "article",
        "revision",
        "start",
        "end",
        "exact",
        "replacement",
        "edit_start",
        "edit_text",
        "category",
        "verdict",
    ]
    records = [tuple(getattr(each, name) for name in fields) for each in sent(publication)]
    assert len(records) == 5
    assert len(set(records)) == 1


def test_who_only_reports_an_error_has_to_say_what_is_wrong(page: Page, site: Site, publication: Publication):
    open_on(page, site, "ghost")
    dialog = page.get_by_role("dialog")
    page.get_by_label("Suggested text").fill("Tuesday")
    dialog.get_by_text("Only report the error").click()
    expect(page.get_by_label("Suggested text")).to_be_hidden()
    reason = page.get_by_label("What is wrong?")
    assert reason.evaluate("(field) => field.required")
    expect(dialog).not_to_contain_text("Reason")
    page.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("status")).to_have_text("Describe the error, so that an editor can correct it.")
    expect(reason).to_be_focused()
    reason.fill("They met on a Monday.")
    page.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("number 1")
    (correction,) = sent(publication)
    assert (correction.replacement, correction.comment) == (None, "They met on a Monday.")


def test_words_are_removed_by_choice_and_the_change_is_shown_in_its_sentence(
    page: Page, site: Site, publication: Publication
):
    open_on(page, site, "ghost", "teh")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Remove this text").click()
    expect(page.get_by_label("Suggested text")).to_be_hidden()
    expect(dialog.locator(".change")).to_contain_text("Ministers met on Tusday in")
    expect(dialog.locator(".change del")).to_contain_text("teh")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    open_on(page, site, "ghost", "teh")
    expect(dialog.get_by_label("Remove this text")).to_be_checked()
    page.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("number 1")
    (correction,) = sent(publication)
    assert (correction.exact, correction.replacement) == ("teh ", "")


def test_the_dialog_knows_what_was_sent_from_this_device_and_how_many_readers_came_before(
    page: Page, site: Site, publication: Publication
):
    open_on(page, site, "ghost")
    page.get_by_label("Suggested text").fill("Tuesday")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    open_on(page, site, "ghost", "on Tusday")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Readers who have already suggested a change to this text: 1.")
    dialog.get_by_text("Your corrections on this device (1)").click()
    with page.expect_popup() as popup:
        dialog.get_by_role("link", name="1", exact=True).click()
    popup.value.wait_for_url("**/daily/c/1?key=*")
