"""A page of a publisher's site, fetched for the widget check: never from a private network."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from corrections.urls import serialize_url

LONGEST = 2_000_000  # bytes of a page that are read
PATIENCE = 5.0  # seconds for connecting and for each read
LONGEST_READ = 10.0  # seconds for the whole page
_PORTS = {"http": 80, "https": 443}
IsAllowed = Callable[[str], bool]


class NotFetched(Exception):
    """Why a page was not fetched, as one sentence for the site's owner."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)


def fetch_page(url: str, is_allowed: IsAllowed = is_public) -> str:
    """The HTML at `url`, read as UTF-8 or as its header says; no redirect is followed.

    `is_allowed` says to which IP addresses a connection may be made; the name is looked up once, and every address of
    it must be allowed. Raises `NotFetched`.
    """
    parts = urlsplit(serialize_url(url) or "")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise NotFetched("This is not a web address.")
    port = parts.port or _PORTS[parts.scheme]
    try:
        addresses = {
            str(address_info[4][0])
            for address_info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        }
    except OSError as error:
        raise NotFetched("The site’s name cannot be resolved.") from error
    if not addresses or not all(map(is_allowed, addresses)):
        raise NotFetched("The site is on a private network, from which this service fetches nothing.")
    connection = _connection(parts.scheme, parts.hostname, port, min(addresses))
    try:
        connection.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", headers=_HEADERS)
        return _read(connection.getresponse())
    except (OSError, http.client.HTTPException) as error:
        raise NotFetched("The site did not answer.") from error
    finally:
        connection.close()


_HEADERS = {"User-Agent": "Corrections widget check", "Accept": "text/html", "Accept-Encoding": "identity"}


def _connection(scheme: str, host: str, port: int, address: str) -> http.client.HTTPConnection:
    """A connection to the address that was checked, whatever the name resolves to by now."""
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        connection.sock = socket.create_connection((address, port), PATIENCE)
        return connection
    secure = http.client.HTTPSConnection(host, port, timeout=PATIENCE)
    plain = socket.create_connection((address, port), PATIENCE)
    secure.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    return secure


def _read(answer: http.client.HTTPResponse) -> str:
    if answer.status in (301, 302, 303, 307, 308):
        raise NotFetched(f"The page leads to another address: {(answer.getheader('Location') or '')[:300]}")
    if answer.status != 200:
        raise NotFetched(f"The site answers with status {answer.status}.")
    body, end = b"", time.monotonic() + LONGEST_READ
    while part := answer.read1(65_536):
        body += part
        if len(body) > LONGEST or time.monotonic() > end:
            raise NotFetched("The page is too large, or the site too slow.")
    try:
        return body.decode(answer.headers.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")
