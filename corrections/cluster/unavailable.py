"""The error of a database that cannot be reached, refuses what it is asked, or takes too long."""

from corrections.errors import ARCHIVE_AWAY, CorrectionsError
from corrections.i18n import LazyString

UNAVAILABLE = LazyString(
    "The service cannot reach its database at the moment. Nothing was changed; please try again in a minute."
)


class DatabaseUnavailable(CorrectionsError):
    """`str` of it tells the operator which database, and why; it contains no password."""

    code = "database_unavailable"

    def __init__(self, operator: str) -> None:
        super().__init__(UNAVAILABLE, operator=operator)


class WritersBusy(DatabaseUnavailable):
    """The database answers, and another node keeps the lock of a publication's writers too long."""

    code = "remote_unavailable"

    def __init__(self, operator: str) -> None:
        CorrectionsError.__init__(self, ARCHIVE_AWAY, operator=operator)
