"""Who of the staff is looking at a correction now: kept in memory, for a short time, by the process that was asked."""

import threading
import time

SHOWN_SECONDS = 40.0  # after the last sign of life; pages give one every 15 seconds

_Key = tuple[str, int]  # the publication's name, the correction's number
_seen: dict[_Key, dict[str, float]] = {}
_lock = threading.Lock()


def note_presence(publication: str, number: int, name: str) -> list[str]:
    """Note that somebody looks at a correction; returns who else does, by name."""
    now = time.monotonic()
    with _lock:
        for key in [key for key, names in _seen.items() if max(names.values()) < now - SHOWN_SECONDS]:
            del _seen[key]
        names = _seen.setdefault((publication, number), {})
        names[name] = now
        return sorted(other for other, at in names.items() if other != name and at >= now - SHOWN_SECONDS)


def presence_text(names: list[str]) -> str:
    """Who else is looking, as a sentence; nothing where nobody is."""
    if not names:
        return ""
    *others, last = names
    who = f"{', '.join(others)} and {last}" if others else last
    return f"{who} {'are' if others else 'is'} also looking at this."
