"""The body of a request, inflated here, so that a small body cannot become a large one elsewhere."""

import zlib

from flask import request

from corrections.errors import CorrectionsError

_GZIP = 16 + zlib.MAX_WBITS  # zlib: with the header and the checksum of gzip (RFC 1952)


class UnreadableBody(CorrectionsError):
    code = "unreadable_body"
    status = 400


class UnknownEncoding(CorrectionsError):
    code = "unknown_encoding"
    status = 415


class TooLarge(CorrectionsError):
    code = "too_large"
    status = 413


def inflated_body(limit: int) -> bytes:
    """The body of the request in hand, at most `limit` bytes as sent and as inflated.

    Raises `TooLarge`, `UnknownEncoding`, `UnreadableBody`, and werkzeug's `RequestEntityTooLarge`.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise UnknownEncoding("Send the body uncompressed or compressed with gzip.")
    request.max_content_length = limit
    body = request.get_data(cache=False)
    return inflate(body, limit) if encoding.endswith("gzip") and body else body


def inflate(compressed: bytes, limit: int) -> bytes:
    """Inflate one gzip stream to at most `limit` bytes. Raises `TooLarge`, `UnreadableBody`."""
    stream = zlib.decompressobj(_GZIP)
    try:
        body = stream.decompress(compressed, limit + 1)
    except zlib.error as error:
        raise UnreadableBody("The body is declared as gzip but is not gzip data.") from error
    if len(body) > limit:
        raise TooLarge(
            f"The body is larger than {limit} bytes when decompressed. Fetch less at once, or make a new clone."
        )
    if not stream.eof or stream.unused_data:
        raise UnreadableBody("The body is not a complete gzip stream.")
    return body
