"""Writes and sends the mail that events ask for, where a mail server is set."""

import threading
import time

from corrections.config import Settings
from corrections.notify.mail_sender import MailSender
from corrections.notify.subscriber import BEGINNING
from corrections.private.delivery.outbox import SUBSCRIBER, Outbox
from corrections.services.publication import Publication
from corrections.subscribers.subscriber import Subscriber


def subscriber(settings: Settings) -> Subscriber | None:
    """None without a mail server (`CORRECTIONS_SMTP`)."""
    if not settings.smtp:
        return None
    sender = MailSender(settings)

    def send(publication: Publication, stop: threading.Event) -> float | None:
        sender.deliver(publication, stop)
        outbox = Outbox(publication.private)
        if outbox.cursor() != (publication.store.ledger() or BEGINNING):
            return None  # another process sends, or something has been written meanwhile
        return outbox.seconds_until_next(time.time())

    return Subscriber(SUBSCRIBER, send, cursor=_cursor)


def _cursor(publication: Publication) -> str | None:
    return Outbox(publication.private).cursor()
