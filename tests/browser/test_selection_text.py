"""What is quoted of a selection: what the article's source has, whatever the page makes of it. In a real Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from corrections.text.anchoring.anchor import Selector, anchor
from tests.browser.sites import Site

pytestmark = pytest.mark.browser

QUOTE = """async (markup) => {
  const { describe } = await import("/src/text.js");
  document.body.innerHTML = `<style>.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}</style>
    <header>The Daily</header><main id="article">${markup}</main><footer>Posted in Uncategorized</footer>`;
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (const [mark, set] of [["⟦", "setStart"], ["⟧", "setEnd"]]) {
    walker.currentNode = document.body;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(mark);
      if (at < 0) continue;
      node.deleteData(at, 1);
      range[set](node, at);
      break;
    }
  }
  return describe(range, document.querySelector("#article"));
}"""
EMOJI = '<img draggable="false" role="img" class="emoji" alt="{}" src="data:,">'

# markup with the selection between ⟦ and ⟧; the text of its source; what is quoted
REPLACED = {
    "emoji": (f"<p>We ⟦are {EMOJI.format('😀')} glad⟧ today.</p>", "We are 😀 glad today.", "are 😀 glad"),
    "emoji of several code points": (
        f"<p>⟦The {EMOJI.format('👩‍👩‍👧')}{EMOJI.format('🇺🇦')}{EMOJI.format('❤️')} met⟧ here.</p>",
        "The 👩‍👩‍👧🇺🇦❤️ met here.",
        "The 👩‍👩‍👧🇺🇦❤️ met",
    ),
    "emoji at either end": (f"<p>Ha ⟦<b>glad</b> ⟧{EMOJI.format('😀')} so</p>", "Ha glad 😀 so", "glad"),
    "emoji outside of the selection": (f"<p>{EMOJI.format('😀')}⟦teh⟧{EMOJI.format('😎')}</p>", "😀teh😎", "teh"),
    "emoji of any class": ('<p>We ⟦are <img alt="😀" src="data:,"> glad⟧.</p>', "We are 😀 glad.", "are 😀 glad"),
    "a smiley": (
        '<p>We ⟦are <img src="data:," alt=":mrgreen:" class="wp-smiley"> glad⟧.</p>',
        "We are :mrgreen: glad.",
        "are :mrgreen: glad",
    ),
    "an smiley of an old forum": (
        '<p>We ⟦are <img src="data:," alt=":-)"> glad⟧.</p>',
        "We are :-) glad.",
        "are :-) glad",
    ),
    "a drawn character": (
        '<p>We ⟦are <svg role="img" aria-label="😀" width="9" height="9"></svg> glad⟧.</p>',
        "We are 😀 glad.",
        "are 😀 glad",
    ),
    "a named character": (
        '<p>We ⟦are <span role="img" aria-label="grinning face">😀</span> glad⟧.</p>',
        "We are 😀 glad.",
        "are 😀 glad",
    ),
    "an icon": ('<p>See ⟦the <svg role="img" aria-label="external link"></svg>page⟧.</p>', "See the page.", "the page"),
    "a picture": ('<p>See ⟦the <img alt="The capital at night" src="data:,"> page⟧.</p>', "See the page.", "the page"),
    "a drop cap": (
        '<p><span style="float:left;font-size:3em">⟦M</span>inisters met⟧.</p>',
        "Ministers met.",
        "Ministers met",
    ),
    "a drop cap for the eye": (
        '<p><span aria-hidden="true">⟦M</span><span class="sr">M</span>inisters met⟧.</p>',
        "Ministers met.",
        "Ministers met",
    ),
    "a drawn drop cap": (
        '<p>⟦So said <img alt="M" src="data:,">inisters⟧.</p>',
        "So said Ministers.",
        "So said Ministers",
    ),
    "a word in pieces": ("<p>Min<span>⟦is</span><b>t</b>e<i>rs m</i>et⟧.</p>", "Ministers met.", "isters met"),
    "places to break": (
        "<p>⟦Donau<wbr>dampf&shy;schiff\u200bfahrt⟧ now</p>",
        "Donaudampfschifffahrt now",
        "Donaudampfschifffahrt",
    ),
    "capital letters": ('<p style="text-transform:uppercase">⟦Ministers met⟧.</p>', "Ministers met.", "Ministers met"),
    "a reading aid": (
        "<p>⟦<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>で会談⟧した。</p>",
        "東京で会談した。",
        "東京で会談",
    ),
    "joined letters": ("<p>⟦می\u200cخواهم⟧ آن را</p>", "می\u200cخواهم آن را", "می\u200cخواهم"),
}
HIDDEN = {
    name: (f"<p>Ministers ⟦met {hidden} on Tusday⟧ here.</p>", "Ministers met on Tusday here.", "met on Tusday")
    for name, hidden in {
        "no display": '<span style="display:none">secretly</span>',
        "invisible": '<span style="visibility:hidden">secretly</span>',
        "no size": '<span style="font-size:0">secretly</span>',
        "for screen readers, WordPress": '<span class="screen-reader-text">secretly</span>',
        "for screen readers, by style": '<span class="sr">secretly</span>',
        "off the page": '<span style="position:absolute;left:-9999px">secretly</span>',
        "an ornament": '<span aria-hidden="true">¶</span>',
        "script": "<script>var secretly</script>",
        "style": "<style>.secretly{}</style>",
        "comment": "<!-- secretly -->",
        "an advertisement": '<span class="ad-slot-1">Buy</span>',
        "an ad of a network": '<ins class="adsbygoogle">Buy</ins>',
        "a button": "<button>Listen</button>",
        "a frame": "<iframe></iframe>",
        "marked by the site": "<span data-corrections-skip>secretly</span>",
    }.items()
}
SPACE = {
    "source lines": (
        "<p>⟦Ministers\n      met   on\t Tusday⟧.</p>",
        "Ministers met on Tusday.",
        "Ministers met on Tusday",
    ),
    "paragraphs": ("\n\n<p>⟦One.</p>\n\n\n\n   <p>Two⟧.</p>\n\n", "One.\n\nTwo.", "One.\n\nTwo"),
    "blocks": ("<div>⟦One.</div>\n\n<div><div>Two⟧.</div></div>", "One.\nTwo.", "One.\nTwo"),
    "a list": ("<ul>\n<li>⟦One</li>\n\n<li>Two⟧</li></ul>", "One\nTwo", "One\nTwo"),
    "a broken line": ("<p>⟦One,<br />\n  two⟧.</p>", "One,\ntwo.", "One,\ntwo"),
    "a broken line at the end": ("<p>⟦One.<br></p><p>Two⟧.</p>", "One.\n\nTwo.", "One.\n\nTwo"),
    "an empty paragraph": ("<p>⟦One.</p><p>&nbsp;</p><p>Two⟧.</p>", "One.\n\nTwo.", "One.\n\nTwo"),
    "program text": ("<pre>⟦if a:\n    b⟧\n</pre>", "if a:\n    b\n", "if a:\n    b"),
    "lines kept": ('<p style="white-space:pre-line">⟦One,\n   two⟧</p>', "One,\ntwo", "One,\ntwo"),
    "a fixed space": ("<p>⟦10&nbsp;km⟧ away</p>", "10\u00a0km away", "10\u00a0km"),
    "a double click in Windows": ("<p>Ministers ⟦met ⟧on</p>", "Ministers met on", "met"),
    "three clicks": ("<p>⟦One.</p>\n<p>⟧Two.</p>", "One.\n\nTwo.", "One."),
    "three clicks at the end": ("<p>One.</p><p>⟦Two.</p></main><aside>⟧", "One.\n\nTwo.", "Two."),
    "columns": (
        '<div style="display:flex"><div><p>⟦Left one.</p></div>\n<div><p>Right two⟧.</p></div></div>',
        "Left one.\n\nRight two.",
        "Left one.\n\nRight two",
    ),
    "a table's columns": (
        "<table><tr><td>⟦Anna</td><td>30</td></tr>\n<tr><td>Ben</td> <td>31⟧</td></tr></table>",
        "Anna 30\nBen 31",
        "Anna\t30\nBen\t31",
    ),
}
AROUND = {
    "a footnote's mark": (
        '<p>⟦He said so.<sup><a href="#fn1">1</a></sup> Then⟧ he left.</p>',
        "He said so.1 Then he left.",
        "He said so.1 Then",
    ),
    "an index": ("<p>⟦CO<sub>2</sub> and m<sup>2</sup>⟧ rose.</p>", "CO2 and m2 rose.", "CO2 and m2"),
    "an advertisement between": (
        '<p>⟦One.</p><div class="advertisement"><p>Buy!</p></div><p>Two⟧.</p>',
        "One.\n\nTwo.",
        "One.\n\nTwo",
    ),
    "a share bar and related articles": (
        '<p>⟦One.</p><div class="sharedaddy">Share this</div><div class="related-posts">More</div><p>Two⟧.</p>',
        "One.\n\nTwo.",
        "One.\n\nTwo",
    ),
    "what cannot be selected": (
        '<p>⟦Ministers <span style="user-select:none">met</span> here⟧.</p>',
        "Ministers met here.",
        "Ministers met here",
    ),
    "comments in code": ('<pre>⟦a <span class="token comment"># b</span>⟧\n</pre>', "a # b\n", "a # b"),
}
CASES = {**REPLACED, **{f"hidden: {name}": case for name, case in HIDDEN.items()}, **SPACE, **AROUND}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page of a site that no service stands behind: only the text is looked at."""
    site = Site("http://127.0.0.1:9/daily")
    site.pages["bare"] = "<!doctype html><meta charset=utf-8><body></body>"
    opened = browser.new_page()
    opened.goto(f"{site.address}/bare")
    yield opened
    opened.close()
    site.close()


@pytest.mark.parametrize("name", CASES)
def test_what_is_quoted_is_what_the_source_has(page: Page, name: str):
    markup, source, exact = CASES[name]
    selector: dict[str, Any] = page.evaluate(QUOTE, markup)
    assert selector["exact"] == exact
    assert anchor(Selector(**selector), source).verdict == "exact"
    assert "Uncategorized" not in selector["suffix"]
    assert "The Daily" not in selector["prefix"]


READINGS = QUOTE.replace("describe }", "readings }").replace("return describe", "return readings")


@pytest.mark.parametrize(
    ("markup", "sources"),
    [
        (
            '<p>⟦He said so.<sup class="fn"><a href="#x">1</a></sup> Then⟧ he left.</p>',
            ["He said so. Then he left.", "He said so.1 Then he left."],
        ),
        (
            "<p>⟦<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>で会談⟧した。</p>",
            ["東京で会談した。", "東京(とうきょう)で会談した。"],
        ),
        (
            '<p>Now ⟦we are <img class="emoji" alt="😀" src="data:,"> glad⟧ today.</p>',
            ["Now we are 😀 glad today.", "Now we are  glad today."],
        ),
        (
            '<pre>⟦<i style="user-select:none">1 </i>a = b⟧\n</pre>',
            ["1 a = b\n", "a = b\n"],
        ),
    ],
)
def test_one_reading_of_the_place_is_exact_whichever_the_source_is(page: Page, markup: str, sources: list[str]):
    selectors = [Selector(**selector) for selector in page.evaluate(READINGS, markup)]
    for source in sources:
        assert "exact" in {anchor(selector, source).verdict for selector in selectors}, source


def test_words_that_stand_often_bring_as_much_around_them_as_tells_them_apart(page: Page):
    line = "<p>Ministers met again and spoke of the bridge, the road and the railway, and then they all went home.</p>"
    markup = f"<p>First.</p>{line * 2}".replace("met", "⟦met⟧", 1) + f"{line}<p>Last.</p>"
    selector = page.evaluate(QUOTE, markup)
    source = (
        "First.\n\n"
        + "Ministers met again and spoke of the bridge, the road and the railway, and then they all went home.\n\n" * 3
        + "Last."
    )
    assert anchor(Selector(selector["exact"], selector["prefix"], selector["suffix"]), source).verdict == "exact"
