"""The service behind reverse proxies: which of their headers count, under which prefix of a site's paths it lives.

The prefix comes from the WSGI server (`SCRIPT_NAME`) or, from proxies that are trusted, in `X-Forwarded-Prefix`; the
path is without it then. Flask puts it before every address it builds; cookies are kept to it here.
"""

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import Flask, redirect, request
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from werkzeug.urls import iri_to_uri

_SEGMENT = re.compile(r"(?!\.{1,2}$)[^\x00-\x20\x7f\\/?#%\"<>;]+")


def install(app: Flask, proxies: int, prefix: str) -> None:
    """Trust so many proxies in front; live under `prefix` where they name none. Cookies are kept to the prefix."""
    app.wsgi_app = _Prefix(app.wsgi_app, prefix)  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies
        )
    app.session_interface = _PrefixedSession()
    app.before_request(_lead_from_slash)


def match_without_slash(adapter: MapAdapter) -> None:
    """Take an address with a slash at its end for the one without, where there is that one; see `_lead_from_slash`."""
    path = adapter.path_info
    if not path.endswith("/"):
        return
    try:
        adapter.match(path[:-1])
    except MethodNotAllowed:
        pass
    except HTTPException:  # there is none, or it leads to the one with the slash
        return
    adapter.path_info = path[:-1]


class _Prefix:
    """Brings the prefix into its one form, `/a/b`; what cannot be one is none.

    Where there is none, `own` is: it is taken off the path, if the proxy has left it there.
    """

    def __init__(self, app: Any, own: str) -> None:
        self._app, self._own = app, own

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        script_name = unquote_to_bytes(environ.get("SCRIPT_NAME", "").encode("latin-1")).decode("latin-1")
        segments = [part for part in script_name.split("/") if part]
        good = all(_SEGMENT.fullmatch(part) for part in segments)
        prefix = "".join(f"/{part}" for part in segments) if good else ""
        path = environ.get("PATH_INFO", "")
        if not prefix and self._own:
            prefix = self._own
            if path == prefix or path.startswith(f"{prefix}/"):
                environ["PATH_INFO"] = path[len(prefix) :]
        environ["SCRIPT_NAME"] = prefix
        return self._app(environ, start_response)


class _PrefixedSession(SecureCookieSessionInterface):
    """Two services under two prefixes of one host have a cookie each."""

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        prefix = re.sub("[^A-Za-z0-9]+", "_", iri_to_uri(request.script_root))
        return f"{name}{prefix}"

    def get_cookie_path(self, app: Flask) -> str:
        return iri_to_uri(request.script_root) or "/"


def _lead_from_slash() -> ResponseReturnValue | None:
    """From `/daily/corrections/` to `/daily/corrections`; what is sent (POST, PUT) is taken where it arrives."""
    rule = request.url_rule
    leads = rule is not None and not rule.rule.endswith("/") and request.path.endswith("/")
    if not leads or request.method not in ("GET", "HEAD"):
        return None
    return redirect(_address("/" + request.path.strip("/")), 308)


def here() -> str:
    """The address asked for, from the prefix on, as a browser has it."""
    return _address(request.path)


def _address(path: str) -> str:
    query = request.query_string.decode("latin-1")
    return quote(request.script_root + path, safe="/!$&'()*+,;=:@~") + (f"?{query}" if query else "")
