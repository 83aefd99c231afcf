"""The title of an article that its own words give, and that follows them when they are corrected."""

import unicodedata

from corrections.config import TITLE_LIMIT
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.source_versions import last_sent
from corrections.services.articles.versions import Version
from corrections.services.publication import Publication
from corrections.text.formats.registry import format_named
from repo_store import ArticleMeta, Format, Intent, Source
from repo_store.model.events import ArticleRevised


def title_in(source: Source) -> str:
    """The rendered first heading, else the first words, in NFC as every title is."""
    return unicodedata.normalize("NFC", format_named(source.format).title_of(source.text, TITLE_LIMIT))


def is_title_of(title: str, source: Source) -> bool:
    """Did `title` come from the text itself, now or as earlier versions took it?"""
    if title == title_in(source):
        return True
    return source.format is Format.MARKDOWN and title == _title_of_earlier_versions(source.text)


def _title_of_earlier_versions(text: str) -> str:
    """The title that earlier versions gave an article: the first heading, else the first line, markup and all."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headings = [line for line in lines if line.startswith("#")]
    first = (headings or lines or ["Untitled"])[0]
    return first.strip("#* \t")[:TITLE_LIMIT] or "Untitled"


def retitled(meta: ArticleMeta, before: Source, after: Source) -> ArticleMeta:
    """The meta of a text that was `before` and is `after` now: a title that came from the text comes from it again."""
    if before == after or not is_title_of(meta.title, before):
        return meta
    return meta.model_copy(update={"title": title_in(after)})


def title_events(
    publication: Publication, actor: Actor, article: queries.Article, after: Version, head: str | None
) -> tuple[Intent, ...]:
    """The event that records a title changed by a correction, `after` it; it publishes nothing itself."""
    title, meta, parts = after.title[:TITLE_LIMIT], after.meta, after.parts
    if title == article.title:
        return ()
    sent = last_sent(publication, article.id)
    if sent is None:
        return ()
    event = ArticleRevised(
        article=article.id,
        by=actor.name,
        title=title,
        url=meta.url,
        language=meta.language,
        published=meta.published.isoformat(),
        words_changed=False,
        format=after.format,
        headline_format=parts.headline_format,
        standfirst_format=parts.standfirst_format,
    )
    return (Intent(event, head, about=sent.commit),)
