"""What the publication says about its corrections: figures by month and half-year, kept by the index."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.domain.states import WAITING, State
from corrections.index import queries
from corrections.index.index import Index
from corrections.index.projection.figures import CHANGED, REJECTED, Figure, Sample
from corrections.services.publication import Publication


@dataclass(frozen=True)
class Period:
    """`name` is 2026-11 or 2026-H2 (UTC). Received counts by the day of submission, all else by that of the decision
    that stands. `accepted` were published as sent, `changed` in other words; `rejected` goes by the reason's code."""

    name: str
    received: int
    accepted: int
    changed: int
    rejected: dict[str, int]
    duplicate: int
    spam: int
    withdrawn: int
    reverted: int
    median_hours: float | None

    @property
    def all_rejected(self) -> int:
        return sum(self.rejected.values())


@dataclass(frozen=True)
class PublicFigures:
    """`oldest_open` is a time (RFC 3339, UTC), `open` counts what waits for an editor, held back or appealed too."""

    at: datetime
    received: int
    open: int
    oldest_open: str | None
    median_hours: float | None
    months: tuple[Period, ...]
    halves: tuple[Period, ...]


@dataclass(frozen=True)
class _Group:
    """A period and the months that it consists of."""

    name: str
    months: Sequence[str]


_cached: dict[str, tuple[str | None, PublicFigures]] = {}  # by the folder of the publication: the head, its figures


def openness(publication: Publication) -> PublicFigures:
    """The figures as of the last event, all of one moment."""
    folder, index = str(publication.folder), publication.index
    with index.databases.snapshot():
        head, figures = index.head, _cached.get(folder)
        if figures is None or figures[0] != head:
            _cached[folder] = figures = (head, _figures(index))
        return figures[1]


def _figures(index: Index) -> PublicFigures:
    states: Counter[str] = Counter()
    for tally in queries.tallies(index, Figure.CATEGORY):
        states[tally.outcome] += tally.count
    received = {tally.subject: tally.count for tally in queries.tallies(index, Figure.SUBMITTED_MONTH)}
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tally in queries.tallies(index, Figure.OUTCOME_MONTH):
        outcomes[tally.subject][tally.outcome] = tally.count
    months = [_Group(month, [month]) for month in sorted({*received, *outcomes}, reverse=True)]
    halves = _halves(months)
    groups = [[f"{Sample.JUDGED_MONTH} {month}" for month in group.months] for group in (*months, *halves)]
    (overall,), *medians = queries.percentiles(index, [[Sample.JUDGED], *groups], [50])
    periods = [
        _period(group, received, outcomes, median) for group, (median,) in zip((*months, *halves), medians, strict=True)
    ]
    return PublicFigures(
        at=datetime.now(UTC),
        received=states.total(),
        open=sum(states[state] for state in WAITING),
        oldest_open=queries.oldest_submission(index, WAITING),
        median_hours=overall,
        months=tuple(periods[: len(months)]),
        halves=tuple(periods[len(months) :]),
    )


def _halves(months: Iterable[_Group]) -> list[_Group]:
    """The half-years of these months, in the same order."""
    halves: dict[str, list[str]] = {}
    for group in months:
        year, _, month = group.name.partition("-")
        halves.setdefault(f"{year}-H{1 if month <= '06' else 2}", []).append(group.name)
    return [_Group(name, parts) for name, parts in halves.items()]


def _period(
    group: _Group, received: dict[str, int], outcomes: dict[str, Counter[str]], median_hours: float | None
) -> Period:
    total: Counter[str] = Counter()
    for month in group.months:
        total.update(outcomes.get(month, {}))
    return Period(
        name=group.name,
        received=sum(received.get(month, 0) for month in group.months),
        accepted=total[State.ACCEPTED],
        changed=total[CHANGED],
        rejected={
            name.removeprefix(REJECTED): count for name, count in sorted(total.items()) if name.startswith(REJECTED)
        },
        duplicate=total[State.DUPLICATE],
        spam=total[State.SPAM],
        withdrawn=total[State.WITHDRAWN],
        reverted=total[State.REVERTED],
        median_hours=median_hours,
    )
