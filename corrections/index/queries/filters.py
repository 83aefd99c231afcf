"""Which corrections are wanted, in which order, and from where on: as values, and as SQL."""

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
    "newest": ("c.number",),  # the other way
    "decided": ("c.taken_at", "c.number"),  # the other way, too
    "turn": ("c.turn", "c.number"),
    "factual": (f"c.category <> '{Category.FACTUAL}'", "c.turn", "c.number"),
    "readers": ("-c.readers", "c.turn", "c.number"),
    "article": ("c.article", "c.number"),
}

_MATCHING = "c.number IN (SELECT rowid FROM {0} WHERE {0} MATCH ?{1})"
# in one state: words are looked for between its first and its last correction only
_BETWEEN = (
    " AND rowid BETWEEN (SELECT min(number) FROM corrections WHERE state=?) "
    "AND (SELECT max(number) FROM corrections WHERE state=?)"
)


@dataclass(frozen=True)
class Filter:
    """Which corrections: what is empty means all.

    `after` is the number that the last page ended with, in the `order` (`turn`: as the queue has them, persons
    concerned first); `backwards` goes the other way. `q` are words, "exact words" among them; `placement` and `warning`
    ("*": any) are those of the queue's lines; `assigned` None means whoever; days are written 2026-11-24; `yes` are
    columns that have to be set; `taken` are those
    that the public log shows; `month` is that of
    the decision, written 2026-11; `awake_on` leaves out what sleeps on that day, `asleep_on` takes just that.
    """

    state: State | Literal[""] = ""
    article: str = ""
    category: str = ""
    q: str = ""
    after: int | None = None
    order: Order = "age"
    backwards: bool = False
    states: tuple[State, ...] = ()
    taken: bool = False
    placement: str = ""
    warning: str = ""
    assigned: str | None = None
    decided_by: str = ""
    month: str = ""
    since: str = ""
    before: str = ""
    readers: int = 0
    yes: tuple[str, ...] = ()
    awake_on: str = ""
    asleep_on: str = ""


def where(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    """The WHERE clause over `corrections c`, and its values."""
    found: list[tuple[str, tuple[object, ...]]] = []
    for condition, value in (
        ("c.state = ?", wanted.state),
        ("c.article = ?", wanted.article),
        # the public log goes by the time of decisions: not by category, of which the sort would want all rows
        ("+c.category = ?" if wanted.taken else "c.category = ?", wanted.category),
        ("c.decided_by = ?", wanted.decided_by),
        ("c.submitted_at >= ?", wanted.since),
        ("c.submitted_at < ?", wanted.before),
        ("c.taken_at >= ?", wanted.month),
        ("c.taken_at < ?", wanted.month and f"{wanted.month}~"),
        ("c.readers >= ?", wanted.readers),
        ("c.snoozed_until <= ?", wanted.awake_on),
        ("c.snoozed_until > ?", wanted.asleep_on),
        ("c.number IN (SELECT number FROM lines WHERE placement = ?)", wanted.placement),
    ):
        if value:
            found.append((condition, (value,)))
    if words := _match(wanted.q):
        if wanted.taken:
            words = f"{{{' '.join(SEARCHED_BY_PUBLIC)}}} : ({words})"
        within = (wanted.state, wanted.state) if wanted.state not in ("", State.OPEN) else ()
        table = "open_fts" if wanted.state == State.OPEN else "corrections_fts"
        found.append((_MATCHING.format(table, _BETWEEN if within else ""), (words, *within)))
    if wanted.taken:
        found.append(("c.taken_at > ''", ()))
    if wanted.assigned is not None:
        found.append(("c.assigned_to = ?", (wanted.assigned,)))
    if wanted.warning:
        warned = "c.number IN (SELECT number FROM lines WHERE warnings <> '[]')"
        found.append((warned, ()))
        if wanted.warning != "*":
            like = f'%"{wanted.warning}"%'
            found.append(("c.number IN (SELECT number FROM lines WHERE warnings LIKE ?)", (like,)))
    if wanted.states:
        # most states, newest first: by number rather than by state, of which the sort would want all rows
        column = "+c.state" if wanted.order == "newest" and len(wanted.states) > len(STATES) // 2 else "c.state"
        found.append((f"{column} IN ({', '.join('?' * len(wanted.states))})", wanted.states))
    found += [(f"coalesce(c.{column}, '') NOT IN ('', 0)", ()) for column in wanted.yes if column in _FLAGS]
    if wanted.after:
        keys = ", ".join(_ORDERS[wanted.order])
        beyond = "<" if _descends(wanted) else ">"
        of_last = f"SELECT {keys} FROM corrections c WHERE c.number = ?"  # noqa: S608 (our own words)
        found.append((f"({keys}) {beyond} ({of_last})", (wanted.after,)))
    clause = " AND ".join(condition for condition, _ in found)
    return (f"WHERE {clause}" if clause else ""), tuple(value for _, values in found for value in values)


def ordered(wanted: Filter) -> str:
    """What goes after ORDER BY."""
    way = " DESC" if _descends(wanted) else ""
    return ", ".join(f"{each}{way}" for each in _ORDERS[wanted.order])


def _descends(wanted: Filter) -> bool:
    return wanted.backwards != (wanted.order in ("newest", "decided"))


def _match(words: str) -> str:
    """Words, and "exact words" in quotation marks, as an FTS5 query that means just these; a last word, a beginning."""
    parts = [part for part in re.findall(r'"([^"]*)"?|(\S+)', words) if part[0].strip() or part[1]]
    quoted = ['"' + (exact or word).replace('"', '""') + '"' for exact, word in parts]
    return " ".join(quoted) + ("*" if parts and parts[-1][1] else "")
