"""The names under which the service answers, and the one it gives itself in absolute addresses.

`CORRECTIONS_URL` is its address; `CORRECTIONS_HOSTS` lists further names. A request for any other name is refused, so
that no feed, cache or link can be made to name a stranger's host, and no page of another site can reach the service by
pointing its own name at this machine. Without either, the service answers under names that no stranger can own.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.urls import iri_to_uri

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString

UNKNOWN = LazyString(
    "This service does not answer at %(host)s. If you run it, add this host to CORRECTIONS_URL or CORRECTIONS_HOSTS."
)
HOST_LIMIT = 255  # characters of a Host header that are read
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_NOT_PUBLIC = (".localhost", ".local", ".internal", ".test", ".home.arpa")  # nobody can register a name there
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_ANY_HOST = ("health", "metrics")  # blueprints that name no address and are asked by address from inside


class UnknownHost(CorrectionsError):
    code = "unknown_host"
    status = 404


def install(app: Flask, url: str, hosts: tuple[str, ...]) -> None:
    """Answer only under the host of `url`, `hosts` and this machine's own; make absolute addresses from `url`."""
    app.config["URL"] = url
    own = urlsplit(url).hostname
    app.config["HOSTS"] = frozenset(map(str.lower, (*hosts, *([own] if own else []))))
    app.before_request(_check)


def absolute(path: str) -> str:
    """The absolute address of a path of this service as a browser sees it, with the prefix it is asked under."""
    base: str = current_app.config["URL"]
    if not base:
        return iri_to_uri(request.host_url).rstrip("/") + path
    return base + path.removeprefix(iri_to_uri(request.script_root))


def this_page(query: bool = True) -> str:
    """The absolute address asked for."""
    address = iri_to_uri(request.url if query else request.base_url)
    return absolute(address.removeprefix(iri_to_uri(request.host_url).rstrip("/")))


def _check() -> None:
    """Raises `UnknownHost`."""
    if request.blueprint not in _ANY_HOST and not is_known(request.host, current_app.config["HOSTS"]):
        raise UnknownHost(LazyString(UNKNOWN, host=request.host[:100] or "–"))


def is_known(given: str, hosts: frozenset[str]) -> bool:
    """Whether the service answers at the host `given` (with or without a port), where `hosts` are configured."""
    name = _name(given)
    if name is None:
        return False
    if name in _LOCAL or name in hosts:
        return True
    return not hosts and (_is_address(name) or "." not in name or name.endswith(_NOT_PUBLIC))


def _name(given: str) -> str | None:
    """The host without its port, in lower case; None where it cannot be one."""
    try:
        parts = urlsplit(f"//{given[: HOST_LIMIT + 1]}")
        name, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc or len(given) > HOST_LIMIT:
        return None
    name = name.removesuffix(".")
    return name if _is_address(name) or all(map(_LABEL.fullmatch, name.split("."))) else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
