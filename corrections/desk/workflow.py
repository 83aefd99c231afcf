"""Who may do what, and from which state: the two tables that everything else asks."""

from dataclasses import dataclass

from corrections.desk.errors import AlreadyDecided, Forbidden

RIGHTS: dict[str, frozenset[str]] = {
    "read": frozenset({"viewer", "editor", "chief-editor", "admin"}),
    "decide": frozenset({"editor", "chief-editor", "admin"}),
    "judge": frozenset({"chief-editor", "admin"}),  # decide on an appeal
    "staff": frozenset({"admin"}),  # accounts and settings
    "import": frozenset({"editor", "chief-editor", "admin"}),
}

ARROWS: dict[str, frozenset[str]] = {
    "release": frozenset({"held"}),
    "accept": frozenset({"open", "appealed"}),
    "reject": frozenset({"open", "held", "appealed"}),
    "duplicate": frozenset({"open", "held", "appealed"}),
    "second": frozenset({"open", "appealed"}),
    "use": frozenset({"open", "appealed"}),
    "spam": frozenset({"open", "held"}),
    "withdraw": frozenset({"open", "held", "duplicate", "appealed"}),
    "comment": frozenset({"open", "held", "duplicate", "appealed"}),
    "discuss": frozenset(
        {"open", "held", "appealed", "accepted", "used", "rejected", "duplicate", "spam", "withdrawn", "reverted"}
    ),
    "set aside": frozenset({"open", "held", "appealed"}),
    "appeal": frozenset({"rejected", "spam"}),
    "revert": frozenset({"accepted"}),
    "reopen": frozenset({"rejected", "used", "duplicate", "spam", "withdrawn", "reverted"}),
}


@dataclass(frozen=True)
class Actor:
    """Somebody of the staff."""

    name: str
    role: str


def check_right(actor: Actor, right: str) -> None:
    """Raises `Forbidden` where the actor's role lacks the right."""
    if actor.role not in RIGHTS[right]:
        needed = " or ".join(sorted(RIGHTS[right]))
        raise Forbidden(f"As {actor.role} you cannot do this; it needs the role {needed}.")


def check_arrow(decision: str, state: str, decided_by: str | None) -> None:
    """Raises `AlreadyDecided` where no arrow leads from `state` by this decision."""
    if state not in ARROWS[decision]:
        by = f" by {decided_by}" if decided_by and state != "open" else ""
        allowed = " or ".join(sorted(ARROWS[decision]))
        raise AlreadyDecided(
            f"This correction is {state}{by}. To {decision} it, it has to be {allowed}.",
            state=state,
            decided_by=decided_by,
        )
