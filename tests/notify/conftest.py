from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from corrections.config import Settings
from corrections.notify.mail_sender import MailSender
from corrections.services import settings
from corrections.services.publication import Publication
from tests.newsroom import free_port
from tests.notify.postbox import Postbox


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox(port=free_port())
    box.go_on.set()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def mail(publication: Publication, postbox: Postbox) -> MailSender:
    configured_sender = MailSender(
        Settings(
            publication.folder.parent,
            smtp=f"smtp://127.0.0.1:{postbox.port}",
            url="https://corrections.example.org",
            mail_from="desk@example.org",
        )
    )
    settings.put(publication, "undo-minutes", "0")
    configured_sender.deliver(publication)  # letters begin from here
    return configured_sender
