"""Every error becomes a page, or a problem document (RFC 9457) under /api/: in this one place."""

import logging
import sqlite3
from typing import Any

from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from corrections.cluster import DatabaseUnavailable
from corrections.database import is_damage
from corrections.errors import ARCHIVE_AWAY, CorrectionsError
from corrections.i18n import LazyString
from corrections.services.errors import SHARED_ARCHIVE_AWAY, AlreadyPublished, Invalid
from corrections.text.comparison.effort import Abandoned
from corrections.web import languages
from corrections.web.statuses import status_of
from repo_store import RepoStoreError
from repo_store.errors import BadArticleId, BadCheckpoint, BadName, BadRevision, NotFound, RemoteFailure

_log = logging.getLogger("corrections")
_STORE_STATUS = {BadArticleId: 404, BadRevision: 404, BadCheckpoint: 404, NotFound: 404, BadName: 422}
RETRY_SECONDS = 30  # after which clients are asked to try again
FORM_EXPIRED = LazyString("This form has expired. Go back, reload the page and send it again.")
OUR_FAULT = LazyString(
    "An error occurred on our side. What you sent was saved completely or not at all; please try again later."
)
_MESSAGES = {
    404: LazyString("There is no page at this web address."),
    405: "This web address does not support that method.",
    413: LazyString("The request is larger than the service accepts. Nothing was saved."),
    415: "Send JSON, with Content-Type: application/json.",
}


def install(app: Flask) -> None:
    app.register_error_handler(CorrectionsError, _ours)
    app.register_error_handler(RepoStoreError, _store)
    app.register_error_handler(DatabaseUnavailable, _database)
    for kind in (sqlite3.OperationalError, OSError):
        app.register_error_handler(kind, _storage)
    app.register_error_handler(sqlite3.DatabaseError, _sqlite)
    app.register_error_handler(HTTPError, _validation)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Abandoned, _abandoned)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_ask_to_retry)


def _ours(error: CorrectionsError) -> Response:
    details: dict[str, Any] = dict(error.details)
    if isinstance(error, AlreadyPublished) and details.get("correction"):
        details["correction_url"] = url_for(
            "status.correction", publication=g.publication.name, number=details["correction"], _external=True
        )
    message = languages.translate(error.message)
    if isinstance(error, Invalid):
        details["fields"] = {name: languages.translate(text) for name, text in error.fields.items()}
        message = " ".join(details["fields"].values())
    return _answer(status_of(error), error.code, message, details)


def _database(error: DatabaseUnavailable) -> Response:
    """The log says which database and why; the page only that it is away."""
    _log.error("database: %s", error)
    return _answer(status_of(error), error.code, languages.translate(error.message), {})


def _ask_to_retry(response: Response) -> Response:
    """A client that is told that something is away is told, too, when to try again."""
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return response


def _store(error: RepoStoreError) -> Response:
    status = _STORE_STATUS.get(type(error), 503)
    if status == 503:
        _log.error("store: %s", error.message)
        has_sent = isinstance(error, RemoteFailure) and request.method not in ("GET", "HEAD")
        message = SHARED_ARCHIVE_AWAY if has_sent else ARCHIVE_AWAY
        return _answer(503, error.code, languages.translate(message), {})
    return _answer(status, error.code, error.message, {})


def _storage(error: Exception) -> Response:
    """A disk that is full, read-only or failing; what the ledger took before that is in it, whole."""
    _log.error("storage: %s", error, exc_info=True)
    return _answer(503, "storage", languages.translate(OUR_FAULT), {})


def _sqlite(error: sqlite3.DatabaseError) -> Response:
    return _storage(error) if is_damage(error) else _unexpected(error)


def _validation(error: HTTPError) -> Response:
    places = error.extra_data or {}
    detail = error.detail if isinstance(error.detail, dict) else {}
    fields = {
        name: " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
        for location in {**detail, **places}.values()
        if isinstance(location, dict)
        for name, messages in location.items()
    }
    message = "; ".join(f"{name}: {text}" for name, text in fields.items()) or error.message
    return _answer(error.status_code, "invalid", message or "The request is not valid.", {"fields": fields})


def _csrf(error: CSRFError) -> Response:
    return _answer(400, "form_expired", languages.translate(FORM_EXPIRED), {})


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    message = languages.translate(_MESSAGES.get(status, str(error.description)))
    response = _answer(status, error.name.lower().replace(" ", "_"), message, {})
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _abandoned(_error: Abandoned) -> Response:
    return Response(status=499)  # as nginx logs it: nobody is there to read the answer


def _unexpected(error: Exception) -> Response:
    _log.exception("unexpected error at %s", request.path)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return _answer(500, "unexpected", languages.translate(OUR_FAULT), {})


def _answer(status: int, code: str, message: str, details: dict[str, object]) -> Response:
    if request.path.startswith("/api/") or request.blueprint == "health":
        body = {"type": f"urn:corrections:{code}", "title": code.replace("_", " "), "status": status, "detail": message}
        response = jsonify({**details, **body, "code": code})
        response.status_code = status
        response.content_type = "application/problem+json"
    elif request.blueprint == "git_http":
        response = Response(f"{message}\n", status, mimetype="text/plain")  # git shows its user this kind
        response.headers["Retry-After"] = "60"
    else:
        response = Response(render_template("error.html", status=status, message=message, details=details), status)
    if status == 401:
        basic = request.blueprint == "git_http"  # a git client has a name and a password to give
        response.headers["WWW-Authenticate"] = 'Basic realm="corrections"' if basic else "Bearer"
    return response
