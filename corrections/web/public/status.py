"""What became of a correction, and what its reader can still do: who comes with the key of the page is its reader."""

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.states import State
from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services import settings
from corrections.services.errors import Forbidden
from corrections.services.readers import status as reader_actions
from corrections.services.rendered_view import rendered_rows, sent_rows
from corrections.services.reporting.proofs import is_proven
from corrections.services.review.comments import talk
from corrections.services.review.review_view import build_review_view
from corrections.web import languages
from corrections.web.access import publication, staff
from corrections.web.security import count_from_address
from corrections.web.statuses import status_of

blueprint = APIBlueprint("status", __name__, enable_openapi=False)

NOT_YOURS = LazyString(
    "Only the reader who sent this correction can do this, with the personal link shown after sending."
)


@blueprint.get("/<publication>/c/<int:number>")
def correction(number: int) -> ResponseReturnValue:
    return _page(number, request.args.get("key", ""))


@blueprint.post("/<publication>/c/<int:number>")
def act(number: int) -> ResponseReturnValue:
    """Withdraw it, add a word, appeal, be credited, be forgotten."""
    correction_ = publication().correction(number)
    languages.speak(publication().article(correction_.article).language)
    form = request.form
    key = form.get("key", "")
    if not publication().private.is_reader(correction_.id, key):
        raise Forbidden(NOT_YOURS)
    try:
        match form.get("act"):
            case "withdraw":
                reader_actions.withdraw(publication(), number)
            case "add":
                count_from_address()
                reader_actions.add_word(publication(), number, form.get("text", ""))
            case "appeal":
                reader_actions.appeal(publication(), number, form.get("text", ""))
            case "credit":
                reader_actions.credit(publication(), number, form.get("name", ""), form.get("credit") == "on")
            case "forget":
                reader_actions.forget(publication(), number)
    except CorrectionsError as error:
        return _page(number, key, error), status_of(error)
    address = url_for("status.correction", publication=publication().name, number=number, key=key, done=form.get("act"))
    return redirect(address, 303)


@blueprint.get("/<publication>/c/<int:number>/no-mail")
def ask_no_mail(number: int) -> ResponseReturnValue:
    """What a person sees who follows the link in a mail: one button."""
    return _no_mail_page(number, request.args.get("key", ""), done=False)


@blueprint.post("/<publication>/c/<int:number>/no-mail")
def no_mail(number: int) -> ResponseReturnValue:
    """No more mail to this reader's address: from the page, or by a mail program's one click (RFC 8058)."""
    key = request.args.get("key", "") or request.form.get("key", "")
    correction_ = _own(number, key)
    publication().private.contacts.stop_mail(correction_.id)
    return _no_mail_page(number, key, done=True)


def _own(number: int, key: str) -> queries.Correction:
    correction_ = publication().correction(number)
    languages.speak(publication().article(correction_.article).language)
    if not publication().private.is_reader(correction_.id, key):
        raise Forbidden(NOT_YOURS)
    return correction_


def _no_mail_page(number: int, key: str, done: bool) -> ResponseReturnValue:
    correction_ = _own(number, key)
    return render_template("unsubscribe.html", publication=publication(), correction=correction_, key=key, done=done)


def _page(number: int, key: str, error: CorrectionsError | None = None) -> str:
    correction_ = publication().correction(number)
    own = publication().private.is_reader(correction_.id, key)
    about = publication().article(correction_.article)
    languages.speak(about.language)
    is_public = own or staff() is not None or correction_.state in (State.ACCEPTED, State.REVERTED)
    view = build_review_view(publication(), number) if is_public else None
    return render_template(
        "correction.html",
        publication=publication(),
        correction=correction_,
        view=view,
        rendered=rendered_rows(publication(), view, warned=False) if view else [],
        sent=sent_rows(publication(), correction_) if own and correction_.edited else None,
        article=about,
        own=own,
        choices=reader_actions.choices(correction_),
        key=key,
        contact=publication().private.contacts.get(correction_.id) if own else None,
        ahead=queries.ahead(publication().index, number) if correction_.state is State.OPEN else None,
        comments=[
            remark
            for remark in talk(publication(), queries.events(publication().index, number))
            if remark.kind != "staff"
        ]
        if own
        else [],
        redactions=queries.redactions(publication().index, number=number),
        display_names=settings.display_names(settings.text(publication(), "display-names")),
        proven=is_proven(publication(), correction_),
        error=error,
        done=request.args.get("done", ""),
    )
