"""Turns events into letters and brings letters to the mail server."""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from corrections.config import Settings
from corrections.notify.mail_messages import Sender, compose_message
from corrections.notify.smtp import Envelope, PermanentFailure, TemporaryFailure, UnknownOutcome, send_mail
from corrections.notify.subscriber import subscribe
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Letter, Outbox
from corrections.services.publication import Publication

FIRST_PAUSE = 60.0  # seconds after the first failure; each further one doubles it
LONGEST_PAUSE = 6 * 3600.0
ATTEMPTS = 14  # about two days and a half
_log = logging.getLogger("corrections.mail")


class MailSender:
    """Brings the mail of publications to the server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._server = settings.smtp
        self._sender = Sender(settings.url, settings.mail_from)

    def deliver(self, publication: Publication, stop: threading.Event | None = None) -> int:
        """Write and send what is due in one publication; returns how many letters went out.

        No further letter is begun once `stop` is set.
        """
        sent_count = 0
        with _alone(publication) as alone:
            if not alone:
                return 0
            outbox = Outbox(publication.private)
            if unsure_count := outbox.mark_interrupted():
                _log.error(
                    "%s: %d messages may or may not have been sent; see `corrections mail`",
                    publication.name,
                    unsure_count,
                )
            subscribe(publication)
            while not (stop is not None and stop.is_set()) and (row := outbox.next(time.time())):
                sent_count += self._send(publication, outbox, row)
        return sent_count

    def _send(self, publication: Publication, outbox: Outbox, row: Letter) -> bool:
        try:
            envelope = self._compose(publication, row)
            if envelope is None:
                outbox.drop(row)
                return False
            if not send_mail(self._server, envelope, lambda: outbox.begin(row)):
                return False
        except TemporaryFailure as error:
            self._postpone(publication, outbox, row, str(error))
            return False
        except UnknownOutcome as error:
            outbox.end(row, "unsure", str(error))
            _log.error("%s: message %d: %s; see `corrections mail`", publication.name, row.id, error)
            return False
        except PermanentFailure as error:
            outbox.end(row, "refused", str(error))
            _log.warning("%s: message %d is refused: %s; see `corrections mail`", publication.name, row.id, error)
            return False
        outbox.end(row, "sent")
        return True

    def _compose(self, publication: Publication, row: Letter) -> Envelope | None:
        try:
            message = compose_message(publication, self._sender, row)
            return None if message is None else Envelope.of(message)
        except ValueError as error:
            raise PermanentFailure("the e-mail address is not valid") from error

    def _postpone(self, publication: Publication, outbox: Outbox, row: Letter, error: str) -> None:
        attempts = row.attempts + 1
        if attempts >= REPORTED_ATTEMPTS:
            _log.error("%s: message %d failed %d times: %s", publication.name, row.id, attempts, error)
        if attempts >= ATTEMPTS:
            outbox.end(row, "failed", error)
        else:
            outbox.postpone(row, time.time() + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE), error)


@contextmanager
def _alone(publication: Publication) -> Iterator[bool]:
    """Whether this process is the only one that looks after the mail of a publication now; its death frees the lock."""
    with (publication.folder / "mail.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
