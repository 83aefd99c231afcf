"""One correction under review: side by side, the decision, the talk about it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from apiflask import APIBlueprint
from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain import labels
from corrections.domain.decisions import DecisionKind
from corrections.domain.roles import RIGHTS
from corrections.domain.states import UNDECIDED, State
from corrections.domain.transitions import TRANSITIONS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.errors import AlreadyDecided, Invalid
from corrections.services.publication import Publication
from corrections.services.rendered_view import conflict_rows, rendered_rows
from corrections.services.review import (
    acceptance_policy,
    comments,
    decisions,
    edited_text,
    notices,
    occurrences,
    rejection_reasons,
    review_view,
)
from corrections.services.review.decisions import Decision
from corrections.services.review.edited_text import EditorWords, Paragraph
from corrections.services.review.notice_drafts import NoticeDraft, WordChange
from corrections.services.review.review_view import ReviewView, build_review_view
from corrections.services.submission import (
    spam_rules,
)
from corrections.text.anchoring.fold import in_lines
from corrections.urls import text_fragment
from corrections.web.access import actor, publication, staff
from corrections.web.query_strings import whole_number
from corrections.web.staff.presence import presence_text
from corrections.web.statuses import status_of
from corrections.workers.presence import note_presence
from corrections.workers.shared_state import SharedState

blueprint = APIBlueprint("review", __name__, enable_openapi=False)

# after which the correction's page stays
STAYS = (
    DecisionKind.RELEASE,
    DecisionKind.SECOND,
    DecisionKind.REOPEN,
    DecisionKind.REVERT,
    DecisionKind.UNDO,
)
_NUMBER = re.compile(r"[0-9]{1,18}")  # that the index can hold


class NoticeDoubtful(CorrectionsError):
    code = "notice_doubtful"


@blueprint.get("/<publication>/review/<int:number>", endpoint="review")
def review_page(number: int) -> ResponseReturnValue:
    return _page(number)


@blueprint.post("/<publication>/review/<int:number>")
def decide(number: int) -> ResponseReturnValue:
    """The decision, as a page; or, for a script on the queue that asks for JSON, what came of it."""
    try:
        decision = _decision(number)
        decisions.decide(publication(), actor(), number, decision)
    except CorrectionsError as error:
        if _wants_json():
            return jsonify(code=error.code, detail=error.message), status_of(error)
        return _page(number, error, stale=isinstance(error, AlreadyDecided)), status_of(error)
    doubts = _doubts(number) if decision.kind is DecisionKind.ACCEPT else ""
    message = f"{labels.DECISIONS[decision.kind]}: correction {number}.{doubts}{_approvals(number, decision.kind)}"
    if _wants_json():
        correction = publication().correction(number)
        return jsonify(told=message, number=number, state=correction.state, last_event=correction.last_event)
    flash(message)
    if decision.kind in STAYS:
        return redirect(url_for("review.review", publication=publication().name, number=number), 303)
    criteria = queries.Filter(State.OPEN, after=number, order="turn", awake_on=review_view.today())
    following = queries.corrections(publication().index, criteria, limit=1)
    if not following:
        return redirect(url_for("queue.queue", publication=publication().name, undo=number), 303)
    after = url_for("review.review", publication=publication().name, number=following[0].number, undo=number)
    return redirect(after, 303)


@blueprint.post("/<publication>/review/<int:number>/talk")
def talk(number: int) -> ResponseReturnValue:
    """Say something to each other or to the reader, assign, snooze, ask for a fact-check."""
    form = request.form
    target = (publication(), actor(), number)
    try:
        match form.get("do"):
            case "note":
                comments.note(*target, form.get("text", ""))
            case "ask":
                comments.ask(*target, form.get("text", ""))
            case "assign":
                comments.assign(*target, form.get("to", ""))
            case "snooze":
                comments.snooze(*target, form.get("until", ""))
            case "flag":
                comments.flag(*target, form.get("fact_check") == "on")
            case "resolve":
                comments.resolve(*target, form.get("remark", ""))
            case "unresolve":
                comments.unresolve(*target, form.get("remark", ""))
            case _:
                raise Invalid({"do": "Choose an action."})
    except CorrectionsError as error:
        return _page(number, error), status_of(error)
    flash(_confirmation(number))
    return redirect(url_for("review.review", publication=publication().name, number=number), 303)


def _confirmation(number: int) -> str:
    """What was done with the correction, and who cannot be notified by e-mail."""
    correction = publication().correction(number)
    match request.form.get("do"):
        case "assign":
            name = correction.assigned_to
            if not name:
                return "Assigned to nobody."
            no_mail = f" {name} has no e-mail address and is not notified."
            return f"Assigned to {name}.{'' if comments.has_address(publication(), name) else no_mail}"
        case "snooze":
            until = correction.snoozed_until
            return f"Snoozed until {date.fromisoformat(until):%-d %B %Y}." if until else "Back in the queue."
        case "flag":
            return "Fact-check requested." if correction.fact_check else "Facts marked as checked."
        case "resolve":
            return "Thread resolved."
        case "unresolve":
            return "Thread reopened."
        case "ask":
            return (
                "Question sent to the reader."
                if _reader_has_mail(number)
                else ("Question added to the reader’s page. The reader left no e-mail address.")
            )
    mentions = comments.mentions_in(publication(), request.form.get("text", ""))
    sentences = ["Note added."]
    sentences += [f"{name} is notified by e-mail." for name in mentions.notified]
    sentences += [f"{name} has no e-mail address and is not notified." for name in mentions.unreachable]
    sentences += [f"There is no staff account named {name}: nobody is notified." for name in mentions.unknown]
    return " ".join(sentences)


def _reader_has_mail(number: int) -> bool:
    contact = publication().private.contacts.get(publication().correction(number).id)
    return bool(contact and contact.email)


@blueprint.post("/<publication>/review/<int:number>/preview")
def preview(number: int) -> ResponseReturnValue:
    """The change with the editor's words, against what is published and what the reader proposed, as a fragment."""
    form = request.form
    try:
        edited = edited_text.preview(publication(), number, form.get("text", ""), "as_markdown" in form, _paragraph())
    except CorrectionsError as error:
        return render_template("preview_refused.html", error=error), status_of(error)
    drafts = notices.drafts(publication(), edited.change, edited.language)
    return render_template("edited_text.html", publication=publication(), seen=edited, drafts=drafts)


@blueprint.get("/<publication>/review/<int:number>/presence")
def present(number: int) -> ResponseReturnValue:
    """Who else is looking at the correction, as text; the page asks again while it is open."""
    publication().correction(number)
    state: SharedState = current_app.extensions["shared_state"]
    return jsonify(text=presence_text(note_presence(state, publication().name, number, actor().name)))


@blueprint.route("/<publication>/review/<int:number>/elsewhere", methods=["GET", "POST"])
def where_else(number: int) -> ResponseReturnValue:
    """The same words in other articles, with a tick list that makes one correction for each."""
    if request.method == "POST":
        try:
            numbers, refused = occurrences.propose(publication(), actor(), number, request.form.getlist("place"))
        except CorrectionsError as error:
            flash(error.message)
        else:
            message = f"Suggested: {', '.join(f'#{made_number}' for made_number in numbers) or 'none'}."
            flash(" ".join([message, *(f"{key}: {why}" for key, why in refused.items())]))
    places = occurrences.elsewhere(publication(), number)
    correction = publication().correction(number)
    return render_template("find_elsewhere.html", publication=publication(), correction=correction, places=places)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _decision(number: int) -> Decision:
    """The decision that the form sends.

    Raises `Invalid` where there is none, or a field cannot be read; and as `_with_words` does.
    """
    form = request.form
    name, _, code = form.get("decision", "").partition(":")
    of = form.get("of", "")
    if name not in set(DecisionKind):
        raise Invalid({"decision": "Choose a decision for this correction."})
    decision = Decision(
        DecisionKind(name),
        form.get("based_on", ""),
        (form.get("own_reason", "") if name == DecisionKind.REJECT and not code else "") or form.get("reason", ""),
        code=code or form.get("reason_code", ""),
        revision=form.get("revision", ""),
        of=int(of) if _NUMBER.fullmatch(of) else None,
    )
    if decision.kind is DecisionKind.USE:
        return replace(decision, notice=_notice(publication(), number))
    return _with_words(decision, number) if decision.kind is DecisionKind.ACCEPT else decision


def _with_words(decision: Decision, number: int) -> Decision:
    """An acceptance, with the words and the notice that the form sends.

    Raises `AlreadyDecided` where the article is not as the page showed it, `Invalid` or `NoticeDoubtful`.
    """
    form = request.form
    _check_article(publication(), number)
    words = EditorWords(_text(form.get("text"), form.get("proposed")), "as_markdown" in form, _paragraph())
    return replace(decision, words=words, notice=_notice(publication(), number))


def _notice(publication_: Publication, number: int) -> NoticeDraft:
    """The notice written; once, the editor is asked whether an error of fact is called what it is."""
    form = request.form
    draft = NoticeDraft(form.get("notice", ""), form.get("notice_text", ""), form.get("notice_place", "foot"))
    if not form.get("notice_sure") and notices.mislabelled(draft.kind, publication_.correction(number)):
        raise NoticeDoubtful(
            f"This corrects a factual error. Should the notice be a correction rather than {draft.kind}?"
        )
    return draft


def _approvals(number: int, kind: DecisionKind) -> str:
    """After an approval, who has approved it so far."""
    if kind is not DecisionKind.SECOND:
        return ""
    agreed = sorted(acceptance_policy.seconds(publication(), publication().correction(number)))
    return f" Approved so far by {', '.join(agreed)}."


def _doubts(number: int) -> str:
    form = request.form
    if form.get("notice", "none") in ("", "none"):
        return ""
    change = edited_text.published_change(publication(), number)
    doubts = notices.doubts(form["notice"], form.get("notice_text", ""), change)
    return f" Check the notice: {'; '.join(doubts)}." if doubts else ""


def _check_article(publication_: Publication, number: int) -> None:
    """Whether the article still is as the page showed it, around the correction. Raises `AlreadyDecided`."""
    shown = request.form.get("shown", "")
    correction = publication_.correction(number)
    article = publication_.article(correction.article)
    if not shown or shown == article.revision or queries.revision(publication_.index, article.id, shown) is None:
        return
    if review_view.placement_changed(publication_, correction, article, shown):
        raise AlreadyDecided(
            "The article has changed here since you opened the page. Your decision was not saved. Review the "
            "current version."
        )


def _text(text: str | None, proposed: str | None) -> str | None:
    """The editor's words, where they are not just the reader's."""
    if text is None:
        return None
    clean = in_lines(text)
    return None if clean == in_lines(proposed or "") else clean


def _paragraph() -> Paragraph | None:
    form = request.form
    if not form.get("markdown"):
        return None
    try:
        start, end = int(form.get("start", "")), int(form.get("end", ""))
    except ValueError as error:
        raise Invalid({"markdown": "The position of the paragraph is missing. Reload the page."}) from error
    markdown = in_lines(form["markdown"]).rstrip("\n") + in_lines(form.get("ending", "\n"))
    return Paragraph(form.get("onto", ""), start, end, markdown)


def _page(number: int, error: CorrectionsError | None = None, stale: bool = False) -> str:
    index = publication().index
    view = build_review_view(publication(), number)
    waiting = queries.Filter(State.OPEN, after=number, order="turn", awake_on=review_view.today())
    before = queries.Filter(State.OPEN, after=number, order="turn", backwards=True, awake_on=review_view.today())
    return render_template(
        "review.html",
        publication=publication(),
        view=view,
        rendered=rendered_rows(publication(), view),
        conflict=conflict_rows(view),
        choices=review_view.choices(publication(), staff(), view),
        needs=_needs(view),
        published=(view.article.url or _own_page(view)) + text_fragment(review_view.published_words(view)),
        tomorrow=(datetime.now(UTC).date() + timedelta(days=1)).isoformat(),
        following=next(iter(queries.corrections(index, waiting, limit=1)), None),
        previous=next(iter(queries.corrections(index, before, limit=1)), None),
        left=queries.count(index, queries.Filter(State.OPEN, awake_on=review_view.today())),
        drafts=notices.drafts(publication(), _change_shown(number, error), view.article.language),
        reasons=rejection_reasons.listed(publication()),
        staff_names=comments.staff(publication()),
        edited_by=review_view.edited_by(view),
        record=review_view.record(publication(), view.correction),
        earlier=review_view.earlier(publication(), view.correction),
        threads=comments.threads(publication(), view.talk),
        why_held=spam_rules.WHY,
        error=error,
        stale=stale,
        form=request.form if error and not stale else {},
        undo_of=undoable(),
        contact=publication().private.contacts.get(view.correction.id),
    )


def _own_page(view: ReviewView) -> str:
    return url_for("articles.article", publication=publication().name, article_id=view.article.id)


def _needs(view: ReviewView) -> acceptance_policy.Requirements | None:
    """What the policy asks for before this is accepted; None where nobody is asked, or the policy cannot be read."""
    who = staff()
    if who is None or view.correction.state not in TRANSITIONS["accept"]:
        return None
    return acceptance_policy.requirements(publication(), who, view.correction, view.warnings, view.in_headline)


def _change_shown(number: int, error: CorrectionsError | None) -> WordChange | None:
    """The words that the page's drafts of notices quote: by the editor's text where a refused decision had one."""
    form = request.form if error else {}
    try:
        words = EditorWords(_text(form.get("text"), form.get("proposed")), "as_markdown" in form, _paragraph())
    except Invalid:
        return None
    return edited_text.change_to_publish(publication(), number, words)


def undoable() -> queries.Correction | None:
    """The correction whose decision the page offers to take back, to those who may decide."""
    number = whole_number("undo")
    person = staff()
    if number is None or person is None or person.role not in RIGHTS["decide"]:
        return None
    correction = queries.correction(publication().index, number)
    return None if correction is None or correction.state in UNDECIDED else correction
