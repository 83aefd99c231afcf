"""Files of a publisher's into article texts: Markdown with or without front matter, plain text, HTML."""

import re
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import frontmatter
from bs4 import BeautifulSoup
from markdownify import markdownify

from corrections.desk.errors import Invalid
from corrections.desk.publishing import ArticleText

_PLAIN_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def read_article(path: Path, article_id: str | None, language: str | None, url: str | None) -> ArticleText:
    """The article in a file. Its id is given, or made from the date in its front matter (else today) and its name.

    Raises `Invalid` where the file is not UTF-8 text.
    """
    source = _source(path)
    if path.suffix.lower() in (".html", ".htm"):
        text, meta = _from_html(source)
    elif path.suffix.lower() in (".md", ".markdown"):
        text, meta = _from_markdown(source)
    else:
        text, meta = _from_text(source), {}
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
    source = _source(path).replace("\r\n", "\n")
    return _from_html(source)[0] if path.suffix.lower() in (".html", ".htm") else source


def _source(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Invalid({"file": f"{path} is not UTF-8 (byte {error.start})."}) from error
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
