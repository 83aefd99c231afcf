"""The background thread: computes queue lines, sends mail, signs checkpoints, erases contacts."""

import logging
import threading
import time
from collections.abc import Callable

from corrections.config import Settings
from corrections.notify.mail_sender import MailSender
from corrections.services.operations.checkpoints import checkpoint, due
from corrections.services.operations.retention import erase_due
from corrections.services.publication import Publication, Publications
from corrections.services.review.queue_lines import place_all

LOOK_SECONDS = 2.0  # between looks at the ledgers
PLACING_SECONDS = 10.0  # at placing corrections before all else has its turn again
PORTION = 20  # corrections placed between two rests
ERASE_SECONDS = 3600.0  # between looks for contacts to erase
_log = logging.getLogger("corrections.keeper")


class Worker:
    """Maintains all publications until told to stop."""

    def __init__(self, settings: Settings, publications: Publications) -> None:
        self._publications = publications
        self._courier = MailSender(settings) if settings.smtp else None
        self._stop = threading.Event()
        self._erased: dict[str, float] = {}
        self._obstacles: dict[str, str] = {}  # why a publication is only read, as last logged
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()
        if self._courier is not None:
            self._courier.stop()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._for_each(self._maintain)
        self._for_each(
            _sign_when_due
        )  # one that failed a moment ago, on a full disk, would be missing until the next start

    def _for_each(self, work: Callable[[Publication], None]) -> None:
        for name in self._publications.names():
            try:
                work(self._publications.get(name))
            except Exception:
                _log.exception("%s could not be maintained", name)

    def _maintain(self, publication: Publication) -> None:
        publication.refresh()
        if self._is_only_read(publication):
            return
        _sign_when_due(publication)
        if time.monotonic() - self._erased.get(publication.name, -ERASE_SECONDS) >= ERASE_SECONDS:
            self._erased[publication.name] = time.monotonic()
            if erased := erase_due(publication):
                _log.info("%s: erased %s contacts", publication.name, erased)
        self._place(publication)
        if self._courier is not None:
            self._courier.look_after(publication)

    def _is_only_read(self, publication: Publication) -> bool:
        """Whether nothing may be done for it; why is logged when it begins."""
        why = str(publication.obstacle or "")
        if why and self._obstacles.get(publication.name) != why:
            _log.error("%s is only read, nothing is written to it: %s", publication.name, why)
        self._obstacles[publication.name] = why
        return bool(why)

    def _place(self, publication: Publication) -> None:
        """Place what waits, in portions, with rests as long as the work: who is answered now goes first.

        Under load there is always more: the rest is left for the next look, so that mail does not wait for it.
        """
        end = time.monotonic() + PLACING_SECONDS
        while not self._stop.is_set() and (begun := time.monotonic()) < end and place_all(publication, PORTION):
            self._stop.wait(time.monotonic() - begun)


def _sign_when_due(publication: Publication) -> None:
    if publication.obstacle is None and due(publication):
        checkpoint(publication)
