"""The JSON API, `/api/v1/<publication>/…`."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from corrections import config
from corrections.connectors import hooks
from corrections.document_diff import compared, exported, plain_row
from corrections.domain.decisions import DecisionKind
from corrections.domain.states import STATES, State
from corrections.errors import ReadOnly
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.articles import updates
from corrections.services.articles.part_diffs import source_rows
from corrections.services.articles.sources import ArticleSources
from corrections.services.articles.versions import version_at
from corrections.services.errors import Invalid, UnknownRevision
from corrections.services.public_names import public_name
from corrections.services.reporting.exports import json_text
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.edited_text import EditorWords
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.services.review.review_view import ReviewView, build_review_view
from corrections.services.submission.checks import MOST_OTHERS
from corrections.services.submission.placement import readers_at
from corrections.services.submission.submission import Submission
from corrections.services.validation import Fields
from corrections.text.anchoring.anchor import Selector
from corrections.text.comparison.diff import is_coarse
from corrections.text.comparison.rebase import Clean
from corrections.text.control_characters import control_remark, occurrences
from corrections.web import languages, spam_signals
from corrections.web.access import actor, publication, token_holder
from corrections.web.api import article_models, models
from corrections.web.api.sources import article_of
from corrections.web.api.webhook_models import describe_webhooks
from corrections.web.compute_limits import computing_length, count_computing, is_awaited, long_work
from corrections.web.public.linked_data import news_article
from corrections.web.security import count_hook_request
from corrections.web.submission_intake import receive
from repo_store import Format, Part, Source
from repo_store.errors import BadEvent

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1/<publication>", tag="Corrections")

PAGE_SECONDS = 300  # that a browser need not ask again whether a page can send
_TOKEN: list[str | dict[str, list[Any]]] = [{"token": []}]
_Answers = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
_NEWS_ARTICLE: _Answers = {200: {"description": "A NewsArticle", "content": {"application/ld+json": {}}}}
_NEWS_ARTICLE_OF_PAGE: _Answers = {**_NEWS_ARTICLE, 409: {"description": "Several articles have this address"}}
_PROBLEM = {"application/problem+json": {"schema": models.ProblemOut.model_json_schema()}}


@blueprint.put("/articles/<article:article_id>")
@blueprint.input(article_models.ArticleIn)
@blueprint.output(article_models.PublishedOut)
@blueprint.doc(
    security=_TOKEN,
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
@blueprint.doc(security=_TOKEN, summary="Compare any two texts, as `corrections diff` does")
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


@blueprint.post("/corrections")
@blueprint.input(models.CorrectionIn)
@blueprint.output(models.SubmittedOut, status_code=201)
@blueprint.doc(
    summary="Submit a correction (no token needed; Idempotency-Key is supported)",
    responses={
        403: "the site of the page is not listed",
        409: "ambiguous, or already published",
        428: "proof of work required: solve `challenge`",
        429: "too many requests; if there is a `challenge`, its solution is still accepted",
        503: "too many corrections are waiting, or nothing can be written at the moment",
    },
)
def post_correction(json_data: models.CorrectionIn) -> ResponseReturnValue:
    correction = receive(_submission(json_data), lambda: spam_signals.of_api(json_data.proof))
    key = publication().private.reader_key(correction.id)
    status = url_for(
        "status.correction", publication=publication().name, number=correction.number, key=key, _external=True
    )
    first = publication().correction(correction.same_as) if correction.same_as else correction
    return {**asdict(correction), "readers": first.readers, "status_url": status}, 201, {"Location": status}


@blueprint.get("/page")
@blueprint.input(models.PageQuery, location="query")
@blueprint.output(models.PageOut)
@blueprint.doc(
    summary="Check whether a page of a site can send corrections, and of which article",
    responses={403: "the site of the page is not listed", 409: "several articles have this address"},
)
def get_page(query_data: models.PageQuery) -> ResponseReturnValue:
    article = article_of(query_data.source)
    answer: dict[str, str | int] = {"article": article.id, "revision": article.revision}
    if not query_data.exact:
        return answer, 200, {"Cache-Control": f"max-age={PAGE_SECONDS}"}
    count_computing()
    selector = Selector(query_data.exact, query_data.prefix, query_data.suffix)
    with long_work(computing_length(article.id)):
        return {**answer, "readers": readers_at(publication(), article.id, selector)}


@blueprint.get("/corrections")
@blueprint.input(models.ListQuery, location="query")
@blueprint.output(models.CorrectionsOut)
@blueprint.doc(security=_TOKEN, summary="List corrections, oldest first")
def list_corrections(query_data: models.ListQuery) -> ResponseReturnValue:
    if query_data.state not in ("", *STATES):
        raise Invalid({"state": f"state must be one of {', '.join(STATES)}."})
    corrections = queries.corrections(publication().index, queries.Filter(**query_data.model_dump()))
    after = corrections[-1].number if len(corrections) == queries.PAGE else None
    return {"corrections": [asdict(correction) for correction in corrections], "after": after}


@blueprint.get("/corrections/<int:number>")
@blueprint.output(models.CorrectionDetailOut)
@blueprint.doc(security=_TOKEN, summary="Get a correction, with its place in the current text and its warnings")
def get_correction(number: int) -> ResponseReturnValue:
    return _detail(build_review_view(publication(), number))


@blueprint.post("/corrections/<int:number>/decisions")
@blueprint.input(models.DecisionIn)
@blueprint.output(models.CorrectionDetailOut, status_code=201)
@blueprint.doc(security=_TOKEN, summary="Decide on a correction", responses={409: "already decided, or in conflict"})
def post_decision(number: int, json_data: models.DecisionIn) -> ResponseReturnValue:
    decide(publication(), actor(), number, _decision(json_data))
    return _detail(build_review_view(publication(), number)), 201


@blueprint.get("/ledger/head")
@blueprint.output(models.HeadOut)
@blueprint.doc(summary="Get the current position of the ledger")
def get_head() -> ResponseReturnValue:
    try:
        head = publication().store.head()
    except BadEvent as error:
        raise ReadOnly(error.message) from error
    return {"head": head.ledger, "events": head.seq, "main": head.main}


@blueprint.post("/hooks/<name>")
@blueprint.output(models.HookOut, status_code=202)
@blueprint.doc(
    tags=["Connections"],
    summary="Have a connection pull what is new in the other system; the body is not read",
    description="Sign the request with the secret of the connection's hook: `X-Hub-Signature-256` as GitHub and Gitea "
    "do, `X-Gitlab-Token`, or Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`).",
    responses={401: "not signed with the secret of the hook", 404: "there is no hook with this name", 429: "a limit"},
)
def post_hook(name: str) -> ResponseReturnValue:
    count_hook_request()
    hooks.receive(publication(), name, dict(request.headers), request.get_data())
    return {"state": "accepted"}, 202


def describe(app: APIFlask) -> None:
    """What the OpenAPI document says beyond the models."""
    app.security_schemes = {
        "token": {"type": "http", "scheme": "bearer", "description": "Create one with `corrections token`."}
    }

    @app.spec_processor
    def complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
        assert isinstance(spec, dict)
        for operations in spec.get("paths", {}).values():
            for operation in operations.values():
                if not isinstance(operation, dict):
                    continue
                if "requestBody" in operation:
                    operation["requestBody"]["required"] = True
                answers = operation["responses"]
                for status in ("400", "404", "422", *(("401", "403") if operation.get("security") else ())):
                    answers.setdefault(status, {"description": "A problem"})
                for status, answer in answers.items():
                    if not status.startswith("2"):
                        answer["content"] = _PROBLEM
                answers["400"]["content"] = {**_PROBLEM, "text/html": {}}  # where it could not be read as HTTP at all
        describe_webhooks(spec)
        return spec


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


def _detail(view: ReviewView) -> dict[str, object]:
    placement = view.badge or ("moved" if isinstance(view.rebased, Clean) and view.rebased.moved else "clean")
    if view.correction.state is not State.OPEN:
        placement = "decided"
    return {
        **asdict(view.correction),
        "placement": placement,
        "warnings": [asdict(item) for item in view.warnings],
        "duplicates": [item.number for item in view.alike.duplicates],
        "alternatives": [item.number for item in view.alike.alternatives],
        "events": [asdict(item) for item in view.events],
    }


def _revision(article: queries.Article, revision: str) -> str:
    if not revision:
        return article.revision
    if queries.revision(publication().index, article.id, revision) is None:
        raise UnknownRevision(f"{revision[:60]} is not a revision of this article.")
    return revision


def _decision(body: models.DecisionIn) -> Decision:
    """Raises `Invalid` where a duplicate has no number that a correction can have."""
    kind = DecisionKind(body.decision)
    if kind is DecisionKind.DUPLICATE and (body.of is None or not 0 < body.of < 2**53):
        raise Invalid({"of": "Give the number of the original correction in `of`."})
    notice = body.notice
    return Decision(
        kind,
        body.based_on,
        body.reason,
        code=body.code,
        revision=body.revision,
        of=body.of,
        words=EditorWords(body.text, body.markdown),
        notice=NoticeDraft(notice.kind, notice.text, notice.place) if isinstance(notice, models.NoticeIn) else None,
    )


def _submission(body: models.CorrectionIn) -> Submission:
    selectors = body.target.selector if isinstance(body.target.selector, list) else [body.target.selector]
    quotes = [selector for selector in selectors if isinstance(selector, models.QuoteSelector)]
    position = next((selector for selector in selectors if isinstance(selector, models.PositionSelector)), None)
    if not quotes:
        raise Invalid({"target": "target.selector must contain a TextQuoteSelector."})
    quote, *others = quotes
    if len(others) > MOST_OTHERS:
        raise Invalid({"target": f"target.selector can contain at most {MOST_OTHERS + 1} TextQuoteSelectors."})
    contact = body.contact
    if contact is None or isinstance(contact, str):
        contact = models.ContactIn(email=contact or "")
    return Submission(
        article=body.target.article or body.article or article_of(body.target.source or "").id,
        selector=Selector(
            quote.exact,
            quote.prefix,
            quote.suffix,
            position.start if position else None,
            position.end if position else None,
        ),
        others=tuple(Selector(selector.exact, selector.prefix, selector.suffix) for selector in others),
        replacement=body.body.value if body.body else None,
        category=body.category,
        comment=body.comment,
        evidence=body.evidence,
        revision=body.revision,
        contact=Contact(contact.name, contact.email, contact.credit, languages.current()),
        concerned=body.concerned,
        key=request.headers.get("Idempotency-Key", ""),
    )
