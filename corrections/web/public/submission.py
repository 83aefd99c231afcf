"""The reader's form, which needs no JavaScript: find the words, write, look at the change, send."""

import json
import secrets
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.kinds import CATEGORIES, Category
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.private.receipts import KeyReused
from corrections.services import settings
from corrections.services.articles.addresses import article_at, article_near
from corrections.services.errors import Invalid, QuoteAmbiguous, QuoteNotFound
from corrections.services.submission.checks import check
from corrections.services.submission.idempotency import fingerprint
from corrections.services.submission.placement import find, place
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.web import languages, spam_signals
from corrections.web.access import publication
from corrections.web.compute_limits import computing_length, count_computing, is_awaited, long_work
from corrections.web.statuses import status_of
from corrections.web.submission_intake import receive

blueprint = APIBlueprint("submission", __name__, enable_openapi=False)

FILLED = ("exact", "prefix", "suffix", "start", "revision", "replacement")  # by the address of the form
CARRIED = (  # from step to step, beside what the step itself asks
    *("replacement", "category", "comment", "evidence", "name", "email", "credit", "concerned", "action"),
    *("exact", "prefix", "suffix", "start", "revision", "found", "key", "opened", spam_signals.TRAP),
)


@blueprint.get("/<publication>/suggest")
def begin() -> ResponseReturnValue:
    """The form of the article that `source` names (an address, or an id), with what else is given."""
    source = request.args.get("source", "").split("#", 1)[0]
    article = article_at(publication(), source) or article_near(publication(), source) or publication().article(source)
    values: dict[str, Any] = {name: request.args[name] for name in FILLED if name in request.args}
    return redirect(url_for("submission.suggest", publication=publication().name, article_id=article.id, **values), 302)


@blueprint.get("/<publication>/a/<article:article_id>/suggest")
def suggest(article_id: str) -> ResponseReturnValue:
    article = _article(article_id)
    form = {name: request.args.get(name, "") for name in FILLED}
    form |= {"key": secrets.token_urlsafe(16), "opened": spam_signals.opened()}
    return _write(article, form) if form["exact"] else _find(article, form)


@blueprint.post("/<publication>/a/<article:article_id>/suggest")
def send(article_id: str) -> ResponseReturnValue:
    article = _article(article_id)
    form = request.form.to_dict()
    if form.get("candidate"):
        _choose(form)
    match form.get("step", "preview"):
        case "find":
            return _find(article, form)
        case "write":
            return _write(article, form)
        case "preview":
            return _preview(article, form)
    try:
        correction = _receive(_submission(article, form), form)
    except CorrectionsError as error:
        return _refused(article, form, error)
    key = publication().private.reader_key(correction.id)
    return redirect(
        url_for("status.correction", publication=publication().name, number=correction.number, key=key), 303
    )


def _receive(submission: Submission, form: dict[str, str]) -> queries.Correction:
    """As `receive`. What was changed after it was sent from the same form, with its key, is another correction."""
    try:
        return receive(submission, lambda: spam_signals.of_form(form))
    except KeyReused:
        key = f"{submission.key} {fingerprint(submission).current}"  # the same for a double click
        return receive(replace(submission, key=key), lambda: spam_signals.of_form(form))


def _article(article_id: str) -> queries.Article:
    article = publication().article(article_id)
    languages.speak(article.language)
    return article


def _find(article: queries.Article, form: dict[str, str], error: CorrectionsError | None = None) -> ResponseReturnValue:
    """The first step: which words."""
    known = error.details if isinstance(error, QuoteAmbiguous | QuoteNotFound) else {}
    places = known.get("candidates") or known.get("nearest")
    page = render_template("find_passage.html", **_common(article, form, error), places=places, wrong=_wrong(error))
    return page, status_of(error) if error else 200


def _write(
    article: queries.Article, form: dict[str, str], error: CorrectionsError | None = None
) -> ResponseReturnValue:
    """The second step: what should stand there."""
    try:
        count_computing()
        with long_work(computing_length(article.id)):
            quote = find(publication(), article.id, _selector(form), form.get("revision") or None)
    except CorrectionsError as not_found:
        return _find(article, form, not_found)
    seen = form.get("found") == quote.exact  # so that emptied words are meant
    if not seen and (not form.get("replacement") or form["replacement"] == form.get("found")):
        form["replacement"] = quote.exact
    form["action"] = _action(form)
    form |= {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix, "start": str(quote.start)}
    form |= {"found": quote.exact, "revision": form.get("revision") or article.revision}
    days = settings.number(publication(), "reply-days")
    page = render_template(
        "suggest.html", **_common(article, form, error), categories=CATEGORIES, reply_days=days, wrong=_wrong(error)
    )
    return page, status_of(error) if error else 200


def _preview(article: queries.Article, form: dict[str, str]) -> ResponseReturnValue:
    """The third step: the change as it will be sent."""
    try:
        submission = _submission(article, form)
        count_computing()
        with long_work(computing_length(article.id)):
            placed = place(publication(), check(submission))
            source, format_name = placed.rendered.source, placed.rendered.format
            rows = rendered_diff(source, placed.corrected, format_name, is_awaited=is_awaited())
    except CorrectionsError as error:
        return _refused(article, form, error)
    challenge = json.dumps(spam_signals.challenge()) if spam_signals.proof_helps() else ""
    return render_template(
        "preview.html", **_common(article, form), rows=rows, submission=submission, challenge=challenge
    )


def _refused(article: queries.Article, form: dict[str, str], error: CorrectionsError) -> ResponseReturnValue:
    """Back to the step where it can be corrected, with what was typed."""
    lost = isinstance(error, QuoteAmbiguous | QuoteNotFound) or (isinstance(error, Invalid) and "exact" in error.fields)
    return _find(article, form, error) if lost else _write(article, form, error)


def _common(article: queries.Article, form: dict[str, str], error: CorrectionsError | None = None) -> dict[str, object]:
    return {
        "publication": publication(),
        "article": article,
        "form": form,
        "error": error,
        "carried": CARRIED,
        "trap": spam_signals.TRAP,
    }


def _wrong(error: CorrectionsError | None) -> dict[str, str]:
    return error.fields if isinstance(error, Invalid) else {}


def _selector(form: dict[str, str]) -> Selector:
    start = form.get("start", "")
    position = int(start) if start.isascii() and start.isdecimal() and len(start) < 10 else None
    return Selector(form.get("exact", ""), form.get("prefix", ""), form.get("suffix", ""), position)


def _submission(article: queries.Article, form: dict[str, str]) -> Submission:
    action = _action(form)
    return Submission(
        article=article.id,
        selector=_selector(form),
        replacement={"point": None, "remove": ""}.get(action, form.get("replacement", "")),
        category=form.get("category") or Category.OTHER,
        comment=form.get("comment", ""),
        evidence=form.get("evidence", ""),
        revision=form.get("revision") or None,
        contact=Contact(form.get("name", ""), form.get("email", ""), form.get("credit") == "on", languages.current()),
        key=form.get("key", ""),
        concerned=form.get("concerned") == "on",
    )


def _action(form: dict[str, str]) -> str:
    """What the reader suggests: change, remove or point. Forms opened before there was a choice have a box to tick."""
    known = form.get("action", "") in ("change", "remove", "point")
    return form["action"] if known else "point" if form.get("only_point") == "on" else "change"


def _choose(form: dict[str, str]) -> None:
    """The reader has picked one of several places: its words, context and position are in the choice's own fields."""
    at = form.pop("candidate")
    for name in ("exact", "prefix", "suffix", "start"):
        form[name] = form.get(f"{name}-{at}", form.get(name, "") if name == "exact" else "")
