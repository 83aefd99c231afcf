"""The figures that staff and public are shown follow from the ledger."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from corrections.domain.kinds import Category
from corrections.domain.states import DECIDED, JUDGED, UPHELD, WAITING, State
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.reporting import statistics, transparency
from corrections.services.review import decisions
from repo_store import Proposal, Store
from repo_store.model.events import (
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionDuplicate,
    CorrectionRejected,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
)
from repo_store.model.intents import Message, reader
from tests.events import an_event, an_intent, prepared
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

DECISIONS = (
    CorrectionAccepted,
    CorrectionUsed,
    CorrectionRejected,
    CorrectionDuplicate,
    CorrectionSpam,
    CorrectionWithdrawn,
    CorrectionReopened,
    CorrectionReverted,
)


def test_the_numbers_follow_from_the_ledger_by_hand(publication: Publication):
    an_article(publication)
    for year in range(1, 8):
        a_correction(publication, "1893", str(1800 + year), category="factual" if year % 2 else "typo")
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    for number in (2, 3):
        decisions.reject(publication, EDITOR, number, publication.correction(number).last_event, "No.")
    decisions.mark_spam(publication, EDITOR, 4, publication.correction(4).last_event)
    status.withdraw(publication, 5)
    undone = decisions.reject(publication, EDITOR, 6, publication.correction(6).last_event, "No.")
    decisions.undo(publication, EDITOR, 6, undone.last_event)
    state: dict[str, str] = {}
    category: dict[str, str] = {}
    at: dict[str, list[float]] = {}
    for entry in publication.store.entries():
        event = entry.event
        kind, _, verb = event.type.partition(".")
        if kind != "correction":
            continue
        state[event.correction] = {"submitted": "open", "reopened": "open"}.get(verb, verb)
        at.setdefault(event.correction, []).append(entry.at.timestamp())
        if verb == "submitted":
            category[event.correction] = event.category
    decided = [each for each, now in state.items() if now in ("accepted", "rejected", "spam")]
    hours = sorted(round((at[each][-1] - at[each][0]) / 3600, 2) for each in decided)
    found = statistics.numbers(publication)
    assert (found.submitted, found.open) == (len(state), sum(each == "open" for each in state.values())) == (7, 2)
    assert (found.weeks[-1].submitted, found.weeks[-1].decided) == (7, len(decided))
    assert found.median_hours == hours[(len(hours) + 1) // 2 - 1]
    factual = next(each for each in found.categories if each.name == "factual")
    by_hand = [state[each] for each, name in category.items() if name == "factual"]
    assert factual.submitted == len(by_hand) == 4
    assert factual.accepted == by_hand.count("accepted") == 1
    assert factual.judged == by_hand.count("accepted") + by_hand.count("rejected") == 2
    assert found.oldest_open is not None
    assert found.oldest_open.number == 6
    assert found.articles == ((TALKS, "The talks", 7),)


class Clock:
    """Goes on by up to seven weeks at a time."""

    def __init__(self, random: Random) -> None:
        self.now, self._random = datetime(2024, 1, 1, tzinfo=UTC), random

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=self._random.choice((1, 90, 4000, 90_000, 4_000_000)) * self._random.random())
        return self.now


@dataclass
class ByHand:
    """One correction as the ledger tells it."""

    article: str
    category: str
    submitted_at: datetime
    state: State = State.OPEN
    decided_at: datetime | None = None
    edited: bool = False
    code: str = ""

    @property
    def hours(self) -> float:
        return round(((self.decided_at or self.submitted_at) - self.submitted_at).total_seconds() / 3600, 2)


def years_of_corrections(publication: Publication) -> datetime:
    """Events of each kind that the figures depend on, over some years; returns when the last happened."""
    random = Random(7)
    clock = Clock(random)
    about, store = prepared(publication), Store.open(publication.store.path, clock=clock)
    for number in range(3, 90):
        category = random.choice(tuple(Category))
        values = {
            "correction": f"{number:032x}",
            "category": category,
            "held": ("links",) if number % 11 == 0 else (),
            "same_as": 1 if number % 13 == 0 else None,
        }
        intent = an_intent(publication, an_event(CorrectionSubmitted, about, **values), about)
        store.write(
            replace(intent, content=Proposal(about.revision, TALKS, None, reader("r"), Message("x")), about=None)
        )
        for decided in random.sample(range(3, number + 1), min(2, number - 2)):
            kind = random.choice((*DECISIONS, CorrectionAppealed))
            publication.refresh()
            varied = {"code": random.choice(("", "style")), "edited": random.random() < 0.5}
            values = {name: value for name, value in varied.items() if name in kind.model_fields}
            event = an_event(kind, publication.correction(decided), **values)
            store.write(an_intent(publication, event, publication.correction(decided)))
    store.close()
    publication.refresh()
    return clock.now


def by_hand(publication: Publication) -> list[ByHand]:
    corrections: dict[str, ByHand] = {}
    for entry in publication.store.entries():
        event = entry.event
        if isinstance(event, CorrectionSubmitted):
            row = ByHand(event.article, event.category, entry.at)
            row.state = State.HELD if event.held else State.OPEN if event.same_as is None else State.DUPLICATE
            corrections[event.correction] = row
        elif isinstance(event, CorrectionAppealed):
            corrections[event.correction].state = State.APPEALED
        elif isinstance(event, DECISIONS):
            row, verb = corrections[event.correction], event.type.removeprefix("correction.")
            row.state = State.OPEN if verb == "reopened" else State(verb)
            row.decided_at = None if verb == "reopened" else entry.at
            row.edited = event.edited if isinstance(event, CorrectionAccepted) else row.edited
            row.code = event.code if isinstance(event, CorrectionRejected) else ""
    return list(corrections.values())


def nearest_rank(values: Iterable[float], share: int) -> float | None:
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else None


def monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def test_figures_of_years_are_those_counted_by_hand(publication: Publication):
    last = years_of_corrections(publication)
    rows, figures = by_hand(publication), statistics.numbers(publication, last)
    decided = [row for row in rows if row.state in DECIDED and row.decided_at]
    assert len({row.state for row in rows}) == len(State), "every state occurs"
    assert figures.submitted == len(rows)
    assert figures.open == sum(row.state is State.OPEN for row in rows)
    assert figures.median_hours == nearest_rank((row.hours for row in decided), 50)
    assert figures.ninetieth_hours == nearest_rank((row.hours for row in decided), 90)
    assert sum(week.submitted for week in figures.weeks) > 5
    for week in figures.weeks:
        hours = [row.hours for row in decided if monday(row.submitted_at) == week.monday]
        assert week.submitted == sum(monday(row.submitted_at) == week.monday for row in rows)
        assert week.decided == sum(monday(row.decided_at) == week.monday for row in decided if row.decided_at)
        assert (week.median_hours, week.ninetieth_hours) == (nearest_rank(hours, 50), nearest_rank(hours, 90))
    for category in figures.categories:
        states = Counter(row.state for row in rows if row.category == category.name)
        assert category.submitted == states.total()
        assert category.judged == sum(states[state] for state in JUDGED)
        assert category.accepted == sum(states[state] for state in UPHELD)
    articles = Counter(row.article for row in rows).most_common()
    assert figures.articles == tuple((name, publication.article(name).title, count) for name, count in articles)


def test_public_figures_of_years_are_those_counted_by_hand(publication: Publication):
    years_of_corrections(publication)
    rows, figures = by_hand(publication), transparency.openness(publication)
    waiting = [row for row in rows if row.state in WAITING]
    assert (figures.received, figures.open) == (len(rows), len(waiting))
    assert figures.oldest_open == waiting[0].submitted_at.isoformat()
    assert figures.median_hours == nearest_rank((row.hours for row in rows if row.state in JUDGED), 50)
    for periods, name in ((figures.months, by_month), (figures.halves, by_half)):
        assert sum(period.received for period in periods) == len(rows)
        assert [period.name for period in periods] == sorted({period.name for period in periods}, reverse=True)
        for period in periods:
            decided = [
                row
                for row in rows
                if (row.decided_at or row.state is State.DUPLICATE)
                and name(row.decided_at or row.submitted_at) == period.name
            ]
            states = Counter(row.state for row in decided)
            changed = sum(row.state is State.USED or (row.state is State.ACCEPTED and row.edited) for row in decided)
            assert period.received == sum(name(row.submitted_at) == period.name for row in rows)
            assert period.changed == changed
            assert period.accepted == states[State.ACCEPTED] + states[State.USED] - changed
            assert period.rejected == dict(Counter(row.code for row in decided if row.state is State.REJECTED))
            assert (period.duplicate, period.spam) == (states[State.DUPLICATE], states[State.SPAM])
            assert (period.withdrawn, period.reverted) == (states[State.WITHDRAWN], states[State.REVERTED])
            assert period.median_hours == nearest_rank((row.hours for row in decided if row.state in JUDGED), 50)


def by_month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


def by_half(moment: datetime) -> str:
    return f"{moment.year}-H{1 if moment.month <= 6 else 2}"


def test_a_rebuilt_index_has_the_same_figures(publication: Publication):
    years_of_corrections(publication)
    before = list(publication.index.content())
    assert {"tallies", "durations", "article_tallies"} <= {table for table, _ in before}
    publication.index.rebuild(publication.store)
    assert list(publication.index.content()) == before


def test_the_audit_names_a_figure_that_is_not_what_the_ledger_makes(publication: Publication):
    years_of_corrections(publication)
    with publication.index.databases.write() as database:
        database.execute("UPDATE tallies SET count = count + 1 WHERE figure='category' AND subject='typo'")
    findings = audit_publication(publication.folder)
    assert any("differs from the ledger in tallies, at category typo" in finding.message for finding in findings)
