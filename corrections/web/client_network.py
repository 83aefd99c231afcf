"""Whom a limit counts: one IPv4 address, or the /64 network that an IPv6 address is in.

A provider gives one connection a /64 at least (RFC 6177), so each of its 2^64 addresses is the same client.
"""

import ipaddress

from flask import request

IPV6_PREFIX = 64  # bits


def network_key(address: str) -> str:
    """The key under which limits count what comes from an IP address, for every limit the same.

    IPv4 addresses written as IPv6 (mapped, or 6to4, where one address owns 2^16 networks) count as the IPv4 address.
    What is no IP address (a Unix socket has none) counts as one client, under the empty key.
    """
    try:
        client = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(client, ipaddress.IPv4Address):
        return str(client)
    embedded = client.ipv4_mapped or client.sixtofour
    if embedded is not None:
        return str(embedded)
    return str(ipaddress.ip_network((client, IPV6_PREFIX), strict=False))


def client_key() -> str:
    """`network_key` of the current request's sender."""
    return network_key(request.remote_addr or "")
