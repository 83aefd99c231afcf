"""Computing that anybody may ask for: counted for each client; long work a few at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from flask import current_app, request

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.index import queries
from corrections.web.access import publication
from corrections.web.client_network import client_key
from corrections.web.security import TooMany, within
from corrections.workers.places import NoPlace
from corrections.workers.shared_state import SharedState

COMPUTING_LIMIT = "120/minute"  # comparisons and searches in articles, for one network
LONG_TEXT = 200_000  # code points; what is longer is long work
LONG_AT_ONCE = 2  # pieces of long work, each from another network
OFTEN = LazyString("Your network is sending more requests than the service can handle. Please try again in a minute.")
BUSY = LazyString("The service is busy with long articles at the moment. Please try again in a minute.")


class ComputingBusy(CorrectionsError):
    code = "computing_busy"


def count_computing() -> None:
    """Count a comparison or a search for this client, which costs the node that does it; raises `TooMany`."""
    if current_app.config["SUBMIT_LIMIT"] == "off":
        return
    if not within(COMPUTING_LIMIT, f"computing:{client_key()}", on_this_node=True):
        raise TooMany(OFTEN)


@contextmanager
def long_work(length: int, subject: object = None) -> Iterator[None]:
    """Around work on texts of `length` code points together; `subject` has the same `repr` for the same work.

    Long work is done a few at once, one for a network, and never twice at once. Raises `ComputingBusy`.
    """
    if length <= LONG_TEXT:
        yield
        return
    state: SharedState = current_app.extensions["shared_state"]
    places = state.places("long-work", LONG_AT_ONCE, per_client=1)
    try:
        place = places.take(client_key(), "" if subject is None else _digest(subject))
    except NoPlace as error:
        raise ComputingBusy(BUSY) from error
    try:
        yield
    finally:
        places.leave(place)


def _digest(subject: object) -> str:
    return sha256(repr(subject).encode("utf-8", "surrogatepass")).hexdigest()


def computing_length(article_id: str) -> int:
    """The code points of an article as it stands; none where there is no such article."""
    article = queries.article(publication().index, article_id)
    return 0 if article is None else len(publication().store.text(article.id, article.revision))


def is_awaited() -> Callable[[], bool]:
    """A function that tells whether the client of the request in hand still waits for its answer."""
    is_gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", lambda: False)
    return lambda: not is_gone()
