"""The states of a correction, and those that belong together."""

from enum import StrEnum


class State(StrEnum):
    """Where a correction stands. The values are stored, and part of the API."""

    OPEN = "open"
    HELD = "held"
    APPEALED = "appealed"
    ACCEPTED = "accepted"
    USED = "used"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"
    REVERTED = "reverted"


STATES = tuple(State)
WAITING = (State.OPEN, State.HELD, State.APPEALED)  # for somebody of the staff
CLOSED = tuple(state for state in State if state not in WAITING)
TAKEN = (State.ACCEPTED, State.USED, State.REVERTED)  # the reader was right, even where it was taken back later
JUDGED = (*TAKEN, State.REJECTED)  # by what was proposed: neither duplicates nor spam
DECIDED = tuple(state for state in CLOSED if state is not State.WITHDRAWN)  # by the staff
