"""`ResolvedRemarks`: what the staff has marked as settled in the discussion of a correction."""

from collections.abc import Callable
from dataclasses import dataclass

from corrections.database import Databases
from corrections.private.digests import timestamp


@dataclass(frozen=True)
class Resolution:
    """Who marked a remark as resolved, and when (RFC 3339, UTC)."""

    by: str
    at: str


class ResolvedRemarks:
    """Of one publication; a remark is named by the id of its event."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def resolve(self, event: str, by: str) -> None:
        with self._databases.write() as database:
            database.execute(
                'INSERT INTO resolved_remarks (event, "by", at) VALUES (?,?,?) '
                'ON CONFLICT (event) DO UPDATE SET "by"=excluded."by", at=excluded.at',
                (event, by, timestamp()),
            )

    def reopen(self, event: str) -> None:
        with self._databases.write() as database:
            database.execute("DELETE FROM resolved_remarks WHERE event=?", (event,))

    def rename(self, new_id: Callable[[str], str | None]) -> None:
        """Follow events that have other ids now: `new_id` gives the id now, or None where it is the same."""
        with self._databases.write() as database:
            events = [str(row[0]) for row in database.execute("SELECT event FROM resolved_remarks")]
            for event in events:
                if (now := new_id(event)) is not None:
                    database.execute("UPDATE resolved_remarks SET event=? WHERE event=?", (now, event))

    def among(self, events: list[str]) -> dict[str, Resolution]:
        """Which of these remarks are resolved."""
        if not events:
            return {}
        marks = ", ".join("?" * len(events))
        rows = self._databases.get().execute(
            f'SELECT event, "by", at FROM resolved_remarks WHERE event IN ({marks})',  # noqa: S608 (marks only)
            events,
        )
        return {str(event): Resolution(str(by), str(at)) for event, by, at in rows}
