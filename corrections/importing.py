"""Files of a publisher's into article texts: Markdown with or without front matter, plain text, HTML."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup
from markdownify import markdownify

from corrections.article_files import front_matter, plain_text
from corrections.article_files.discovery import shown
from corrections.article_files.encoding import read_text
from corrections.article_files.manuscript import Manuscript, manuscript
from corrections.article_files.names import file_name, slug
from corrections.config import ARTICLE_LIMIT
from corrections.desk.errors import Invalid
from corrections.desk.publishing import ArticleText
from corrections.text.control_characters import control_remark, occurrences, unstorable

HTML = (".html", ".htm", ".xhtml")


def read_article(path: Path, article_id: str | None, language: str | None, url: str | None) -> ArticleText:
    """The article in a file. Its id is given, or made from its date (else today) and the file's name.

    Raises `Invalid` where the file is not UTF-8 text, or holds no article.
    """
    with naming(path):
        article, name = read_manuscript(path), file_name(path)
    day = article.day or name.day or datetime.now(UTC).date()
    own = slug(article.slug) if article.slug else name.slug
    return as_text(article, article_id or article.id or f"{day:%Y/%m/%d}/{own}", language, url)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Names the file in what is refused about it."""
    try:
        yield
    except Invalid as error:
        raise Invalid({"file": f"{shown(path)}: {error.message}"}) from error


def as_text(
    article: Manuscript, article_id: str, language: str | None, url: str | None, title: str | None = None
) -> ArticleText:
    """The article as it is published under an id; what is given goes before what the file says."""
    return ArticleText(
        id=article_id,
        text=article.text,
        title=title or article.title,
        url=url or article.url,
        language=language or article.language,
        published=article.day.isoformat() if article.day else None,
        authors=article.authors,
    )


def read_manuscript(path: Path, site: str = "") -> Manuscript:
    """The article in a file, with what the file says of it; relative addresses are of `site`.

    Raises `Invalid` where the file is not UTF-8 text, or holds no article.
    """
    source = read_text(path)
    bad = unstorable(source)
    if bad is not None:
        raise Invalid({"text": f"It holds {bad.name} in line {bad.line}, column {bad.column}, which no text can hold."})
    kind = path.suffix.lower()
    remark = ""
    values: dict[str, object] = {}
    if kind in HTML:
        text, values = _from_html(source)
    elif kind in (".md", ".markdown"):
        parts = front_matter.split(source)
        text, values, remark = parts.text, parts.values, parts.remark
    else:
        _check_size(source)
        text = plain_text.markdown(source)
    if not text.strip():
        raise Invalid({"text": "It has front matter, but no text after it." if values else "It is empty."})
    _check_size(text)
    return manuscript(text, values, site, (*filter(None, (remark,)), *_unseen(source)))


def read_document(path: Path) -> str:
    """A file's text, to be compared: HTML becomes Markdown, everything else is as it stands. Raises `Invalid`."""
    with naming(path):
        source = read_text(path)
    return _from_html(source)[0] if path.suffix.lower() in HTML else source


def _check_size(text: str) -> None:
    size = len(text.encode())
    if size > ARTICLE_LIMIT:
        raise Invalid({"text": f"Its text has {size:,} bytes; at most {ARTICLE_LIMIT:,} are possible."})


def _unseen(source: str) -> tuple[str, ...]:
    """What the source holds and nobody is shown, a sentence for each character."""
    return tuple(map(control_remark, occurrences(source)))


def _from_html(source: str) -> tuple[str, dict[str, object]]:
    page = BeautifulSoup(source, "html.parser")
    meta: dict[str, object] = {}
    if page.title and page.title.string:
        meta["title"] = " ".join(page.title.string.split())
    if page.html and page.html.get("lang"):
        meta["language"] = page.html["lang"]
    canonical = page.find("link", rel="canonical")
    if canonical is not None and canonical.get("href"):
        meta["url"] = canonical["href"]
    body = page.find("article") or page.find("main") or page.body or page
    for furniture in body.find_all(["script", "style", "nav", "aside", "form", "header", "footer"]):
        if furniture.name != "header" or not furniture.find("h1"):
            furniture.decompose()
    return markdownify(str(body), heading_style="ATX", bullets="-").strip() + "\n", meta
