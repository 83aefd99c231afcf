"""How the editors keep up: by week, by category, by article; each figure follows from the ledger's events."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from corrections.domain.states import DECIDED, JUDGED, UPHELD, State
from corrections.index import queries
from corrections.services.publication import Publication

WEEKS_SHOWN = 26
ARTICLES_SHOWN = 20


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
    """The figures of a publication as of now."""
    rows = queries.times(publication.index)
    hours = [_hours(row) for row in rows if _is_decided(row)]
    oldest = queries.corrections(publication.index, queries.Filter(State.OPEN), limit=1)
    headlines = {row.article: row.headline for row in rows}  # of each article the last one
    articles = Counter(row.article for row in rows).most_common(ARTICLES_SHOWN)
    return Numbers(
        submitted=len(rows),
        open=sum(row.state is State.OPEN for row in rows),
        oldest_open=oldest[0] if oldest else None,
        median_hours=percentile(hours, 50),
        ninetieth_hours=percentile(hours, 90),
        weeks=_weeks(rows, (now or datetime.now(UTC)).date()),
        categories=_categories(rows),
        articles=tuple((article, headlines[article], count) for article, count in articles),
    )


def percentile(values: Iterable[float], share: int) -> float | None:
    """The smallest value that at least `share` per cent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else None


def _weeks(rows: list[queries.Times], today: date) -> tuple[Week, ...]:
    came: Counter[date] = Counter()
    went: Counter[date] = Counter()
    hours: defaultdict[date, list[float]] = defaultdict(list)
    for row in rows:
        week = _monday(row.submitted_at[:10])
        came[week] += 1
        if _is_decided(row):
            went[_monday((row.decided_at or "")[:10])] += 1
            hours[week].append(_hours(row))
    last = _monday(today.isoformat())
    mondays = [last - timedelta(weeks=back) for back in range(WEEKS_SHOWN - 1, -1, -1)]
    return tuple(
        Week(monday, came[monday], went[monday], percentile(hours[monday], 50), percentile(hours[monday], 90))
        for monday in mondays
    )


@lru_cache(maxsize=10_000)
def _monday(day: str) -> date:
    moment = date.fromisoformat(day)
    return moment - timedelta(days=moment.weekday())


def _categories(rows: list[queries.Times]) -> tuple[Category, ...]:
    states = Counter((row.category, row.state) for row in rows)
    categories = []
    for name in sorted({category for category, _ in states}):
        of_it = {state: count for (category, state), count in states.items() if category == name}
        judged = sum(of_it.get(state, 0) for state in JUDGED)
        categories.append(Category(name, sum(of_it.values()), judged, sum(of_it.get(state, 0) for state in UPHELD)))
    return tuple(categories)


def _is_decided(row: queries.Times) -> bool:
    return row.state in DECIDED and row.decided_at is not None


def _hours(row: queries.Times) -> float:
    took = datetime.fromisoformat(row.decided_at or row.submitted_at) - datetime.fromisoformat(row.submitted_at)
    return round(took.total_seconds() / 3600, 2)
