"""One event about a correction, written on the picture that was seen: what every decision goes through."""

from collections.abc import Callable

from corrections import config
from corrections.domain.roles import Role
from corrections.domain.states import State
from corrections.domain.transitions import Transition
from corrections.index import queries
from corrections.services.actors import Actor, check_arrow, check_right
from corrections.services.errors import AlreadyDecided, Invalid
from corrections.services.publication import Publication
from corrections.services.validation import Fields
from repo_store import Intent
from repo_store.model.events import Event

READER = Role.READER


def append_event(
    publication: Publication,
    actor: Actor,
    number: int,
    based_on: str,
    decision: Transition,
    event: type[Event],
    **values: object,
) -> queries.Correction:
    """Write an event that brings no content. Raises as `act` does."""

    def build(correction: queries.Correction, head: str | None) -> list[Intent]:
        written = event(correction=correction.id, number=number, by=actor.name, **values)  # type: ignore[call-arg]
        return [Intent(written, head, about=correction.commit)]

    return apply_transition(publication, actor, number, based_on, decision, build)


def apply_transition(
    publication: Publication,
    actor: Actor,
    number: int,
    based_on: str,
    decision: Transition,
    build: Callable[[queries.Correction, str | None], list[Intent]],
) -> queries.Correction:
    """Write what `build` makes of the correction as it stands, if the actor may, and nothing happened since `based_on`.

    Raises `Forbidden`, `Invalid`, `AlreadyDecided`, `UnknownCorrection` and what `build` raises.
    """
    if actor.role != READER:
        check_right(actor, "decide")

    def decide(head: str | None) -> list[Intent]:
        correction = publication.correction(number)
        if actor.role != READER and correction.state is State.APPEALED:
            check_right(actor, "judge")
        check_current(publication, correction, based_on)
        check_arrow(decision, correction.state, correction.decided_by)
        return build(correction, head)

    publication.write_together(decide)
    return publication.correction(number)


def check_current(publication: Publication, correction: queries.Correction, based_on: str) -> None:
    """A decision names the event it was based on: nothing may have happened to the correction since."""
    if based_on == correction.last_event:
        return
    head = queries.event(publication.index, based_on)
    if head is None:
        raise Invalid(
            {"based_on": "based_on must be the ID of the correction’s last event (`last_event` in its JSON)."}
        )
    if head.seq < correction.last_seq:
        what = "Someone else decided this correction in the meantime"
        if correction.decided_by:
            what += f" ({correction.state} by {correction.decided_by})"
        elif correction.state is State.OPEN:
            what = "New information was added to this correction in the meantime"
        raise AlreadyDecided(
            f"{what}. Your decision was not saved. Review the correction again.",
            state=correction.state,
            last_event=correction.last_event,
        )


def checked_reason(reason: str, required: bool = False) -> str:
    fields = Fields()
    clean = fields.text("reason", "Reason", reason.strip(), config.REASON_LIMIT, required=required)
    fields.check()
    return clean
