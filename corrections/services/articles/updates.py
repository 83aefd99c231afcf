"""Articles in, and the publisher's own edits."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypedDict

from corrections.config import ARTICLE_LIMIT, NAME_LIMIT, TITLE_LIMIT, URL_LIMIT
from corrections.index import queries
from corrections.services.actors import Actor, check_right
from corrections.services.articles.addresses import check_free
from corrections.services.articles.redacted_words import check_taken_down
from corrections.services.articles.sent_parts import has_heading, sent_parts
from corrections.services.articles.source_versions import Sent, kept_since, last_sent, patch_since
from corrections.services.articles.sources import has_words, on_one_line, rendered
from corrections.services.articles.three_way_merge import combine, with_heading
from corrections.services.articles.titles import title_in
from corrections.services.articles.versions import Version, version_at
from corrections.services.errors import Clash, Clashing, Invalid
from corrections.services.publication import Publication
from corrections.services.review.queue_lines import place_open
from corrections.services.validation import Fields
from corrections.text.anchoring.fold import in_lines
from corrections.text.comparison.merge import Side
from corrections.text.control_characters import shown, unstorable
from corrections.urls import serialize_url, without_blanks
from repo_store import ArticleMeta, Format, Intent, Part, Revision, Source, SourceVersion, article_id
from repo_store.errors import BadArticleId
from repo_store.model.events import ArticleImported, ArticleRevised
from repo_store.model.intents import Message, desk


@dataclass(frozen=True)
class ArticleText:
    """An article as it comes from the publisher; None leaves what a revised article has (a new one: Markdown).

    `title` is plain text. `headline` and `standfirst` are sources in formats of their own; a headline goes before a
    title. What of them the text holds is not stored once more; an empty standfirst takes one away. `offered` is what
    the publisher was given to take over since the last version: what comes of it is no change by the publisher, though
    it may have been taken back meanwhile.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None
    format: Format | None = None
    headline: Source | None = None
    standfirst: Source | None = None
    offered: "ArticleText | None" = None

    @property
    def named_headline(self) -> Source | None:
        """The headline that is sent, whichever way; one that shows nothing is none."""
        title = None if self.title is None else Source(self.title, Format.PLAIN)
        for source in (self.headline, title):
            if source is not None and (unstorable(source.text) or has_words(source)):
                return source
        return None


@dataclass(frozen=True)
class Outcome:
    """What became of an article that was sent, with the article as it stands.

    `merged`: what was published has more than was sent. `kept`: the corrections that are published and not in what was
    sent; `taken_over`: those that it has now too; `decided`: clashes, as the publisher said they should be decided.
    """

    outcome: Literal["new", "revised", "merged", "unchanged"]
    article: queries.Article
    kept: tuple[int, ...] = ()
    taken_over: tuple[int, ...] = ()
    decided: tuple[Clash, ...] = ()


def publish(publication: Publication, actor: Actor, incoming: ArticleText, side: Side | None = None) -> Outcome:
    """Import a new article, or merge what is sent into the one with that id; the same again writes nothing.

    Where publisher and corrections changed the same words, `side` decides: what is sent (`theirs`) or what is published
    (`ours`). Raises `Forbidden`, `Invalid`, `TakenDown`, or, without a side, `Clashing`; nothing is written then.
    """
    check_right(actor, "import")
    text = _checked_text(incoming)
    plan = _Plan("unchanged")

    def decide(head: str | None) -> Intent | None:
        nonlocal plan
        sent = last_sent(publication, incoming.id)
        if sent is None:
            plan = _first(publication, actor, incoming, text)
        else:
            plan = _again(publication, actor, incoming, text, sent, side)
        return None if plan.event is None else Intent(plan.event, head, plan.content, plan.about)

    if publication.write(decide) is not None and isinstance(plan.content, Revision):
        place_open(publication, incoming.id)
    return Outcome(plan.outcome, publication.article(incoming.id), plan.kept, plan.taken_over, plan.decided)


@dataclass(frozen=True)
class Preview:
    """What `publish` would do with an article, as `Outcome` has it."""

    outcome: Literal["new", "revised", "merged", "unchanged"]
    title: str
    kept: tuple[int, ...] = ()
    taken_over: tuple[int, ...] = ()


def preview(publication: Publication, actor: Actor, incoming: ArticleText, side: Side | None = None) -> Preview:
    """What `publish` would do now; nothing is written. Raises the same errors."""
    check_right(actor, "import")
    text = _checked_text(incoming)
    sent = last_sent(publication, incoming.id)
    if sent is None:
        plan = _first(publication, actor, incoming, text)
    else:
        plan = _again(publication, actor, incoming, text, sent, side)
    title = plan.event.title if plan.event is not None else publication.article(incoming.id).title
    return Preview(plan.outcome, title, plan.kept, plan.taken_over)


class _Formats(TypedDict):
    format: Format
    headline_format: Format | None
    standfirst_format: Format | None


@dataclass(frozen=True)
class _Plan:
    """What is to be written of what was sent, and what there is to say of it."""

    outcome: Literal["new", "revised", "merged", "unchanged"]
    event: ArticleImported | ArticleRevised | None = None
    content: Revision | SourceVersion | None = None
    about: str | None = None
    kept: tuple[int, ...] = ()
    taken_over: tuple[int, ...] = ()
    decided: tuple[Clash, ...] = ()


def _first(publication: Publication, actor: Actor, incoming: ArticleText, text: str) -> _Plan:
    version = _version(incoming, Source(text, incoming.format or Format.MARKDOWN), None)
    check_free(publication, incoming.id, version.meta.url, "")
    message = Message(f"Import {incoming.id}", (("Published-by", actor.credit),))
    event = ArticleImported(**_facts(actor, incoming.id, version), **_formats(version))
    content = Revision(
        incoming.id,
        text,
        version.meta,
        desk(actor.credit),
        message,
        format=version.format,
        parts=version.parts,
    )
    return _Plan("new", event, content)


def _again(
    publication: Publication, actor: Actor, incoming: ArticleText, text: str, sent: Sent, side: Side | None
) -> _Plan:
    """What becomes of an article that has been sent before."""
    article = publication.article(incoming.id)
    published = version_at(publication, article.id, article.revision)
    now = _version(incoming, Source(text, incoming.format or sent.format), sent)
    now = with_heading(sent, now, incoming.named_headline is not None)
    if now == Version(sent.text, sent.format, sent.meta, sent.parts):
        return _Plan("unchanged", kept=kept_since(publication, article, sent))
    if incoming.offered is not None:
        sent = _taken_over(incoming.offered, sent)
    patches = {
        part: patch_since(publication, article, sent, part)
        for part in Part
        if sent.sources.of(part) != published.sources.of(part)
    }
    if side != "theirs":
        check_taken_down(publication, article, sent, now)
    combined = combine(sent, patches, published, now, side)
    if combined.clashes and side is None:
        raise _clashing(article, combined.clashes)
    version = combined.version
    check_free(publication, article.id, version.meta.url, published.meta.url)
    facts = _facts(actor, article.id, version)
    plan = _Plan(
        "unchanged",
        ArticleRevised(**facts, words_changed=_words_change(published, version), **_formats(version)),
        kept=combined.kept,
        taken_over=combined.taken_over,
        decided=combined.clashes,
    )
    return _with_content(plan, actor, article, published, now, version)


def _taken_over(offered: ArticleText, sent: Sent) -> Sent:
    """What was sent last, as if the publisher had taken over what was offered since."""
    version = _version(offered, Source(offered.text, offered.format or sent.format), sent)
    version = with_heading(sent, version, offered.named_headline is not None)
    return replace(sent, text=version.text, format=version.format, meta=version.meta, parts=version.parts)


def _words_change(before: Version, after: Version) -> bool:
    """Do readers see other words? The same words are the same in whichever part they are."""
    return _lines_seen(before) != _lines_seen(after)


def _lines_seen(version: Version) -> list[str]:
    """What readers see of headline, standfirst and body as one text."""
    is_in_body = version.parts.headline is None and has_heading(version.source, version.title)
    texts = [rendered(source).text for part, source in version.sources.present() if part is not Part.HEADLINE]
    lines = [*([] if is_in_body else [version.title]), *normalised("\n".join(texts)).split("\n")]
    return [" ".join(line.split()) for line in lines if line.strip()]


def _with_content(
    plan: _Plan, actor: Actor, article: queries.Article, published: Version, now: Version, combined: Version
) -> _Plan:
    """The plan with the commits that are needed: of what is published, where that changes, and of what was sent."""
    who, trailers = desk(actor.credit), (("Published-by", actor.credit),)
    beside = combined.meta.model_copy(update={"notices": now.meta.notices})  # notices are nothing that is sent
    as_sent = replace(combined, meta=beside) == now
    sent_by = Message(f"Send {article.id}", trailers)
    sending = SourceVersion(article.id, now.text, now.meta, who, sent_by, now.format, now.parts)
    if combined == published:
        return replace(plan, about=article.revision) if as_sent else replace(plan, content=sending)
    message = Message(f"Revise {article.id}", trailers)
    source = None if as_sent else sending
    content = Revision(
        article.id, combined.text, combined.meta, who, message, None, source, combined.format, combined.parts
    )
    return replace(plan, outcome="revised" if as_sent else "merged", content=content)


def _formats(version: Version) -> _Formats:
    """What an event says of how an article's parts are written."""
    return {
        "format": version.format,
        "headline_format": version.parts.headline_format,
        "standfirst_format": version.parts.standfirst_format,
    }


def _facts(actor: Actor, article_id: str, version: Version) -> dict[str, str]:
    """What an event says of an article."""
    meta = version.meta
    return {
        "article": article_id,
        "by": actor.name,
        "title": version.title[:TITLE_LIMIT],
        "url": meta.url,
        "language": meta.language,
        "published": meta.published.isoformat(),
    }


def _clashing(article: queries.Article, clashes: tuple[Clash, ...]) -> Clashing:
    count = "1 place" if len(clashes) == 1 else f"{len(clashes)} places"
    return Clashing(
        f"{article.id} was changed both here and by you at {count}. Nothing was imported. Change the article "
        "in your system and send it again, or choose a side: “theirs” is the version you send, “ours” the "
        "published one.",
        clashes,
        article.id,
    )


def normalised(text: str) -> str:
    """A text for comparison, as earlier versions kept articles: NFC, LF, one final newline, no byte order mark."""
    clean = unicodedata.normalize("NFC", in_lines(text.removeprefix("\ufeff")))
    return clean.rstrip("\n") + "\n"


def _checked_text(incoming: ArticleText) -> str:
    try:
        article_id(incoming.id)
    except BadArticleId as error:
        raise Invalid({"id": error.message}) from error
    fields = Fields()
    text = incoming.text
    if not shown(text)[0].strip():
        fields.errors["text"] = "The article has no text."
    elif (bad := unstorable(text)) is not None:
        fields.errors["text"] = (
            f"Line {bad.line}, column {bad.column} of the article contains {bad.name}, which is not allowed in "
            "text. Nothing was changed. Remove it and send the article again."
        )
    elif len(text.encode()) > ARTICLE_LIMIT:
        fields.errors["text"] = f"The article is larger than the limit of {ARTICLE_LIMIT} bytes. Nothing was changed."
    fields.check()
    return text


def _version(incoming: ArticleText, source: Source, sent: Version | None) -> Version:
    """What is sent, as a version of the article; what it does not name is as it was `sent` before."""
    parts = sent_parts(incoming.named_headline, incoming.standfirst, source, sent)
    if parts.headline is not None:
        title = ""
    elif incoming.named_headline is not None:
        title = on_one_line(incoming.named_headline)
    elif sent is None or sent.parts.headline is not None:  # which the body now holds
        title = title_in(source)
    else:
        title = sent.title or title_in(source)
    return Version(source.text, source.format, _meta(incoming, title, sent.meta if sent else None), parts)


def _meta(incoming: ArticleText, title: str, old: ArticleMeta | None) -> ArticleMeta:
    fields = Fields()
    title = fields.text("title", "Title", title, TITLE_LIMIT, lines=False)
    url = without_blanks(incoming.url) if incoming.url is not None else (old.url if old else "")
    if old and (url == old.url or serialize_url(url) == serialize_url(old.url) is not None):
        url = old.url  # the same, perhaps written in another way: nothing new
    else:
        url = fields.web_address("url", "Web address", url, URL_LIMIT)
    language = (incoming.language or (old.language if old else "en")).strip()
    if not 2 <= len(language) <= 35 or not all(part.isascii() and part.isalnum() for part in language.split("-")):
        fields.errors["language"] = "The language must be a tag such as en, uk or pt-BR."
    published = incoming.published or (old.published.isoformat() if old else "-".join(incoming.id.split("/")[:3]))
    day = date.min
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        fields.errors["published"] = "The publication date must have the form 2026-11-24."
    authors = incoming.authors if incoming.authors is not None else (old.authors if old else ())
    authors = tuple(fields.text("authors", "Author", name, NAME_LIMIT, lines=False) for name in authors[:20])
    fields.check()
    notices = old.notices if old else ()
    return ArticleMeta(title=title, url=url, language=language, published=day, authors=authors, notices=notices)
