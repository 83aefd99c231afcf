"""Requests that the service makes itself: to addresses that were checked, with limits on time and size.

A name is looked up once, and the connection goes to the address that was checked, so that no name can resolve to a
private network after the check. No redirect is followed.
"""

import http.client
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

from corrections.urls import serialize_url

PATIENCE = 5.0  # seconds for connecting and for each read
LONGEST_READ = 10.0  # seconds for the whole answer
PRIVATE_HOSTS = "CORRECTIONS_PRIVATE_HOSTS"
_PORTS = {"http": 80, "https": 443}
IsAllowed = Callable[[str], bool]


class RequestFailed(Exception):
    """Why there is no answer, as one sentence."""


class PrivateNetwork(RequestFailed):
    """The host is on a private network, to which requests are not made."""


class TooLarge(RequestFailed):
    """The answer is longer than is read, or takes longer to read."""


@dataclass(frozen=True)
class OutgoingRequest:
    """`limit` is how many bytes of the answer's body are read, `patience` the seconds that each step may take."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    limit: int = 2_000_000
    patience: float = PATIENCE


@dataclass(frozen=True)
class Answer:
    """What a server answered; header names are case-insensitive."""

    status: int
    headers: Message
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)


def is_reachable(address: str) -> bool:
    """Whether connectors may connect to an IP address: a public one, or one that the operator lists.

    `CORRECTIONS_PRIVATE_HOSTS` has addresses and networks (`10.1.2.3`, `10.0.0.0/8`), separated by commas.
    """
    ip = ipaddress.ip_address(address)
    return is_public(address) or any(ip in network for network in private_networks())


def is_host_reachable(host: str) -> bool:
    """Whether a host has addresses, and connectors may connect to every one."""
    try:
        addresses = {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(addresses) and all(map(is_reachable, addresses))


def checked_addresses(host: str, port: int, is_allowed: IsAllowed) -> list[str]:
    """The IP addresses of a host, to each of which a connection may be made. Raises `PrivateNetwork`, and
    `RequestFailed` where it has none."""
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RequestFailed("The site’s name cannot be resolved.") from error
    addresses = list(dict.fromkeys(str(found[4][0]) for found in resolved))
    if not addresses or not all(map(is_allowed, addresses)):
        raise PrivateNetwork("The site is on a private network, which this service does not access.")
    return addresses


def private_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The private networks that the operator lists. Raises `ValueError` naming an entry that is none."""
    entries = os.environ.get(PRIVATE_HOSTS, "").replace(",", " ").split()
    return [ipaddress.ip_network(entry, strict=False) for entry in entries]


def send(request: OutgoingRequest, is_allowed: IsAllowed = is_public) -> Answer:
    """Send a request and read the answer, whatever its status.

    `is_allowed` says to which IP addresses a connection may be made; every address of the host must be allowed. Raises
    `RequestFailed`.
    """
    parts = urlsplit(serialize_url(request.url) or "")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise RequestFailed("This is not a web address.")
    port = parts.port or _PORTS[parts.scheme]
    addresses = checked_addresses(parts.hostname, port, is_allowed)
    connection = None
    try:
        connection = _connect(parts.scheme, (parts.hostname, port), addresses, request.patience)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(request.method, target, request.body, dict(request.headers))
        return _read(connection.getresponse(), request.limit)
    except ssl.SSLCertVerificationError as error:
        raise RequestFailed(f"The site’s certificate is not valid: {error.verify_message.rstrip('.')}.") from error
    except ssl.SSLError as error:
        raise RequestFailed("The site’s server does not accept encrypted connections (https).") from error
    except (OSError, http.client.HTTPException) as error:
        raise RequestFailed("The site did not answer.") from error
    finally:
        if connection is not None:
            connection.close()


def _connect(scheme: str, site: tuple[str, int], addresses: list[str], patience: float) -> http.client.HTTPConnection:
    """A connection to the first of the addresses that answers; they were checked, whatever the name of the `site`
    resolves to by now."""
    host, port = site
    plain = _first_that_answers(addresses, port, patience)
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=patience)
        connection.sock = plain
        return connection
    secure = http.client.HTTPSConnection(host, port, timeout=patience)
    try:
        secure.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    return secure


def _first_that_answers(addresses: list[str], port: int, patience: float) -> socket.socket:
    """A host can have addresses of both kinds, and this server a network of one. Raises `OSError`."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), patience)
    return socket.create_connection((addresses[-1], port), patience)


def _read(answer: http.client.HTTPResponse, limit: int) -> Answer:
    parts, size, end = [], 0, time.monotonic() + LONGEST_READ
    while part := answer.read1(65_536):
        parts.append(part)
        size += len(part)
        if size > limit or time.monotonic() > end:
            raise TooLarge("The page is too large, or the site too slow.")
    return Answer(answer.status, answer.headers, b"".join(parts))
