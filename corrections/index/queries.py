"""What is asked of the index: values out, no SQL elsewhere. Pages go by key, never by offset."""

from dataclasses import dataclass, fields

from corrections.index.index import Index

PAGE = 50
STATES = ("open", "held", "appealed", "accepted", "rejected", "duplicate", "spam", "withdrawn", "reverted")


@dataclass(frozen=True)
class Article:
    id: str
    title: str
    language: str
    url: str
    published: str
    revision: str
    updated_at: str
    revisions: int


@dataclass(frozen=True)
class Revision:
    """A revision of an article: `kind` is imported, revised, accepted or reverted; times are RFC 3339, UTC."""

    seq: int
    article: str
    revision: str
    at: str
    kind: str
    number: int | None
    by: str


@dataclass(frozen=True)
class Step:
    """A revision and the id of the event that made it."""

    revision: Revision
    event: str


@dataclass(frozen=True)
class Event:
    seq: int
    id: str
    at: str
    type: str
    number: int | None
    article: str | None
    by: str | None
    reason: str | None
    main: str


@dataclass(frozen=True)
class Correction:
    """A correction as it stands now.

    `start`, `end` are code points of the rendered text of `revision`; those of the edit, of its Markdown. `verdict`
    tells how the place was found: `exact` or `moved`. `held` are the codes of why it waits for a first look, `reply_by`
    the day by which a person concerned was promised an answer, `appealed` whether the reader has appealed.
    """

    number: int
    id: str
    article: str
    headline: str
    revision: str
    commit: str
    state: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    replacement: str | None
    edit_start: int | None
    edit_end: int | None
    edit_text: str | None
    category: str
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
    edited: bool
    notice_kind: str | None
    notice_text: str | None
    published_revision: str | None
    last_event: str
    last_seq: int
    readers: int = 1


@dataclass(frozen=True)
class Filter:
    """Which corrections: empty means all. `q` are words to be found; `after` is the number the last page ended with.

    `in_turn`: as the queue has them, those of persons concerned first.
    """

    state: str = ""
    article: str = ""
    category: str = ""
    q: str = ""
    after: int | None = None
    newest_first: bool = False
    in_turn: bool = False
    states: tuple[str, ...] = ()


_COLUMNS = ", ".join(f'c."{field.name}"' for field in fields(Correction) if field.name != "readers")
_READERS = "1 + (SELECT count(*) FROM corrections d WHERE d.same_as = c.number AND d.state = 'duplicate')"
_SELECT = f"SELECT {_COLUMNS}, {_READERS} AS readers FROM corrections c"  # noqa: S608 (our own names)


def article(index: Index, article_id: str) -> Article | None:
    row = index.database.execute("SELECT * FROM articles WHERE id=?", (article_id,)).fetchone()
    return None if row is None else Article(*row)


def article_by_url(index: Index, url: str) -> Article | None:
    row = index.database.execute(
        "SELECT * FROM articles WHERE url=? AND url<>'' ORDER BY id LIMIT 1", (url,)
    ).fetchone()
    return None if row is None else Article(*row)


def articles(index: Index, after: tuple[str, str] | None = None, limit: int = PAGE) -> list[Article]:
    """Newest publication first; `after` is the (published, id) of the last page's end."""
    where, values = ("", ()) if after is None else ("WHERE (published, id) < (?, ?)", after)
    rows = index.database.execute(
        f"SELECT * FROM articles {where} ORDER BY published DESC, id DESC LIMIT ?",  # noqa: S608 (our own words)
        (*values, limit),
    )
    return [Article(*row) for row in rows]


def revisions(index: Index, article_id: str) -> list[Revision]:
    """An article's revisions, newest first."""
    rows = index.database.execute("SELECT * FROM revisions WHERE article=? ORDER BY seq DESC", (article_id,))
    return [Revision(*row) for row in rows]


def revision(index: Index, article_id: str, commit: str) -> Revision | None:
    row = index.database.execute(
        "SELECT * FROM revisions WHERE article=? AND revision=? ORDER BY seq LIMIT 1", (article_id, commit)
    ).fetchone()
    return None if row is None else Revision(*row)


def revisions_since(index: Index, article_id: str, commit: str, limit: int) -> list[Step]:
    """The article's revisions after `commit`, oldest first, each with the event that made it."""
    rows = index.database.execute(
        "SELECT r.*, e.id FROM revisions r JOIN events e ON e.seq = r.seq WHERE r.article=? AND r.seq > "
        "(SELECT min(seq) FROM revisions WHERE article=? AND revision=?) ORDER BY r.seq LIMIT ?",
        (article_id, article_id, commit, limit),
    )
    return [Step(Revision(*row[:-1]), row[-1]) for row in rows]


def revision_before(index: Index, article_id: str, commit: str) -> str:
    """The revision before `commit`, or `commit` where it is the first."""
    row = index.database.execute(
        "SELECT revision FROM revisions WHERE article=? AND seq < (SELECT min(seq) FROM revisions WHERE revision=?) "
        "ORDER BY seq DESC LIMIT 1",
        (article_id, commit),
    ).fetchone()
    return commit if row is None else str(row[0])


def events(index: Index, number: int) -> list[Event]:
    """What happened to a correction, oldest first."""
    rows = index.database.execute("SELECT * FROM events WHERE number=? ORDER BY seq", (number,))
    return [Event(*row) for row in rows]


def event(index: Index, event_id: str) -> Event | None:
    row = index.database.execute("SELECT * FROM events WHERE id=?", (event_id,)).fetchone()
    return None if row is None else Event(*row)


def correction(index: Index, number: int) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.number=?", (number,)).fetchone()
    return None if row is None else _correction(row)


def correction_by_id(index: Index, correction_id: str) -> Correction | None:
    row = index.database.execute(f"{_SELECT} WHERE c.id=?", (correction_id,)).fetchone()
    return None if row is None else _correction(row)


def corrections(index: Index, wanted: Filter, limit: int = PAGE) -> list[Correction]:
    """A page of corrections by number, oldest first unless `newest_first`."""
    where, values = _where(wanted)
    order = "c.number DESC" if wanted.newest_first else "c.number"
    if wanted.in_turn:
        order = "c.turn DESC, c.number DESC" if wanted.newest_first else "c.turn, c.number"
    rows = index.database.execute(f"{_SELECT} {where} ORDER BY {order} LIMIT ?", (*values, limit))
    return [_correction(row) for row in rows]


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


def counts(index: Index) -> dict[str, int]:
    """How many corrections are in each state."""
    found = dict.fromkeys(STATES, 0)
    rows = index.database.execute("SELECT state, count(*) FROM corrections GROUP BY state")
    return found | {str(row[0]): int(row[1]) for row in rows}


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


def _where(wanted: Filter) -> tuple[str, tuple[object, ...]]:
    conditions: list[str] = []
    values: list[object] = []
    for column, value in (("state", wanted.state), ("article", wanted.article), ("category", wanted.category)):
        if value:
            conditions.append(f"c.{column} = ?")
            values.append(value)
    if wanted.states:
        conditions.append(f"c.state IN ({', '.join('?' * len(wanted.states))})")
        values += wanted.states
    if wanted.after is not None:
        beyond = "<" if wanted.newest_first else ">"
        if wanted.in_turn:
            its_turn = "(SELECT turn FROM corrections WHERE number=?)"
            conditions.append(f"(c.turn, c.number) {beyond} ({its_turn}, ?)")
            values += [wanted.after, wanted.after]
        else:
            conditions.append(f"c.number {beyond} ?")
            values.append(wanted.after)
    if match := _match(wanted.q):
        conditions.append("c.number IN (SELECT rowid FROM corrections_fts WHERE corrections_fts MATCH ?)")
        values.append(match)
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), tuple(values)


def _match(words: str) -> str:
    """Words as an FTS5 query that means just these words, the last one as a beginning."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words.split()]
    return " ".join(quoted) + ("*" if quoted else "")


def _correction(row: tuple[object, ...]) -> Correction:
    values = dict(zip((field.name for field in fields(Correction)), row, strict=True))
    for name in ("edited", "concerned", "appealed"):
        values[name] = bool(values[name])
    return Correction(**values)  # type: ignore[arg-type]
