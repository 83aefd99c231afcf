"""What the staff can decide about a correction."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """A decision by its imperative. The values are part of the API and of the review page's form."""

    ACCEPT = "accept"
    REJECT = "reject"
    USE = "use"
    SECOND = "second"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    RELEASE = "release"
    REOPEN = "reopen"
    REVERT = "revert"
    UNDO = "undo"  # of the last decision: reverts where that is needed, then reopens


API_DECISIONS = tuple(kind for kind in DecisionKind if kind is not DecisionKind.UNDO)
