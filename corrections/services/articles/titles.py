"""The title of an article that its own words give, and that follows them when they are corrected."""

from corrections.config import TITLE_LIMIT
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.source_versions import last_sent
from corrections.services.publication import Publication
from corrections.text.formats.markdown.headline import title_of
from repo_store import ArticleMeta, Intent
from repo_store.model.events import ArticleRevised


def title_in(text: str) -> str:
    """The rendered first heading, else the first words."""
    return title_of(text, TITLE_LIMIT)


def is_title_of(title: str, text: str) -> bool:
    """Did `title` come from the text itself, now or as earlier versions took it?"""
    return title in (title_in(text), _title_of_earlier_versions(text))


def _title_of_earlier_versions(text: str) -> str:
    """The title that earlier versions gave an article: the first heading, else the first line, markup and all."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headings = [line for line in lines if line.startswith("#")]
    first = (headings or lines or ["Untitled"])[0]
    return first.strip("#* \t")[:TITLE_LIMIT] or "Untitled"


def retitled(meta: ArticleMeta, before: str, after: str) -> ArticleMeta:
    """The meta of a text that was `before` and is `after` now: a title that came from the text comes from it again."""
    if before == after or not is_title_of(meta.title, before):
        return meta
    return meta.model_copy(update={"title": title_in(after)})


def title_events(
    publication: Publication, actor: Actor, article: queries.Article, meta: ArticleMeta, head: str | None
) -> tuple[Intent, ...]:
    """The event that records a title changed by a correction; it publishes nothing itself."""
    sent = last_sent(publication, article.id)
    if meta.title == article.title or sent is None:
        return ()
    event = ArticleRevised(
        article=article.id,
        by=actor.name,
        title=meta.title,
        url=meta.url,
        language=meta.language,
        published=meta.published.isoformat(),
        words_changed=False,
    )
    return (Intent(event, head, about=sent.commit),)
