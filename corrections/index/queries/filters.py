"""Filters of lists of corrections, their order and the page's beginning: as values, and as SQL."""

import re
from dataclasses import dataclass
from typing import Literal

from corrections.domain.kinds import Category
from corrections.domain.states import STATES, State
from corrections.index.schema import SEARCHED_BY_PUBLIC

PAGE = 50
Order = Literal["age", "newest", "decided", "turn", "factual", "readers", "article"]
_FLAGS = ("concerned", "fact_check", "asked", "edited", "evidence", "comment", "alternative_to", "appealed")
_ORDERS: dict[Order, tuple[str, ...]] = {
    "age": ("c.number",),
    "newest": ("c.number",),  # descending
    "decided": ("c.upheld_at", "c.number"),  # descending
    "turn": ("c.turn", "c.number"),
    "factual": (f"c.category <> '{Category.FACTUAL}'", "c.turn", "c.number"),
    "readers": ("-c.readers", "c.turn", "c.number"),
    "article": ("c.article", "c.number"),
}

_MATCHING = "c.number IN (SELECT rowid FROM {0} WHERE {0} MATCH ?{1})"
# within one state: only between the numbers of its first and last correction
_BETWEEN = (
    " AND rowid BETWEEN (SELECT min(number) FROM corrections WHERE state=?) "
    "AND (SELECT max(number) FROM corrections WHERE state=?)"
)


@dataclass(frozen=True)
class Filter:
    """Criteria that a correction has to meet; an empty one is met by all.

    `after` is the number that the last page ended with, in the `order` (`turn`: as the queue shows them, persons
    concerned first); `backwards` reverses the order. `q` are search words, "exact words" among them; `placement` and
    `warning` ("*": any) are those of the queue's lines; `assigned` None means to anybody; days are written 2026-11-24;
    `yes` are columns that have to be set;
    `numbers` are the only ones possible; `alternatives_to` selects the alternatives to these numbers;
    `in_public_log` are those that the public log shows; `month` is the month of the decision, written 2026-11;
    `awake_on` leaves out what is snoozed on that day, `asleep_on` selects just that.
    """

    state: State | Literal[""] = ""
    article: str = ""
    category: str = ""
    q: str = ""
    after: int | None = None
    order: Order = "age"
    backwards: bool = False
    states: tuple[State, ...] = ()
    in_public_log: bool = False
    placement: str = ""
    warning: str = ""
    assigned: str | None = None
    decided_by: str = ""
    month: str = ""
    since: str = ""
    before: str = ""
    readers: int = 0
    yes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    alternatives_to: tuple[int, ...] = ()
    awake_on: str = ""
    asleep_on: str = ""


def where(criteria: Filter) -> tuple[str, tuple[object, ...]]:
    """The WHERE clause over `corrections c`, and its values."""
    conditions: list[tuple[str, tuple[object, ...]]] = []
    for condition, value in (
        ("c.state = ?", criteria.state),
        ("c.article = ?", criteria.article),
        # the public log is read by time of decision: an index on the category would make SQLite sort all rows
        ("+c.category = ?" if criteria.in_public_log else "c.category = ?", criteria.category),
        ("c.decided_by = ?", criteria.decided_by),
        ("c.submitted_at >= ?", criteria.since),
        ("c.submitted_at < ?", criteria.before),
        ("c.upheld_at >= ?", criteria.month),
        ("c.upheld_at < ?", criteria.month and f"{criteria.month}~"),
        ("c.readers >= ?", criteria.readers),
        ("c.snoozed_until <= ?", criteria.awake_on),
        ("c.snoozed_until > ?", criteria.asleep_on),
        ("c.number IN (SELECT number FROM lines WHERE placement = ?)", criteria.placement),
    ):
        if value:
            conditions.append((condition, (value,)))
    if words := _match(criteria.q):
        if criteria.in_public_log:
            words = f"{{{' '.join(SEARCHED_BY_PUBLIC)}}} : ({words})"
        state_range = (criteria.state, criteria.state) if criteria.state not in ("", State.OPEN) else ()
        table = "open_fts" if criteria.state == State.OPEN else "corrections_fts"
        conditions.append((_MATCHING.format(table, _BETWEEN if state_range else ""), (words, *state_range)))
    if criteria.in_public_log:
        conditions.append(("c.upheld_at > ''", ()))
    if criteria.assigned is not None:
        conditions.append(("c.assigned_to = ?", (criteria.assigned,)))
    if criteria.warning:
        conditions.append(("c.number IN (SELECT number FROM lines WHERE warnings <> '[]')", ()))
        if criteria.warning != "*":
            like = f'%"{criteria.warning}"%'
            conditions.append(("c.number IN (SELECT number FROM lines WHERE warnings LIKE ?)", (like,)))
    if criteria.states:
        # most states, newest first: read by number, as an index on the state would make SQLite sort all rows
        column = "+c.state" if criteria.order == "newest" and len(criteria.states) > len(STATES) // 2 else "c.state"
        conditions.append((f"{column} IN ({', '.join('?' * len(criteria.states))})", criteria.states))
    if criteria.numbers:
        conditions.append((f"c.number IN ({', '.join('?' * len(criteria.numbers))})", criteria.numbers))
    if criteria.alternatives_to:
        marks = ", ".join("?" * len(criteria.alternatives_to))
        # an alternative is of the same article: by that, SQLite reads few rows
        of_articles = f"c.article IN (SELECT article FROM corrections WHERE number IN ({marks}))"  # noqa: S608 (marks only)
        conditions.append((of_articles, criteria.alternatives_to))
        conditions.append((f"+c.alternative_to IN ({marks})", criteria.alternatives_to))
    conditions += [(f"coalesce(c.{column}, '') NOT IN ('', 0)", ()) for column in criteria.yes if column in _FLAGS]
    if criteria.after:
        keys = ", ".join(_ORDERS[criteria.order])
        comparison = "<" if _descends(criteria) else ">"
        last_row = f"SELECT {keys} FROM corrections c WHERE c.number = ?"  # noqa: S608 (our own names)
        conditions.append((f"({keys}) {comparison} ({last_row})", (criteria.after,)))
    clause = " AND ".join(condition for condition, _ in conditions)
    return (f"WHERE {clause}" if clause else ""), tuple(value for _, values in conditions for value in values)


def ordered(criteria: Filter) -> str:
    """What goes after ORDER BY."""
    direction = " DESC" if _descends(criteria) else ""
    return ", ".join(f"{column}{direction}" for column in _ORDERS[criteria.order])


def _descends(criteria: Filter) -> bool:
    return criteria.backwards != (criteria.order in ("newest", "decided"))


def _match(words: str) -> str:
    """Words and "exact words" as an FTS5 query for just these; the last word also matches as a prefix."""
    parts = [part for part in re.findall(r'"([^"]*)"?|(\S+)', words) if part[0].strip() or part[1]]
    quoted = ['"' + (exact or word).replace('"', '""') + '"' for exact, word in parts]
    return " ".join(quoted) + ("*" if parts and parts[-1][1] else "")
