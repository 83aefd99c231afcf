"""Hashes, keyed and not, of what is not stored itself; addresses and the time as rows have them."""

import hashlib
import hmac
from datetime import UTC, datetime


def digest(text: str) -> str:
    """SHA-256, in hexadecimal; of text from outside too, whatever it holds."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(secret: str, text: str) -> str:
    """HMAC-SHA-256, in hexadecimal: who does not know `secret` can neither compute nor check it."""
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def lower(address: str) -> str:
    """As the databases write `lower(…)`: only A to Z change, so no other letter is ever taken for one of them."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in address)


def timestamp() -> str:
    """Now, as RFC 3339 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
