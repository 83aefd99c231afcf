"""The head of the ledger."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Head:
    """`ledger` is the last event's commit (None: no event yet), `main` the commit of `main` that results from it.

    `seq` and `corrections` count the events and submissions so far; `at` is the last event's time (UTC).
    """

    ledger: str | None
    main: str | None
    seq: int
    corrections: int
    at: datetime | None
