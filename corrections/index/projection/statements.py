"""What the statements of a projection have in common."""

import sqlite3


def require_change(cursor: sqlite3.Cursor, missing: str) -> None:
    """Raise `LookupError`, with `missing` as its message, where a statement changed no row."""
    if not cursor.rowcount:
        raise LookupError(missing)
