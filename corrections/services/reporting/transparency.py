"""What the publication says about its corrections: figures by month and half-year, all from the ledger."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.domain.states import JUDGED, WAITING, State
from corrections.index import queries
from corrections.services.publication import Publication
from corrections.services.reporting.statistics import percentile

FRESH_SECONDS = 60  # for which figures that take long to compute are reused before they are computed again
LONG_SECONDS = 0.1


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
class _Kept:
    head: str | None
    computed_at: float
    took: float
    figures: PublicFigures


_known: dict[str, _Kept] = {}
_guard = threading.Lock()


def openness(publication: Publication) -> PublicFigures:
    """The figures as of now; where they take long to compute, as of less than `FRESH_SECONDS` ago."""
    with _guard:
        cached, head, begun = _known.get(str(publication.folder)), publication.index.head, time.monotonic()
        if cached and (
            cached.head == head or (cached.took > LONG_SECONDS and begun - cached.computed_at < FRESH_SECONDS)
        ):
            return cached.figures
        figures = compute_figures(queries.outcomes(publication.index), datetime.now(UTC))
        _known[str(publication.folder)] = _Kept(head, begun, time.monotonic() - begun, figures)
        return figures


def compute_figures(rows: list[queries.Outcome], now: datetime) -> PublicFigures:
    """The figures of what became of each correction, oldest first."""
    waiting = [row for row in rows if row.state in WAITING]
    return PublicFigures(
        at=now,
        received=len(rows),
        open=len(waiting),
        oldest_open=waiting[0].submitted_at if waiting else None,
        median_hours=percentile([_hours(row) for row in rows if row.state in JUDGED], 50),
        months=_periods(rows, lambda day: day[:7]),
        halves=_periods(rows, lambda day: f"{day[:4]}-H{1 if day[5:7] <= '06' else 2}"),
    )


def _periods(rows: list[queries.Outcome], name_of: Callable[[str], str]) -> tuple[Period, ...]:
    """Newest first, of those in which something happened."""
    received = Counter(name_of(row.submitted_at) for row in rows)
    decided: defaultdict[str, list[queries.Outcome]] = defaultdict(list)
    for row in rows:
        if row.decided_at is not None or row.state is State.DUPLICATE:  # of another that was open already
            decided[name_of(row.decided_at or row.submitted_at)].append(row)
    return tuple(_period(name, received[name], decided[name]) for name in sorted({*received, *decided}, reverse=True))


def _period(name: str, received: int, decided: list[queries.Outcome]) -> Period:
    states = Counter(row.state for row in decided)
    changed = sum(1 for row in decided if row.state is State.USED or (row.state is State.ACCEPTED and row.edited))
    return Period(
        name=name,
        received=received,
        accepted=states[State.ACCEPTED] + states[State.USED] - changed,
        changed=changed,
        rejected=dict(sorted(Counter(row.code for row in decided if row.state is State.REJECTED).items())),
        duplicate=states[State.DUPLICATE],
        spam=states[State.SPAM],
        withdrawn=states[State.WITHDRAWN],
        reverted=states[State.REVERTED],
        median_hours=percentile([_hours(row) for row in decided if row.state in JUDGED], 50),
    )


def _hours(row: queries.Outcome) -> float:
    took = datetime.fromisoformat(row.decided_at or row.submitted_at) - datetime.fromisoformat(row.submitted_at)
    return round(took.total_seconds() / 3600, 2)
