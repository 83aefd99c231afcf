"""How the editors keep up: by week, by category, by article. The figures are kept by the index."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corrections.domain.states import JUDGED, UPHELD, State
from corrections.index import queries
from corrections.index.projection.figures import Figure, Sample
from corrections.services.publication import Publication

WEEKS_SHOWN = 26
ARTICLES_SHOWN = 20
_SHARES = (50, 90)  # per cent: the median, and the percentile shown beside it


@dataclass(frozen=True)
class Week:
    """`monday` begins it (UTC); hours from submission to the decision that stands, of those submitted in it."""

    monday: date
    submitted: int
    decided: int
    median_hours: float | None
    ninetieth_hours: float | None


@dataclass(frozen=True)
class Category:
    name: str
    submitted: int
    judged: int
    accepted: int

    @property
    def share(self) -> float | None:
        """Of those judged, how many were accepted or used, from 0 to 1."""
        return self.accepted / self.judged if self.judged else None


@dataclass(frozen=True)
class Numbers:
    """All figures; `hours` as in `Week`, over everything that is decided. Withdrawn corrections count as submitted."""

    submitted: int
    open: int
    oldest_open: queries.Correction | None
    median_hours: float | None
    ninetieth_hours: float | None
    weeks: tuple[Week, ...]
    categories: tuple[Category, ...]
    articles: tuple[tuple[str, str, int], ...]


def numbers(publication: Publication, now: datetime | None = None) -> Numbers:
    """The figures of a publication as of now, all of one moment."""
    index = publication.index
    with index.databases.snapshot():
        oldest = queries.corrections(index, queries.Filter(State.OPEN), limit=1)
        categories = queries.tallies(index, Figure.CATEGORY)
        ((median, ninetieth),) = queries.percentiles(index, [(Sample.DECIDED,)], _SHARES)
        return Numbers(
            submitted=sum(tally.count for tally in categories),
            open=sum(tally.count for tally in categories if tally.outcome == State.OPEN),
            oldest_open=oldest[0] if oldest else None,
            median_hours=median,
            ninetieth_hours=ninetieth,
            weeks=_weeks(publication, (now or datetime.now(UTC)).date()),
            categories=_categories(categories),
            articles=tuple(queries.most_corrected(index, ARTICLES_SHOWN)),
        )


def _weeks(publication: Publication, today: date) -> tuple[Week, ...]:
    index, last = publication.index, today - timedelta(days=today.weekday())
    mondays = [last - timedelta(weeks=back) for back in range(WEEKS_SHOWN - 1, -1, -1)]
    submitted, decided = (
        {tally.subject: tally.count for tally in queries.tallies(index, figure, mondays[0].isoformat())}
        for figure in (Figure.SUBMITTED_WEEK, Figure.DECIDED_WEEK)
    )
    hours = queries.percentiles(index, [(f"{Sample.SUBMITTED_WEEK} {monday}",) for monday in mondays], _SHARES)
    return tuple(
        Week(monday, submitted.get(monday.isoformat(), 0), decided.get(monday.isoformat(), 0), median, ninetieth)
        for monday, (median, ninetieth) in zip(mondays, hours, strict=True)
    )


def _categories(tallies: list[queries.Tally]) -> tuple[Category, ...]:
    by_name: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for tally in tallies:
        by_name[tally.subject][tally.outcome] = tally.count
    return tuple(
        Category(
            name,
            submitted=sum(counts.values()),
            judged=sum(counts.get(state, 0) for state in JUDGED),
            accepted=sum(counts.get(state, 0) for state in UPHELD),
        )
        for name, counts in sorted(by_name.items())
    )
