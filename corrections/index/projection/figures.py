"""Figures that the index keeps up to date: how many corrections, by what became of them, and how long decisions took.

Two views say what one correction adds to the figures. Triggers on `corrections` take away what a row added before a
change, and add what it adds after it; a rebuild counts the views' rows. So both come to the same figures.
"""

from collections.abc import Iterator
from enum import StrEnum

from sqlite_utils import Database

from corrections.domain.states import DECIDED, JUDGED, State

WIDTHS = (4096, 256, 16, 1)  # hundredths of an hour: times to a decision are counted in bins of each of these widths
CHANGED = "changed"  # outcome of a correction whose words were published in other words
REJECTED = "rejected "  # begins the outcome of a rejected one; the code of the reason follows


class Figure(StrEnum):
    """What a tally counts, and what its subject and outcome are. Weeks are named by their Monday, days are UTC."""

    CATEGORY = "category"  # a category, a state
    SUBMITTED_WEEK = "submitted week"  # the week of submission
    DECIDED_WEEK = "decided week"  # the week of the decision that applies, by an editor
    SUBMITTED_MONTH = "submitted month"  # the month of submission
    OUTCOME_MONTH = "outcome month"  # the month of the decision that applies, and a state, `CHANGED` or `REJECTED`


class Sample(StrEnum):
    """Which times to a decision are counted; a week or month follows the name of the latter two."""

    DECIDED = "decided"  # of all that an editor decided
    JUDGED = "judged"  # of all that were judged on their merits
    SUBMITTED_WEEK = "decided, submitted in"  # the week
    JUDGED_MONTH = "judged in"  # the month


TABLES: dict[str, dict[str, type]] = {
    "tallies": {"figure": str, "subject": str, "outcome": str, "count": int},
    # times to a decision (hundredths of an hour, divided by `width` and rounded down) and how often each occurs
    "durations": {"sample": str, "width": int, "bin": int, "count": int},
    "article_tallies": {"article": str, "count": int, "first": int},  # `first`: the lowest number
}
KEYS = {
    "tallies": ("figure", "subject", "outcome"),
    "durations": ("sample", "width", "bin"),
    "article_tallies": ("article",),
}
INDEXES = (
    ("article_tallies_by_count", "article_tallies (count DESC, first)"),
    *((f"{table}_without_corrections", f"{table} (count) WHERE count = 0") for table in ("tallies", "durations")),
)
TRIGGERS = ("figures_added", "figures_before_change", "figures_after_change", "article_counted")


def _states(states: tuple[State, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


def _week(column: str) -> str:
    return f"date(substr({column}, 1, 10), '-6 days', 'weekday 1')"


def _milliseconds(moment: str) -> str:
    """Of a time as the ledger writes it, exactly: SQLite's own fractions of a second differ between its versions."""
    fraction = f"CASE WHEN substr({moment}, 20, 1) = '.' THEN CAST(substr({moment}, 21, 3) AS INTEGER) ELSE 0 END"
    return f"(strftime('%s', {moment}) * 1000 + {fraction})"


_DECIDED_AT = "coalesce(decided_at, submitted_at)"
_HUNDREDTHS = f"(({_milliseconds(_DECIDED_AT)} - {_milliseconds('submitted_at')} + 18000) / 36000)"
_BY_EDITOR = f"state IN {_states(DECIDED)} AND decided_at IS NOT NULL"
_ON_MERITS = f"state IN {_states(JUDGED)}"
_OUTCOME = (
    f"CASE WHEN state='{State.USED}' OR (state='{State.ACCEPTED}' AND edited) THEN '{CHANGED}' "
    f"WHEN state='{State.REJECTED}' THEN '{REJECTED}' || coalesce(code, '') ELSE state END"
)
_TALLIED = (
    (Figure.CATEGORY, "category", "state", "true"),
    (Figure.SUBMITTED_WEEK, _week("submitted_at"), "''", "true"),
    (Figure.DECIDED_WEEK, _week("decided_at"), "''", _BY_EDITOR),
    (Figure.SUBMITTED_MONTH, "substr(submitted_at, 1, 7)", "''", "true"),
    # a duplicate of another that was open already has no decision of its own
    (
        Figure.OUTCOME_MONTH,
        f"substr({_DECIDED_AT}, 1, 7)",
        _OUTCOME,
        f"decided_at IS NOT NULL OR state='{State.DUPLICATE}'",
    ),
)
_TIMED = (
    (f"'{Sample.DECIDED}'", _BY_EDITOR),
    (f"'{Sample.SUBMITTED_WEEK} ' || {_week('submitted_at')}", _BY_EDITOR),
    (f"'{Sample.JUDGED}'", _ON_MERITS),
    (f"'{Sample.JUDGED_MONTH} ' || substr({_DECIDED_AT}, 1, 7)", _ON_MERITS),
)
_VIEWS = {
    "tallied_corrections": [
        f"SELECT number, '{figure}' AS figure, {subject} AS subject, {outcome} AS outcome "  # noqa: S608 (our own names)
        f"FROM corrections WHERE {condition}"
        for figure, subject, outcome, condition in _TALLIED
    ],
    "timed_corrections": [
        f"SELECT number, {sample} AS sample, {width} AS width, {_HUNDREDTHS} >> {shift} AS bin "  # noqa: S608 (our own names)
        f"FROM corrections WHERE {condition}"
        for width, shift in ((width, width.bit_length() - 1) for width in WIDTHS)
        for sample, condition in _TIMED
    ],
}
_COUNTED = {"tallies": "tallied_corrections", "durations": "timed_corrections"}


def create(database: Database) -> None:
    """Create the tables and views where they are missing. Without a row id, each change writes half as much."""
    for name, columns in TABLES.items():
        types = ", ".join(f"{column} {'TEXT' if kind is str else 'INTEGER'}" for column, kind in columns.items())
        key = ", ".join(KEYS[name])
        database.execute(f"CREATE TABLE IF NOT EXISTS {name} ({types}, PRIMARY KEY ({key})) WITHOUT ROWID")
    for name, parts in _VIEWS.items():
        database.execute(f"CREATE VIEW IF NOT EXISTS {name} AS {' UNION ALL '.join(parts)}")


def create_triggers(database: Database) -> None:
    """Keep the figures up to date from now on."""
    changed = "UPDATE OF state, decided_at, edited, code ON corrections"
    article = (
        "INSERT INTO article_tallies VALUES (new.article, 1, new.number) ON CONFLICT DO UPDATE SET count = count + 1;"
    )
    add, remove = "".join((*_changes("new", 1), *_clean())), "".join(_changes("old", -1))
    bodies = (
        f"AFTER INSERT ON corrections BEGIN {add} END",
        f"BEFORE {changed} BEGIN {remove} END",
        f"AFTER {changed} BEGIN {add} END",
        f"AFTER INSERT ON corrections BEGIN {article} END",
    )
    for name, body in zip(TRIGGERS, bodies, strict=True):
        database.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


def count_all(database: Database) -> None:
    """Fill the tables, which are empty, from the corrections there are."""
    for table, view in _COUNTED.items():
        key = ", ".join(KEYS[table])
        database.execute(f"INSERT INTO {table} SELECT {key}, count(*) FROM {view} GROUP BY {key}")  # noqa: S608 (our own names)
    database.execute(
        "INSERT INTO article_tallies SELECT article, count(*), min(number) FROM corrections GROUP BY article"
    )


def _changes(row: str, by: int) -> Iterator[str]:
    for table, view in _COUNTED.items():
        yield (
            f"INSERT INTO {table} SELECT {', '.join(KEYS[table])}, {by} FROM {view} WHERE number = {row}.number "  # noqa: S608 (our own names)
            "ON CONFLICT DO UPDATE SET count = count + excluded.count;"
        )


def _clean() -> Iterator[str]:
    """Nothing is left of what no correction counts for, as after a rebuild."""
    for table in _COUNTED:
        yield f"DELETE FROM {table} WHERE count = 0;"  # noqa: S608 (our own names)
