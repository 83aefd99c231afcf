"""What readers see: articles, the form, what became of their correction."""

import secrets

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.desk import deciding, submitting
from corrections.desk.errors import Invalid, QuoteAmbiguous
from corrections.desk.publication import Publications
from corrections.desk.reviewing import picture
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.private import Contact
from corrections.text.anchor import Selector
from corrections.text.diff import diff
from corrections.text.render import render
from corrections.web import languages
from corrections.web.access import publication, staff
from corrections.web.security import check_submit_limit
from repo_store.events import CATEGORIES

reader = APIBlueprint("reader", __name__, enable_openapi=False)


@reader.get("/")
def publications() -> ResponseReturnValue:
    opened: Publications = current_app.extensions["publications"]
    found = [opened.get(name) for name in opened.names()]
    return render_template("publications.html", publications=found)


@reader.get("/<publication>/")
def articles() -> ResponseReturnValue:
    after = request.args.get("after", "").split(" ", 1)
    found = queries.articles(publication().index, (after[0], after[1]) if len(after) == 2 else None)
    following = f"{found[-1].published} {found[-1].id}" if len(found) == queries.PAGE else None
    return render_template("articles.html", publication=publication(), articles=found, following=following)


@reader.get("/<publication>/widget.js")
def widget() -> ResponseReturnValue:
    publication()
    answer = current_app.send_static_file("widget.js")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@reader.get("/<publication>/a/<article:article_id>")
def article(article_id: str) -> ResponseReturnValue:
    found = publication().article(article_id)
    languages.speak(found.language)
    meta = publication().store.meta(article_id, found.revision)
    rendered = render(publication().store.text(article_id, found.revision))
    return render_template(
        "article.html",
        publication=publication(),
        article=found,
        meta=meta,
        html=rendered.html,
        own_title=rendered.unsafe_html.lstrip().startswith("<h1"),
    )


@reader.get("/<publication>/a/<article:article_id>/suggest")
def suggest(article_id: str) -> ResponseReturnValue:
    found = publication().article(article_id)
    languages.speak(found.language)
    given = {name: request.args.get(name, "") for name in ("exact", "prefix", "suffix", "start", "revision")}
    given["replacement"] = given["exact"]
    given["key"] = secrets.token_urlsafe(16)
    return _form(found, given)


@reader.post("/<publication>/a/<article:article_id>/suggest")
def send(article_id: str) -> ResponseReturnValue:
    found = publication().article(article_id)
    languages.speak(found.language)
    given = request.form.to_dict()
    if given.get("candidate"):
        _choose(given)
    step = given.get("step", "preview")
    if step == "change":
        return _form(found, given)
    try:
        submission = _submission(article_id, given)
        if step != "send":
            return _preview(found, given, submission)
        check_submit_limit()
        written = submitting.submit(publication(), submission)
    except CorrectionsError as error:
        return _form(found, given, error), error.status
    key = publication().private.reader_key(written.id)
    return redirect(url_for("reader.correction", publication=publication().name, number=written.number, key=key), 303)


@reader.get("/<publication>/c/<int:number>")
def correction(number: int) -> ResponseReturnValue:
    found = publication().correction(number)
    key = request.args.get("key", "")
    own = publication().private.is_reader(found.id, key)
    about = publication().article(found.article)
    languages.speak(about.language)
    told = own or staff() is not None or found.state in ("accepted", "reverted")
    return render_template(
        "correction.html",
        publication=publication(),
        correction=found,
        picture=picture(publication(), number) if told else None,
        article=about,
        own=own,
        key=key,
        contact=publication().private.contact(found.id) if own else None,
    )


@reader.post("/<publication>/c/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    found = publication().correction(number)
    key = request.form.get("key", "")
    if not publication().private.is_reader(found.id, key):
        raise Invalid({"key": "Only who sent a correction can withdraw it, by the address shown after sending."})
    deciding.withdraw(publication(), number)
    return redirect(url_for("reader.correction", publication=publication().name, number=number, key=key), 303)


def _submission(article_id: str, given: dict[str, str]) -> submitting.Submission:
    start = given.get("start", "")
    only_point = given.get("only_point") == "on"
    return submitting.Submission(
        article=article_id,
        selector=Selector(
            given.get("exact", ""),
            given.get("prefix", ""),
            given.get("suffix", ""),
            int(start) if start.isascii() and start.isdecimal() and len(start) < 10 else None,
        ),
        replacement=None if only_point else given.get("replacement", ""),
        category=given.get("category") or "other",
        comment=given.get("comment", ""),
        evidence=given.get("evidence", ""),
        revision=given.get("revision") or None,
        contact=Contact(given.get("name", ""), given.get("email", ""), given.get("credit") == "on"),
        key=given.get("key", ""),
    )


def _choose(given: dict[str, str]) -> None:
    """The reader has picked one of several places: its context and position are in the choice's own fields."""
    at = given.pop("candidate")
    for name in ("prefix", "suffix", "start"):
        given[name] = given.get(f"{name}-{at}", "")


def _preview(found: queries.Article, given: dict[str, str], submission: submitting.Submission) -> ResponseReturnValue:
    placed = submitting.place(publication(), submission)
    rows = diff(placed.rendered.text, render(placed.corrected).text, by="line")
    return render_template(
        "preview.html", publication=publication(), article=found, given=given, rows=rows, submission=submission
    )


def _form(found: queries.Article, given: dict[str, str], error: CorrectionsError | None = None) -> str:
    fields = error.fields if isinstance(error, Invalid) else {}
    candidates = error.details["candidates"] if isinstance(error, QuoteAmbiguous) else []
    return render_template(
        "suggest.html",
        publication=publication(),
        article=found,
        given=given,
        error=error,
        fields=fields,
        candidates=candidates,
        categories=CATEGORIES,
    )
