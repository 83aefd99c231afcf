"""What became of a correction, and what its reader can still do: who comes with the key of the page is its reader."""

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.states import State
from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services.errors import Forbidden
from corrections.services.readers import status as desk
from corrections.services.review.review_view import build_review_view, sent_as, talk
from corrections.web import languages
from corrections.web.access import publication, staff
from corrections.web.security import count_from_address

blueprint = APIBlueprint("status", __name__, enable_openapi=False)

NOT_YOURS = LazyString(
    "Only the reader who sent this correction can do this, with the personal link shown after sending."
)


@blueprint.get("/<publication>/c/<int:number>")
def correction(number: int) -> ResponseReturnValue:
    publication().refresh()
    return _page(number, request.args.get("key", ""))


@blueprint.post("/<publication>/c/<int:number>")
def act(number: int) -> ResponseReturnValue:
    """Withdraw it, add a word, appeal, be credited, be forgotten."""
    publication().refresh()
    found = publication().correction(number)
    languages.speak(publication().article(found.article).language)
    form = request.form
    key = form.get("key", "")
    if not publication().private.is_reader(found.id, key):
        raise Forbidden(NOT_YOURS)
    try:
        match form.get("act"):
            case "withdraw":
                desk.withdraw(publication(), number)
            case "add":
                count_from_address()
                desk.add_word(publication(), number, form.get("text", ""))
            case "appeal":
                desk.appeal(publication(), number, form.get("text", ""))
            case "credit":
                desk.credit(publication(), number, form.get("name", ""), form.get("credit") == "on")
            case "forget":
                desk.forget(publication(), number)
    except CorrectionsError as error:
        return _page(number, key, error), error.status
    done = url_for("status.correction", publication=publication().name, number=number, key=key, done=form.get("act"))
    return redirect(done, 303)


@blueprint.get("/<publication>/c/<int:number>/no-mail")
def ask_no_mail(number: int) -> ResponseReturnValue:
    """What a person sees who follows the link in a mail: one button."""
    return _no_mail_page(number, request.args.get("key", ""), done=False)


@blueprint.post("/<publication>/c/<int:number>/no-mail")
def no_mail(number: int) -> ResponseReturnValue:
    """No more mail to this reader's address: from the page, or by a mail program's one click (RFC 8058)."""
    key = request.args.get("key", "") or request.form.get("key", "")
    found = _own(number, key)
    publication().private.contacts.stop_mail(found.id)
    return _no_mail_page(number, key, done=True)


def _own(number: int, key: str) -> queries.Correction:
    found = publication().correction(number)
    languages.speak(publication().article(found.article).language)
    if not publication().private.is_reader(found.id, key):
        raise Forbidden(NOT_YOURS)
    return found


def _no_mail_page(number: int, key: str, done: bool) -> ResponseReturnValue:
    found = _own(number, key)
    return render_template("no_mail.html", publication=publication(), correction=found, key=key, done=done)


def _page(number: int, key: str, error: CorrectionsError | None = None) -> str:
    found = publication().correction(number)
    own = publication().private.is_reader(found.id, key)
    about = publication().article(found.article)
    languages.speak(about.language)
    told = own or staff() is not None or found.state in (State.ACCEPTED, State.REVERTED)
    return render_template(
        "correction.html",
        publication=publication(),
        correction=found,
        picture=build_review_view(publication(), number, plain=True) if told else None,
        sent=sent_as(publication(), found) if own and found.edited else None,
        article=about,
        own=own,
        key=key,
        contact=publication().private.contacts.get(found.id) if own else None,
        ahead=queries.ahead(publication().index, number) if found.state is State.OPEN else None,
        said=[each for each in talk(publication(), queries.events(publication().index, number)) if each.kind != "staff"]
        if own
        else [],
        redactions=queries.redactions(publication().index, number=number),
        error=error,
        done=request.args.get("done", ""),
    )
