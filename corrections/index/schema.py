"""The tables of `index.db`. A change here raises `VERSION`; an index of another version is deleted and rebuilt."""

from collections.abc import Iterator

from sqlite_utils import Database

from corrections.domain.kinds import Category
from corrections.domain.states import UPHELD, State
from corrections.index.projection import figures

VERSION = 15  # raised for formats too, so that an earlier version reads the ledger again and says what it cannot read

_UPHELD = ", ".join(f"'{state}'" for state in UPHELD)
# When a correction in the public log was decided on: a generated column, NULL for those that are not in it.
_UPHELD_AT = f"CASE WHEN state IN ({_UPHELD}) THEN decided_at END"
_OPEN = f"'{State.OPEN}'"

TABLES: dict[str, dict[str, type]] = {
    "state": {"key": str, "value": str},
    "events": {
        "seq": int,
        "id": str,
        "at": str,
        "type": str,
        "number": int,
        "article": str,
        "by": str,
        "reason": str,
        "main": str,
    },
    "articles": {
        "id": str,
        "title": str,
        "language": str,
        "url": str,
        "published": str,
        "revision": str,
        "updated_at": str,
        "revisions": int,
    },
    "addresses": {"article": str, "address": str},  # of the articles that have one, normalised
    "revisions": {
        "seq": int,
        "article": str,
        "revision": str,
        "at": str,
        "kind": str,
        "number": int,
        "by": str,
        "logged": str,
    },
    "corrections": {
        "number": int,
        "id": str,
        "article": str,
        "headline": str,
        "revision": str,
        "part": str,
        "commit": str,
        "state": str,
        "start": int,
        "end": int,
        "exact": str,
        "prefix": str,
        "suffix": str,
        "replacement": str,
        "edit_start": int,
        "edit_end": int,
        "edit_text": str,
        "category": str,
        "comment": str,
        "evidence": str,
        "submitted_at": str,
        "decided_at": str,
        "decided_by": str,
        "reason": str,
        "code": str,
        "same_as": int,
        "alternative_to": int,
        "verdict": str,
        "concerned": int,
        "reply_by": str,
        "held": str,
        "appealed": int,
        "turn": int,
        "assigned_to": str,
        "snoozed_until": str,
        "fact_check": int,
        "asked": int,
        "edited": int,
        "notice_kind": str,
        "notice_text": str,
        "published_revision": str,
        "published_words": str,  # of accepted corrections: the reader's words, or the editor's in their place
        "public_changed_at": str,
        "last_event": str,
        "last_seq": int,
        "readers": int,
    },
    "keys": {"seq": int, "key": str, "by": str, "at": str, "reason": str},
    "redactions": {"seq": int, "article": str, "number": int, "by": str, "at": str, "reason": str, "public": int},
    "moved": {"old": str, "new": str},  # commits that a redaction gave another id
    **figures.TABLES,
}
_KEYS: dict[str, str | tuple[str, ...]] = {
    **figures.KEYS,
    "keys": "seq",
    "redactions": "seq",
    "moved": "old",
    "state": "key",
    "events": "seq",
    "articles": "id",
    "addresses": "article",
    "revisions": "seq",
    "corrections": "number",
}
_INDEXES = {
    "events": (("id",), ("number", "seq"), ("article", "seq")),
    "redactions": (("article",), ("number",)),
    "articles": (("published", "id"),),
    "addresses": (("address",),),
    "revisions": (("article", "seq"), ("revision",), ("logged", "seq")),
    "corrections": (
        ("id",),
        ("state", "number"),
        ("state", "turn", "number", "snoozed_until", "submitted_at"),  # the queue's order; counts need no row
        ("state", "article", "number"),
        ("assigned_to", "state"),
        ("article", "replacement"),
        ("category", "state", "number"),
        ("same_as",),
        ("decided_at",),
    ),
}
# Results that `caches` stores: no event fills these tables.
_LINES = {
    "number": int,
    "revision": str,
    "placement": str,
    "warnings": str,
    "before": str,
    "removed": str,
    "added": str,
    "after": str,
}
_ATTRIBUTIONS = {"article": str, "revision": str, "runs": str, "seq": int}
# What the public may search: hits in anything else would disclose words that nobody published.
SEARCHED_BY_PUBLIC = ("exact", "headline", "published_words", "notice_text")
SEARCHED = (*SEARCHED_BY_PUBLIC, "replacement", "comment")


# Most updates change columns that are not searched: the full-text index is written only where searched ones change.
_TRIGGERS = {
    "corrections_added": "AFTER INSERT ON corrections BEGIN {add} END",
    "corrections_removed": "AFTER DELETE ON corrections BEGIN {remove} END",
    "corrections_changed": "AFTER UPDATE OF {columns} ON corrections BEGIN {remove} {add} END",
    "open_added": "AFTER INSERT ON corrections BEGIN {add_open} END",
    "open_removed": "AFTER DELETE ON corrections BEGIN {remove_open} END",
    "open_changed": "AFTER UPDATE OF state, {columns} ON corrections BEGIN {remove_open} {add_open} END",
}
_TOKENIZE = "unicode61 remove_diacritics 2"


def key(table: str) -> tuple[str, ...]:
    """The columns by which a row of a table is known."""
    columns = _KEYS[table]
    return (columns,) if isinstance(columns, str) else columns


def create(database: Database) -> None:
    """Create the tables, their indexes, the full-text indexes and the figures, where they are missing."""
    create_tables(database)
    database.table("attributions").create_index(["article", "seq"], if_not_exists=True)
    database.table("lines").create_index(["placement", "number"], if_not_exists=True)
    database.execute("CREATE INDEX IF NOT EXISTS lines_warned ON lines (number) WHERE warnings <> '[]'")
    if database.table("corrections").detect_fts() is None:
        database.table("corrections").enable_fts(SEARCHED, tokenize=_TOKENIZE)
    names = ", ".join(SEARCHED)
    # open corrections are few among many: a full-text index of their own keeps searching them fast
    open_rows = f"SELECT number, {names} FROM corrections WHERE state={_OPEN}"  # noqa: S608 (our own names)
    database.execute(f"CREATE VIEW IF NOT EXISTS open_corrections AS {open_rows}")
    database.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS open_fts USING fts5({names}, content='open_corrections', "
        f"content_rowid='number', tokenize='{_TOKENIZE}')"
    )
    _create_indexes(database)
    database.table("state").insert({"key": "schema", "value": str(VERSION)}, replace=True)


def create_tables(database: Database) -> None:
    """Create the tables where they are missing, with the keys that can refuse a row."""
    figures.create(database)  # first: its tables are without a row id
    for name, columns in TABLES.items():
        database.table(name).create(columns, pk=_KEYS[name], if_not_exists=True)
    if "upheld_at" not in {row[1] for row in database.execute("PRAGMA table_xinfo(corrections)")}:
        database.execute(
            f"ALTER TABLE corrections ADD COLUMN upheld_at TEXT GENERATED ALWAYS AS ({_UPHELD_AT}) VIRTUAL"
        )
    database.table("lines").create(_LINES, pk="number", if_not_exists=True)
    database.table("attributions").create(_ATTRIBUTIONS, if_not_exists=True)
    _create_some_indexes(database, is_unique=True)


def clear(database: Database) -> None:
    """Empty every table; the caller holds the transaction."""
    for name in (*_TRIGGERS, *figures.TRIGGERS):
        database.execute(f"DROP TRIGGER IF EXISTS {name}")
    for table in (*TABLES, "lines", "attributions"):
        condition = "WHERE key <> 'schema'" if table == "state" else ""
        database.execute(f"DELETE FROM {table} {condition}")  # noqa: S608 (our own names)


def drop_indexes(database: Database) -> None:
    """Writing much is many times faster without indexes; `build_indexes` has to follow in the same transaction."""
    for name, _ in _named_indexes():
        database.execute(f"DROP INDEX IF EXISTS {name}")
    for name in (*_TRIGGERS, *figures.TRIGGERS):
        database.execute(f"DROP TRIGGER IF EXISTS {name}")


def build_indexes(database: Database) -> None:
    """Build the indexes, the full-text ones and the figures included, from the rows there are."""
    _create_indexes(database)
    figures.count_all(database)
    for table in ("corrections_fts", "open_fts"):
        database.execute(f"INSERT INTO {table}({table}) VALUES('rebuild')")


def _create_some_indexes(database: Database, is_unique: bool) -> None:
    """Create the indexes that allow each key once, or the others."""
    for name, columns in _named_indexes():
        if name.endswith("_by_id") == is_unique:
            database.execute(f"CREATE {'UNIQUE ' * is_unique}INDEX IF NOT EXISTS {name} ON {columns}")


def _create_indexes(database: Database) -> None:
    for is_unique in (True, False):
        _create_some_indexes(database, is_unique)
    names = ", ".join(SEARCHED)
    old, new = (", ".join(f"{row}.{column}" for column in SEARCHED) for row in ("old", "new"))
    parts = {
        "columns": names,
        "add": f"INSERT INTO corrections_fts (rowid, {names}) VALUES (new.rowid, {new});",  # noqa: S608 (our own names)
        "remove": "INSERT INTO corrections_fts (corrections_fts, rowid, "  # noqa: S608 (our own names)
        f"{names}) VALUES ('delete', old.rowid, {old});",
        "add_open": f"INSERT INTO open_fts (rowid, {names}) SELECT new.rowid, {new} WHERE new.state={_OPEN};",
        "remove_open": f"INSERT INTO open_fts (open_fts, rowid, {names}) "
        f"SELECT 'delete', old.rowid, {old} WHERE old.state={_OPEN};",
    }
    for name, body in _TRIGGERS.items():
        database.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body.format(**parts)}")
    figures.create_triggers(database)


def _named_indexes() -> Iterator[tuple[str, str]]:
    """The name of each index, and its table and columns."""
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            yield f"{table}_by_{'_'.join(columns)}", f"{table} ({', '.join(columns)})"
    yield from figures.INDEXES
    yield "corrections_upheld", "corrections (upheld_at, number)"
    yield "corrections_factual", f"corrections (state, category <> '{Category.FACTUAL}', turn, number, snoozed_until)"
