"""The letters that wait to be sent: each once for one event and one correction, whatever fails in between.

A letter is `waiting`, then `sending` from the moment its text goes to the mail server until that has answered, then
`sent`; `refused` where the server rejects it or its recipient for good, `failed` after too many attempts, `unsure`
where the connection or the process was lost before the answer. No address stands here: it is looked up when a letter
goes out.
"""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corrections.private.delivery.connections import move_cursor
from corrections.private.digests import digest, timestamp
from corrections.private.private import Private

SUBSCRIBER = "mail"
SIGN_IN_PREFIX = "sign-in-"  # the kind of a letter about a new device; the account's id and the device's name follow
REPORTED_ATTEMPTS = 3  # attempts, from which on a letter that fails is told to the operator
_COLUMNS = "id, event, correction, kind, state, due, attempts, error, at"


@dataclass(frozen=True)
class Letter:
    """`due` is in seconds since the epoch, `error` what the last attempt met, `at` when the state last changed."""

    id: int
    event: str
    correction: str
    kind: str
    state: str
    due: float
    attempts: int
    error: str | None
    at: str


class Outbox:
    """The letters of one publication."""

    def __init__(self, private: Private) -> None:
        self._databases = private.databases

    def cursor(self) -> str | None:
        """The ledger event up to which letters were written."""
        row = self._databases.get().execute("SELECT event FROM cursors WHERE subscriber=?", (SUBSCRIBER,)).fetchone()
        return None if row is None else str(row[0])

    def add(self, letters: Iterable[tuple[str, str, str, float]], up_to: str) -> None:
        """Put letters (event, correction, kind, due) in and move the cursor, in one transaction."""
        with self._databases.write(has_work=True) as database:
            for event, correction, kind, due in letters:
                database.execute(
                    "INSERT INTO outbox (event, correction, kind, state, due, attempts, at) "
                    "VALUES (?,?,?,'waiting',?,0,?) ON CONFLICT DO NOTHING",
                    (event, correction, kind, due, timestamp()),
                )
            move_cursor(database, SUBSCRIBER, up_to)

    def add_sign_in(self, session: str, account: int, device: str) -> None:
        """A letter to an account's owner about a session on a device that it was not used on before."""
        kind = f"{SIGN_IN_PREFIX}{account}-{device}"
        with self._databases.write(has_work=True) as database:
            database.execute(
                "INSERT INTO outbox (event, correction, kind, state, due, attempts, at) "
                "VALUES (?,'',?,'waiting',?,0,?) ON CONFLICT DO NOTHING",
                (digest(session), kind, time.time(), timestamp()),
            )

    def rename(self, new_id: Callable[[str], str | None]) -> None:
        """Follow events that have other ids now: `named` gives the id now, or None where it is the same."""
        with self._databases.write() as database:
            for table in ("outbox", "cursors"):
                event_ids = [row[0] for row in database.execute(f"SELECT DISTINCT event FROM {table}")]  # noqa: S608
                for event in event_ids:
                    if (renamed := new_id(event)) is not None:
                        database.execute(f"UPDATE {table} SET event=? WHERE event=?", (renamed, event))  # noqa: S608

    def next(self, now: float) -> Letter | None:
        """The letter that is due longest."""
        row = (
            self._databases.get()
            .execute(f"SELECT {_COLUMNS} FROM outbox WHERE state='waiting' AND due<=? ORDER BY due LIMIT 1", (now,))  # noqa: S608
            .fetchone()
        )
        return None if row is None else Letter(*row)

    def seconds_until_next(self, now: float) -> float:
        """Until the next letter is due, not less than 0; infinite where none waits."""
        row = self._databases.get().execute("SELECT min(due) FROM outbox WHERE state='waiting'").fetchone()
        return math.inf if row[0] is None else max(0.0, float(row[0]) - now)

    def begin(self, letter: Letter) -> bool:
        """Mark a letter as being sent; False where it was taken back meanwhile (its reader was forgotten)."""
        with self._databases.write() as database:
            updated = database.execute(
                "UPDATE outbox SET state='sending', at=? WHERE id=? AND state='waiting'", (timestamp(), letter.id)
            )
            return bool(updated.rowcount)

    def end(self, letter: Letter, state: str, error: str = "") -> None:
        with self._databases.write() as database:
            database.execute(
                "UPDATE outbox SET state=?, error=?, attempts=attempts+1, at=? WHERE id=?",
                (state, error, timestamp(), letter.id),
            )

    def postpone(self, letter: Letter, due: float, error: str) -> None:
        """Let a letter wait until `due` and be tried again."""
        with self._databases.write() as database:
            database.execute(
                "UPDATE outbox SET state='waiting', error=?, due=?, attempts=attempts+1, at=? WHERE id=?",
                (error, due, timestamp(), letter.id),
            )

    def drop(self, letter: Letter) -> None:
        """A letter that is not to be sent any more."""
        with self._databases.write() as database:
            database.execute("UPDATE outbox SET state='dropped', at=? WHERE id=?", (timestamp(), letter.id))

    def mark_interrupted(self) -> int:
        """Note as unsure what a process that died was sending; returns how many. Call it where no other sends."""
        return self._mark_unsure("sending", "the service stopped before the mail server replied")

    def mark_unsure(self, reason: str) -> int:
        """Note as unsure what waits; returns how many."""
        return self._mark_unsure("waiting", reason)

    def _mark_unsure(self, state: str, reason: str) -> int:
        with self._databases.write() as database:
            changed = database.execute(
                "UPDATE outbox SET state='unsure', error=?, at=? WHERE state=?", (reason, timestamp(), state)
            )
            return int(changed.rowcount)

    def retry(self, now: float) -> int:
        """Let what failed, was refused, is unsure or waits after a failure be sent now; returns how many."""
        with self._databases.write(has_work=True) as database:
            changed = database.execute(
                "UPDATE outbox SET state='waiting', due=?, attempts=0, at=? "
                "WHERE state IN ('failed', 'refused', 'unsure') OR (state='waiting' AND attempts>0)",
                (now, timestamp()),
            )
            return int(changed.rowcount)

    def counts(self) -> dict[str, int]:
        rows = self._databases.get().execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        return {str(row[0]): int(row[1]) for row in rows}

    def refusals(self) -> dict[str, int]:
        """How many letters were refused, by reason, the most frequent first."""
        rows = self._databases.get().execute(
            "SELECT error, count(*) FROM outbox WHERE state='refused' GROUP BY error ORDER BY count(*) DESC, error"
        )
        return {str(row[0]): int(row[1]) for row in rows}

    def failures(self, after_attempts: int, limit: int = 100) -> list[Letter]:
        """Letters that keep failing, failed or are unsure, oldest first."""
        rows = self._databases.get().execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE state IN ('failed', 'unsure') "  # noqa: S608 (our own names)
            "OR (state='waiting' AND attempts>=?) ORDER BY id LIMIT ?",
            (after_attempts, limit),
        )
        return [Letter(*row) for row in rows]
