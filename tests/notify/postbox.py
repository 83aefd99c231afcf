"""Builders: a mail server that keeps what it gets, and a correction by a reader who leaves an address."""

import asyncio
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import Envelope

from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.publication import Publication
from tests.newsroom import a_correction

ADA = "ada@example.org"


@dataclass
class Postbox:
    """What the SMTP server got; `answers` are given to the next letters before it takes any.

    `sender_answers` and `recipient_answers` are given to the next MAIL FROM and RCPT TO.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    sender_answers: list[str] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    port: int = 0
    reading: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(
        self, _server: object, _session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answers:
            return self.sender_answers.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[attr-defined,arg-type]
        self.reading.set()
        await asyncio.to_thread(self.go_on.wait, 20)
        return "250 taken"


def from_ada(publication: Publication, replacing: str = "1893", by: str = "1839", **more: object) -> queries.Correction:
    return a_correction(publication, replacing, by, contact=Contact("Ada", ADA, False), **more)
