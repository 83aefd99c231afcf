"""Computing that anybody may ask for: counted for each client; long work a few at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import current_app, request

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.web.access import publication
from corrections.web.client_network import client_key
from corrections.web.security import TooMany, within

COMPUTING_LIMIT = "120/minute"  # comparisons and searches in articles, for one network
LONG_TEXT = 200_000  # code points; what is longer is long work
LONG_AT_ONCE = 2  # pieces of long work, each from another network
OFTEN = LazyString("Your network is sending more requests than the service can handle. Please try again in a minute.")
BUSY = LazyString("The service is busy with long articles at the moment. Please try again in a minute.")

_lock = threading.Lock()
_in_hand: dict[str, object] = {}  # by client, what is being computed


class ComputingBusy(CorrectionsError):
    code = "computing_busy"
    status = 503


def count_computing() -> None:
    """Count a comparison or a search for this client; raises `TooMany`."""
    if current_app.config["SUBMIT_LIMIT"] != "off" and not within(COMPUTING_LIMIT, f"computing:{client_key()}"):
        raise TooMany(OFTEN)


@contextmanager
def long_work(length: int, subject: object) -> Iterator[None]:
    """Around work on texts of `length` code points together; `subject` is equal for the same work.

    Long work is done a few at once, one for a network, and never twice at once. Raises `ComputingBusy`.
    """
    if length <= LONG_TEXT:
        yield
        return
    client = client_key()
    with _lock:
        if len(_in_hand) >= LONG_AT_ONCE or client in _in_hand or subject in _in_hand.values():
            raise ComputingBusy(BUSY)
        _in_hand[client] = subject
    try:
        yield
    finally:
        with _lock:
            del _in_hand[client]


def computing_length(article_id: str) -> int:
    """The code points of an article as it stands; none where there is no such article."""
    article = queries.article(publication().index, article_id)
    return 0 if article is None else len(publication().store.text(article.id, article.revision))


def is_awaited() -> Callable[[], bool]:
    """A function that tells whether the client of the request in hand still waits for its answer."""
    is_gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", lambda: False)
    return lambda: not is_gone()
