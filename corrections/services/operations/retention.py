"""How long readers' names and addresses are kept: some days after the decision, where the house says so."""

from datetime import UTC, datetime, timedelta

from corrections.domain.states import CLOSED, State
from corrections.index import queries
from corrections.services import settings
from corrections.services.publication import Publication


def erase_due(publication: Publication, now: datetime | None = None) -> int:
    """Erase the contacts whose corrections were decided `contact-days` ago or earlier; returns how many.

    A duplicate waits for the decision on the correction it was folded into.
    """
    days = settings.number(publication, "contact-days")
    if not days:
        return 0
    before = ((now or datetime.now(UTC)) - timedelta(days=days)).isoformat()
    erased = 0
    for correction_id in publication.private.contacts.corrections():
        correction = queries.correction_by_id(publication.index, correction_id)
        if correction is not None and _decided(publication, correction, before):
            publication.private.contacts.forget(correction_id)
            erased += 1
    return erased


def _decided(publication: Publication, correction: queries.Correction, before: str) -> bool:
    if correction.state is State.DUPLICATE and correction.same_as is not None:
        correction = publication.correction(correction.same_as)
    return correction.state in CLOSED and (correction.decided_at or correction.submitted_at) < before
