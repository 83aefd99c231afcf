"""The JSON API of corrections, and of the ledger and hooks."""

from dataclasses import asdict

from flask import request, url_for
from flask.typing import ResponseReturnValue

from corrections.connectors import hooks
from corrections.domain.decisions import DecisionKind
from corrections.domain.states import STATES, State
from corrections.errors import ReadOnly
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.errors import Invalid
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.edited_text import EditorWords
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.services.review.review_view import ReviewView, build_review_view
from corrections.services.submission.checks import MOST_OTHERS
from corrections.services.submission.placement import readers_at
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from corrections.text.comparison.rebase import Clean
from corrections.web import languages, spam_signals
from corrections.web.access import actor, publication
from corrections.web.api import models
from corrections.web.api.blueprint import PAGE_SECONDS, TOKEN, blueprint
from corrections.web.api.sources import article_of
from corrections.web.compute_limits import computing_length, count_computing, long_work
from corrections.web.security import count_hook_request
from corrections.web.submission_intake import receive
from repo_store.errors import BadEvent


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
    return {**vars(correction), "readers": first.readers, "status_url": status}, 201, {"Location": status}


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
@blueprint.doc(security=TOKEN, summary="List corrections, oldest first")
def list_corrections(query_data: models.ListQuery) -> ResponseReturnValue:
    if query_data.state not in ("", *STATES):
        raise Invalid({"state": f"state must be one of {', '.join(STATES)}."})
    corrections = queries.corrections(publication().index, queries.Filter(**query_data.model_dump()))
    after = corrections[-1].number if len(corrections) == queries.PAGE else None
    return {"corrections": [dict(vars(correction)) for correction in corrections], "after": after}


@blueprint.get("/corrections/<int:number>")
@blueprint.output(models.CorrectionDetailOut)
@blueprint.doc(security=TOKEN, summary="Get a correction, with its place in the current text and its warnings")
def get_correction(number: int) -> ResponseReturnValue:
    return _detail(build_review_view(publication(), number))


@blueprint.post("/corrections/<int:number>/decisions")
@blueprint.input(models.DecisionIn)
@blueprint.output(models.CorrectionDetailOut, status_code=201)
@blueprint.doc(security=TOKEN, summary="Decide on a correction", responses={409: "already decided, or in conflict"})
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


def _detail(view: ReviewView) -> dict[str, object]:
    placement = view.badge or ("moved" if isinstance(view.rebased, Clean) and view.rebased.moved else "clean")
    if view.correction.state is not State.OPEN:
        placement = "decided"
    return {
        **vars(view.correction),
        "placement": placement,
        "warnings": [asdict(item) for item in view.warnings],
        "duplicates": [item.number for item in view.alike.duplicates],
        "alternatives": [item.number for item in view.alike.alternatives],
        "events": [asdict(item) for item in view.events],
    }


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
