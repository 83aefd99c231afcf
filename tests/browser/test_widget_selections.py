"""What can be selected for a correction on pages whose markup is not ours, and what of it is sent. In a real Chromium."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corrections.services.publication import Publication
from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.formats.markdown.render import render
from tests.browser.sites import Site
from tests.browser.test_widget import open_on, sent

pytestmark = pytest.mark.browser
DATA = Path(__file__).parents[3] / "shared" / "data"
ARTICLES = Path(__file__).parents[2] / "corrections" / "demo"


@pytest.fixture
def page(tab: Page) -> Page:
    return tab


@pytest.mark.parametrize(
    ("first", "last", "exact"),
    [
        ("teh capital", "agreed", "teh capital, and agreed"),
        ("agreed", "two", "agreed on\ntwo"),
        ("two points", "always said", "two points.\n\n“We always said"),
        ("minister said.", "bridge", "minister said.”"),
    ],
)
@pytest.mark.parametrize("shape", ["wordpress", "react", "hostile"])
def test_selections_across_links_bold_and_paragraphs(page, site, publication, shape, first, last, exact):
    open_on(page, site, shape, first, last)
    replacement = page.get_by_label("Suggested text")
    replacement.fill(replacement.input_value() + " indeed")
    page.get_by_text("Only report the error").check()
    page.get_by_label("What is wrong?").fill("Not so.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("number 1")
    (correction,) = sent(publication)
    assert correction.exact.split()[0] == first.split()[0]
    assert correction.exact.split()[-1] == last.split()[-1]
    assert correction.comment == "Not so."


def test_the_same_words_selected_elsewhere_are_meant_there(page: Page, site: Site, publication: Publication):
    open_on(page, site, "ghost", "the minister", "the minister")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("document.querySelector('li').firstChild.data = 'the minister opened the bridge'")
    page.evaluate(
        """() => {
          const text = document.querySelector("li").firstChild;
          getSelection().setBaseAndExtent(text, 0, text, "the minister".length);
        }"""
    )
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog").locator(".quote")).to_contain_text("the minister opened")


DICE = """async ([seed, times]) => {
  const { describe } = await import("/src/text.js");
  const article = document.querySelector("article");
  let state = seed;
  const dice = (sides) => (state = (state * 1103515245 + 12345) % 2147483648) % sides;
  const texts = [];
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (node.data.trim()) texts.push(node);
  const found = [];
  while (found.length < times) {
    const first = dice(texts.length);
    const last = Math.min(texts.length - 1, first + dice(4));
    const range = document.createRange();
    range.setStart(texts[first], dice(texts[first].length));
    range.setEnd(texts[last], 1 + dice(texts[last].length));
    if (range.collapsed || !range.toString().trim()) continue;
    const before = document.createRange();
    before.selectNodeContents(article);
    before.setEnd(range.startContainer, range.startOffset);
    found.push([describe(range, article), range.toString(), before.toString()]);
  }
  return found;
}"""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def corpus_text(corpus: str) -> str:
    """The corpus' text of middle length: real Markdown that nobody wrote for us."""
    if not DATA.is_dir():
        pytest.skip(f"no corpus at {DATA}")
    with gzip.open(DATA / f"{corpus}-texts.jsonl.gz", "rt") as lines:
        texts = sorted((json.loads(line)["text"] for line in lines), key=len)
    return str(texts[len(texts) // 2])


@pytest.mark.parametrize("name", ["leap-year", "metre", "numerals", "handbook", "rustbook"])
def test_random_selections_anchor_to_just_the_selected_words(page: Page, site: Site, name: str):
    demo = ARTICLES / f"{name}.md"
    source = demo.read_text().split("---\n", 2)[-1] if demo.exists() else corpus_text(name)
    rendered = render(source)
    site.pages[name] = f"<!doctype html><meta charset=utf-8><article>{rendered.html}</article>"
    page.goto(f"{site.address}/{name}")
    for selector, words, before in page.evaluate(DICE, [random.Random(name).randrange(2**31), 340]):
        verdict = anchor(Selector(**selector), rendered.text)
        assert isinstance(verdict, Anchored), selector
        place = verdict.place
        assert squeezed(rendered.text[place.start : place.end]) == squeezed(words)
        assert squeezed(rendered.text[: place.start]) == squeezed(before)


@pytest.mark.parametrize("place", ["h1", "figcaption", "table", "figure"])
def test_the_keys_answer_where_what_is_selected_cannot_be_corrected(page: Page, site: Site, place: str):
    site.pages["bare"] = (
        "<!doctype html><meta charset=utf-8><h1>The talks</h1><div data-corrections-article><p>Ministers met.</p>"
        "<figure><img alt='A bridge' src='data:,'><figcaption>The bridge.</figcaption></figure></div>"
        f"<table><tr><td>1893</td></tr></table><script src='{site.service}/widget.js' defer></script>"
        "<script>document.addEventListener('keydown', (event) => event.stopImmediatePropagation(), true)</script>"
    )
    page.goto(f"{site.address}/bare")
    page.evaluate("(place) => getSelection().selectAllChildren(document.querySelector(place))", place)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("You can only correct the text of the article")
