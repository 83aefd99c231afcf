"""Corrections in their present state: one, a page of them, those of one passage, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from corrections.domain.kinds import Category, NoticeKind, Part
from corrections.domain.states import STATES, UNDECIDED, State
from corrections.index.index import Index
from corrections.index.queries.filters import PAGE, Filter, ordered, where

_STATES = {state.value: state for state in State}  # looked up many times quicker than by calling the enum


@dataclass(frozen=True)
class Correction:
    """A correction in its present state.

    `start`, `end` are offsets (code points) in the rendered text of a `part` of `revision`; those of the edit, in its
    source.
    `verdict` says how the passage was anchored: `exact` or `moved`. `held` are the codes of the reasons for a first
    look, `reply_by` is the day by which a person concerned was promised an answer, `appealed` whether the reader has
    appealed, `snoozed_until` a day, `asked` whether a question to the reader waits for an answer,
    `public_changed_at` when anything that the public sees of it last changed.
    """

    number: int
    id: str
    article: str
    headline: str
    revision: str
    part: Part
    commit: str
    state: State
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    replacement: str | None
    edit_start: int | None
    edit_end: int | None
    edit_text: str | None
    category: Category
    comment: str
    evidence: str
    submitted_at: str
    decided_at: str | None
    decided_by: str | None
    reason: str | None
    same_as: int | None
    alternative_to: int | None
    verdict: str
    concerned: bool
    reply_by: str | None
    held: str
    appealed: bool
    assigned_to: str
    snoozed_until: str
    fact_check: bool
    asked: bool
    edited: bool
    notice_kind: NoticeKind | None
    notice_text: str | None
    published_revision: str | None
    published_words: str | None
    public_changed_at: str | None
    last_event: str
    last_seq: int
    readers: int = 1


_COLUMNS = ", ".join(f'c."{field.name}"' for field in fields(Correction))
_SELECT = f"SELECT {_COLUMNS} FROM corrections c"  # noqa: S608 (our own names)


def correction(index: Index, number: int) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.number=?", (number,)).fetchone()
    return None if row is None else _correction(row)


def correction_by_id(index: Index, correction_id: str) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.id=?", (correction_id,)).fetchone()
    return None if row is None else _correction(row)


def corrections(index: Index, criteria: Filter, limit: int = PAGE) -> list[Correction]:
    """A page of corrections."""
    condition, values = where(criteria)
    query = f"{_SELECT} {condition} ORDER BY {ordered(criteria)} LIMIT ?"
    rows = index.database.execute(query, (*values, limit))
    return [_correction(row) for row in rows]


def count(index: Index, criteria: Filter, most: int = 100_000) -> int:
    """How many corrections meet the criteria, counted up to `most`."""
    condition, values = where(criteria)
    row = index.database.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM corrections c {condition} LIMIT ?)",  # noqa: S608 (our own names)
        (*values, most),
    ).fetchone()
    return int(row[0])


def open_with_replacement(index: Index, article_id: str, replacement: str) -> list[Correction]:
    """The open corrections of an article that propose exactly this replacement, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state=? AND c.replacement=? ORDER BY c.number LIMIT ?",
        (article_id, State.OPEN, replacement, PAGE),
    )
    return [_correction(row) for row in rows]


@dataclass(frozen=True)
class Stretch:
    """`start` to `end` (code points) of the rendered text of a part at a revision."""

    revision: str
    part: Part
    start: int
    end: int


def overlapping(
    index: Index, article_id: str, stretch: Stretch, limit: int, but: int | None = None
) -> list[Correction]:
    """Open corrections made on the same revision at a place that overlaps a stretch of it, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state=? AND c.revision=? AND c.part=? AND c.start < ? AND c.end > ? "
        "AND c.number IS NOT ? ORDER BY c.number LIMIT ?",
        (article_id, State.OPEN, stretch.revision, stretch.part, stretch.end, stretch.start, but, limit),
    )
    return [_correction(row) for row in rows]


def on_other_revisions(index: Index, article_id: str, revision: str, limit: int) -> list[Correction]:
    """Open corrections of an article made on other revisions than this one, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state=? AND c.revision<>? ORDER BY c.number LIMIT ?",
        (article_id, State.OPEN, revision, limit),
    )
    return [_correction(row) for row in rows]


def accepted_with_replacement(index: Index, article_id: str, replacement: str) -> Correction | None:
    """The latest accepted correction of an article that proposed just these words."""
    row = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state=? AND c.replacement=? ORDER BY c.number DESC LIMIT 1",
        (article_id, State.ACCEPTED, replacement),
    ).fetchone()
    return None if row is None else _correction(row)


def duplicates_of(index: Index, number: int) -> list[Correction]:
    """The corrections folded into this one, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.same_as=? AND c.state=? ORDER BY c.number", (number, State.DUPLICATE)
    )
    return [_correction(row) for row in rows]


def accepted_among(index: Index, correction_ids: list[str]) -> bool:
    """Whether any of these corrections was accepted."""
    marks = ", ".join("?" * len(correction_ids))
    row = index.database.execute(
        f"SELECT 1 FROM corrections WHERE id IN ({marks}) AND state=? LIMIT 1",  # noqa: S608 (marks only)
        (*correction_ids, State.ACCEPTED),
    ).fetchone()
    return row is not None


def unplaced(index: Index, limit: int) -> list[Correction]:
    """Open corrections whose line is missing or of another revision than the article's present one, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} JOIN articles a ON a.id = c.article LEFT JOIN lines l ON l.number = c.number "
        "WHERE c.state=? AND l.revision IS NOT a.revision ORDER BY c.number LIMIT ?",
        (State.OPEN, limit),
    )
    return [_correction(row) for row in rows]


def months_in_public_log(index: Index) -> list[str]:
    """The months of the decisions that the public log shows, newest first, written 2026-11."""
    months: list[str] = []
    while True:
        row = index.database.execute(
            "SELECT max(upheld_at) FROM corrections WHERE upheld_at < ?", (months[-1] if months else "~",)
        ).fetchone()
        if row[0] is None:
            return months
        months.append(str(row[0])[:7])


def counts(index: Index) -> dict[State, int]:
    """How many corrections are in each state."""
    count_by_state = dict.fromkeys(STATES, 0)
    rows = index.database.execute("SELECT state, count(*) FROM corrections GROUP BY state")
    return count_by_state | {_STATES[row[0]]: int(row[1]) for row in rows}


def waiting(index: Index, most: int) -> int:
    """How many corrections no editor has decided yet, counted up to `most`."""
    marks = ", ".join("?" * len(UNDECIDED))
    row = index.database.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM corrections WHERE state IN ({marks}) LIMIT ?)",  # noqa: S608 (marks only)
        (*UNDECIDED, most),
    ).fetchone()
    return int(row[0])


def oldest_submission(index: Index, states: Sequence[State]) -> str | None:
    """When the correction with the lowest number of those in one of these states was submitted (RFC 3339)."""
    firsts = ", ".join("(SELECT min(number) FROM corrections WHERE state=?)" for _ in states)
    row = index.database.execute(
        f"SELECT submitted_at FROM corrections WHERE number IN ({firsts}) ORDER BY number LIMIT 1",  # noqa: S608 (marks only)
        tuple(states),
    ).fetchone()
    return None if row is None else str(row[0])


def ahead(index: Index, number: int) -> int:
    """How many open corrections come before this one in the queue."""
    row = index.database.execute(
        "SELECT count(*) FROM corrections WHERE state=? AND (turn, number) < "
        "((SELECT turn FROM corrections WHERE number=?), ?)",
        (State.OPEN, number, number),
    ).fetchone()
    return int(row[0])


def _correction(row: tuple[object, ...]) -> Correction:
    values = dict(zip((field.name for field in fields(Correction)), row, strict=True))
    for name in ("edited", "concerned", "appealed", "fact_check", "asked"):
        values[name] = bool(values[name])
    values["state"] = _STATES[str(values["state"])]
    values["part"] = Part(str(values["part"]))
    values["category"] = Category(str(values["category"]))
    if values["notice_kind"] is not None:
        values["notice_kind"] = NoticeKind(str(values["notice_kind"]))
    return Correction(**values)  # type: ignore[arg-type]
