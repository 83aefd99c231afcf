"""The title of an article that its own words give, and that follows them when they are corrected."""

from corrections.config import TITLE_LIMIT
from corrections.desk.publication import Publication
from corrections.desk.sendings import last_sent
from corrections.desk.workflow import Actor
from corrections.index import queries
from repo_store import ArticleMeta, Intent
from repo_store.events import ArticleRevised


def title_in(text: str) -> str:
    """The first heading, else the first line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headings = [line for line in lines if line.startswith("#")]
    first = (headings or lines or ["Untitled"])[0]
    return first.strip("#* \t")[:TITLE_LIMIT] or "Untitled"


def retitled(meta: ArticleMeta, before: str, after: str) -> ArticleMeta:
    """The meta of a text that was `before` and is `after` now: a title that came from the text comes from it again."""
    if before == after or meta.title != title_in(before):
        return meta
    return meta.model_copy(update={"title": title_in(after)})


def title_events(
    publication: Publication, actor: Actor, article: queries.Article, meta: ArticleMeta, seen: str | None
) -> tuple[Intent, ...]:
    """The event that tells of a title which a correction changed; it publishes nothing itself, and nothing was sent."""
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
    return (Intent(event, seen, about=sent.commit),)
