"""Files of a publisher's into article texts: Markdown with or without front matter, plain text, HTML."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import frontmatter

from corrections.config import NAME_LIMIT, TITLE_LIMIT
from corrections.desk.errors import Invalid
from corrections.desk.publishing import ArticleText
from corrections.importers import html
from corrections.importers.html_tree import UnreadableHtml

HTML = (".html", ".htm", ".xhtml")
_PLAIN_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def read_article(
    path: Path,
    article_id: str | None,
    language: str | None,
    url: str | None,
    force: bool = False,
    report: Callable[[str], None] = lambda line: None,
) -> ArticleText:
    """The article in a file. Its id is given, or made from the date in its front matter (else today) and its name.

    `force` takes HTML even where the article would not show its words; `report` is given lines that say what was taken
    of an HTML file, what was left out, and which words differ.
    Raises `Invalid` where the file is not UTF-8 text, or where words of HTML would differ and `force` is not set.
    """
    if path.suffix.lower() in HTML:
        text, meta = _from_html(path, force, report)
    elif path.suffix.lower() in (".md", ".markdown"):
        text, meta = _from_markdown(_source(path))
    else:
        text, meta = _from_text(_source(path)), {}
    day = _day(meta.get("date") or meta.get("published"))
    authors = meta.get("authors") or meta.get("author")
    return ArticleText(
        id=article_id or f"{day or datetime.now(UTC).date():%Y/%m/%d}/{slug(path.stem)}",
        text=text,
        title=_string(meta.get("title")),
        url=url or _string(meta.get("url") or meta.get("canonical")),
        language=language or _string(meta.get("language") or meta.get("lang")),
        published=day.isoformat() if day else None,
        authors=tuple(map(str, authors)) if isinstance(authors, list) else ((str(authors),) if authors else None),
    )


def read_document(path: Path) -> str:
    """A file's text, to be compared: HTML becomes Markdown, everything else is as it stands. Raises `Invalid`."""
    if path.suffix.lower() in HTML:
        return _from_html(path)[0]
    return _source(path).replace("\r\n", "\n")


def _source(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise Invalid({"file": f"{path} is not UTF-8 (byte {error.start})."}) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid({"file": f"{path} cannot be read: {error.strerror}."}) from error


def slug(name: str) -> str:
    """A file's name as the last part of an article id."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:100] or "article"


def _from_markdown(source: str) -> tuple[str, dict[str, object]]:
    try:
        post = frontmatter.loads(source)
    except Exception as error:  # whatever the YAML parser raises: the front matter is the publisher's to mend
        raise Invalid({"file": f"The front matter cannot be read: {error}"}) from error
    return (post.content, dict(post.metadata)) if post.metadata else (source, {})


def _from_html(
    path: Path, force: bool = False, report: Callable[[str], None] = lambda line: None
) -> tuple[str, dict[str, object]]:
    try:
        article = html.read_html(_bytes(path), xml=path.suffix.lower() == ".xhtml")
    except UnreadableHtml as error:
        raise Invalid({"file": f"{path} cannot be read: {error.message}"}) from error
    if article.differences and not force:
        raise Invalid({"text": f"{path} was not imported: {html.refusal(article)}"})
    for line in (f"taken: {article.taken}", *article.notes, *html.warnings(article)):
        report(line)
    values = {
        "title": article.title[:TITLE_LIMIT] if article.title else None,
        "language": article.language,
        "url": article.url,
        "date": article.published,
        "authors": [name for name in article.authors if len(name) <= NAME_LIMIT],
    }
    return article.text, {name: value for name, value in values.items() if value}


def _from_text(source: str) -> str:
    """Plain text: what would be markup is escaped; a blank line parts paragraphs."""
    lines = []
    for line in source.replace("\r\n", "\n").split("\n"):
        escaped = _PLAIN_SPECIAL.sub(r"\\\1", line.strip())
        lines.append(re.sub(r"^(#|\+|-|=|~|[0-9]+[.)])", r"\\\1", escaped) if not escaped[:1].isdigit() else
                     re.sub(r"^([0-9]+)([.)])", r"\1\\\2", escaped))  # fmt: skip
    return "\n".join(lines)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError as error:
        raise Invalid({"published": f"{value!r} in the front matter is no date such as 2026-11-24."}) from error


def _string(value: object) -> str | None:
    return None if value is None else str(value)
