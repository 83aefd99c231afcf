"""`Contacts`: how to reach the readers behind corrections, as long as they are kept."""

import time
from dataclasses import dataclass

from corrections.database import Databases
from corrections.private.digests import lower, timestamp
from corrections.private.receipts import forget_requests
from corrections.private.stored_settings import StoredSettings

_LATEST = 100  # corrections that are listed for an address

# what waits for a correction's reader; a colleague who was mentioned on it still hears of it
_NO_LETTERS = "DELETE FROM outbox WHERE correction=? AND state='waiting' AND kind NOT LIKE 'mention-%'"


@dataclass(frozen=True)
class Contact:
    """How to reach a reader, and in which language; `credit`: the reader wants to be named in the notice."""

    name: str
    email: str
    credit: bool
    language: str = ""


class Contacts:
    """Of one publication, by correction."""

    def __init__(self, databases: Databases, settings: StoredSettings) -> None:
        self._databases, self._settings = databases, settings

    def put(self, correction: str, contact: Contact) -> None:
        row = (correction, contact.name, contact.email, int(contact.credit), timestamp(), contact.language)
        with self._databases.write() as database:
            database.execute("DELETE FROM contacts WHERE correction=?", (correction,))
            database.execute(
                "INSERT INTO contacts (correction, name, email, credit, created_at, language) VALUES (?,?,?,?,?,?)", row
            )

    def get(self, correction: str) -> Contact | None:
        row = (
            self._databases.get()
            .execute("SELECT name, email, credit, language FROM contacts WHERE correction=?", (correction,))
            .fetchone()
        )
        return None if row is None else Contact(row[0], row[1], bool(row[2]), row[3] or "")

    def forget(self, correction: str) -> None:
        """Erase a reader's contact, and what could tell it: from the file and its log, not from the tables alone."""
        with self._databases.write() as database:
            database.execute("DELETE FROM contacts WHERE correction=?", (correction,))
            database.execute(_NO_LETTERS, (correction,))
            forget_requests(database, correction)
        self._databases.truncate_log()

    def corrections(self) -> set[str]:
        """The corrections whose readers left a contact."""
        return {str(row[0]) for row in self._databases.get().execute("SELECT correction FROM contacts")}

    def corrections_of(self, email: str) -> list[str]:
        """The latest corrections that came with this e-mail address."""
        rows = self._databases.get().execute(
            "SELECT correction FROM contacts WHERE lower(email)=? ORDER BY correction DESC LIMIT ?",
            (lower(email), _LATEST),
        )
        return [str(row[0]) for row in rows]

    def count_recent(self, email: str, up_to: str) -> int:
        """How many corrections came with this e-mail address in the day before `up_to`, itself included."""
        since = f"{int((time.time() - 24 * 3600) * 1000):012x}"  # ids begin with the time
        return sum(since <= correction <= up_to for correction in self.corrections_of(email))

    def stop_mail(self, correction: str) -> None:
        """Send no more mail to the address that this correction came with; of the address only a hash is kept."""
        contact = self.get(correction)
        with self._databases.write() as database:
            if contact is not None and contact.email:
                row = (self._hidden(contact.email), timestamp())
                database.execute("INSERT INTO no_mail (address, at) VALUES (?,?) ON CONFLICT DO NOTHING", row)
            database.execute(_NO_LETTERS, (correction,))

    def takes_mail(self, email: str) -> bool:
        row = self._databases.get().execute("SELECT 1 FROM no_mail WHERE address=?", (self._hidden(email),)).fetchone()
        return row is None

    def _hidden(self, email: str) -> str:
        return self._settings.keyed(f"address:{email.casefold()}")
