"""What editors do beside the queue's keys, in a real Chromium."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.private.contacts import Contact
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    an_article(publication)
    publication.private.accounts.save("Mira", "admin", PASSWORD)
    publication.private.accounts.save("Otto", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    sign_in(opened, site)
    yield opened
    context.close()


def now(publication: Publication, number: int):
    publication.index.catch_up(publication.store)
    return publication.correction(number)


def test_all_clean_ones_of_an_article_are_seen_together_and_accepted(page: Page, site: str, publication: Publication):
    for word, by in (("Tusday", "Tuesday"), ("teh", "the"), ("agreed", "settled")):
        a_correction(publication, word, by)
    page.goto(f"{site}/review/1")
    page.click("text=All clean corrections of this article")
    expect(page.locator(".readers-view .diff ins")).to_have_count(3)
    page.locator("input[name=pick]").last.uncheck()
    page.click("text=Accept selected")
    expect(page.get_by_role("status").first).to_contain_text("Accepted: 2 corrections (#1, #2).")
    assert [now(publication, number).state for number in (1, 2, 3)] == ["accepted", "accepted", "open"]


def test_ticked_ones_are_rejected_with_one_reason(page: Page, site: str, publication: Publication):
    for year in range(3):
        a_correction(publication, "1893", f"180{year}")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, language="de"))
    page.goto(f"{site}/review/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("input[name=pick]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert now(publication, 1).state == "open", "Enter on a tick decides nothing"
    page.select_option("#many-reason", label="We could not confirm this.")
    page.click("text=Reject selected")
    expect(page.get_by_role("status").first).to_contain_text("Rejected: 2 corrections")
    assert now(publication, 2).reason == "Wir konnten das nicht bestätigen.", "in the article's language"
    assert now(publication, 3).state == "open"


def test_a_question_and_its_answer(page: Page, site: str, publication: Publication, browser: Browser):
    sent = a_correction(publication, "1893", "1839", contact=Contact("Ada", "ada@example.org", False))
    page.goto(f"{site}/review/1")
    page.click("text=Internal note or question to the reader")
    page.fill("#say", "Where is the plaque?")
    page.get_by_role("button", name="Send question to the reader").click()
    expect(page.locator("main")).to_contain_text("asking the reader: “Where is the plaque?”")
    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(f"{site}/c/1?key={publication.private.reader_key(sent.id)}")
    expect(reader.locator("main")).to_contain_text("Where is the plaque?")
    reader.fill("#text", "On the north pier.")
    reader.get_by_role("button", name="Add comment").click()
    expect(reader.locator("main")).to_contain_text("On the north pier.")
    page.reload()
    expect(page.locator("main")).to_contain_text("On the north pier.")
    page.select_option("#to", "Otto")
    with page.expect_navigation():
        page.get_by_role("button", name="Assign", exact=True).click()
    page.goto(f"{site}/review/?q=assigned:Otto")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_in_a_conflict_either_version_can_be_taken(page: Page, site: str, publication: Publication):
    a_correction(publication, "opened in 1893", "was opened in 1839")
    text = TEXT.replace("opened in 1893", "opened about 1890")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    page.goto(f"{site}/review/1")
    expect(page.get_by_role("region", name="Three versions").get_by_role("heading")).to_have_count(3)
    page.click("text=Use the reader’s text")
    expect(page.locator("#markdown")).to_have_value(re.compile("was opened in 1839"))
    page.click("text=Use the published text")
    expect(page.locator("#markdown")).to_have_value(re.compile("opened about 1890"))
    page.fill("#markdown", "- the bridge was opened in 1839\n- and closed in 1971")
    page.locator("#markdown").blur()
    page.click("button[value=accept]")
    page.wait_for_url("**undo=1")
    publication.index.catch_up(publication.store)
    assert "was opened in 1839" in publication.current_text(TALKS)


def test_a_page_that_grew_stale_says_so_and_asks_again(page: Page, site: str, publication: Publication):
    sent = a_correction(publication, "1893", "1839")
    page.goto(f"{site}/review/1")
    decisions.reject(publication, EDITOR, 1, sent.last_event, "No.")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text(
        "Review again. Someone else decided this correction in the meantime"
    )
    assert now(publication, 1).state == "rejected"


def test_a_change_without_a_correction_is_logged_with_a_notice_that_is_edited_later(
    page: Page, site: str, publication: Publication
):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("1893", "1894")))
    page.goto(f"{site}/review/")
    page.click("text=Changes without a correction: 1")
    expect(page.locator(".diff ins")).to_have_text("1894")
    page.fill("textarea", "An earlier version gave the year as 1893; it was 1894.")
    page.click("button[value=correction]")
    expect(page.locator("main")).to_contain_text("No changes to classify")
    page.goto(f"{site}/review/notices/{TALKS}")
    page.fill("textarea", "The bridge opened in 1894, not in 1893.")
    with page.expect_navigation():
        page.get_by_role("button", name="Change notice").click()
    page.goto(f"{site}/a/{TALKS}")
    expect(page.locator(".notices")).to_contain_text("The bridge opened in 1894, not in 1893.")


def test_where_else_makes_one_correction_for_each(page: Page, site: str, publication: Publication):
    updates.publish(publication, EDITOR, updates.ArticleText("2026/11/23/bridge", "# Bridges\n\nIn 1893 it opened."))
    a_correction(publication, "1893", "1839")
    page.goto(f"{site}/review/1")
    page.click("text=Find elsewhere")
    page.get_by_role("checkbox").check()
    page.click("text=Suggest “1839” for all selected")
    expect(page.get_by_role("status").first).to_contain_text("Suggested: #2.")
    assert (now(publication, 2).article, now(publication, 2).replacement) == ("2026/11/23/bridge", "1839")


def test_the_whole_article_is_one_key_away_at_the_place(page: Page, site: str, publication: Publication):
    long = TEXT + "\n\n" + "\n\n".join(f"Paragraph {number} of many." for number in range(200)) + "\n\nThe end cmae.\n"
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, long))
    a_correction(publication, "cmae", "came")
    page.goto(f"{site}/review/1")
    page.keyboard.press("w")
    expect(page.get_by_role("paragraph").filter(has_text="The end came.")).to_be_in_viewport()


@pytest.mark.parametrize("size", [(1280, 800), (390, 800)])
def test_the_decision_is_always_on_screen_and_hides_nothing(
    page: Page, site: str, publication: Publication, size: tuple[int, int]
):
    long = TEXT.replace("capital", "capital" + " and the provinces" * 300)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, long))
    a_correction(publication, "teh", "the", category="factual", comment="A typing error.")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site}/review/1")
    accept = page.get_by_role("button", name="Accept")
    for position in (0, 700, 10**6):
        page.evaluate("(y) => scrollTo(0, y)", position)
        expect(accept).to_be_in_viewport(ratio=1)
        for name in ("Reject", "Duplicate", "Spam"):
            expect(page.locator(".bar").get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    bar = page.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 120
    page.locator("#reason").focus()
    field = page.locator("#reason").bounding_box()
    bar = page.locator(".bar").bounding_box()
    assert field is not None
    assert bar is not None
    assert field["y"] + field["height"] <= bar["y"], "a field that is being filled in is not behind the bar"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_draft_of_a_notice_follows_what_the_editor_types(page: Page, site: str, publication: Publication):
    a_correction(publication, "Ministers", "Mathematicians", category="factual")
    page.goto(f"{site}/review/1")
    page.locator("label", has_text="Correction").filter(has=page.locator("input[value=correction]")).click()
    expect(page.locator("#notice_text")).to_have_value(
        "An earlier version of this article said “Ministers”. It should have said “Mathematicians”."
    )
    page.keyboard.press("e")
    page.locator("[data-edit]").fill("A great mathematician")
    expect(page.locator("#notice_text")).to_have_value(
        "An earlier version of this article said “Ministers”. It should have said “A great mathematician”."
    )
    page.fill("#notice_text", "It was “a great logician”.")
    page.locator(".bar button[value=accept]").click()
    expect(page.get_by_role("alert")).to_contain_text("“a great logician”, but these words are in no version")
    assert now(publication, 1).state == "open"
    page.fill("#notice_text", "It was “a great mathematician”.")
    page.locator(".bar button[value=accept]").click()
    page.wait_for_url("**undo=1")
    assert now(publication, 1).notice_text == "It was “a great mathematician”."


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_every_control_of_a_notice_is_visible_with_its_state(
    page: Page, site: str, publication: Publication, scheme: str
):
    a_correction(publication, "1893", "1839", category="factual")
    if scheme == "forced":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site}/review/1")
    page.locator("label:has(input[value=correction])").click()
    place = page.get_by_role("checkbox", name="Place the notice above the article")
    expect(place).to_be_visible()
    assert place.evaluate("(box) => getComputedStyle(box).opacity") == "1"
    box = place.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 16
    unticked = place.screenshot()
    place.check()
    assert place.screenshot() != unticked
    chosen = page.locator("label:has(input[value=correction])").screenshot()
    page.locator("label:has(input[value=update])").click()
    assert page.locator("label:has(input[value=correction])").screenshot() != chosen


def test_what_looks_the_same_offers_no_accept_until_it_is_edited(page: Page, site: str, publication: Publication):
    a_correction(publication, "1893", "1839")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("1893", "1839")))
    page.goto(f"{site}/review/1")
    expect(page.locator(".bar button[value=accept]")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("already")
    page.keyboard.press("a")
    assert now(publication, 1).state == "open"
    expect(page.get_by_role("button", name="Accept edited text")).to_be_visible()


def test_used_with_changes_is_offered_where_something_changed(page: Page, site: str, publication: Publication):
    a_correction(publication, "1893", "1839")
    page.goto(f"{site}/review/1")
    expect(page.locator("button[value=use]")).to_have_count(0)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("1893", "the 1830s")))
    page.reload()
    expect(page.locator("#revision option")).to_have_count(1)
    page.locator("button[value=use]").click()
    page.wait_for_url("**undo=1")
    assert now(publication, 1).state == "used"


def test_what_the_policy_asks_for_is_shown_before_anybody_decides(page: Page, site: str, publication: Publication):
    (publication.folder / "policy.toml").write_text(
        'wants_notice = ["number"]\nsecond_person = ["number"]\nchief_approves = ["retraction"]\n'
    )
    a_correction(publication, "1893", "1839", category="factual")
    page.goto(f"{site}/review/1")
    needs = page.get_by_role("region", name="What this needs")
    expect(needs).to_contain_text("A second person, because of: number. Still missing.")
    expect(needs).to_contain_text("A notice, because of: number. Still missing.")
    page.locator(".bar button[value=accept]").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("requires the approval of a second person")
    expect(refused).to_contain_text("requires a notice")
    page.locator(".bar button[value=second]").click()
    expect(page.get_by_role("status").first).to_contain_text("Approved so far by Mira.")
    expect(needs).to_contain_text("You have approved it; someone else must approve or accept it.")
    page.locator("label:has(input[value=correction])").click()
    expect(needs).to_contain_text("A notice, because of: number. Chosen.")


def test_a_rejection_takes_the_editor_s_own_words(page: Page, site: str, publication: Publication):
    a_correction(publication, "1893", "1839")
    page.goto(f"{site}/review/1")
    page.keyboard.press("r")
    page.fill("#own_reason", "The archive says 1893.")
    page.click("text=Reject in these words")
    page.wait_for_url("**undo=1")
    assert (now(publication, 1).state, now(publication, 1).reason) == ("rejected", "The archive says 1893.")


def test_the_published_page_opens_at_the_place(page: Page, site: str, publication: Publication):
    url = "https://daily.example.org/talks"
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, url=url))
    a_correction(publication, "the bridge opened in 1893", "the bridge opened in 1839")
    page.goto(f"{site}/review/1")
    link = page.get_by_role("link", name="Open the published page at this place")
    expect(link).to_have_attribute("href", f"{url}#:~:text=the%20bridge%20opened%20in%201893")


def test_two_editors_see_that_they_look_at_the_same_correction(
    page: Page, site: str, publication: Publication, browser: Browser
):
    a_correction(publication, "1893", "1839")
    page.goto(f"{site}/review/1")
    expect(page.locator(".watching")).to_be_hidden()
    other = browser.new_context().new_page()
    other.goto(f"{site}/sign-in")
    other.fill("#name", "Otto")
    other.fill("#password", PASSWORD)
    other.click("button.primary")
    other.wait_for_url("**/review/")
    other.goto(f"{site}/review/1")
    expect(other.locator(".watching")).to_have_text("Mira is also looking at this.")
    other.context.close()


def test_the_second_factor_by_an_authenticator(page: Page, site: str, publication: Publication, browser: Browser):
    page.goto(f"{site}/account")
    secret = page.locator("p code").first.inner_text()
    expect(page.locator(".code svg")).to_be_visible()
    page.fill("#code", pyotp.TOTP(secret).now())
    page.fill("#totp-password", PASSWORD)
    page.get_by_role("button", name="Turn on two-factor authentication").click()
    expect(page.locator("main")).to_contain_text("You are asked for a code after your password.")
    other = browser.new_context().new_page()
    other.goto(f"{site}/sign-in")
    other.fill("#name", "Mira")
    other.fill("#password", PASSWORD)
    other.click("button.primary")
    other.fill("#code", pyotp.TOTP(secret).now())
    other.click("button.primary")
    other.wait_for_url("**/review/")
    page.goto(f"{site}/staff")
    expect(page.locator("main")).to_contain_text("signed in with a password and a code")


def test_the_numbers_are_plotted_and_told_in_words(page: Page, site: str, publication: Publication):
    sent = a_correction(publication, "1893", "1839")
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    page.goto(f"{site}/review/")
    page.click("text=Statistics")
    expect(page.locator("main")).to_contain_text("1 submitted, 0 open")
    expect(page.locator("svg rect")).to_have_count(52)
    page.click("text=Show as a table")
    expect(page.get_by_role("cell", name="1", exact=True).first).to_be_visible()
    with page.expect_download() as download:
        page.click("text=weeks")
    assert download.value.suggested_filename == "daily-weeks.csv"
