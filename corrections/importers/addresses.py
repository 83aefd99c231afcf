"""Addresses of links and pictures as they may stand in an article."""

import re

_EDGES = "".join(map(chr, range(0x21)))  # what browsers strip from an address: controls and spaces
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SHOWN_SCHEMES = {"http", "https", "mailto"}
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}\s]")


def web_address(address: str) -> str:
    """The address as browsers read it, with what Markdown or HTML would stumble over percent-encoded.

    Empty where it is none that readers get: `javascript:`, `data:` and others.
    """
    address = re.sub(r"[\t\n\r]", "", address.strip(_EDGES))
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in _SHOWN_SCHEMES:
        return ""
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
