"""Corrections as they stand now: one, a page of them, those near each other, and how many."""

from dataclasses import dataclass, fields

from corrections.domain.kinds import Category, NoticeKind
from corrections.domain.states import STATES, State
from corrections.index.index import Index
from corrections.index.queries.filters import PAGE, Filter, ordered, where

_STATES = {state.value: state for state in State}  # looked up many times quicker than by calling the enum


@dataclass(frozen=True)
class Correction:
    """A correction as it stands now.

    `start`, `end` are code points of the rendered text of `revision`; those of the edit, of its Markdown. `verdict`
    tells how the place was found: `exact` or `moved`. `held` are the codes of why it waits for a first look, `reply_by`
    the day by which a person concerned was promised an answer, `appealed` whether the reader has appealed,
    `snoozed_until` a day, `asked` whether a question to the reader waits for an answer,
    `told_at` when what the public is told of it last changed.
    """

    number: int
    id: str
    article: str
    headline: str
    revision: str
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
    told_at: str | None
    last_event: str
    last_seq: int
    readers: int = 1


@dataclass(frozen=True)
class Outcome:
    """What became of a correction, for the public figures; `code` is that of the reason for rejecting it."""

    submitted_at: str
    state: State
    decided_at: str | None
    edited: bool
    code: str


@dataclass(frozen=True)
class Times:
    """What the numbers are reckoned from."""

    article: str
    headline: str
    category: str
    state: State
    submitted_at: str
    decided_at: str | None


_COLUMNS = ", ".join(f'c."{field.name}"' for field in fields(Correction))
_SELECT = f"SELECT {_COLUMNS} FROM corrections c"  # noqa: S608 (our own names)


def correction(index: Index, number: int) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.number=?", (number,)).fetchone()
    return None if row is None else _correction(row)


def correction_by_id(index: Index, correction_id: str) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.id=?", (correction_id,)).fetchone()
    return None if row is None else _correction(row)


def corrections(index: Index, wanted: Filter, limit: int = PAGE) -> list[Correction]:
    """A page of corrections."""
    condition, values = where(wanted)
    query = f"{_SELECT} {condition} ORDER BY {ordered(wanted)} LIMIT ?"
    rows = index.database.execute(query, (*values, limit))
    return [_correction(row) for row in rows]


def count(index: Index, wanted: Filter, most: int = 100_000) -> int:
    """How many corrections there are of this kind, counted up to `most`."""
    condition, values = where(wanted)
    row = index.database.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM corrections c {condition} LIMIT ?)",  # noqa: S608 (our own words)
        (*values, most),
    ).fetchone()
    return int(row[0])


def alike(index: Index, article_id: str, replacement: str) -> list[Correction]:
    """Open corrections of an article that propose just these words, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state='open' AND c.replacement=? ORDER BY c.number LIMIT ?",
        (article_id, replacement, PAGE),
    )
    return [_correction(row) for row in rows]


def overlapping(
    index: Index, article_id: str, revision: str, start: int, end: int, limit: int, but: int | None = None
) -> list[Correction]:
    """Open corrections made on the same revision at a place that overlaps `start` to `end`, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state='open' AND c.revision=? AND c.start < ? AND c.end > ? "
        "AND c.number IS NOT ? ORDER BY c.number LIMIT ?",
        (article_id, revision, end, start, but, limit),
    )
    return [_correction(row) for row in rows]


def on_other_revisions(index: Index, article_id: str, revision: str, limit: int) -> list[Correction]:
    """Open corrections of an article made on other revisions than this one, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state='open' AND c.revision<>? ORDER BY c.number LIMIT ?",
        (article_id, revision, limit),
    )
    return [_correction(row) for row in rows]


def mended(index: Index, article_id: str, replacement: str) -> Correction | None:
    """The latest accepted correction of an article that proposed just these words."""
    row = index.database.execute(
        f"{_SELECT} WHERE c.article=? AND c.state='accepted' AND c.replacement=? ORDER BY c.number DESC LIMIT 1",
        (article_id, replacement),
    ).fetchone()
    return None if row is None else _correction(row)


def duplicates_of(index: Index, number: int) -> list[Correction]:
    """The corrections folded into this one, oldest first."""
    rows = index.database.execute(f"{_SELECT} WHERE c.same_as=? AND c.state='duplicate' ORDER BY c.number", (number,))
    return [_correction(row) for row in rows]


def accepted_among(index: Index, correction_ids: list[str]) -> bool:
    """Whether any of these corrections was accepted."""
    marks = ", ".join("?" * len(correction_ids))
    row = index.database.execute(
        f"SELECT 1 FROM corrections WHERE id IN ({marks}) AND state='accepted' LIMIT 1",  # noqa: S608 (marks only)
        correction_ids,
    ).fetchone()
    return row is not None


def lines(index: Index, numbers: list[int]) -> dict[int, dict[str, str]]:
    """What was kept of these corrections for the queue, by number."""
    marks = ", ".join("?" * len(numbers))
    rows = index.database.execute(
        f"SELECT * FROM lines WHERE number IN ({marks})",  # noqa: S608 (marks only)
        tuple(numbers),
    )
    return {int(row["number"]): dict(row) for row in rows}


def keep_lines(index: Index, rows: list[dict[str, object]]) -> None:
    """Keep for the queue what the desk has reckoned."""
    with index.databases.write() as database:
        for row in rows:
            database.execute(
                f"INSERT OR REPLACE INTO lines ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
                tuple(row.values()),
            )


def unplaced(index: Index, limit: int) -> list[Correction]:
    """Open corrections whose line is missing or of another revision than the article's present one, oldest first."""
    rows = index.database.execute(
        f"{_SELECT} JOIN articles a ON a.id = c.article LEFT JOIN lines l ON l.number = c.number "
        "WHERE c.state='open' AND l.revision IS NOT a.revision ORDER BY c.number LIMIT ?",
        (limit,),
    )
    return [_correction(row) for row in rows]


def times(index: Index) -> list[Times]:
    """Of every correction, oldest first."""
    rows = index.database.execute(
        "SELECT article, headline, category, state, submitted_at, decided_at FROM corrections ORDER BY number"
    )
    return [Times(row[0], row[1], row[2], _STATES[row[3]], row[4], row[5]) for row in rows]


def outcomes(index: Index) -> list[Outcome]:
    """Of every correction, oldest first."""
    rows = index.database.execute(
        "SELECT submitted_at, state, decided_at, edited, coalesce(code, '') FROM corrections ORDER BY number"
    )
    return [Outcome(row[0], _STATES[row[1]], row[2], bool(row[3]), row[4]) for row in rows]


def months_taken(index: Index) -> list[str]:
    """The months of the decisions that the public log shows, newest first, written 2026-11."""
    found: list[str] = []
    while True:
        row = index.database.execute(
            "SELECT max(taken_at) FROM corrections WHERE taken_at < ?", (found[-1] if found else "~",)
        ).fetchone()
        if row[0] is None:
            return found
        found.append(str(row[0])[:7])


def counts(index: Index) -> dict[State, int]:
    """How many corrections are in each state."""
    found = dict.fromkeys(STATES, 0)
    rows = index.database.execute("SELECT state, count(*) FROM corrections GROUP BY state")
    return found | {_STATES[row[0]]: int(row[1]) for row in rows}


def waiting(index: Index, most: int) -> int:
    """How many corrections wait for an editor, open or held back; counted up to `most`."""
    row = index.database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM corrections WHERE state IN ('open', 'held') LIMIT ?)", (most,)
    ).fetchone()
    return int(row[0])


def ahead(index: Index, number: int) -> int:
    """How many open corrections come before this one in the queue."""
    row = index.database.execute(
        "SELECT count(*) FROM corrections WHERE state='open' AND (turn, number) < "
        "((SELECT turn FROM corrections WHERE number=?), ?)",
        (number, number),
    ).fetchone()
    return int(row[0])


def _correction(row: tuple[object, ...]) -> Correction:
    values = dict(zip((field.name for field in fields(Correction)), row, strict=True))
    for name in ("edited", "concerned", "appealed", "fact_check", "asked"):
        values[name] = bool(values[name])
    values["state"] = _STATES[str(values["state"])]
    values["category"] = Category(str(values["category"]))
    if values["notice_kind"] is not None:
        values["notice_kind"] = NoticeKind(str(values["notice_kind"]))
    return Correction(**values)  # type: ignore[arg-type]
