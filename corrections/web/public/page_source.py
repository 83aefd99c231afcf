"""What the widget would find on a page, from its HTML: the article's element, its address, the script.

The lists are those of `widget/src/page.js`; a test compares them. What only a browser knows, such as what is hidden by
a style, is not seen here.
"""

import re
from collections import Counter
from dataclasses import dataclass

from justhtml import JustHTML
from justhtml.dom import Element

MARKED = "[data-corrections-article]"
BODIES = (
    "[itemprop~=articleBody],[property~=articleBody],[property$=':articleBody']",
    ".entry-content,.wp-block-post-content",
    ".gh-content,.post-full-content,.td-post-content,.field--name-body,.e-content,.h5p-article,.single-post-content",
    ".post-content,.post__content,.post-body,.article-content,.article__content,.article-body,.article__body,"
    ".story-body,.story-content",
)
WHOLES = (
    "[itemtype$='NewsArticle'],[itemtype$='/Article'],[itemtype$='BlogPosting'],[itemtype$='ReportageNewsArticle']",
    "main article,[role=main] article",
    "article",
    "main,[role=main]",
)
_WORD = re.compile(r"\w+")
RUN = 3  # words that are compared together


@dataclass(frozen=True)
class PageSource:
    """`element` is the opening tag of the article's element, `text` its text; empty where there is none.

    `source` is what the page calls its article: the script's `data-id`, or its canonical address as it is written.
    """

    element: str
    text: str
    source: str
    has_script: bool


def read_page(html: str, publication: str) -> PageSource:
    """What the widget of `publication` would find; for the element, `data-article` of the script comes first."""
    page = JustHTML(html, sanitize=False)
    scripts = [
        script for script in _elements(page, "script") if f"/{publication}/widget.js" in _attribute(script, "src")
    ]
    script = scripts[0] if scripts else None
    article = _article(page, _attribute(script, "data-article"))
    return PageSource(
        _opening(article) if article is not None else "",
        article.to_text(separator=" ") if article is not None else "",
        _attribute(script, "data-id") or _address(page),
        bool(scripts),
    )


def likeness(published: str, shown: str) -> int:
    """Percent of the runs of words of `published` that `shown` has."""
    expected, present = _runs(published), _runs(shown)
    total = expected.total()
    return round(100 * (expected & present).total() / total) if total else 0


def _article(page: JustHTML, named: str) -> Element | None:
    for selector in filter(None, (named, MARKED, *BODIES, *WHOLES)):
        try:
            elements = [element for element in _elements(page, selector) if element.to_text().strip()]
        except ValueError:
            continue  # not a CSS selector
        if elements:
            return max(elements, key=lambda element: len(element.to_text()))
    return None


def _address(page: JustHTML) -> str:
    canonical = [_attribute(link, "href") for link in _elements(page, "link[rel=canonical]")]
    named = [_attribute(meta, "content") for meta in _elements(page, "meta[property='og:url']")]
    return next(filter(None, (*canonical, *named)), "")


def _opening(element: Element) -> str:
    names = [name for name in ("id", "class", "itemprop") if _attribute(element, name)]
    attributes = "".join(f' {name}="{_attribute(element, name)}"' for name in names)
    return f"<{element.name}{attributes}>"


def _elements(page: JustHTML, selector: str) -> list[Element]:
    return [element for element in page.query(selector) if isinstance(element, Element)]


def _attribute(element: Element | None, name: str) -> str:
    return (element.attrs.get(name) or "") if element is not None and element.attrs else ""


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return Counter(zip(*(words[at:] for at in range(min(RUN, max(1, len(words))))), strict=False))
