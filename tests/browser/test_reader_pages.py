"""The reader's pages as people with other eyes, hands and screens meet them, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import decisions
from tests.browser.axe import violations
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    an_article(publication)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


def own(publication: Publication, site: str, number: int) -> str:
    return f"{site}/c/{number}?key={publication.private.reader_key(publication.correction(number).id)}"


def go(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.click(f"text={words}")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def every_state(publication: Publication) -> None:
    """Corrections 1 to 6: open, rejected, edited and accepted, appealed, held back, pointed out."""
    ada = Contact("Ada", "ada@example.org", True)
    a_correction(publication, "Tusday", "Tuesday", contact=ada, concerned=True, comment="It was a Tuesday.")
    rejected = a_correction(publication, "teh", "tea")
    decisions.reject(publication, EDITOR, 2, rejected.last_event, "No.")
    edited = a_correction(publication, "1893", "1839")
    decisions.accept(publication, EDITOR, 3, edited.last_event, text="1840")
    appealed = a_correction(publication, "1971", "1972")
    decisions.reject(publication, EDITOR, 4, appealed.last_event, "No.")
    status.appeal(publication, 4, "Review again.")
    settings.put(publication, "blocked-words", "casino")
    a_correction(publication, "bridge", "casino")
    a_correction(publication, "closed", None, comment="It was never closed.")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light")])
def test_axe_finds_nothing_on_any_page_of_a_reader(
    browser: Browser, site: str, publication: Publication, language: str, scheme: str
):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, language=language))
    every_state(publication)
    context = browser.new_context(color_scheme=scheme, locale=language, viewport={"width": 390, "height": 844})
    page = context.new_page()
    article = f"{site}/a/{TALKS}"
    addresses = [f"{site}/", article, *(f"{article}/{each}" for each in ("suggest", "history", "diff", "blame"))]
    addresses += [f"{article}/suggest?exact=the", f"{article}/suggest?exact=capital", f"{site}/corrections"]
    addresses += [f"{site}/corrections/{each}" for each in ("policy", "openness", "latest")]
    revision = queries.revisions(publication.index, TALKS)[-1].revision
    addresses += [f"{article}/revision/{revision}", f"{article}/sentence/{revision}/0", f"{article}/diff?view=inline"]
    addresses += [own(publication, site, number) for number in range(1, 7)]
    addresses += [f"{site}/c/1", f"{site}/c/99", own(publication, site, 1).replace("?", "/no-mail?")]
    wrong = {}
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        if found := violations(page):
            wrong[address] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
        assert fits(page), address
    assert wrong == {}
    page.goto(f"{article}/suggest?exact=capital")
    page.fill("#replacement", "town")
    with page.expect_navigation():
        page.click("button.primary")
    assert [each["id"] for each in violations(page)] == []
    context.close()


@pytest.mark.parametrize(
    "eyes",
    [
        {"viewport": {"width": 320, "height": 256}},  # 1,280 by 1,024 at 400 %
        {"forced_colors": "active"},
        {"reduced_motion": "reduce"},
    ],
    ids=["400 percent", "forced colours", "reduced motion"],
)
def test_the_whole_way_is_open_to_other_eyes(browser: Browser, site: str, publication: Publication, eyes):
    context = browser.new_context(**eyes)
    page = context.new_page()
    page.goto(f"{site}/a/{TALKS}/suggest")
    page.fill("#exact", "1893")
    go(page, "Next")
    assert fits(page)
    page.fill("#replacement", "1839")
    chosen = page.locator("label", has_text="fact").last
    chosen.click()
    assert "✓" in chosen.locator("span").evaluate("(span) => getComputedStyle(span, '::before').content")
    go(page, "Preview the change")
    assert fits(page)
    shown = page.locator("del").evaluate("(del) => getComputedStyle(del).textDecorationLine")
    assert shown == "line-through", "what goes is told by more than its colour"
    go(page, "Send correction")
    expect(page.locator("main")).to_contain_text("is number 1")
    assert fits(page)
    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_suggested_text_has_the_width_of_the_form_below_its_label(browser: Browser, site: str, width: int):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site}/a/{TALKS}/suggest?exact=capital")
    label, field, reason = (
        page.locator(selector).evaluate("(element) => element.getBoundingClientRect().toJSON()")
        for selector in ("label[for=replacement]", "#replacement", "#comment")
    )
    assert label["bottom"] <= field["top"]
    assert (field["x"], field["width"]) == (reason["x"], reason["width"])
    page.close()


def test_a_device_computes_while_its_reader_looks_and_without_javascript_it_waits(
    browser: Browser, site: str, publication: Publication
):
    settings.put(publication, "proof-of-work", "on")
    for number, (scripts, state) in enumerate(((True, "open"), (False, "held")), start=1):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{site}/a/{TALKS}/suggest?exact=capital")
        page.fill("#replacement", f"town {number}")
        go(page, "Preview the change")
        go(page, "Send correction")
        publication.index.catch_up(publication.store)
        assert publication.correction(number).state == state
        context.close()


def test_history_is_walked_by_keys_and_by_a_slider(browser: Browser, site: str, publication: Publication):
    context = browser.new_context()
    page = context.new_page()
    texts = [TEXT, TEXT.replace("1893", "1894"), TEXT.replace("1893", "1895"), TEXT.replace("1893", "1896")]
    for text in texts:
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    page.goto(f"{site}/a/{TALKS}/history")
    page.get_by_role("link", name="View this version").first.click()
    expect(page.locator("body")).to_contain_text("Revision 4 of 4")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("body")).to_contain_text("Revision 3 of 4")
    expect(page.locator(".story")).to_contain_text("1895")
    page.keyboard.press("ArrowRight")
    expect(page.locator("body")).to_contain_text("Revision 4 of 4")
    page.locator("#n").focus()
    page.keyboard.press("Home")
    expect(page.locator("body")).to_contain_text("Revision 1 of 4")
    expect(page.locator(".story")).to_contain_text("1893")
    page.get_by_role("link", name="Changes since then").click()
    expect(page.locator(".diff ins").first).to_have_text("1896")
    page.goto(f"{site}/a/{TALKS}/diff")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".diff ins").first).to_have_text("1895")
    context.close()


def test_a_long_comparison_goes_on_as_the_reader_scrolls(browser: Browser, site: str, publication: Publication):
    paragraphs = [f"Paragraph {number} says that {'the river rose again ' * 20}.\n" for number in range(200)]
    for text in ("\n".join(paragraphs), "\n".join(paragraphs).replace("says", "said")):
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    page.goto(f"{site}/a/{TALKS}/diff")
    expect(page.locator(".diff ins").first).to_have_text("said")
    expect(page.get_by_role("link", name="Show all on one page")).to_be_attached()
    assert page.locator(".diff ins").count() < 100
    page.get_by_role("link", name="Next page").focus()
    while page.locator("[data-portions] a").count():
        page.mouse.wheel(0, 5_000)
    expect(page.locator(".diff ins")).to_have_count(200)
    expect(page.locator("[data-portions]")).to_be_focused()  # who is there with the keyboard goes on from there
    expect(page.locator(".diff thead")).to_have_count(1)
    context.close()


@pytest.mark.parametrize(
    ("selected", "sentence"),
    [
        (".byline", "You can only correct the text of the article."),
        (None, "Select the text you want to correct, then press"),
    ],
)
def test_the_keys_answer_on_our_own_page_too(
    browser: Browser, site: str, publication: Publication, selected: str | None, sentence: str
):
    article = updates.ArticleText("2026/11/24/headless", "Ministers met.", title="The talks")
    updates.publish(publication, EDITOR, article)
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{site}/a/2026/11/24/headless")
    if selected:
        page.evaluate("(place) => getSelection().selectAllChildren(document.querySelector(place))", selected)
    page.keyboard.press("Control+Enter")
    note = page.locator(".pick-note")
    expect(note).to_contain_text(sentence)
    expect(note).to_contain_text("Ctrl + Enter")
    assert fits(page)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.text[data-article]'))")
    expect(note).to_be_hidden()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("blockquote mark")).to_have_text("Ministers met.", use_inner_text=True)
    page.close()


def test_on_a_mac_the_keys_are_those_of_a_mac(browser: Browser, site: str):
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(navigator, 'platform', { value: 'MacIntel' })")
    page = context.new_page()
    page.goto(f"{site}/a/{TALKS}")
    expect(page.locator(".invite")).to_contain_text("press ⌘ + Enter.")
    page.keyboard.press("Meta+Enter")
    expect(page.locator("[data-pick-note]")).to_contain_text("then press ⌘ + Enter.")
    context.close()
