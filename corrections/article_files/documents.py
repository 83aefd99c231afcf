"""A publisher's files as article texts: Markdown with or without front matter, plain text, HTML."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from corrections.article_files import front_matter, plain_text
from corrections.article_files.discovery import printable_path
from corrections.article_files.encoding import read_bytes, read_text
from corrections.article_files.manuscript import Manuscript, build_manuscript
from corrections.article_files.names import parse_file_name, slug
from corrections.config import ARTICLE_LIMIT, NAME_LIMIT, TITLE_LIMIT
from corrections.importers import html
from corrections.importers.html_tree import UnreadableHtml
from corrections.services.articles.updates import ArticleText
from corrections.services.errors import Invalid
from corrections.text.control_characters import control_remark, occurrences, unstorable

HTML = (".html", ".htm", ".xhtml")


def read_article(path: Path, article_id: str | None, language: str | None, url: str | None) -> ArticleText:
    """The article in a file. Its id is `article_id`, or follows from its date (else today) and the file's name.

    Raises `Invalid` where the file is not UTF-8 text, or holds no article.
    """
    with naming(path):
        article, name = read_manuscript(path), parse_file_name(path)
    day = article.day or name.day or datetime.now(UTC).date()
    article_slug = slug(article.slug) if article.slug else name.slug
    return as_text(article, article_id or article.id or f"{day:%Y/%m/%d}/{article_slug}", language, url)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Add the file's name to errors about it."""
    try:
        yield
    except Invalid as error:
        raise Invalid({"file": f"{printable_path(path)}: {error.message}"}) from error


def as_text(
    article: Manuscript, article_id: str, language: str | None, url: str | None, title: str | None = None
) -> ArticleText:
    """The article as it is published under an id; arguments take precedence over what the file says."""
    return ArticleText(
        id=article_id,
        text=article.text,
        title=title or article.title,
        url=url or article.url,
        language=language or article.language,
        published=article.day.isoformat() if article.day else None,
        authors=article.authors,
    )


def read_manuscript(path: Path, site: str = "", force: bool = False) -> Manuscript:
    """The article in a file, with the metadata in it; relative addresses belong to `site`.

    Raises `Invalid` where the file is not UTF-8 text, or holds no article, or where words of HTML would differ in it
    and `force` is not set.
    """
    if path.suffix.lower() in HTML:
        return _html_manuscript(path, site, force)
    source = read_text(path)
    bad = unstorable(source)
    if bad is not None:
        raise Invalid(
            {"text": f"Line {bad.line}, column {bad.column} contains {bad.name}, which is not allowed in text."}
        )
    kind = path.suffix.lower()
    remark = ""
    values: dict[str, object] = {}
    if kind in (".md", ".markdown"):
        parts = front_matter.split(source)
        text, values, remark = parts.text, parts.values, parts.remark
    else:
        _check_size(source)
        text = plain_text.markdown(source)
    if not text.strip():
        raise Invalid({"text": "It has front matter but no text after it." if values else "It is empty."})
    _check_size(text)
    return build_manuscript(text, values, site, (*filter(None, (remark,)), *_control_remarks(source)))


def _html_manuscript(path: Path, site: str, force: bool) -> Manuscript:
    article, values = _from_html(path, force)
    if not article.text.strip():
        raise Invalid({"text": "It contains no text that readers would see."})
    _check_size(article.text)
    notes = (f"taken: {article.scope}", *article.notes)
    remarks = (*html.warnings(article), *_control_remarks(article.text))
    return replace(build_manuscript(article.text, values, site, remarks), notes=notes)


def read_document(path: Path) -> str:
    """A file's text, to be compared: HTML becomes Markdown, everything else is unchanged. Raises `Invalid`."""
    with naming(path):
        return _from_html(path)[0].text if path.suffix.lower() in HTML else read_text(path)


def _check_size(text: str) -> None:
    size = len(text.encode())
    if size > ARTICLE_LIMIT:
        raise Invalid({"text": f"Its text has {size:,} bytes; the limit is {ARTICLE_LIMIT:,}."})


def _control_remarks(source: str) -> tuple[str, ...]:
    """A sentence for each kind of invisible control character in the source."""
    return tuple(map(control_remark, occurrences(source)))


def _from_html(path: Path, force: bool = True) -> tuple[html.HtmlArticle, dict[str, object]]:
    try:
        article = html.read_html(read_bytes(path), xml=path.suffix.lower() == ".xhtml")
    except UnreadableHtml as error:
        raise Invalid({"file": error.message}) from error
    if article.differences and not force:
        raise Invalid({"text": html.refusal(article)})
    values = {
        "title": article.title[:TITLE_LIMIT] if article.title else None,
        "language": article.language,
        "url": article.url,
        "date": article.published,
        "authors": [name for name in article.authors if len(name) <= NAME_LIMIT],
    }
    return article, {name: value for name, value in values.items() if value}
