"""The proof bundle of one correction: who may get which, and what is in it.

The public gets published words and public facts only. Of what was not published it gets the ids of the events, which
are hashes. A reader also gets the words that they sent, and the staff all that the ledger has.
"""

from corrections.domain.states import CLOSED, State
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services.errors import NoProof
from corrections.services.operations.checkpoints import published_keys
from corrections.services.publication import Publication
from repo_store.audit.proof_check import proven_changes
from repo_store.audit.proof_collection import ProofRequest
from repo_store.audit.proof_summary import changed_words
from repo_store.audit.proofs import Audience, Bundle, read_bundle
from repo_store.errors import NotProvenYet
from repo_store.model.events import CorrectionSubmitted

UNDECIDED = LazyString("There is no proof of this correction yet: it is waiting for a decision.")
NOT_COVERED = LazyString(
    "There is no proof of this decision yet. The service signs its ledger at regular intervals; "
    "please try again in an hour."
)
_OUTCOMES = frozenset(
    {
        "correction.submitted",
        "correction.accepted",
        "correction.used",
        "correction.rejected",
        "correction.duplicate",
        "correction.spam",
        "correction.withdrawn",
        "correction.reopened",
        "correction.reverted",
    }
)


def has_proof(correction: queries.Correction) -> bool:
    """Whether there is a decision that can be proven."""
    return correction.state in CLOSED


def is_proven(publication: Publication, correction: queries.Correction) -> bool:
    """Whether there is a decision and a checkpoint that covers it, so that a proof can be made."""
    if not has_proof(correction):
        return False
    last = next(iter(publication.store.checkpoints(limit=1)), None)
    events = queries.events(publication.index, correction.number)
    return last is not None and last.statement.events >= max(event.seq for event in events)


def proof_bundle(publication: Publication, number: int, audience: Audience) -> bytes:
    """The bundle, as a file. Raises `UnknownCorrection`, `NoProof`."""
    correction = publication.correction(number)
    if not has_proof(correction):
        raise NoProof(UNDECIDED)
    try:
        return publication.store.prove(_request(publication, correction, audience), publication.key)
    except NotProvenYet as error:
        raise NoProof(NOT_COVERED) from error


def open_bundle(data: bytes) -> tuple[Bundle, list[tuple[str, str, str, str]]]:
    """A bundle with, for a page, each change in it: what it was, its commit, the words before and after."""
    bundle = read_bundle(data)
    return bundle, [(change.what, change.commit, *changed_words(change)) for change in proven_changes(bundle)]


def _request(publication: Publication, correction: queries.Correction, audience: Audience) -> ProofRequest:
    events = queries.events(publication.index, correction.number)
    if audience != "staff":
        events = [event for event in events if event.type in _OUTCOMES]
    is_published = correction.state in (State.ACCEPTED, State.REVERTED) and not correction.edited
    shows_words = audience != "public" or is_published
    return ProofRequest(
        publication=publication.name,
        number=correction.number,
        correction=correction.id,
        article=correction.article,
        state=correction.state,
        audience=audience,
        events=[event.id for event in events],
        keys=published_keys(publication),
        proposal=correction.commit if shows_words else "",
        shown_events=_shown_events(publication, events, audience),
        with_chain=audience == "staff",
        part=correction.part,
    )


def _shown_events(publication: Publication, events: list[queries.Event], audience: Audience) -> tuple[str, ...]:
    """The event with all that a reader sent; not where it also says by which rules it was held back."""
    submitted = publication.store.entry(events[0].id).event
    is_internal = isinstance(submitted, CorrectionSubmitted) and bool(submitted.held)
    return (events[0].id,) if audience == "reader" and not is_internal else ()
