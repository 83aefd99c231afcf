"""Whether somebody may do something, and whether a correction's state allows it."""

from dataclasses import dataclass

from corrections.domain.roles import RIGHTS, Right, Role
from corrections.domain.states import State
from corrections.domain.transitions import TRANSITIONS, Transition
from corrections.services.errors import AlreadyDecided, Forbidden


@dataclass(frozen=True)
class Actor:
    """Somebody of the staff: `name` is the sign-in name, `credit` what public commits call them."""

    name: str
    role: Role
    credit: str = "an editor"


def check_right(actor: Actor, right: Right) -> None:
    """Raises `Forbidden` where the actor's role lacks the right."""
    if actor.role not in RIGHTS[right]:
        needed = " or ".join(sorted(RIGHTS[right]))
        raise Forbidden(f"Your role, {actor.role}, does not allow this. It requires the role {needed}.")


def check_arrow(decision: Transition, state: State, decided_by: str | None) -> None:
    """Raises `AlreadyDecided` where no arrow leads from `state` by this decision."""
    if state not in TRANSITIONS[decision]:
        by = f" by {decided_by}" if decided_by and state is not State.OPEN else ""
        allowed = " or ".join(sorted(TRANSITIONS[decision]))
        raise AlreadyDecided(
            f"This correction is {state}{by}. The action “{decision}” is only possible if it is {allowed}.",
            state=state,
            decided_by=decided_by,
        )
