"""The preview in the dialog: the change in its whole sentence, by the same rule as the service. In a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.text.comparison.attribution import sentences
from tests.browser.sites import Site
from tests.browser.test_widget import open_on, select
from tests.newsroom import EDITOR

pytestmark = pytest.mark.browser

AROUND = """async ([text, start, end]) => {
  const { around } = await import("/src/sentence.js");
  return around(text, start, end);
}"""
TEXTS = {
    "en": "“We always said so,” the minister said (in public). Then he left! Did he?… Nobody knows: 3.5 per cent do.",
    "de": "„Das war so.“ Der Minister ging um 14.30 Uhr. Kam er wieder?\nNein.",
    "fr": "« Nous l’avons dit. » Le ministre est parti… Et après ?",
    "uk": "«Так було завжди», — сказав міністр. Потім він пішов. Чи повернувся він?",
    "ar": "قال الوزير إن الجسر افتتح عام 1893. هل عاد؟ لم يعد.",
    "zh": "部长说了。 他走了。 后来呢?",
    "no end": "A heading without an end\nA line, and another",
}


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """A page of a site without a service behind it, that serves the widget's sources."""
    made = Site("http://127.0.0.1:9/daily")
    made.pages["bare"] = "<!doctype html><meta charset=utf-8><body></body>"
    opened = browser.new_page()
    opened.goto(f"{made.address}/bare")
    yield opened
    opened.close()
    made.close()


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_what_the_service_takes_for_one(bare: Page, language: str):
    text = TEXTS[language]
    for sentence in sentences(text, [0] * len(text)):
        words = sentence.text.strip()
        start = text.index(words, sentence.start)
        for word in words.split():
            at = text.index(word, start)
            before, after = bare.evaluate(AROUND, [text, at, at + len(word)])
            assert before + word + after == words, (word, words)


def test_the_change_is_shown_in_its_whole_sentence(page: Page, site: Site):
    open_on(page, site, "ghost", "agreed")
    dialog = page.get_by_role("dialog")
    page.get_by_label("Suggested text").fill("decided")
    change = dialog.locator(".change")
    expect(change).to_have_text("Ministers met on Tusday in teh capital, and agreeddecided on two points.")
    expect(change.locator("del")).to_have_text("agreed")
    expect(change.locator("ins")).to_have_text("decided")


def test_a_long_sentence_is_shown_to_its_end(page: Page, site: Site, publication: Publication):
    long = " ".join(f"word{number}" for number in range(60))
    text = f"It was short. The minister said {long} to teh crowd."
    body = f"<article><h1>Long</h1><p>{text}</p></article>"
    site.pages["long"] = f'<!doctype html><html lang="en"><script src="{site.service}/widget.js" defer></script>{body}'
    article = updates.ArticleText("2026/11/24/long", f"# Long\n\n{text}\n", url=f"{site.address}/long", language="en")
    updates.publish(publication, EDITOR, article)
    page.goto(f"{site.address}/long")
    select(page, "minister")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Suggested text").fill("president")
    change = page.get_by_role("dialog").locator(".change")
    expect(change).to_have_text(f"The ministerpresident said {long} to teh crowd.")
