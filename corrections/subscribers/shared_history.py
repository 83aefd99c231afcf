"""Fetches what other nodes wrote and no request had the time to fetch, as after an import of many articles."""

import math
import threading

from corrections.config import Settings
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber


def subscriber(settings: Settings) -> Subscriber | None:
    if settings.cluster is None or not settings.cluster.git_remote:
        return None
    return Subscriber("shared-history", _fetch, on_each_node=True)


def _fetch(publication: Publication, stop: threading.Event) -> float | None:
    if not (publication.is_behind or publication.is_cut_off):
        return math.inf
    publication.fetch_news(lambda: not stop.is_set())
    return None
