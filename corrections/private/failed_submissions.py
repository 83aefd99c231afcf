"""`FailedSubmissions`: corrections that could not be written, of whose readers something is kept for another try."""

from corrections.database import Databases, Statements
from corrections.private.digests import timestamp
from corrections.private.receipts import delete_receipts

MIGRATION = "failed_submissions"


class FailedSubmissions:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def note(self, correction: str) -> None:
        """Note that an attempt to write this correction failed, now; it may be written by the next one, or was."""
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO failed_submissions (correction, at) VALUES (?,?) "
                "ON CONFLICT (correction) DO UPDATE SET at=excluded.at",
                (correction, timestamp()),
            )

    def before(self, moment: str) -> list[str]:
        """The corrections whose last attempt failed before `moment`, an ISO 8601 time in UTC."""
        rows = self._databases.get().execute(
            "SELECT correction FROM failed_submissions WHERE at < ? ORDER BY correction", (moment,)
        )
        return [str(row[0]) for row in rows]

    def since(self, moment: str) -> list[str]:
        """The corrections whose last attempt began or failed at `moment` or later, an ISO 8601 time in UTC."""
        rows = self._databases.get().execute("SELECT correction FROM failed_submissions WHERE at >= ?", (moment,))
        return [str(row[0]) for row in rows]

    def confirm(self, correction: str) -> None:
        """Forget that an attempt failed: the correction is written."""
        with self._databases.write() as database:
            database.execute("DELETE FROM failed_submissions WHERE correction=?", (correction,))

    def erase(self, correction: str, before: str) -> bool:
        """Erase what is kept of a correction that was never written: its contact, its receipts, and that it failed.

        False, and nothing is erased, where it was tried again since the moment `before`.
        """
        with self._databases.write() as database:
            erased = database.execute(
                "DELETE FROM failed_submissions WHERE correction=? AND at < ?", (correction, before)
            )
            if not erased.rowcount:
                return False
            _erase(database, correction)
        self._databases.truncate_log()
        return True

    def erase_at_once(self, correction: str) -> bool:
        """Erase what is kept of a correction that will never be written; whether there was something."""
        with self._databases.write() as database:
            has_erased = _erase(database, correction)
        self._databases.truncate_log()
        return has_erased


def _erase(database: Statements, correction: str) -> bool:
    contacts = database.execute("DELETE FROM contacts WHERE correction=?", (correction,)).rowcount
    receipts = delete_receipts(database, correction)
    failures = database.execute("DELETE FROM failed_submissions WHERE correction=?", (correction,)).rowcount
    return contacts + receipts + failures > 0
