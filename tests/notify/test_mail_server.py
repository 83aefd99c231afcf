"""The address of the mail server: checked at start, and no reader's e-mail is lost over it."""

from pathlib import Path

import pytest

from corrections.config import BadSettings, Settings
from corrections.notify.mail_sender import MailSender
from corrections.private.delivery.outbox import Outbox
from corrections.services.publication import Publication
from tests.newsroom import an_article
from tests.notify.postbox import Postbox, from_ada


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORRECTIONS_URL", "https://corrections.example.org")
    monkeypatch.setenv("CORRECTIONS_MAIL_FROM", "desk@example.org")


@pytest.mark.parametrize(
    "address",
    [
        *("smtp://user:hush@127.0.0.1:xx", "smtp://user:hush@127.0.0.1:99999", "smtp://user:hush@127.0.0.1:0"),
        *("smtp://user:hush@", "smtp://:25", "smtp://user:hush@[half:25", "smtp://user:hush@host:25/inbox"),
        *("smtp://user:hush@host?x=1", "smtp://user:hush@host:25#x"),
        *(
            f"smtp://user:{password}@host:25"
            for password in ("p#hush", "p/hush", "p?hush", "p@hush", "1/hush", "p[hush")
        ),
    ],
)
def test_an_address_of_no_mail_server_is_rejected_without_printing_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setenv("CORRECTIONS_SMTP", address)
    with pytest.raises(BadSettings, match=r"CORRECTIONS_SMTP.*%2F for /") as error:
        Settings.from_environment(tmp_path)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        *("smtp://mail.example.org", "smtps://user:p%40%23%2F%3F@mail.example.org:465", "smtp://[::1]:2525"),
        *("smtp://mail.example.org:25/", "smtp://user%40example.org:hush@mail.example.org:587"),
    ],
)
def test_an_address_of_a_mail_server_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("CORRECTIONS_SMTP", address)
    assert Settings.from_environment(tmp_path).smtp == address


@pytest.mark.parametrize("sender", ["desk", "a..b@example.org", "a,b@example.org", "desk@example..org", "desk@[x"])
def test_a_sender_that_is_no_address_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sender: str):
    monkeypatch.setenv("CORRECTIONS_SMTP", "smtp://mail.example.org")
    monkeypatch.setenv("CORRECTIONS_MAIL_FROM", sender)
    with pytest.raises(BadSettings, match="CORRECTIONS_MAIL_FROM"):
        Settings.from_environment(tmp_path)


def test_mail_waits_while_the_address_of_the_server_cannot_be_used(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    settings = Settings(publication.folder, url="https://c.example.org", mail_from="desk@example.org")
    from_ada(publication)
    outbox = Outbox(publication.private)
    for server in ("smtp://127.0.0.1:99999", "smtp://mail..example.org"):
        MailSender(Settings(**{**vars(settings), "smtp": server})).deliver(publication)
        assert outbox.counts() == {"waiting": 1}
        outbox.retry(0)
    mail.deliver(publication)
    assert len(postbox.letters) == 1
