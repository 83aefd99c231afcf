"""The whole loop in a real Chromium on a real WordPress: from words on its page to the post's source and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.index import queries
from corrections.services.publication import Publication
from tests.browser.test_browser import PASSWORD, sign_in
from tests.browser.test_theme_pages import select_words
from tests.connectors.test_git_connector import wait_until
from tests.connectors.test_wordpress import connect, synchronise
from tests.connectors.test_wordpress_notices import accept as accept_with_notice
from tests.connectors.test_wordpress_notices import text_here
from tests.connectors.wordpress import WordPress
from tests.connectors.wordpress import wordpress as wordpress  # fixtures
from tests.connectors.wordpress import wordpress_server as wordpress_server
from tests.newsroom import serving

pytestmark = pytest.mark.browser
SOURCE = (
    "<!-- wp:paragraph -->\n<p>“We said 'Tusday' -- and it's <em>done</em>,” she said.</p>\n<!-- /wp:paragraph -->\n\n"
    '<!-- wp:paragraph -->\n<p>The bridge, 12" wide, opened in 1893 - and closed in 1971...</p>\n<!-- /wp:paragraph -->'
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def put_widget_into_theme(wordpress: WordPress, service: str) -> None:
    tag = f'<script src="{service}/widget.js" defer></script>'
    (wordpress.mu_plugins / "widget.php").write_text(f"<?php add_action('wp_head', function () {{ echo '{tag}'; }});")


def correct(page: Page, words: str, old: str, new: str) -> None:
    """Select words on the page that is open, and send them with `new` for `old`."""
    select_words(page, words)
    page.keyboard.press("Control+Enter")
    field = page.get_by_label("Suggested text")
    field.fill(field.input_value().replace(old, new))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("is number")


def accept_at_desk(page: Page, service: str, number: int) -> None:
    page.goto(f"{service}/review/{number}")
    page.keyboard.press("a")
    page.wait_for_url("**/review/?undo=*")


def noticed_post(publication: Publication, wordpress: WordPress) -> int:
    """A post that was corrected twice, with a notice each time."""
    number = wordpress.create(SOURCE, "The bridge")
    connect(publication, wordpress)
    synchronise(publication)
    accept_with_notice(publication, "Tusday", "Tuesday", "An earlier version of this article misspelt the day.")
    words = "An earlier version of this article said “1893” -- the bridge & its towers opened in 1894."
    accept_with_notice(publication, "1893", "1894", words)
    assert synchronise(publication).last_error is None
    return number


def text_of_article(publication: Publication) -> str:
    """The only article's text; empty where it has not come yet."""
    publication.refresh()
    articles = queries.articles(publication.index)
    return publication.current_text(articles[0].id) if articles else ""


def test_words_on_a_page_of_wordpress_are_corrected_in_its_source_edited_corrected_again_and_reverted(
    page: Page, publication: Publication, wordpress: WordPress
):
    number = wordpress.create(SOURCE, "The bridge")
    link = wordpress.get(f"posts/{number}")["link"]
    connect(publication, wordpress, seconds=1)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with serving(publication.folder.parent) as address:
        service = f"{address}/daily"
        put_widget_into_theme(wordpress, service)
        wait_until(lambda: text_of_article(publication) != "")
        page.goto(link)
        correct(page, "‘Tusday’ — and it’s", "Tusday", "Tuesday")
        sign_in(page, service)
        accept_at_desk(page, service, 1)
        first = SOURCE.replace("Tusday", "Tuesday")
        wait_until(lambda: wordpress.content(number) == first)
        page.goto(link)
        expect(page.locator(".entry-content")).to_contain_text("‘Tuesday’ — and it’s done,” she said.")
        edited = first.replace("The bridge", "The old bridge")
        wordpress.write(f"posts/{number}", content=edited)
        wait_until(lambda: text_of_article(publication) == edited)
        page.goto(link)
        correct(page, "old bridge, 12″ wide, opened in 1893 – and", "1893", "1894")
        accept_at_desk(page, service, 2)
        second = edited.replace("1893", "1894")
        wait_until(lambda: wordpress.content(number) == second)
        page.goto(f"{service}/review/1")
        page.locator("textarea[name=reason]").fill("It was right before.")
        page.get_by_role("button", name="Revert and restore the earlier text").click()
        wait_until(lambda: wordpress.content(number) == second.replace("Tuesday", "Tusday"))
        (article,) = queries.articles(publication.index)
        page.goto(f"{service}/a/{article.id}/history")
        expect(page.locator("main")).to_contain_text("Correction 2")


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentythree"])
def test_other_stock_themes_need_no_more_than_the_script(
    page: Page, publication: Publication, wordpress: WordPress, theme: str
):
    wordpress.run(f"switch_theme('{theme}');")
    wordpress.create("<p>A first story.</p>", "Another")
    number = wordpress.create(SOURCE, "The bridge")
    connect(publication, wordpress, seconds=1)
    with serving(publication.folder.parent) as address:
        put_widget_into_theme(wordpress, f"{address}/daily")
        wait_until(lambda: text_of_article(publication) != "")
        page.goto(wordpress.get(f"posts/{number}")["link"])
        correct(page, "‘Tusday’ — and", "Tusday", "Tuesday")
    publication.refresh()
    (correction,) = queries.corrections(publication.index, queries.Filter())
    assert publication.store.text(correction.article, correction.commit) == SOURCE.replace("Tusday", "Tuesday")


def test_notices_in_a_post_are_read_on_its_page_and_are_no_text_that_readers_correct(
    page: Page, publication: Publication, wordpress: WordPress
):
    number = noticed_post(publication, wordpress)
    with serving(publication.folder.parent) as address:
        put_widget_into_theme(wordpress, f"{address}/daily")
        page.goto(wordpress.get(f"posts/{number}")["link"])
        notices = page.locator(".entry-content .corrections-notices")
        expect(notices.locator("p")).to_have_count(2)
        expect(notices).to_contain_text("said “1893” — the bridge & its towers opened in 1894.")
        select_words(page, "misspelt the day")
        page.keyboard.press("Control+Enter")
        expect(page.locator("body")).to_contain_text("You can only correct the text of the article.")
        page.reload()
        correct(page, "closed in 1971…", "1971", "1972")
    publication.refresh()
    correction = publication.correction(3)
    assert publication.store.text(correction.article, correction.commit) == text_here(publication).replace(
        "1971", "1972"
    )


_BLOCK_LIBRARY = "<?php add_action('wp_enqueue_scripts', fn() => wp_enqueue_script('wp-block-library'));"


def test_the_block_editor_takes_the_block_for_its_own(
    page: Page, publication: Publication, wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CORRECTIONS_URL", "https://corrections.example.org")
    number = noticed_post(publication, wordpress)
    (wordpress.mu_plugins / "block-library.php").write_text(_BLOCK_LIBRARY)  # the scripts of the editor
    page.goto(wordpress.get(f"posts/{number}")["link"])
    content = wordpress.content(number)
    blocks, saved = page.evaluate(
        """(content) => {
          const flat = (blocks) => blocks.flatMap((block) => [block, ...flat(block.innerBlocks)]);
          wp.blockLibrary.registerCoreBlocks();
          const blocks = wp.blocks.parse(content);
          return [flat(blocks).map(({ name, isValid }) => [name, isValid]), wp.blocks.serialize(blocks)];
        }""",
        content,
    )
    paragraph = ["core/paragraph", True]
    assert blocks == [paragraph, paragraph, ["core/group", True], paragraph, paragraph]
    assert saved == content
