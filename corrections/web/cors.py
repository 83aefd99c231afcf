"""Which sites' pages may submit corrections from a browser: the publication's own and those it lists."""

from flask import Flask, Response, current_app, g, request

from corrections.errors import CorrectionsError
from corrections.services import settings
from corrections.services.submission import origins
from corrections.urls import origin_of

_OPEN = ("api.post_correction", "api.get_page")  # what a page of another site may use; they take no cookie
PREFLIGHT_SECONDS = 600


class OriginNotListed(CorrectionsError):
    code = "origin_not_listed"


def install(app: Flask) -> None:
    app.before_request(_check)
    app.after_request(_answer)


def _check() -> None:
    """Refuse a request that a browser sends from a page of a site that is not listed."""
    origin = request.headers.get("Origin")
    if request.endpoint not in _OPEN or request.method == "OPTIONS" or origin is None:
        return
    normalized = origin_of(origin)
    if normalized is not None and (
        normalized in (origin_of(request.host_url), origin_of(current_app.config["URL"]))
        or normalized in origins.listed(g.publication)
    ):
        return
    raise OriginNotListed(
        f"Corrections cannot be sent from {origin[:200]}. To allow this site, the publisher runs: corrections "
        f"origins {g.publication.name} --add {origin[:200]}",
        write_to=settings.text(g.publication, "reply-to"),
    )


def _answer(response: Response) -> Response:
    """Let the page read the answer, be it a refusal; nothing here depends on who is signed in."""
    origin = request.headers.get("Origin")
    if request.endpoint in _OPEN and origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.add("Vary", "Origin")
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
