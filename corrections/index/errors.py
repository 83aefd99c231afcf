"""What can go wrong between ledger and index."""

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString

NOT_SAVED = LazyString(
    "An error occurred on our side, and this was not saved. What you typed is kept; please try again later."
)


class IndexAhead(CorrectionsError):
    code = "index_ahead"
    status = 503


class Unprojectable(CorrectionsError):
    """An event that the index cannot take in; `str` of it says which, and why."""

    code = "not_projectable"
    status = 500

    def __init__(self, operator: str) -> None:
        super().__init__(NOT_SAVED, operator=operator)
