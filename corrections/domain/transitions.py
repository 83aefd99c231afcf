"""From which states each thing that can happen to a correction is possible."""

from typing import Literal

from corrections.domain.states import CLOSED, WAITING, State

Transition = Literal[
    "release",
    "accept",
    "reject",
    "duplicate",
    "second",
    "use",
    "spam",
    "withdraw",
    "comment",
    "discuss",
    "set aside",
    "appeal",
    "revert",
    "reopen",
]

TRANSITIONS: dict[Transition, frozenset[State]] = {
    "release": frozenset({State.HELD}),
    "accept": frozenset({State.OPEN, State.APPEALED}),
    "reject": frozenset(WAITING),
    "duplicate": frozenset(WAITING),
    "second": frozenset({State.OPEN, State.APPEALED}),
    "use": frozenset({State.OPEN, State.APPEALED}),
    "spam": frozenset({State.OPEN, State.HELD}),
    "withdraw": frozenset({*WAITING, State.DUPLICATE}),
    "comment": frozenset({*WAITING, State.DUPLICATE}),
    "discuss": frozenset(State),
    "set aside": frozenset(WAITING),
    "appeal": frozenset({State.REJECTED, State.SPAM}),
    "revert": frozenset({State.ACCEPTED}),
    "reopen": frozenset(CLOSED) - {State.ACCEPTED},
}
