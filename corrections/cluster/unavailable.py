"""The error of a database that cannot be reached, refuses what it is asked, or takes too long."""

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString

UNAVAILABLE = LazyString(
    "The service cannot reach its database at the moment. Nothing was changed; please try again in a minute."
)


class DatabaseUnavailable(CorrectionsError):
    """`str` of it tells the operator which database, and why; it contains no password."""

    code = "database_unavailable"

    def __init__(self, operator: str) -> None:
        super().__init__(UNAVAILABLE, operator=operator)
