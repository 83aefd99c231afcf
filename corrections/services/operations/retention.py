"""How long readers' names and addresses are kept.

Some days after the decision, where the house says so; of corrections that could not be written, a day.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from corrections.domain.states import CLOSED, State
from corrections.index import queries
from corrections.services import settings
from corrections.services.errors import Invalid
from corrections.services.operations.audit import IN_FLIGHT_SECONDS, may_be_in_flight
from corrections.services.publication import Publication

FAILED_HOURS = 24  # after the last attempt to write a correction, before what is kept of its reader is erased


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


def erase_failed(
    publication: Publication, now: datetime | None = None, is_awaited: Callable[[], bool] | None = None
) -> int:
    """Erase what is kept of the readers whose corrections could not be written, and were not sent again in
    `FAILED_HOURS`; returns of how many. The git server is asked for as long as `is_awaited`.

    Raises `RemoteFailure` where a shared git server cannot be asked what was written; nothing is erased then.
    """
    before = ((now or datetime.now(UTC)) - timedelta(hours=FAILED_HOURS)).isoformat(timespec="seconds")
    failed = publication.private.failed_submissions
    corrections = failed.before(before)
    if not corrections:
        return 0
    publication.store.fetch(None, is_awaited)
    publication.refresh()
    erased = 0
    for correction in corrections:
        if queries.correction_by_id(publication.index, correction) is not None:
            failed.confirm(correction)
        else:
            erased += failed.erase(correction, before)
    return erased


def erase_orphan(publication: Publication, correction: str) -> None:
    """Erase what is kept of the reader of a correction, by its id, that an audit did not find in the ledger.

    Raises `Invalid` where it is in the ledger, or nothing is kept of it; `RemoteFailure` where that cannot be asked.
    """
    publication.store.fetch()
    publication.refresh()
    written = queries.correction_by_id(publication.index, correction)
    if written is not None:
        raise Invalid({"correction": f"The ledger has it, as number {written.number}. Nothing was erased."})
    failed = publication.private.failed_submissions
    recently = (datetime.now(UTC) - timedelta(seconds=IN_FLIGHT_SECONDS)).isoformat(timespec="seconds")
    if may_be_in_flight(correction) or correction in failed.since(recently):
        minutes = IN_FLIGHT_SECONDS // 60
        raise Invalid(
            {"correction": f"It may not have been written to the ledger yet. Try again in {minutes} minutes."}
        )
    if not failed.erase_at_once(correction):
        raise Invalid({"correction": f"Nothing is kept of a correction {correction}. Nothing was erased."})


def _decided(publication: Publication, correction: queries.Correction, before: str) -> bool:
    if correction.state is State.DUPLICATE and correction.same_as is not None:
        correction = publication.correction(correction.same_as)
    return correction.state in CLOSED and (correction.decided_at or correction.submitted_at) < before
