"""`Subscriber`: what the worker has to know about one kind of background work."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from corrections.services.publication import Publication


def no_cursor(_publication: Publication) -> str | None:
    """For a subscriber that finds what is left to do in what is stored."""
    return None


@dataclass(frozen=True)
class Subscriber:
    """Work that is done for each publication, in a thread of its own.

    `handle` does what is due in a publication whose index is caught up. The event it is given is set when the service
    stops: it then finishes what is in hand and begins nothing more. It returns the seconds for which there is nothing
    to do unless something is written; None where it has to look again at its next turn. `cursor` gives the ledger event
    up to which the work is done, for the log. A publication has a turn every `seconds` at most (0: with every look of
    the worker); `runs_at_stop` gives it one more when the service stops. Of several nodes one does the work, but for
    that `on_each_node`, whose result is in the node's own index.
    """

    name: str
    handle: Callable[[Publication, threading.Event], float | None]
    cursor: Callable[[Publication], str | None] = no_cursor
    seconds: float = 0.0
    runs_at_stop: bool = False
    on_each_node: bool = False
