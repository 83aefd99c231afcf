"""Where the service listens: a host's name or address, and a port."""

import errno
import socket

from corrections.errors import CorrectionsError

_REASONS = {
    errno.EADDRINUSE: "the port is already in use by another program. Stop that program, or choose another --port",
    errno.EACCES: "this user may not open this port: ports below 1024 are reserved for the system. Choose another "
    "--port",
    errno.EADDRNOTAVAIL: "this machine does not have that address. Choose another --host",
    errno.EAFNOSUPPORT: "this machine does not support this type of address. Choose another --host",
}


class CannotListen(CorrectionsError):
    code = "cannot_listen"


def base_address(host: str, port: int) -> str:
    """The address of what listens there, without a slash at its end: `http://[::1]:8000`."""
    return f"http://{in_address(host)}:{port}"


def in_address(host: str) -> str:
    """A host as it stands before a port: an IPv6 address in brackets."""
    plain = _plain(host)
    return f"[{plain}]" if ":" in plain else plain


def check_listening(host: str, port: int) -> None:
    """Raises `CannotListen`, with what to do about it, where nothing can listen there."""
    plain = _plain(host)
    where = f"{in_address(host)}:{port}"
    if not 1 <= port <= 65535:
        raise CannotListen(
            f"Cannot listen at {where}: the port must be a number from 1 to 65535. Choose another --port."
        )
    try:
        family = socket.AF_INET6 if ":" in plain else socket.AF_INET  # as the server does
        place = socket.getaddrinfo(plain, port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][4]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotListen(
            f"Cannot listen at {where}: the host name {plain} cannot be resolved. Choose another --host."
        ) from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise CannotListen(f"Cannot listen at {where}: {reason}.") from error


def _plain(host: str) -> str:
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host
