"""Articles in, and the publisher's own edits."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from corrections.config import ARTICLE_LIMIT, NAME_LIMIT, TITLE_LIMIT, URL_LIMIT
from corrections.desk.errors import Invalid
from corrections.desk.fields import Fields
from corrections.desk.placing import place_open
from corrections.desk.publication import Publication
from corrections.desk.workflow import Actor, check_right
from corrections.index import queries
from corrections.text.control_characters import unstorable, without
from corrections.text.folding import in_lines
from corrections.text.headline import title_of
from corrections.text.render import render
from repo_store import ArticleMeta, Intent, Revision, article_id
from repo_store.errors import BadArticleId
from repo_store.events import ArticleImported, ArticleRevised
from repo_store.intents import Message, desk


@dataclass(frozen=True)
class ArticleText:
    """An article as it comes from the publisher; None leaves what a revised article has."""

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None


def publish(publication: Publication, actor: Actor, incoming: ArticleText) -> queries.Article:
    """Import a new article, or revise the one with that id; the same text again writes nothing.

    Raises `Forbidden` or `Invalid`.
    """
    check_right(actor, "import")
    text = _checked_text(incoming)

    def decide(seen: str | None) -> Intent | None:
        known = queries.article(publication.index, incoming.id)
        old = publication.store.meta(incoming.id, known.revision) if known else None
        meta = _meta(incoming, text, old)
        if known and meta == old and publication.store.text(incoming.id, known.revision) == text:
            return None
        told = {
            "article": incoming.id,
            "by": actor.name,
            "title": meta.title,
            "url": meta.url,
            "language": meta.language,
            "published": meta.published.isoformat(),
        }
        event: ArticleImported | ArticleRevised = ArticleImported(**told)
        if known:
            before = publication.store.text(incoming.id, known.revision)
            event = ArticleRevised(**told, words_changed=render(before).text != render(text).text)
        verb = "Revise" if known else "Import"
        message = Message(f"{verb} {incoming.id}", (("Published-by", actor.name),))
        return Intent(event, seen, Revision(incoming.id, text, meta, desk(actor.name), message))

    if publication.write(decide) is not None:
        place_open(publication, incoming.id)
    return publication.article(incoming.id)


def normalised(text: str) -> str:
    """UTF-8 text as articles are kept: NFC, LF, one final newline."""
    clean = unicodedata.normalize("NFC", in_lines(text.removeprefix("\ufeff")))
    return clean.rstrip("\n") + "\n"


def _checked_text(incoming: ArticleText) -> str:
    try:
        article_id(incoming.id)
    except BadArticleId as error:
        raise Invalid({"id": error.message}) from error
    fields = Fields()
    text = normalised(incoming.text)
    if not without(text).strip():
        fields.errors["text"] = "The article has no text."
    elif (bad := unstorable(text)) is not None:
        fields.errors["text"] = (
            f"The article holds {bad.name} in line {bad.line}, column {bad.column}, which no text can hold; nothing "
            "was changed. Take it out and send the article again."
        )
    elif len(text.encode()) > ARTICLE_LIMIT:
        fields.errors["text"] = f"The article has more than {ARTICLE_LIMIT:,} bytes, the most that is possible."
    fields.check()
    return text


def _meta(incoming: ArticleText, text: str, old: ArticleMeta | None) -> ArticleMeta:
    fields = Fields()
    title = incoming.title or (old.title if old else title_of(text, TITLE_LIMIT))
    title = fields.text("title", "The title", title, TITLE_LIMIT, required=True, lines=False)
    url = incoming.url if incoming.url is not None else (old.url if old else "")
    url = fields.web_address("url", "The address", url, URL_LIMIT)
    language = (incoming.language or (old.language if old else "en")).strip()
    if not 2 <= len(language) <= 35 or not all(part.isascii() and part.isalnum() for part in language.split("-")):
        fields.errors["language"] = "The language is a tag such as en, uk or pt-BR."
    published = incoming.published or (old.published.isoformat() if old else "-".join(incoming.id.split("/")[:3]))
    day = date.min
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        fields.errors["published"] = "The date of publication is written as 2026-11-24."
    authors = incoming.authors if incoming.authors is not None else (old.authors if old else ())
    authors = tuple(fields.text("authors", "An author", name, NAME_LIMIT, lines=False) for name in authors[:20])
    fields.check()
    notices = old.notices if old else ()
    return ArticleMeta(title=title, url=url, language=language, published=day, authors=authors, notices=notices)
