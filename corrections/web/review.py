"""The desk: the queue, one correction side by side, the decision."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.desk import deciding, holding
from corrections.desk.deciding import NoticeDraft, Paragraph
from corrections.desk.errors import AlreadyDecided, Invalid
from corrections.desk.reviewing import picture, queue_line
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.outbox import TELL_FROM, Outbox
from corrections.web.access import actor, publication
from repo_store.events import CATEGORIES

review = APIBlueprint("review", __name__, enable_openapi=False)

WAITING = ("open", "held", "appealed")  # states whose list is a queue: who waits longest, first
DONE = {
    "accept": "Accepted",
    "reject": "Rejected",
    "duplicate": "Marked as a duplicate",
    "spam": "Marked as spam",
    "release": "Let into the queue",
    "reopen": "Reopened",
    "revert": "Reverted",
    "undo": "Taken back",
}


@review.get("/<publication>/review/")
def queue() -> ResponseReturnValue:
    publication().index.catch_up(publication().store)
    wanted = _filter()
    found = queries.corrections(publication().index, wanted)
    return render_template(
        "queue.html",
        publication=publication(),
        lines=[queue_line(publication(), each) for each in found],
        wanted=wanted,
        why_held=holding.WHY,
        mail_troubles=len(Outbox(publication().private).troubles(TELL_FROM)),
        counts=queries.counts(publication().index),
        categories=CATEGORIES,
        states=queries.STATES,
        following=found[-1].number if len(found) == queries.PAGE else None,
        undo_of=_undoable(request.args.get("undo", type=int)),
    )


@review.get("/<publication>/review/<int:number>", endpoint="review")
def review_page(number: int) -> ResponseReturnValue:
    publication().index.catch_up(publication().store)
    return _page(number)


@review.post("/<publication>/review/<int:number>")
def decide(number: int) -> ResponseReturnValue:
    form = request.form
    decision = form.get("decision", "")
    try:
        _decide(number, decision)
    except AlreadyDecided as error:
        return _page(number, error, stale=True), error.status
    except CorrectionsError as error:
        return _page(number, error), error.status
    flash(f"{DONE[decision]}: correction {number}.")
    following = queries.corrections(publication().index, queries.Filter("open", after=number, in_turn=True), limit=1)
    if decision in ("release", "reopen", "revert", "undo"):
        return redirect(url_for("review.review", publication=publication().name, number=number), 303)
    if not following:
        return redirect(url_for("review.queue", publication=publication().name, undo=number), 303)
    return redirect(
        url_for("review.review", publication=publication().name, number=following[0].number, undo=number), 303
    )


def _decide(number: int, decision: str) -> None:
    form = request.form
    based_on, reason = form.get("based_on", ""), form.get("reason", "")
    desk, who = publication(), actor()
    match decision:
        case "accept":
            deciding.accept(
                desk,
                who,
                number,
                based_on,
                text=_text(form.get("text"), form.get("proposed")),
                markdown="as_markdown" in form,
                paragraph=_paragraph(),
                reason=reason,
                notice=NoticeDraft(form.get("notice", ""), form.get("notice_text", "")),
            )
        case "reject":
            deciding.reject(desk, who, number, based_on, reason or form.get("usual_reason", ""))
        case "duplicate":
            of = form.get("of", "")
            if not (of.isascii() and of.isdecimal()):
                raise Invalid({"of": "Say the number of the correction that this one duplicates."})
            deciding.mark_duplicate(desk, who, number, based_on, int(of), reason)
        case "spam":
            deciding.mark_spam(desk, who, number, based_on, reason)
        case "release":
            deciding.release(desk, who, number, based_on, reason)
        case "reopen":
            deciding.reopen(desk, who, number, based_on, reason)
        case "revert":
            deciding.revert(desk, who, number, based_on, reason)
        case "undo":
            deciding.undo(desk, who, number, based_on)
        case _:
            raise Invalid({"decision": "Choose what to do with this correction."})


def _text(text: str | None, proposed: str | None) -> str | None:
    """The editor's words, where they are not just the reader's."""
    if text is None:
        return None
    clean = text.replace("\r\n", "\n")
    return None if clean == (proposed or "").replace("\r\n", "\n") else clean


def _paragraph() -> Paragraph | None:
    form = request.form
    if not form.get("markdown"):
        return None
    try:
        start, end = int(form.get("start", "")), int(form.get("end", ""))
    except ValueError as error:
        raise Invalid({"markdown": "The place of the paragraph is missing. Reload the page."}) from error
    markdown = form["markdown"].replace("\r\n", "\n").rstrip("\n") + form.get("ending", "\n").replace("\r\n", "\n")
    return Paragraph(form.get("onto", ""), start, end, markdown)


def _page(number: int, error: CorrectionsError | None = None, stale: bool = False) -> str:
    waiting = queries.Filter(state="open", after=number, in_turn=True)
    before = queries.Filter(state="open", after=number, newest_first=True, in_turn=True)
    return render_template(
        "review.html",
        publication=publication(),
        picture=picture(publication(), number),
        following=next(iter(queries.corrections(publication().index, waiting, limit=1)), None),
        previous=next(iter(queries.corrections(publication().index, before, limit=1)), None),
        left=queries.counts(publication().index)["open"],
        why_held=holding.WHY,
        error=error,
        stale=stale,
        given=request.form if error and not stale else {},
        undo_of=_undoable(request.args.get("undo", type=int)),
        contact=publication().private.contact(publication().correction(number).id),
    )


def _undoable(number: int | None) -> queries.Correction | None:
    return None if number is None else queries.correction(publication().index, number)


def _filter() -> queries.Filter:
    args = request.args
    state = args.get("state", "open")
    return queries.Filter(
        state="" if state == "all" else state,
        article=args.get("article", ""),
        category=args.get("category", ""),
        q=args.get("q", "")[:200],
        after=args.get("after", type=int),
        newest_first=state not in WAITING,
        in_turn=state in WAITING,
    )
