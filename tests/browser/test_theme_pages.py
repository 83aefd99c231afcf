"""The widget on pages as WordPress's stock themes make them: what can be corrected, and what is recorded of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from tests.browser.sites import Site
from tests.browser.themes import CONTENT, SOURCE, THEMES, theme_page
from tests.newsroom import EDITOR, serving

pytestmark = pytest.mark.browser
NAMES = list(THEMES)


def slug(name: str) -> str:
    return name.replace(" ", "-")


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publication]:
    created = Publication.create(tmp_path_factory.mktemp("data"), "daily", "The Daily")
    yield created
    created.close()


@pytest.fixture(scope="module")
def site(publication: Publication) -> Iterator[Site]:
    with serving(publication.folder.parent) as address:
        opened = Site(f"{address}/daily")
        origins.add(publication, opened.address)
        for name in NAMES:
            url = f"{opened.address}/{slug(name)}"
            opened.pages[slug(name)] = theme_page(name, url, opened.service)
            updates.publish(
                publication, EDITOR, updates.ArticleText(f"2026/11/24/{slug(name)}", SOURCE, url=url, language="en")
            )
        yield opened
        opened.close()


@pytest.fixture
def page(tab: Page) -> Page:
    return tab


def select_words(page: Page, first: str, last: str = "") -> None:
    """Select from the first place of the words `first` on the page to the end of the words `last` after it."""
    page.evaluate(
        """([first, last]) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          let begun = false;
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            let from = 0;
            if (!begun && node.data.includes(first)) {
              from = node.data.indexOf(first);
              range.setStart(node, from);
              begun = true;
            }
            const at = begun ? node.data.indexOf(last || first, from) : -1;
            if (at < 0) continue;
            range.setEnd(node, at + (last || first).length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
          throw new Error(`${first} … ${last} is not there`);
        }""",
        [first, last],
    )


def note(page: Page) -> Locator:
    return page.locator(".note")


def last_sent(publication: Publication) -> queries.Correction:
    publication.index.catch_up(publication.store)
    return queries.corrections(publication.index, queries.Filter())[-1]


@pytest.mark.parametrize(
    ("first", "last", "old", "new", "exact"),
    [
        ("Ministers", "Tusday", "Tusday", "Tuesday", "Ministers met on Tusday"),
        ("peace", "", "peace", "quiet", "peace"),
        ("agreed", "start", "start", "good start", 'agreed on "two points" - a start'),
        ("We are", "glad", "glad", "happy", "We are 😀 glad"),
        ("wide", "left column", "left", "first", "wide.\nThe left column"),
        (
            "The left",
            "the road",
            "road",
            "rail",
            "The left column tells of the bridge.\nThe right column tells of the road",
        ),
        ("bridge opened", "closed", "opened", "Reopened", "bridge opened in 1893\nand closed"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_words_of_the_article_are_recorded_as_its_source_has_them(
    page: Page, site: Site, publication: Publication, name: str, first: str, last: str, old: str, new: str, exact: str
):
    page.goto(f"{site.address}/{slug(name)}")
    select_words(page, first, last)
    page.keyboard.press("Control+Enter")
    words = page.get_by_label("Suggested text")
    assert "\n\n\n" not in words.input_value()
    replacement = words.input_value().replace(old, f"{new} {name} {first}")
    words.fill(replacement)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("is number")
    correction = last_sent(publication)
    assert (correction.exact.replace("\n\n", "\n"), correction.verdict) == (exact, "exact")
    publication.index.catch_up(publication.store)
    proposed = publication.store.text(correction.article, correction.commit)
    assert proposed.replace(f"{new} {name} {first}", old) == SOURCE, (
        "nothing else has changed, white space least of all"
    )


def test_dashes_and_signs_that_the_page_has_made_of_others_are_kept_in_the_source(
    page: Page, site: Site, publication: Publication
):
    page.goto(f"{site.address}/twentytwentyone")
    select_words(page, "hall", "heard")
    page.keyboard.press("Control+Enter")
    words = page.get_by_label("Suggested text")
    words.fill(words.input_value().replace("heard", "learnt"))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("is number")
    correction = last_sent(publication)
    assert publication.store.text(correction.article, correction.commit) == SOURCE.replace("heard", "learnt")


FURNITURE = [
    "Uncategorized",
    "Leave a Reply",
    "A comment on Tusday",
    "The Daily",
    "Proudly powered",
    "Another story",
    "Share this",
]


@pytest.mark.parametrize("words", FURNITURE)
@pytest.mark.parametrize("name", NAMES)
def test_the_page_s_furniture_cannot_be_corrected_and_one_sentence_says_what_can(
    page: Page, site: Site, name: str, words: str
):
    if words not in THEMES[name]:
        pytest.skip(f"{name} shows no such words")
    page.goto(f"{site.address}/{slug(name)}")
    select_words(page, words)
    page.keyboard.press("Control+Enter")
    expect(note(page)).to_contain_text("You can only correct the text of the article.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(note(page)).to_have_count(0)


@pytest.mark.parametrize("name", NAMES)
def test_select_all_takes_the_article_alone(page: Page, site: Site, name: str):
    page.goto(f"{site.address}/{slug(name)}")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+Enter")
    words = page.get_by_label("Suggested text").input_value()
    assert words.removeprefix("The talks\n\n").startswith("Ministers met")
    assert words.endswith("so it ended in peace.")
    for furniture in (*FURNITURE, "Related", "Subscribe", "Posted", "November", "By Ann", "The bridge on Tusday"):
        assert furniture not in words
    send = page.get_by_role("button", name="Send").bounding_box()
    assert send is not None
    assert send["y"] + send["height"] <= 720


@pytest.mark.parametrize("name", NAMES)
def test_the_headline_can_be_corrected(page: Page, site: Site, name: str):
    page.goto(f"{site.address}/{slug(name)}")
    select_words(page, "talks")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Suggested text")).to_have_value("The talks")  # not in the theme's capitals


def test_ctrl_enter_always_answers(page: Page, site: Site):
    page.goto(f"{site.address}/twentytwentyone")
    page.keyboard.press("Control+Enter")
    expect(note(page)).to_contain_text("Select the text")
    note(page).get_by_role("button", name="Close").click()
    expect(note(page)).to_have_count(0)
    page.locator("#comment").focus()
    page.keyboard.type("A comment")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(100)
    expect(note(page)).to_have_count(0)
    page.locator("#comment").blur()
    select_words(page, "Ministers", "peace")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("status").first).to_contain_text("Change the text")


def test_too_many_words_are_told_before_anything_is_typed(page: Page, site: Site):
    site.pages["long"] = theme_page("twentytwentyone", f"{site.address}/long", site.service).replace(
        CONTENT, "<p>" + "Ministers met. " * 1400 + "</p>"
    )
    page.goto(f"{site.address}/long")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+Enter")
    expect(note(page)).to_contain_text("You selected 20,999 characters; the limit is 2,000.")
    expect(page.get_by_role("dialog")).to_have_count(0)


SELECTIONS = {
    "backwards": "getSelection().setBaseAndExtent(text('glad').node, text('glad').end, text('Tusday').node, text('Tusday').start)",
    "three clicks": "getSelection().setBaseAndExtent(text('And after').node, 0, document.querySelector('.sharedaddy h3'), 0)",
    "in an image": "getSelection().setBaseAndExtent(text('We are').node, text('We are').start, document.querySelector('.emoji'), 0)",
    "across the article's border": "getSelection().setBaseAndExtent(text('The Daily').node, 0, text('Ministers').node, 9)",
}
TEXT = """const text = (words) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.indexOf(words);
    if (start >= 0) return { node, start, end: start + words.length };
  }
};"""


@pytest.mark.parametrize(
    ("how", "exact"),
    [
        ("backwards", "Tusday in teh capital, and agreed on “two points” – a start… We are 😀 glad"),
        (
            "three clicks",
            "And after a long and rather weary day of talks about roads, bridges and railways, so it ended in peace.",
        ),
        ("in an image", "We are"),
        ("across the article's border", "Ministers"),
    ],
)
def test_any_way_of_selecting_takes_the_words_that_are_marked(page: Page, site: Site, how: str, exact: str):
    page.goto(f"{site.address}/twentytwentythree")
    page.evaluate(f"() => {{ {TEXT} {SELECTIONS[how]} }}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Suggested text")).to_have_value(exact)


def test_words_in_a_component_s_shadow_tree_can_be_corrected(page: Page, site: Site, publication: Publication):
    url = f"{site.address}/component"
    updates.publish(publication, EDITOR, updates.ArticleText("2026/11/24/component", SOURCE, url=url, language="en"))
    site.pages[
        "component"
    ] = f"""<!doctype html><meta charset=utf-8><link rel="canonical" href="{url}"><article><h1>The talks</h1>
        <news-body></news-body></article><script>document.querySelector("news-body").attachShadow({{ mode: "open" }}).innerHTML =
        "<p>Ministers met on Tusday.</p>";</script><script src="{site.service}/widget.js" defer></script>"""
    page.goto(url)
    box = page.locator("news-body p").bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 10, box["y"] + box["height"] / 2)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Suggested text")).to_have_value("Ministers")


def test_a_script_that_two_plugins_bring_opens_one_dialog(page: Page, site: Site, publication: Publication):
    url = f"{site.address}/twice"
    updates.publish(publication, EDITOR, updates.ArticleText("2026/11/24/twice", SOURCE, url=url, language="en"))
    script = f'<script src="{site.service}/widget.js" defer></script>'
    site.pages["twice"] = theme_page("twentytwentyone", url, site.service, head=script)
    page.goto(url)
    select_words(page, "Tusday")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(1)
