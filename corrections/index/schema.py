"""The tables of `index.db`. A change here raises `VERSION`; an index of another version is made anew."""

from sqlite_utils import Database

VERSION = 8

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
    "revisions": "seq",
    "corrections": "number",
}
_INDEXES = {
    "events": (("id",), ("number", "seq"), ("article", "seq")),
    "redactions": (("article",), ("number",)),
    "articles": (("url",), ("published", "id")),
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
SEARCHED = ("exact", "replacement", "comment", "headline")


def create(database: Database) -> None:
    """Make the tables, their indexes and the full-text index."""
    for name, columns in TABLES.items():
        database.table(name).create(columns, pk=_KEYS.get(name, "seq"), if_not_exists=True)
        for index in _INDEXES.get(name, ()):
            database.table(name).create_index(index, unique=index == ("id",), if_not_exists=True)
    if "taken_at" not in {row[1] for row in database.execute("PRAGMA table_xinfo(corrections)")}:
        database.execute(f"ALTER TABLE corrections ADD COLUMN taken_at TEXT GENERATED ALWAYS AS ({TAKEN_AT}) VIRTUAL")
    database.execute("CREATE INDEX IF NOT EXISTS corrections_taken ON corrections (taken_at, number)")
    database.execute(
        "CREATE INDEX IF NOT EXISTS corrections_factual ON corrections "
        "(state, category <> 'factual', turn, number, snoozed_until)"
    )
    database.table("lines").create(LINES, pk="number", if_not_exists=True)
    database.table("attributions").create(ATTRIBUTIONS, if_not_exists=True)
    database.table("attributions").create_index(["article", "seq"], if_not_exists=True)
    database.table("lines").create_index(["placement", "number"], if_not_exists=True)
    database.execute("CREATE INDEX IF NOT EXISTS lines_warned ON lines (number) WHERE warnings <> '[]'")
    if database.table("corrections").detect_fts() is None:
        database.table("corrections").enable_fts(
            SEARCHED, create_triggers=True, tokenize="unicode61 remove_diacritics 2"
        )
    database.table("state").insert({"key": "schema", "value": str(VERSION)}, replace=True)
