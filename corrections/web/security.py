"""Headers on every answer, CSRF, and the limit on how often one address may submit."""

from collections.abc import Callable

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from limits.storage import Storage, storage_from_string

from corrections.cluster import Cluster
from corrections.config import NAME_LIMIT
from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.services import settings
from corrections.urls import origin_of
from corrections.web.access import publication
from corrections.web.client_network import client_key
from corrections.workers.rate_limits import RateLimits

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
HSTS_SECONDS = 365 * 24 * 3600  # that a browser asks for no page over plain HTTP
KEPT_OUT = frozenset(  # pages for one person: no search engine lists them, no other site learns their address
    {"status.correction", "status.act", "status.ask_no_mail", "status.no_mail", "accounts.accept"}
)
_WITHOUT_FORMS = ("api", "git_http")  # programs, which bring no cookie
_BY_PROGRAMS = ("status.no_mail",)  # mail programs press the button
SIGN_IN_LIMIT = "10/minute"  # attempts from one address
WRONG_LIMIT = "20/hour"  # wrong passwords and codes for one name, from all unknown browsers; and from each known one
HOOK_LIMIT = "60/minute"  # requests to hooks from one address
REDIS_SECONDS = 2  # to wait for an answer
UNITS = {
    "second": LazyString("per second"),
    "minute": LazyString("per minute"),
    "hour": LazyString("per hour"),
    "day": LazyString("per day"),
}
FROM_YOU = LazyString(
    "Your network has reached the limit of %(count)s corrections %(unit)s. This one was not sent. What "
    "you typed is kept; please try again later."
)
EVERYBODY = LazyString(
    "Too many corrections are arriving at the moment, so yours was not sent. What you typed is "
    "kept; please try again later."
)

csrf = CSRFProtect()


class TooMany(CorrectionsError):
    code = "too_many_requests"


def install(app: Flask, limits: str, cluster: Cluster | None) -> None:
    """`limits` is the address of a Redis server that counts for several services, or memory://."""
    csrf.init_app(app)
    app.extensions["rate_limits"] = RateLimits(app.extensions["shared_state"], _shared_counters(limits, cluster))
    app.before_request(_check_origin_of_form)
    app.after_request(_add_headers)
    app.context_processor(lambda: {"kept_out": is_kept_out()})


def _shared_counters(limits: str, cluster: Cluster | None) -> Storage | None:
    """Where several services count together; None: there is one, or each counts for itself."""
    if limits.startswith("memory:"):
        return None if cluster is None else cluster.rate_limits
    time_limits = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    storage = storage_from_string(limits, wrap_exceptions=True, **time_limits)
    assert isinstance(storage, Storage)
    return storage


def _check_origin_of_form() -> None:
    """Over HTTPS, take forms from our own pages alone, besides their token. Raises `CSRFError`.

    Browsers say where a form comes from (Fetch Metadata); an older one by its referrer, which the pages of readers'
    corrections do not send.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if not request.is_secure or request.method not in current_app.config["WTF_CSRF_METHODS"] or view is None:
        return
    if not current_app.config["HTTPS"] or request.blueprint in _WITHOUT_FORMS or request.endpoint in _BY_PROGRAMS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        ours = site in ("same-origin", "none")
    elif request.referrer:
        ours = origin_of(request.referrer) == origin_of(request.host_url)
    else:
        ours = request.blueprint == "status"
    if not ours:
        raise CSRFError("The request did not come from a page of this service. Nothing was changed.")


def check_address_limit() -> None:
    """Raises `TooMany` where this address may submit no more for now; nothing is counted yet."""
    rate: str = current_app.config["SUBMIT_LIMIT"]
    if not within(rate, f"submit:{client_key()}", count=False):
        raise TooMany(_from_you(rate))


def count_submission(solved: bool, challenge: Callable[[], dict[str, object]] | None = None) -> None:
    """Count a submission that is about to be written, for its address and for all readers together.

    Where all together have sent enough, one with a proof of work (`solved`) is taken all the same. Raises `TooMany`,
    which has the `challenge` to solve where there is one.
    """
    if current_app.config["SUBMIT_LIMIT"] == "off":
        return
    shared = settings.text(publication(), "submit-limit")
    if not solved and not within(shared, _all_readers(), count=False):
        raise TooMany(EVERYBODY, challenge=challenge()) if challenge else TooMany(EVERYBODY)
    count_from_address()
    within(shared, _all_readers())


def is_crowded() -> bool:
    """Whether all readers together have sent as much as they may, so that only a proof of work lets more in."""
    rate: str = current_app.config["SUBMIT_LIMIT"]
    return rate != "off" and not within(settings.text(publication(), "submit-limit"), _all_readers(), count=False)


def count_from_address() -> None:
    """Count something that one reader writes, for the address alone; raises `TooMany`."""
    rate: str = current_app.config["SUBMIT_LIMIT"]
    if not within(rate, f"submit:{client_key()}"):
        raise TooMany(_from_you(rate))


def _all_readers() -> str:
    return f"submit:all:{publication().name}"


def _from_you(rate: str) -> LazyString:
    count, _, unit = rate.partition("/")
    return LazyString(FROM_YOU, count=int(count), unit=UNITS[unit])


def check_sign_in_limit(name: str = "", device: str = "") -> None:
    """Count one attempt to sign in from this address, and look whether `name` was tried too often; raises `TooMany`.

    `device` names a browser or session that was let in before (see `devices`): what strangers try does not count for
    it. A passkey, or the newsroom's identity provider, lets in all the same.
    """
    _count(SIGN_IN_LIMIT, "sign-in", "Too many sign-in attempts. Wait a minute and try again.")
    if name and not within(WRONG_LIMIT, _tried(name, device), count=False):
        raise TooMany(
            "Too many wrong passwords or codes for this name. Wait an hour, sign in with a passkey, or use a "
            "browser where you have signed in before."
        )


def count_wrong(name: str, device: str = "") -> None:
    """Count a wrong password or code for `name`, whether or not there is such an account."""
    within(WRONG_LIMIT, _tried(name, device))


def count_hook_request() -> None:
    """Count a request to a hook, signed or not; raises `TooMany`."""
    _count(HOOK_LIMIT, "hook", "Too many requests to hooks from this address. Wait a minute and try again.")


def _tried(name: str, device: str) -> str:
    return f"wrong:{publication().name}:{name.strip().casefold()[:NAME_LIMIT]}:{device}"


def within(rate: str, scope: str, count: bool = True, on_this_node: bool = False) -> bool:
    """Whether one more of something is within `rate`; `count` it. `on_this_node`: other nodes count for themselves."""
    rate_limits: RateLimits = current_app.extensions["rate_limits"]
    return rate_limits.within(rate, scope, count, on_this_node)


def _count(rate: str, scope: str, message: str) -> None:
    if not within(rate, f"{scope}:{client_key()}"):
        raise TooMany(message)


def is_kept_out() -> bool:
    """Whether the page is for one person: of a correction, or with a key in its address."""
    return request.endpoint in KEPT_OUT or "key" in request.args


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    if "frame-ancestors *" not in headers["Content-Security-Policy"]:
        headers["X-Frame-Options"] = "DENY"
    private = is_kept_out()
    headers["Referrer-Policy"] = "no-referrer" if private else "same-origin"
    if private:
        headers["X-Robots-Tag"] = "noindex"
    if current_app.config["HTTPS"]:
        headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store" if request.cookies or "key" in request.args else "no-cache")
    return response
