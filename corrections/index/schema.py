"""The tables of `index.db`. A change here raises `VERSION`; an index of another version is made anew."""

from collections.abc import Iterator

from sqlite_utils import Database

VERSION = 11

# The time of the decision, of what the public log shows; a column that follows from others.
TAKEN_AT = "CASE WHEN state IN ('accepted', 'used', 'reverted') THEN decided_at END"

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
        "published_words": str,  # of those that were accepted: the reader's, or what an editor put in their place
        "told_at": str,
        "last_event": str,
        "last_seq": int,
        "readers": int,
    },
    "keys": {"seq": int, "key": str, "by": str, "at": str, "reason": str},
    "redactions": {"seq": int, "article": str, "number": int, "by": str, "at": str, "reason": str, "public": int},
    "moved": {"old": str, "new": str},  # commits that a redaction gave another id
}
_KEYS = {
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
# What the queue shows of a correction on a revision of its article: reckoned by the desk, not told by the ledger.
LINES = {
    "number": int,
    "revision": str,
    "placement": str,
    "warnings": str,
    "before": str,
    "removed": str,
    "added": str,
    "after": str,
}
# Where each character of an article's text comes from, as of some of its revisions: reckoned by the desk as well.
ATTRIBUTIONS = {"article": str, "revision": str, "runs": str, "seq": int}
# What the public may look for: a search in anything else would tell, by its hits, what nobody published.
SEARCHED_BY_PUBLIC = ("exact", "headline", "published_words", "notice_text")
SEARCHED = (*SEARCHED_BY_PUBLIC, "replacement", "comment")


# What was not looked for changes often: the full-text index is touched only where these change.
_TRIGGERS = {
    "corrections_added": "AFTER INSERT ON corrections BEGIN {add} END",
    "corrections_gone": "AFTER DELETE ON corrections BEGIN {take} END",
    "corrections_other": "AFTER UPDATE OF {columns} ON corrections BEGIN {take} {add} END",
    "open_added": "AFTER INSERT ON corrections BEGIN {add_open} END",
    "open_gone": "AFTER DELETE ON corrections BEGIN {take_open} END",
    "open_other": "AFTER UPDATE OF state, {columns} ON corrections BEGIN {take_open} {add_open} END",
}
_TOKENIZE = "unicode61 remove_diacritics 2"


def create(database: Database) -> None:
    """Make the tables, their indexes and the full-text index."""
    for name, columns in TABLES.items():
        database.table(name).create(columns, pk=_KEYS.get(name, "seq"), if_not_exists=True)
    if "taken_at" not in {row[1] for row in database.execute("PRAGMA table_xinfo(corrections)")}:
        database.execute(f"ALTER TABLE corrections ADD COLUMN taken_at TEXT GENERATED ALWAYS AS ({TAKEN_AT}) VIRTUAL")
    database.table("lines").create(LINES, pk="number", if_not_exists=True)
    database.table("attributions").create(ATTRIBUTIONS, if_not_exists=True)
    database.table("attributions").create_index(["article", "seq"], if_not_exists=True)
    database.table("lines").create_index(["placement", "number"], if_not_exists=True)
    database.execute("CREATE INDEX IF NOT EXISTS lines_warned ON lines (number) WHERE warnings <> '[]'")
    if database.table("corrections").detect_fts() is None:
        database.table("corrections").enable_fts(SEARCHED, tokenize=_TOKENIZE)
    names = ", ".join(SEARCHED)
    # what is open is few among many, young and old: its words are kept apart, so that looking for them stays quick
    open_ones = f"SELECT number, {names} FROM corrections WHERE state='open'"  # noqa: S608 (our own names)
    database.execute(f"CREATE VIEW IF NOT EXISTS open_corrections AS {open_ones}")
    database.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS open_fts USING fts5({names}, content='open_corrections', "
        f"content_rowid='number', tokenize='{_TOKENIZE}')"
    )
    _index(database)
    database.table("state").insert({"key": "schema", "value": str(VERSION)}, replace=True)


def clear(database: Database) -> None:
    """Empty every table; the caller holds the transaction."""
    for name in _TRIGGERS:
        database.execute(f"DROP TRIGGER IF EXISTS {name}")
    for table in (*TABLES, "lines", "attributions"):
        but = "WHERE key <> 'schema'" if table == "state" else ""
        database.execute(f"DELETE FROM {table} {but}")  # noqa: S608 (our own names)


def unlock(database: Database) -> None:
    """Without the indexes much is written many times faster; `lock` has to follow in the same transaction."""
    for name, _ in _named_indexes():
        database.execute(f"DROP INDEX IF EXISTS {name}")
    for name in _TRIGGERS:
        database.execute(f"DROP TRIGGER IF EXISTS {name}")


def lock(database: Database) -> None:
    """The indexes again, over all that was written."""
    _index(database)
    for table in ("corrections_fts", "open_fts"):
        database.execute(f"INSERT INTO {table}({table}) VALUES('rebuild')")


def _index(database: Database) -> None:
    for name, columns in _named_indexes():
        unique = "UNIQUE " if name.endswith("_by_id") else ""
        database.execute(f"CREATE {unique}INDEX IF NOT EXISTS {name} ON {columns}")
    names = ", ".join(SEARCHED)
    old, new = (", ".join(f"{row}.{each}" for each in SEARCHED) for row in ("old", "new"))
    parts = {
        "columns": names,
        "add": f"INSERT INTO corrections_fts (rowid, {names}) VALUES (new.rowid, {new});",  # noqa: S608 (our own names)
        "take": "INSERT INTO corrections_fts (corrections_fts, rowid, "  # noqa: S608 (our own names)
        f"{names}) VALUES ('delete', old.rowid, {old});",
        "add_open": f"INSERT INTO open_fts (rowid, {names}) SELECT new.rowid, {new} WHERE new.state='open';",
        "take_open": f"INSERT INTO open_fts (open_fts, rowid, {names}) "
        f"SELECT 'delete', old.rowid, {old} WHERE old.state='open';",
    }
    for name, body in _TRIGGERS.items():
        database.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body.format(**parts)}")


def _named_indexes() -> Iterator[tuple[str, str]]:
    """The name of each index, and what it is on."""
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            yield f"{table}_by_{'_'.join(columns)}", f"{table} ({', '.join(columns)})"
    yield "corrections_taken", "corrections (taken_at, number)"
    yield "corrections_factual", "corrections (state, category <> 'factual', turn, number, snoozed_until)"
