"""The sites whose pages may send corrections from a reader's browser, by their origins (`https://example.org`)."""

import re

from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.urls import origin_of

_SETTING = "origins"


def listed(publication: Publication) -> frozenset[str]:
    """The origins added, and that of the publication's own site."""
    own = origin_of(publication.url)
    added = set().union(*_added(publication).values())
    return frozenset({*added, own} if own else added)


def add(publication: Publication, address: str) -> str:
    """List the origin of a web address; returns it. Raises `Invalid` where the address has none."""
    origin = _origin(address)
    _put(publication, {*_added(publication), origin})
    return origin


def remove(publication: Publication, address: str) -> str:
    """Take an added origin off the list; returns it. Raises `Invalid` where it was not on it."""
    origin = _origin(address)
    known = _added(publication)
    kept = {written for written, origins in known.items() if origin not in origins}
    if len(kept) == len(known):
        raise Invalid({"origin": f"{origin} is not on the list."})
    _put(publication, kept)
    return origin


def _added(publication: Publication) -> dict[str, set[str]]:
    """The origins added, as browsers send them, each by what the setting has for it."""
    return {written: _read(written) for written in (publication.private.settings.get(_SETTING) or "").split()}


def _read(written: str) -> set[str]:
    """The origin of an address in the setting.

    Earlier versions kept it as it was typed, and an IPv6 address without its brackets. Whether the last part of such
    a one was its port cannot be told any more: it is read both ways.
    """
    origin = origin_of(written)
    if origin is not None:
        return {origin}
    bare = re.fullmatch(r"(https?)://([0-9a-f.:]+?)(?::([0-9]+))?", written)
    if bare is None:
        return set()
    scheme, host, port = bare.groups()
    readings = [f"{scheme}://[{host}]:{port}", f"{scheme}://[{host}:{port}]"] if port else [f"{scheme}://[{host}]"]
    return {reading for each in readings if (reading := origin_of(each)) is not None}


def _put(publication: Publication, origins: set[str]) -> None:
    publication.private.settings.put(_SETTING, " ".join(sorted(origins)))


def _origin(address: str) -> str:
    origin = origin_of(address)
    if origin is None:
        raise Invalid({"origin": f"{address[:200]} is not a web address such as https://example.org."})
    return origin
