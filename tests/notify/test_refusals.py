"""What a mail server refuses: the service itself, which is retried, or one recipient or message, which is final."""

import json
import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from corrections.config import Settings
from corrections.notify.mail_sender import MailSender
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services.publication import Publication
from tests.newsroom import an_article, free_port
from tests.notify.postbox import ADA, Postbox, from_ada
from tests.test_cli import run


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("sender", "530 5.7.0 Authentication required"),
        ("sender", "550 no such sender"),
        ("sender", "553 not your address"),
        ("recipient", "530 Authentication required"),
        ("recipient", "554 5.7.1 <ada@example.org>: Relay access denied"),
        ("recipient", "553 5.7.1 Sender address rejected: not owned by user"),
        ("recipient", "550 5.1.8 Sender address rejected: domain not found"),
    ],
)
def test_a_refusal_of_the_service_itself_is_retried_and_reported(
    publication: Publication,
    mail: MailSender,
    postbox: Postbox,
    caplog: pytest.LogCaptureFixture,
    step: str,
    answer: str,
):
    """Many servers check login, sender and relaying only when they are given the recipient."""
    setattr(postbox, f"{step}_answers", [answer] * REPORTED_ATTEMPTS)
    outbox = fail_repeatedly(publication, mail)
    (failure,) = outbox.failures(REPORTED_ATTEMPTS)
    assert failure.error == f"the mail server refused the {step} ({answer[:3]})"
    assert f"failed {REPORTED_ATTEMPTS} times: {failure.error}" in caplog.text
    assert ADA not in caplog.text
    mail.deliver(publication)
    assert len(postbox.letters) == 1


def test_a_refused_recipient_is_final_and_has_one_line_in_the_log(
    publication: Publication, mail: MailSender, postbox: Postbox, caplog: pytest.LogCaptureFixture
):
    an_article(publication)
    postbox.recipient_answers = ["550 5.1.1 <ada@example.org>: no such user"]
    from_ada(publication)
    mail.deliver(publication)
    mail.deliver(publication)
    outbox = Outbox(publication.private)
    assert outbox.counts() == {"refused": 1}
    assert outbox.failures(REPORTED_ATTEMPTS) == []
    (record,) = [record for record in caplog.records if record.name == "corrections.mail"]
    assert record.levelname == "WARNING"
    assert "message 1 is refused: the mail server refused the recipient (550)" in record.getMessage()
    assert ADA not in caplog.text


def test_the_command_shows_why_e_mails_were_refused_and_sends_them_again(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    postbox.recipient_answers = ["550 no such user"] * 2
    postbox.answers = ["554 looks like spam"]
    for year in ("1894", "1895", "1896"):
        from_ada(publication, "1893", year)
    mail.deliver(publication)
    data = publication.folder.parent
    shown = run(data, "mail", "daily")
    assert "refused 3" in shown
    assert "Refused: 2, the mail server refused the recipient (550)\n" in shown
    assert "Refused: 1, the mail server refused the message (554)\n" in shown
    assert ADA not in shown
    assert json.loads(run(data, "mail", "daily", "--json"))["refusals"] == {
        "the mail server refused the recipient (550)": 2,
        "the mail server refused the message (554)": 1,
    }
    assert "waiting 3" in run(data, "mail", "daily", "--retry")
    mail.deliver(publication)
    assert len(postbox.letters) == 3
    assert "Refused" not in run(data, "mail", "daily")


def test_a_reader_who_was_forgotten_gets_no_refused_e_mail_again(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    postbox.recipient_answers = ["550 no such user"]
    correction = from_ada(publication)
    mail.deliver(publication)
    publication.private.contacts.forget(correction.id)
    outbox = Outbox(publication.private)
    outbox.retry(time.time())
    mail.deliver(publication)
    assert postbox.letters == []
    assert outbox.counts().get("refused") is None


@pytest.fixture
def locked_postbox() -> Iterator[Postbox]:
    """A mail server that accepts no password."""
    box = Postbox(port=free_port())
    box.go_on.set()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        auth_required=True,
    )
    server.start()
    yield box
    server.stop()


@pytest.mark.parametrize("login", ["desk:wrong@", ""])
def test_a_login_that_fails_or_is_missing_is_retried(
    publication: Publication, mail: MailSender, postbox: Postbox, locked_postbox: Postbox, login: str
):
    address = f"smtp://{login}127.0.0.1:{locked_postbox.port}"
    locked = MailSender(Settings(publication.folder, smtp=address, url="https://c.example.org", mail_from="d@e.org"))
    outbox = fail_repeatedly(publication, locked)
    (failure,) = outbox.failures(REPORTED_ATTEMPTS)
    assert "53" in str(failure.error)
    assert "wrong" not in str(failure.error)
    mail.deliver(publication)
    assert len(postbox.letters) == 1


def fail_repeatedly(publication: Publication, mail: MailSender) -> Outbox:
    """Let the e-mail about a correction fail as often as is reported, and be due again."""
    an_article(publication)
    from_ada(publication)
    outbox = Outbox(publication.private)
    for _ in range(REPORTED_ATTEMPTS):
        mail.deliver(publication)
        assert outbox.counts() == {"waiting": 1}
        with publication.private.databases.write() as database:
            database.execute("UPDATE outbox SET due=0")
    return outbox
