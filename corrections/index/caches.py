"""Results computed from texts, cached in two tables of `index.db` that no event fills: `lines` and `attributions`.

The services compute them. This module is the only one that writes these tables, as `projection` is for all others; a
row is valid for one revision of an article, and rebuilding the index empties both tables.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from corrections.index.index import Index


@dataclass(frozen=True)
class CachedLine:
    """What the queue shows of a correction on a `revision` of its article; `warnings` are codes as JSON."""

    number: int
    revision: str
    placement: str
    warnings: str
    before: str
    removed: str
    added: str
    after: str


@dataclass(frozen=True)
class CachedAttribution:
    """Which revision each code point of an article's text comes from, as of `revision`, run-length encoded as JSON."""

    article: str
    revision: str
    runs: str
    seq: int


_LINE_COLUMNS = ", ".join(field.name for field in fields(CachedLine))
_LINE_MARKS = ", ".join("?" for _ in fields(CachedLine))


def queue_lines(index: Index, numbers: Sequence[int]) -> dict[int, CachedLine]:
    """The cached lines of these corrections, by number."""
    marks = ", ".join("?" * len(numbers))
    rows = index.database.execute(
        f"SELECT {_LINE_COLUMNS} FROM lines WHERE number IN ({marks})",  # noqa: S608 (our own names)
        tuple(numbers),
    )
    return {int(row[0]): CachedLine(*row) for row in rows}


def store_queue_lines(index: Index, lines: Sequence[CachedLine]) -> None:
    """Cache lines of the queue in place of those of the same corrections."""
    with index.databases.write() as database:
        for line in lines:
            database.execute(
                f"INSERT OR REPLACE INTO lines ({_LINE_COLUMNS}) VALUES ({_LINE_MARKS})",  # noqa: S608 (our own names)
                astuple(line),
            )


def latest_attribution(index: Index, article_id: str, seq: int) -> CachedAttribution | None:
    """The cached attribution of an article's last revision up to the ledger position `seq` that has one."""
    row = index.database.execute(
        "SELECT article, revision, runs, seq FROM attributions WHERE article=? AND seq<=? ORDER BY seq DESC LIMIT 1",
        (article_id, seq),
    ).fetchone()
    return None if row is None else CachedAttribution(*row)


def store_attribution(index: Index, attribution: CachedAttribution, limit: int) -> None:
    """Cache an attribution; the last `limit` of each article stay."""
    with index.databases.write() as database:
        database.execute(
            "INSERT INTO attributions (article, revision, runs, seq) VALUES (?,?,?,?)", astuple(attribution)
        )
        database.execute(
            "DELETE FROM attributions WHERE article=?1 AND rowid NOT IN "
            "(SELECT rowid FROM attributions WHERE article=?1 ORDER BY rowid DESC LIMIT ?2)",
            (attribution.article, limit),
        )
