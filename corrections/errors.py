"""The service's errors: each with a stable `code` and a message for a person that says what to do.

They become a page, a problem document (RFC 9457) or an exit status in one place each.
"""

from typing import Self

from corrections.i18n import LazyString

AWAY = LazyString(
    "The service is under maintenance and cannot save anything at the moment. What you typed is kept; "
    "please try again later."
)

ARCHIVE_AWAY = LazyString(
    "The archive cannot be read or written at the moment. Nothing was lost or changed. Please try again."
)


class CorrectionsError(Exception):
    """`code` is stable (`web.statuses` has the HTTP status for each), `details` are JSON-encodable.

    `message` is for people who see the error on a page; `operator`, where it is given, for logs and the command line.
    `str` of the error is the latter, where there is one.
    """

    code = "error"

    def __init__(self, message: str, *, operator: str = "", **details: object) -> None:
        super().__init__(operator or message)
        self.message = message
        self.details = details


class ReadOnly(CorrectionsError):
    """Reading goes on, nothing is written; `str` of it tells the operator why, and what to do."""

    code = "writing_paused"

    def __init__(self, operator: str) -> None:
        super().__init__(AWAY, operator=operator)

    def copy(self) -> Self:
        """The same error, for another thread to raise."""
        return type(self)(str(self))
