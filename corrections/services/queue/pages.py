"""Pages of the queue: corrections in the order of a search, alternatives under the proposal for the same words."""

from dataclasses import dataclass, replace

from corrections.domain.states import State
from corrections.index import queries
from corrections.index.index import Index
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy
from corrections.services.review.bulk_eligibility import line_review_reason
from corrections.services.review.queue_lines import Line, lines

ALTERNATIVES_LIMIT = 500  # that a page shows under its proposals


@dataclass(frozen=True)
class QueueRow:
    """`nested` for an alternative under its proposal; `review_reason` says why the row is not a clean one.

    `agreed` are those who have approved it; `appellant` who asked for a review by a chief editor, or empty.
    """

    line: Line
    nested: bool
    review_reason: str
    publication: Publication
    agreed: tuple[str, ...] = ()
    appellant: str = ""

    @property
    def key(self) -> str:
        """What names the row among those of all publications, such as `daily/12`."""
        return f"{self.publication.name}/{self.line.correction.number}"


@dataclass(frozen=True)
class QueuePage:
    """`following` is the number that the next page begins after, None on the last one."""

    rows: tuple[QueueRow, ...]
    following: int | None


def queue_page(publication: Publication, criteria: queries.Filter) -> QueuePage:
    """The page that begins after `criteria.after`.

    An alternative is on the page of its proposal, whichever page that is; where the search does not find the proposal,
    the alternative has its own place.
    """
    index = publication.index
    page = queries.corrections(index, criteria)
    everywhere = replace(criteria, after=None)
    elsewhere = _found(index, everywhere, page)
    corrections = [correction for correction in page if correction.alternative_to not in elsewhere]
    corrections += _alternatives(index, everywhere, corrections)
    policy = acceptance_policy.of(publication)
    grouped = _grouped(lines(publication, corrections))
    rivals = {line.correction.alternative_to: line.correction.number for line, _ in grouped}
    agreed = queries.approvals(index, [line.correction.number for line, _ in grouped])
    rows = tuple(
        QueueRow(
            line,
            nested,
            line_review_reason(publication, line, policy) or _rivalry(rivals.get(line.correction.number)),
            publication,
            agreed.get(line.correction.number, ()),
            _appellant(publication, line.correction),
        )
        for line, nested in grouped
    )
    return QueuePage(rows, page[-1].number if len(page) == queries.PAGE else None)


def _found(index: Index, criteria: queries.Filter, page: list[queries.Correction]) -> set[int]:
    """The proposals that corrections of this page are alternatives to, and that the search finds on other pages."""
    here = {correction.number for correction in page}
    proposals = {correction.alternative_to for correction in page if correction.alternative_to} - here
    if not proposals:
        return set()
    originals = queries.corrections(index, replace(criteria, numbers=tuple(sorted(proposals))))
    return {correction.number for correction in originals}


def _alternatives(
    index: Index, criteria: queries.Filter, corrections: list[queries.Correction]
) -> list[queries.Correction]:
    """The alternatives to these corrections, and to those, that the search finds and that are not among them."""
    known = {correction.number for correction in corrections}
    added: list[queries.Correction] = []
    latest = tuple(known)
    while latest and len(added) < ALTERNATIVES_LIMIT:
        related = queries.corrections(index, replace(criteria, alternatives_to=latest), limit=ALTERNATIVES_LIMIT)
        fresh = [correction for correction in related if correction.number not in known]
        added += fresh
        latest = tuple(correction.number for correction in fresh)
        known.update(latest)
    return added


def _grouped(queue_lines: list[Line]) -> list[tuple[Line, bool]]:
    """Alternatives right under their proposal; True marks those."""
    here = {line.correction.number for line in queue_lines}
    under: dict[int, list[Line]] = {}
    for line in queue_lines:
        proposal = line.correction.alternative_to
        if proposal in here and proposal != line.correction.number:
            under.setdefault(proposal, []).append(line)
    nested = {line.correction.number for group in under.values() for line in group}
    ordered: list[tuple[Line, bool]] = []
    for line in queue_lines:
        if line.correction.number not in nested:
            _add(ordered, line, under, False)
    return ordered


def _add(ordered: list[tuple[Line, bool]], line: Line, under: dict[int, list[Line]], nested: bool) -> None:
    ordered.append((line, nested))
    for alternative in under.pop(line.correction.number, []):
        _add(ordered, alternative, under, True)


def _appellant(publication: Publication, correction: queries.Correction) -> str:
    """Who asked for a review: the reader, by the name that came with the correction."""
    if correction.state is not State.APPEALED:
        return ""
    contact = publication.private.contacts.get(correction.id)
    return contact.name if contact is not None and contact.name else "the reader"


def _rivalry(alternative: int | None) -> str:
    return f"#{alternative} suggests other words for the same text." if alternative else ""
