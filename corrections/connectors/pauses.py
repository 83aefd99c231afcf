"""Pauses between attempts at a system that is down or refuses: each longer than the one before, up to a quarter of an
hour."""

import time
from datetime import UTC, datetime

from pydantic import BaseModel

from corrections.connectors.connector import ConnectionFailed, Run

FIRST_PAUSE = 5.0  # seconds after the first failure; each further one doubles it
LONGEST_PAUSE = 900.0


class Pauses(BaseModel):
    """`failures` in a row; nothing is asked before `not_before` (seconds since the epoch), because of `error`."""

    failures: int = 0
    not_before: float = 0
    error: str = ""

    def check(self, turn: Run) -> None:
        """Raises `ConnectionFailed` while a pause lasts, unless somebody asks for a run."""
        if time.time() < self.not_before and not turn.connection.requests:
            raise ConnectionFailed(self.error)

    def note_failure(self, error: str, asked: float = 0) -> ConnectionFailed:
        """Begin the next pause, of at least the seconds that the other system `asked` for; what to raise."""
        self.failures += 1
        pause = max(asked, min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE))
        self.not_before = time.time() + pause
        again = datetime.fromtimestamp(self.not_before, UTC).strftime("%H:%M:%S UTC")
        self.error = f"{error} Nothing is lost; the next attempt is at {again}."
        return ConnectionFailed(self.error)

    def note_success(self) -> bool:
        """End the pauses; whether there were any."""
        was_failing = bool(self.failures or self.not_before)
        self.failures, self.not_before, self.error = 0, 0, ""
        return was_failing
