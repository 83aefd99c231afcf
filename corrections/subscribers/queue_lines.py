"""Computes missing queue lines, so that editors do not wait for them when they open the queue."""

import threading
import time

from corrections.config import Settings
from corrections.services.publication import Publication
from corrections.services.review.queue_lines import place_all
from corrections.subscribers.subscriber import Subscriber

PLACING_SECONDS = 10.0  # at one publication's corrections before the next one has its turn
PORTION = 20  # corrections placed between two rests


def subscriber(_settings: Settings) -> Subscriber:
    return Subscriber("queue-lines", _place, on_each_node=True)


def _place(publication: Publication, stop: threading.Event) -> None:
    """Place what waits, in portions, with rests as long as the work: requests that are being answered go first.

    Under load there is always more: the rest is left for the next turn.
    """
    end = time.monotonic() + PLACING_SECONDS
    while not stop.is_set() and (started_at := time.monotonic()) < end and place_all(publication, PORTION):
        stop.wait(time.monotonic() - started_at)
