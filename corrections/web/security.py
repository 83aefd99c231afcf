"""Headers on every answer, CSRF, and the limit on how often one address may submit."""

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from corrections.errors import CorrectionsError

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SIGN_IN_LIMIT = "10/minute"

csrf = CSRFProtect()


class TooMany(CorrectionsError):
    code = "too_many_requests"
    status = 429


def install(app: Flask) -> None:
    csrf.init_app(app)
    app.extensions["our_limiter"] = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.after_request(_add_headers)


def check_submit_limit() -> None:
    """Count one submission of this address; raises `TooMany`."""
    rate: str = current_app.config["SUBMIT_LIMIT"]
    if rate != "off":
        told = rate.replace("/", " corrections an ")
        _count(
            rate,
            "submit",
            f"From your address {told} are possible. Nothing was sent; what you typed is kept. Please try again later.",
        )


def check_sign_in_limit() -> None:
    """Count one attempt to sign in from this address; raises `TooMany`."""
    _count(SIGN_IN_LIMIT, "sign-in", "Too many attempts to sign in. Wait a minute.")


def _count(rate: str, scope: str, message: str) -> None:
    limiter: Limiter = current_app.extensions["our_limiter"]
    try:
        with limiter.shared_limit(rate, scope=scope):
            return
    except RateLimitExceeded as error:
        raise TooMany(message) from error


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store" if request.cookies or "key" in request.args else "no-cache")
    return response
