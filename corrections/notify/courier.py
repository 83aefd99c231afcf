"""The thread that turns events into letters and brings letters to the mail server."""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from corrections.config import Settings
from corrections.desk.publication import Publication, Publications
from corrections.notify.letters import Sender, letter
from corrections.notify.post import Later, Refused, Unsure, post
from corrections.notify.subscriber import subscribe
from corrections.private.outbox import TELL_FROM, Letter, Outbox

LOOK_SECONDS = 2.0  # between looks at ledgers and outboxes
FIRST_PAUSE = 60.0  # seconds after the first failure; each further one doubles it
LONGEST_PAUSE = 6 * 3600.0
ATTEMPTS = 14  # about two days and a half
_log = logging.getLogger("corrections.mail")


class Courier:
    """Looks after the mail of all publications until told to stop."""

    def __init__(self, settings: Settings, publications: Publications) -> None:
        self._settings, self._publications = settings, publications
        self._sender = Sender(settings.url, settings.mail_from)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the letter in hand, then end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            for name in self._publications.names():
                try:
                    self.look_after(self._publications.get(name))
                except Exception:
                    _log.exception("the mail of %s could not be looked after", name)

    def look_after(self, publication: Publication) -> int:
        """Write and send what is due in one publication; returns how many letters went out."""
        sent = 0
        with _alone(publication) as alone:
            if not alone:
                return 0
            outbox = Outbox(publication.private)
            if left := outbox.left_behind():
                _log.error("%s: %d letters may have been sent or not; see `corrections mail`", publication.name, left)
            subscribe(publication)
            while not self._stop.is_set() and (row := outbox.next(time.time())):
                sent += self._send(publication, outbox, row)
        return sent

    def _send(self, publication: Publication, outbox: Outbox, row: Letter) -> bool:
        try:
            message = letter(publication, self._sender, row)
            if message is None:
                outbox.drop(row)
                return False
            if not post(self._settings.smtp, message, lambda: outbox.begin(row)):
                return False
        except Later as error:
            self._put_off(publication, outbox, row, str(error))
            return False
        except Unsure as error:
            outbox.end(row, "unsure", str(error))
            _log.error("%s: letter %d: %s; see `corrections mail`", publication.name, row.id, error)
            return False
        except (Refused, ValueError) as error:
            outbox.end(row, "refused", str(error) if isinstance(error, Refused) else "the address is none")
            return False
        outbox.end(row, "sent")
        return True

    def _put_off(self, publication: Publication, outbox: Outbox, row: Letter, error: str) -> None:
        attempts = row.attempts + 1
        if attempts >= TELL_FROM:
            _log.error("%s: letter %d failed %d times: %s", publication.name, row.id, attempts, error)
        if attempts >= ATTEMPTS:
            outbox.end(row, "failed", error)
        else:
            outbox.put_off(row, time.time() + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE), error)


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
