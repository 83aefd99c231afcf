"""The publisher's git server: its address, and whether a connection may be made to it now.

A host's name is looked up before each fetch and push, and git connects to the address that was checked, so that no name
can resolve to a private network after the check. (A git before 2.37 ignores `http.curloptResolve` and looks the name up
again.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from corrections.http_client import PRIVATE_HOSTS, PrivateNetwork, RequestFailed, checked_addresses, is_reachable

_PORTS = {"https": 443, "http": 80, "git": 9418}
REMOTE = tuple(_PORTS)  # schemes that somebody who is not the operator of this server can connect


class Unreachable(Exception):
    """Why no connection is made, as one or two sentences."""


@dataclass(frozen=True)
class Remote:
    """A repository as `git clone` takes it, and the password of the user whom its address names.

    `is_private` allows a host on a private network: it was the operator of this server who connected it.
    """

    url: str
    password: str = ""
    is_private: bool = False


@dataclass(frozen=True)
class GitAddress:
    """Where git is to go now, with the settings and the variables that it needs for it."""

    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def resolve(remote: Remote) -> GitAddress:
    """The address of a repository, with its host looked up and checked. Raises `Unreachable`."""
    parts = urlsplit(remote.url)
    if remote.is_private or parts.scheme not in _PORTS or not parts.hostname:
        return GitAddress(remote.url)
    try:
        host = parts.hostname.rstrip(".").encode("idna").decode()
        port = parts.port or _PORTS[parts.scheme]
        addresses = [_literal(address) for address in checked_addresses(host, port, is_reachable)]
    except PrivateNetwork as error:
        raise Unreachable(
            f"{parts.hostname} is on a private network, so git does not connect to it. The operator of this server can "
            f"list the network in {PRIVATE_HOSTS}."
        ) from error
    except (RequestFailed, ValueError) as error:
        raise Unreachable(f"The name {parts.hostname} cannot be resolved.") from error
    if parts.scheme == "git":
        variables = {"GIT_OVERRIDE_VIRTUAL_HOST": _literal(host) + (f":{parts.port}" if parts.port else "")}
        return GitAddress(_with_host(parts, addresses[0]), variables=variables)
    pin = {} if ":" in host else {"http.curloptResolve": f"{host}:{port}:{','.join(addresses)}"}
    return GitAddress(_with_host(parts, _literal(host)), pin)


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _with_host(parts: SplitResult, host: str) -> str:
    """An address that everything reads in the same way: git has a parser of its own, and so has curl."""
    user = parts.netloc.rpartition("@")[0].replace("@", "%40")
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=(f"{user}@" if user else "") + host + port).geturl()
