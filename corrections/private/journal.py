"""`Journal`: sign-ins, and changes of staff and settings."""

from corrections.database import Databases
from corrections.private.digests import timestamp

JOURNAL_LIMIT = 200
LONGEST_NAME = 100  # characters
LONGEST_ENTRY = 500  # characters
SIGNED_IN = "signed in"  # how entries about signing in begin


class Journal:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def note(self, actor: str, entry: str) -> None:
        """Note a sign-in or a change of staff or settings."""
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO journal (at, who, what) VALUES (?,?,?)",
                (timestamp(), actor[:LONGEST_NAME], entry[:LONGEST_ENTRY]),
            )

    def has_signed_in(self, actor: str) -> bool:
        """Whether somebody of this name has signed in before."""
        row = self._databases.get().execute(
            "SELECT 1 FROM journal WHERE who=? AND what LIKE ? LIMIT 1", (actor[:LONGEST_NAME], f"{SIGNED_IN}%")
        )
        return row.fetchone() is not None

    def latest(self) -> list[tuple[str, str, str]]:
        """When, who, what; newest first."""
        rows = self._databases.get().execute(
            "SELECT at, who, what FROM journal ORDER BY id DESC LIMIT ?", (JOURNAL_LIMIT,)
        )
        return [(str(at), str(actor), str(entry)) for at, actor, entry in rows]
