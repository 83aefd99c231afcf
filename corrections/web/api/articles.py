"""The JSON API of articles: what they are, what they were, and comparisons."""

from dataclasses import asdict
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from corrections import config
from corrections.document_diff import compared, exported, plain_row
from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.articles.part_diffs import source_rows
from corrections.services.articles.sources import ArticleSources
from corrections.services.articles.versions import version_at
from corrections.services.errors import UnknownRevision
from corrections.services.public_names import public_name
from corrections.services.reporting.exports import json_text
from corrections.services.validation import Fields
from corrections.text.comparison.diff import is_coarse
from corrections.text.control_characters import control_remark, occurrences
from corrections.web.access import actor, publication, token_holder
from corrections.web.api import article_models, models
from corrections.web.api.blueprint import PAGE_SECONDS, TOKEN, blueprint
from corrections.web.api.sources import article_of
from corrections.web.compute_limits import count_computing, is_awaited, long_work
from corrections.web.public.linked_data import news_article
from repo_store import Format, Part, Source

_Answers = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
_NEWS_ARTICLE: _Answers = {200: {"description": "A NewsArticle", "content": {"application/ld+json": {}}}}
_NEWS_ARTICLE_OF_PAGE: _Answers = {**_NEWS_ARTICLE, 409: {"description": "Several articles have this address"}}


@blueprint.put("/articles/<article:article_id>")
@blueprint.input(article_models.ArticleIn)
@blueprint.output(article_models.PublishedOut)
@blueprint.doc(
    security=TOKEN,
    summary="Import an article, or merge a new version of it; sending the same version again changes nothing",
    responses={409: "you and corrections changed the same text (`clashes`), or the text was removed (`taken_down`)"},
)
def put_article(article_id: str, json_data: article_models.ArticleIn) -> ResponseReturnValue:
    authors = None if json_data.authors is None else tuple(json_data.authors)
    part_format = _part_format(article_id, json_data.format)
    title, standfirst = json_data.title, json_data.standfirst
    incoming = updates.ArticleText(
        id=article_id,
        text=json_data.text,
        url=json_data.url,
        language=json_data.language,
        published=json_data.published,
        authors=authors,
        format=json_data.format,
        headline=None if title is None else Source(title, part_format),
        standfirst=None if standfirst is None else Source(standfirst, part_format),
    )
    update = updates.publish(publication(), actor(), incoming, json_data.clashes)
    merged = {"outcome": update.outcome, "kept": update.kept, "taken_over": update.taken_over}
    decided = [asdict(clash) for clash in update.decided]
    warnings = [control_remark(occurrence) for occurrence in occurrences(json_data.text)]
    return {**_article(update.article), **merged, "decided": decided, "warnings": warnings}


def _part_format(article_id: str, format: Format | None) -> Format:
    """How the headline and the standfirst of an article that is sent are written: as its text, where that is HTML."""
    article = queries.article(publication().index, article_id)
    if format is None and article is not None:
        format = publication().store.source(article_id, article.revision).format
    return Format.HTML if format is Format.HTML else Format.PLAIN


@blueprint.get("/articles/<article:article_id>")
@blueprint.output(article_models.ArticleOut)
@blueprint.doc(summary="Get an article, without its text")
def get_article(article_id: str) -> ResponseReturnValue:
    return _article(publication().article(article_id))


@blueprint.get("/articles/<article:article_id>/text")
@blueprint.input(models.TextQuery, location="query")
@blueprint.output(article_models.TextOut)
@blueprint.doc(summary="Get the source of an article at a revision")
def get_text(article_id: str, query_data: models.TextQuery) -> ResponseReturnValue:
    article = publication().article(article_id)
    revision = _revision(article, query_data.revision)
    sources = publication().sources(article_id, revision)
    text = {"text": sources.body.text, "format": sources.body.format}
    return {"id": article_id, "revision": revision, **text, **_parts(sources)}


@blueprint.get("/articles/<article:article_id>/notices")
@blueprint.doc(
    summary="Get the article and its notices as JSON-LD (schema.org), for the publisher’s own page",
    responses=_NEWS_ARTICLE,
)
def get_notices(article_id: str) -> ResponseReturnValue:
    return _notices(publication().article(article_id))


@blueprint.get("/notices")
@blueprint.input(models.SourceQuery, location="query")
@blueprint.doc(
    summary="Get the notices of the article that a page shows, as `/articles/{article_id}/notices` does",
    responses=_NEWS_ARTICLE_OF_PAGE,
)
def get_notices_of_page(query_data: models.SourceQuery) -> ResponseReturnValue:
    answer = _notices(article_of(query_data.source))
    answer.headers["Cache-Control"] = f"public, max-age={PAGE_SECONDS}"
    return answer


def _notices(article: queries.Article) -> Response:
    """An article and its notices, for programs on any page."""
    version = version_at(publication(), article.id, article.revision)
    answer = Response(json_text(news_article(publication(), article, version)), mimetype="application/ld+json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@blueprint.get("/articles/<article:article_id>/history")
@blueprint.output(article_models.HistoryOut)
@blueprint.doc(summary="List the revisions of an article, newest first")
def get_history(article_id: str) -> ResponseReturnValue:
    publication().article(article_id)
    revisions = queries.revisions(publication().index, article_id)
    is_staff = token_holder() is not None
    return {
        "id": article_id,
        "revisions": [
            {**asdict(revision), "by": revision.by if is_staff else public_name(publication(), revision.by)}
            for revision in revisions
        ],
    }


@blueprint.get("/articles/<article:article_id>/diff")
@blueprint.input(models.DiffQuery, location="query")
@blueprint.output(models.DiffOut)
@blueprint.doc(summary="Compare two revisions side by side")
def get_diff(article_id: str, query_data: models.DiffQuery) -> ResponseReturnValue:
    article = publication().article(article_id)
    new = _revision(article, query_data.to)
    old = _revision(article, query_data.from_ or queries.revision_before(publication().index, article_id, new))
    count_computing()
    before, after = (publication().sources(article_id, revision) for revision in (old, new))
    with long_work(before.length + after.length, (old[:10], new[:10])):
        rows = source_rows(before, after, is_awaited())
    return {"from": old, "to": new, "rows": [plain_row(row) for row in rows], "coarse": is_coarse(rows)}


@blueprint.post("/diff")
@blueprint.input(models.CompareIn)
@blueprint.output(models.ComparedOut)
@blueprint.doc(security=TOKEN, summary="Compare any two texts, as `corrections diff` does")
def post_diff(json_data: models.CompareIn) -> ResponseReturnValue:
    fields = Fields()
    old, new = (
        Source(
            fields.source(name, f"The {name} text", getattr(json_data, name), config.ARTICLE_LIMIT),
            json_data.text_format,
        )
        for name in ("old", "new")
    )
    fields.check()
    comparison = compared(old, new, json_data.language)
    names = (json_data.old_name, json_data.new_name)
    return {**comparison, "text": None if json_data.format == "rows" else exported(old, new, *names, json_data.format)}


def _article(article: queries.Article) -> dict[str, Any]:
    page = url_for("articles.article", publication=publication().name, article_id=article.id, _external=True)
    notices = [
        notice.model_dump(mode="json") for notice in publication().store.meta(article.id, article.revision).notices
    ]
    sources = publication().sources(article.id, article.revision)
    facts = {"format": sources.body.format, "page": page, "notices": notices}
    return {**asdict(article), **facts, **_parts(sources)}


def _parts(sources: ArticleSources) -> dict[str, Any]:
    """Headline and standfirst as they are stored."""
    parts = sources.parts
    return {
        "headline": sources.of(Part.HEADLINE).text,
        "headline_format": parts.headline_format,
        "standfirst": sources.of(Part.STANDFIRST).text,
        "standfirst_format": parts.standfirst_format,
    }


def _revision(article: queries.Article, revision: str) -> str:
    if not revision:
        return article.revision
    if queries.revision(publication().index, article.id, revision) is None:
        raise UnknownRevision(f"{revision[:60]} is not a revision of this article.")
    return revision
