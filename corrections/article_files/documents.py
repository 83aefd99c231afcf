"""A publisher's files as article texts: Markdown with or without front matter, plain text, HTML."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from corrections.article_files import front_matter, plain_text
from corrections.article_files.discovery import printable_path
from corrections.article_files.encoding import read_bytes, read_text
from corrections.article_files.manuscript import Manuscript, build_manuscript
from corrections.article_files.names import parse_file_name, slug
from corrections.config import ARTICLE_LIMIT, NAME_LIMIT, STANDFIRST_LIMIT, TITLE_LIMIT
from corrections.importers import html_source
from corrections.importers.html_tree import UnreadableHtml
from corrections.importers.page_metadata import Metadata
from corrections.services.articles.updates import ArticleText
from corrections.services.errors import Invalid
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import control_remark, occurrences, shown, unstorable
from corrections.text.formats.registry import format_named
from repo_store import Format, Source

_LINE_END = re.compile(r"\r\n|\r|\n")
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
        format=article.format,
        standfirst=Source(article.standfirst, Format.PLAIN) if article.standfirst else None,
    )


def read_manuscript(path: Path, site: str = "") -> Manuscript:
    """The article in a file, with the metadata in it; relative addresses belong to `site`.

    Raises `Invalid` where the file is not UTF-8 text, or holds no article.
    """
    if path.suffix.lower() in HTML:
        return read_page(read_bytes(path), site, xml=path.suffix.lower() == ".xhtml")
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
        parts = front_matter.split(_with_plain_lines(source))
        text, values, remark = _from_line(source, parts.line), parts.values, parts.remark
    else:
        _check_size(source)
        text = plain_text.markdown(_with_plain_lines(source))
    if not shown(text)[0].strip():
        raise Invalid({"text": "It has front matter but no text after it." if values else "It is empty."})
    _check_size(text)
    return build_manuscript(text, values, site, (*filter(None, (remark,)), *_control_remarks(source)))


def _with_plain_lines(source: str) -> str:
    """A file's text without a byte order mark, with LF line ends."""
    return in_lines(source.removeprefix("\ufeff"))


def _from_line(source: str, number: int) -> str:
    """What a text holds from a line on (the first is 1), as it is there."""
    ends = [match.end() for match in islice(_LINE_END.finditer(source), number - 1)]
    return source if number == 1 else source[ends[-1] :] if len(ends) == number - 1 else ""


def read_page(data: bytes, site: str = "", xml: bool = False) -> Manuscript:
    """The article in an HTML file or of a web page; `xml`: it is XHTML. Raises `Invalid` where there is none."""
    try:
        source = html_source.read_source(data, xml=xml)
    except UnreadableHtml as error:
        raise Invalid({"file": error.message}) from error
    if not format_named(Format.HTML).render(source.text).text.strip():
        raise Invalid({"text": "It contains no text that readers would see."})
    _check_size(source.text)
    manuscript = build_manuscript(source.text, _page_values(source.metadata), site, _control_remarks(source.text))
    is_other = source.metadata is not None and source.metadata.is_other
    return replace(manuscript, notes=source.notes, format=Format.HTML, is_other=is_other)


def read_document(path: Path) -> Source:
    """A file's text and its format, to be compared: of an HTML page the article alone. Raises `Invalid`."""
    with naming(path):
        if path.suffix.lower() in HTML:
            return Source(in_lines(_html_source(path).text), Format.HTML)
        return Source(_with_plain_lines(read_text(path)))


def _html_source(path: Path) -> html_source.HtmlSource:
    try:
        return html_source.read_source(read_bytes(path), xml=path.suffix.lower() == ".xhtml")
    except UnreadableHtml as error:
        raise Invalid({"file": error.message}) from error


def _check_size(text: str) -> None:
    size = len(text.encode())
    if size > ARTICLE_LIMIT:
        raise Invalid({"text": f"Its text has {size:,} bytes; the limit is {ARTICLE_LIMIT:,}."})


def _control_remarks(source: str) -> tuple[str, ...]:
    """A sentence for each kind of invisible control character in the source."""
    return tuple(map(control_remark, occurrences(source)))


def _page_values(page: Metadata | None) -> dict[str, object]:
    """What a page says about its article."""
    if page is None:
        return {}
    title = page.headline or page.page_title
    values = {
        "title": title[:TITLE_LIMIT] if title else None,
        "standfirst": page.standfirst[:STANDFIRST_LIMIT],
        "language": page.language,
        "url": page.url,
        "date": page.published,
        "authors": [name for name in page.authors if len(name) <= NAME_LIMIT],
    }
    return {name: value for name, value in values.items() if value}
