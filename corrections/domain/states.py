"""The states of a correction, and the groups of them that rules and pages speak of."""

from enum import StrEnum


class State(StrEnum):
    """The state of a correction. The values are stored, and part of the API."""

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
UNDECIDED = (State.OPEN, State.HELD)  # no editor has decided yet
WAITING = (*UNDECIDED, State.APPEALED)  # for an editor
CLOSED = tuple(state for state in State if state not in WAITING)
PUBLISHED = (State.ACCEPTED, State.REVERTED)  # the proposed words were published, even if they were reverted later
UPHELD = (State.ACCEPTED, State.USED, State.REVERTED)  # the reader was right; these are in the public log
JUDGED = (*UPHELD, State.REJECTED)  # on the merits of the proposal: neither duplicates nor spam
DECIDED = tuple(state for state in CLOSED if state is not State.WITHDRAWN)  # by an editor
