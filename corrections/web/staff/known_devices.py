"""Browsers that somebody signed in with before: strangers' wrong passwords do not lock these out.

Each browser has a cookie for each account, sent to the sign-in pages alone. Its wrong passwords are counted apart from
those of browsers that are not known (the scheme is OWASP's "Slow Down Online Guessing Attacks with Device Cookies").
"""

from flask import Response, after_this_request, current_app, request, url_for

from corrections.private.credentials import DEVICE_DAYS, Credentials
from corrections.web.access import publication


def known_device(account: int | None) -> str:
    """What names this browser to the limits, where somebody signed in to the account with it; else empty."""
    value = request.cookies.get(_name(account), "") if account is not None else ""
    return Credentials(publication().private).known_device(account, value) if value and account is not None else ""


def remember_device(account: int) -> None:
    """Let the answer to this request make the browser known to the account, by its present password."""
    value = Credentials(publication().private).new_device(account)
    path = url_for("auth.sign_in", publication=publication().name)

    @after_this_request
    def add(response: Response) -> Response:
        response.set_cookie(
            _name(account),
            value,
            max_age=DEVICE_DAYS * 86400,
            path=path,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
        return response


def _name(account: int | None) -> str:
    return f"corrections_device_{account}"
