"""The service's errors: each with a stable `code` and a message for a person that says what to do.

They become a page, a problem document (RFC 9457) or an exit status in one place each.
"""


class CorrectionsError(Exception):
    """`code` is stable, `status` is its HTTP status, `details` are JSON-encodable."""

    code = "error"
    status = 400

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
