"""Who of the staff is looking at a correction now: known for a short time, to all workers of the service."""

import time

from corrections.workers.shared_state import SharedState

SHOWN_SECONDS = 40.0  # after the last sign of life; pages give one every 15 seconds


def note_presence(state: SharedState, publication: str, number: int, name: str) -> list[str]:
    """Note that somebody looks at a correction; returns who else does, by name."""
    now = time.time()
    with state.databases.write() as database:
        database.execute("DELETE FROM presence WHERE at < ?", (now - SHOWN_SECONDS,))
        database.execute("INSERT OR REPLACE INTO presence VALUES (?, ?, ?, ?)", (publication, number, name, now))
        rows = database.execute(
            "SELECT name FROM presence WHERE publication=? AND number=? AND name<>? ORDER BY name",
            (publication, number, name),
        ).fetchall()
    return [str(row[0]) for row in rows]
