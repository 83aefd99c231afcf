"""`Receipts`: which correction an idempotency key belongs to, so that a request sent twice is one correction."""

from dataclasses import dataclass

from corrections.database import Databases, Statements
from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.private.digests import timestamp

KEY_REUSED = LazyString(
    "This Idempotency-Key was already used for another correction. Use a new key for each correction."
)
_RECEIPT = "SELECT correction, request, coalesce(words, '') FROM receipts WHERE key=?"


class KeyReused(CorrectionsError):
    """One idempotency key for two different requests."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a request to recognise it by, and what earlier versions would have kept of the same one.

    All are hashes: nothing of what somebody sent can be read from them. `words` is of the request without its sender:
    it is what remains to recognise the request by when the sender was forgotten.
    """

    current: str
    earlier: frozenset[str] = frozenset()
    words: str = ""


class Receipts:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def correction_of(self, key: str, request: Fingerprint) -> str | None:
        """The correction id that an idempotency key (its digest) has already, if any. Raises as `correction_for`."""
        row = self._databases.get().execute(_RECEIPT, (key,)).fetchone()
        return None if row is None else _check_request(row, request)

    def correction_for(self, key: str, request: Fingerprint, proposed: str) -> str:
        """The correction id that belongs to an idempotency key (its digest): `proposed` the first time, then that one.

        Raises `KeyReused` when the key came with another `request` before.
        """
        with self._databases.write() as database:
            inserted = database.execute(
                "INSERT INTO receipts (key, correction, request, words, created_at) VALUES (?,?,?,?,?) "
                "ON CONFLICT DO NOTHING",
                (key, proposed, request.current, request.words, timestamp()),
            )
            if inserted.rowcount:
                return proposed
            row = database.execute(_RECEIPT, (key,)).fetchone()
            correction = _check_request(row, request)
            # it is tried again: what is kept of it is not erased meanwhile
            database.execute("UPDATE failed_submissions SET at=? WHERE correction=?", (timestamp(), correction))
        return correction


def forget_requests(database: Statements, correction: str) -> None:
    """Keep of a correction's requests only their words, inside a transaction."""
    database.execute("UPDATE receipts SET request='' WHERE correction=?", (correction,))


def delete_receipts(database: Statements, correction: str) -> int:
    """Inside a transaction; the keys may be used again. Returns how many there were."""
    return database.execute("DELETE FROM receipts WHERE correction=?", (correction,)).rowcount


def _check_request(row: tuple[str, str, str], request: Fingerprint) -> str:
    correction, stored, words = row
    if stored in (request.current, *request.earlier):
        return correction
    # without `kept` its reader was forgotten; an earlier version kept no words, and then the key is nobody's any more
    if stored or not words or words != request.words:
        raise KeyReused(KEY_REUSED)
    return correction
