"""The sites whose pages may send corrections from a reader's browser, by their origins (`https://example.org`)."""

from urllib.parse import urlsplit

from corrections.desk.errors import Invalid
from corrections.desk.publication import Publication

_SETTING = "origins"


def listed(publication: Publication) -> frozenset[str]:
    """The origins added, and that of the publication's own site."""
    own = origin_of(publication.url)
    added = (publication.private.setting(_SETTING) or "").split()
    return frozenset([*added, own] if own else added)


def add(publication: Publication, address: str) -> str:
    """List the origin of a web address; returns it. Raises `Invalid` where the address has none."""
    origin = _origin(address)
    _put(publication, {*(publication.private.setting(_SETTING) or "").split(), origin})
    return origin


def remove(publication: Publication, address: str) -> str:
    """Take an added origin off the list; returns it. Raises `Invalid` where it was not on it."""
    origin = _origin(address)
    known = set((publication.private.setting(_SETTING) or "").split())
    if origin not in known:
        raise Invalid({"origin": f"{origin} has not been added."})
    _put(publication, known - {origin})
    return origin


def _put(publication: Publication, origins: set[str]) -> None:
    publication.private.put(_SETTING, " ".join(sorted(origins)))


def _origin(address: str) -> str:
    origin = origin_of(address)
    if origin is None:
        raise Invalid({"origin": f"{address[:200]!r} is no web address such as https://example.org."})
    return origin


def origin_of(address: str) -> str | None:
    """The origin of a web address (`https://example.org`), or None where it is none."""
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.hostname}{port}"
