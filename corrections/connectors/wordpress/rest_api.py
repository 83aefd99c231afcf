"""WordPress's REST API (https://developer.wordpress.org/rest-api/): requests, and in plain words why one failed."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urljoin

from pydantic import JsonValue

from corrections.connectors.wordpress.dates import parse_http_date
from corrections.http_client import Answer, OutgoingRequest, RequestFailed, TooLarge, is_reachable, send
from corrections.urls import host_of, origin_of

ANSWER_LIMIT = 16 * 1024 * 1024  # bytes: an article of the largest size, each character escaped
PATIENCE = 15.0  # seconds; saving a post can take long where many plugins have their say
LONGEST_PAUSE = 24 * 3600.0  # seconds that a site can ask us to wait
_MOVED = (301, 302, 303, 307, 308)
_OF_THE_SITE = (401, 429, 503)
_ME = "users/me"
_WRONG_PASSWORD = ("incorrect_password", "invalid_username", "invalid_email", "application_passwords_disabled")


class RestFailed(Exception):
    """Why WordPress did not do what it was asked, as one or two sentences.

    `status` is that of its answer (None: there was none), `pause` the seconds that it asks to wait.
    """

    def __init__(self, message: str, status: int | None = None, pause: float = 0) -> None:
        super().__init__(message)
        self.status = status
        self.pause = pause


class NotThere(RestFailed):
    """WordPress has no such post."""


class AnswerTooLarge(RestFailed):
    """The answer is larger than is read."""


@dataclass(frozen=True)
class Reply:
    """`total` is how many posts a list has in all, None where it does not say; `at` is the time by the site's clock."""

    value: JsonValue
    total: int | None
    at: datetime


@dataclass(frozen=True)
class RestApi:
    """The API of the site at `url`, used as `user` with an application password."""

    url: str
    user: str
    password: str

    def get(self, route: str, query: Mapping[str, str] | None = None) -> Reply:
        """Raises `RestFailed`."""
        return self._send("GET", route, query or {}, None)

    def post(self, route: str, query: Mapping[str, str], fields: Mapping[str, JsonValue]) -> Reply:
        """Raises `RestFailed`."""
        return self._send("POST", route, query, json.dumps(dict(fields)).encode())

    def fails_alone(self, error: RestFailed) -> bool:
        """Whether a request failed for its post alone, and the API works for others."""
        has_answered = isinstance(error, AnswerTooLarge) or error.status is not None
        if not has_answered or error.status in _OF_THE_SITE:
            return False
        try:
            self.get(_ME)
        except RestFailed:
            return False
        return True

    def open_page(self, address: str) -> Answer:
        """A page of the site, as a reader sees it. Raises `RestFailed`."""
        return self._answer(OutgoingRequest(address, headers={"User-Agent": "Corrections"}, limit=ANSWER_LIMIT))

    def _send(self, method: str, route: str, query: Mapping[str, str], body: bytes | None) -> Reply:
        sign_in = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {sign_in}", "User-Agent": "Corrections", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json"}
        # works with every setting of permalinks
        address = urljoin(f"{self.url.rstrip('/')}/", f"?{urlencode({'rest_route': f'/wp/v2/{route}', **query})}")
        answer = self._answer(replace(OutgoingRequest(address, method, headers, body), limit=ANSWER_LIMIT))
        return self._reply(answer, route)

    def _answer(self, request: OutgoingRequest) -> Answer:
        try:
            return send(replace(request, patience=PATIENCE), is_reachable)
        except TooLarge as error:
            raise AnswerTooLarge(f"{self._host}: the answer is too large, or comes too slowly.") from error
        except RequestFailed as error:
            raise RestFailed(f"{self._host}: {error}") from error

    def _reply(self, answer: Answer, route: str) -> Reply:
        status = answer.status
        if status in _MOVED:
            raise RestFailed(self._moved(answer), status)
        value = _json(answer.body)
        code = str(value.get("code", "")) if isinstance(value, dict) else ""
        if status == 429 or status >= 500:
            raise RestFailed(self._overloaded(answer), status, _pause(answer))
        if value is None:
            raise RestFailed(self._no_json(answer), status)
        if status in (400, 401, 403):
            raise self._refused(status, code, value, route)
        if status in (404, 410) and code != "rest_no_route":
            raise NotThere(f"{self._host}: there is no {route}.", status)
        if status >= 400:
            raise RestFailed(f"{self._host} answers with status {status}: {_message(value)}", status)
        total = answer.headers.get("X-WP-Total", "")
        return Reply(value, int(total) if total.isascii() and total.isdecimal() else None, _date(answer))

    @property
    def _host(self) -> str:
        return host_of(self.url) or self.url

    def _moved(self, answer: Answer) -> str:
        target = urljoin(self.url, answer.headers.get("Location") or "")
        site = origin_of(target)
        if site is None or site == origin_of(self.url):
            return (
                f"{self._host} redirects its REST API to {target[:200]}. Ask the site’s administrator to have "
                "it answer without a redirect."
            )
        return (
            f"{self._host} redirects to {site}. The password is not sent there. If that is the site’s address now, "
            "disconnect and connect with it; articles stay."
        )

    def _overloaded(self, answer: Answer) -> str:
        if answer.status == 429:
            return f"{self._host} answers that it gets too many requests (status 429)."
        return f"{self._host} has a problem and answers with status {answer.status}."

    def _no_json(self, answer: Answer) -> str:
        what = "a web page" if b"<" in answer.body[:200] else "something else"
        return (
            f"{self._host} answers with {what} instead of JSON (status {answer.status}). A plugin, a firewall or "
            "maintenance mode may be in the way of its REST API, or this is not the address of a WordPress."
        )

    def _refused(self, status: int, code: str, value: JsonValue, route: str) -> RestFailed:
        """Why; with a wrong password WordPress answers as to nobody, unless it is asked who the user is."""
        if (route == _ME and status == 401) or code in _WRONG_PASSWORD:
            return RestFailed(
                f"{self._host} does not accept the application password of {self.user}: it is wrong, was revoked or "
                "has expired. Create a new one in WordPress (Users, Profile, Application Passwords) and enter it here. "
                "If it is right, the web server does not pass the Authorization header on to WordPress.",
                401,
            )
        try:
            if route != _ME:
                self.get(_ME)
        except RestFailed as error:
            if error.status == 401:
                return error
        if status == 400:
            return RestFailed(f"{self._host} does not accept the request for {route}: {_message(value)}", status)
        why = f"{_message(value)} Use an account with the Editor role."
        return RestFailed(f"{self._host} does not let {self.user} use {route}: {why}", status)


def _json(body: bytes) -> JsonValue:
    """None for what is no JSON object or list."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _message(value: JsonValue) -> str:
    text = value.get("message") if isinstance(value, dict) else ""
    return re.sub(r"<[^>]*>|\s+", " ", str(text)).strip()[:300] or "It does not say why."


def _date(answer: Answer) -> datetime:
    return parse_http_date(answer.headers.get("Date") or "") or datetime.now(UTC)


def _pause(answer: Answer) -> float:
    """The seconds of `Retry-After`, a number or a date."""
    value = (answer.headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), LONGEST_PAUSE)
    until = parse_http_date(value)
    return 0 if until is None else min(max(0.0, (until - _date(answer)).total_seconds()), LONGEST_PAUSE)
