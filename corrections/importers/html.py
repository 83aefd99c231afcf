"""HTML files as Markdown, to be compared: a fragment word for word, of a whole page the article alone."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from corrections.importers import html_blocks, html_tree, markdown, page_extraction, page_metadata, word_check
from corrections.text.control_characters import occurrences
from corrections.text.formats.registry import format_named

_NAMED = 3  # places of what was left out that are named


@dataclass(frozen=True)
class HtmlArticle:
    """An article out of an HTML file.

    `differences` are words that the Markdown does not show as the HTML does; `taken` and `notes` say for people what
    was taken and what was left out. What the file does not tell is None.
    """

    text: str
    scope: str
    title: str | None = None
    language: str | None = None
    url: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    differences: tuple[word_check.Difference, ...] = field(default=())


def read_html(source: str | bytes, xml: bool = False) -> HtmlArticle:
    """The article in an HTML file; `xml`: it is XHTML.

    Raises `html_tree.UnreadableHtml` where its encoding is unknown, or where it is deeper or larger than the limits.
    """
    source = html_tree.decode(source) if isinstance(source, bytes) else source.removeprefix("\ufeff")
    if xml:
        source = html_tree.from_xhtml(source)
    return _read_page(source) if html_tree.is_page(source) else _read_fragment(source)


def refusal(article: HtmlArticle) -> str:
    """Why the article is not taken as it is, with the first words that differ and their place."""
    first = "; ".join(map(str, article.differences[:_NAMED]))
    more = len(article.differences) - _NAMED
    return (
        f"The import would change some of the text: {first}"
        f"{f'; and in {more} more places' if more > 0 else ''}. Use --force to import it anyway."
    )


def warnings(article: HtmlArticle) -> list[str]:
    """The differences, a line for each."""
    return [f"differs from the HTML: {difference}" for difference in article.differences]


def _read_fragment(source: str) -> HtmlArticle:
    tree = html_tree.parse(source, False)
    title = tree.find(".//title")
    return _convert(tree, "the whole fragment", title=_line(title) if title is not None else None)


def _read_page(source: str) -> HtmlArticle:
    page = html_tree.parse(source, True)
    metadata = page_metadata.complete(page_metadata.read_metadata(page), source)
    extract = page_extraction.extract(page, metadata)
    total = len(word_check.words(html_tree.visible_text(page)))
    omitted_words = total - len(word_check.words(html_tree.visible_text(extract.root)))
    article = _convert(
        extract.root,
        f"the article on a page, {_word_count(omitted_words)} around it left out"
        if omitted_words
        else "the whole page",
        title=metadata.headline or metadata.page_title or None,
        language=metadata.language,
        url=metadata.url,
        published=metadata.published,
        authors=metadata.authors,
    )
    omitted = tuple(f"left out between its parts: “{words}…”" for words in extract.omitted[:_NAMED])
    more = len(extract.omitted) - _NAMED
    more_places = f"and {more} more such place{'s' * (more != 1)}"
    return replace(article, notes=article.notes + omitted + ((more_places,) if more > 0 else ()))


def _convert(root: Element, description: str, title: str | None = None, **metadata: Any) -> HtmlArticle:
    embedded: Counter[str] = Counter()
    blocks = html_blocks.blocks_of(root, embedded)
    text = markdown.write(blocks)
    words = html_tree.visible_text(root)
    count = len(word_check.words(words))
    heading = root.find(".//h1")
    return HtmlArticle(
        text=text,
        scope=f"{description}: {_word_count(count)}",
        title=(_line(heading) if heading is not None else "") or title or _first_line(root) or None,
        notes=(
            *(f"left out because articles cannot contain it: {n} × <{tag}>" for tag, n in sorted(embedded.items())),
            *(f"left out because readers do not see it: {c.count} × {c.name}" for c in occurrences(words)),
        ),
        differences=tuple(word_check.differences(words, format_named("markdown").render(text).text)),
        **metadata,
    )


def _word_count(words: int) -> str:
    return f"{words:,} word{'s' * (words != 1)}"


def _first_line(root: Element) -> str:
    """The first heading, else the first line, for what has no title."""
    headings = (element for element in root.iter() if html_tree.name(element) in ("h2", "h3", "h4", "h5", "h6"))
    lines = (" ".join(line.split()) for line in html_tree.visible_text(root).split("\n"))
    return next(filter(None, map(_line, headings)), "") or next(filter(None, lines), "")


def _line(element: Element) -> str:
    return " ".join(html_tree.visible_text(element).split())
