"""What can go wrong between ledger and index."""

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString

NOT_SAVED = LazyString(
    "An error occurred on our side, and this was not saved. What you typed is kept; please try again later."
)


class IndexAhead(CorrectionsError):
    code = "index_ahead"


class Unprojectable(CorrectionsError):
    """An event that cannot be projected; `str` of it names the event and the cause."""

    code = "not_projectable"

    def __init__(self, operator: str) -> None:
        super().__init__(NOT_SAVED, operator=operator)
