"""e-mail to readers, with a real SMTP server on loopback: once for each event, to nobody who does not want it."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from corrections import background
from corrections.config import BadSettings, Settings
from corrections.domain.roles import Role
from corrections.index import caches, queries
from corrections.notify import mail_sender
from corrections.notify.mail_sender import MailSender
from corrections.private.contacts import Contact
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations.backup import back_up, restore
from corrections.services.publication import Publication, Publications
from corrections.services.readers import status
from corrections.services.review import comments, decisions
from corrections.subscribers import subscribers
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, free_port, kill, start

ADA = "ada@example.org"


@dataclass
class Postbox:
    """What the SMTP server got; `answers` are given to the next letters before it takes any."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    port: int = 0
    reading: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[attr-defined,arg-type]
        self.reading.set()
        await asyncio.to_thread(self.go_on.wait, 20)
        return "250 taken"


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


def from_ada(publication: Publication, replacing: str = "1893", by: str = "1839", **more: object) -> queries.Correction:
    return a_correction(publication, replacing, by, contact=Contact("Ada", ADA, False), **more)


def test_a_reader_hears_that_it_came_and_what_was_decided(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    settings.put(publication, "reply-to", "corrections@example.org")
    correction = from_ada(publication)
    mail.deliver(publication)
    decisions.reject(publication, EDITOR, 1, correction.last_event, "The plaque says 1893.")
    mail.deliver(publication)
    mail.deliver(publication)
    received, decided = postbox.letters
    assert received["To"] == ADA
    assert received["From"] == "The Daily <desk@example.org>"
    assert received["Reply-To"] == "corrections@example.org"
    assert received["Subject"] == "We received your correction 1: The talks"
    key = publication.private.reader_key(correction.id)
    text, html = (decided.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert f"https://corrections.example.org/daily/c/1?key={key}" in body
        assert "The plaque says 1893." in body
    assert decided["Auto-Submitted"] == "auto-generated"
    assert received["Message-ID"] != decided["Message-ID"]


def test_a_letter_shows_the_change_in_its_paragraph_as_readers_see_it(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    from_ada(publication, "agreed", "<b>settled</b>")
    mail.deliver(publication)
    html = postbox.letters[0].get_body(("html",)).get_content()
    assert re.search(r"<del style=[^>]+><strong>agreed</strong></del>", html)
    assert re.search(r"<ins style=[^>]+><strong>&lt;b&gt;settled&lt;/b&gt;</strong></ins>", html)
    assert "Ministers met on Tusday in teh capital, and " in html
    assert "**" not in html
    assert "example.org/points" not in html


def test_the_whole_letter_is_in_the_article_s_language(publication: Publication, mail: MailSender, postbox: Postbox):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, language="ar"))
    from_ada(publication)
    mail.deliver(publication)
    html = postbox.letters[0].get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html
    assert not re.search(r"Thank you|Follow|Unsubscribe|You are receiving", html)
    assert "شكرًا" in html
    assert re.search(r"[\u0600-\u06ff]", postbox.letters[0]["Subject"])


def test_a_decision_taken_back_in_time_is_never_told(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    settings.put(publication, "undo-minutes", "10")
    correction = from_ada(publication)
    mail.deliver(publication)
    rejected = decisions.reject(publication, EDITOR, 1, correction.last_event, "No.")
    mail.deliver(publication)
    assert len(postbox.letters) == 1, "the undo window is open"
    reopened = decisions.undo(publication, EDITOR, 1, rejected.last_event)
    decisions.accept(publication, EDITOR, 1, reopened.last_event)
    mail.deliver(publication)
    due(publication)
    mail.deliver(publication)
    assert [letter["Subject"].split(":")[0] for letter in postbox.letters] == [
        "We received your correction 1",
        "Your correction 1 was accepted",
    ]


def test_what_the_server_puts_off_is_tried_again_with_growing_pauses_and_told(
    publication: Publication, mail: MailSender, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, caplog
):
    an_article(publication)
    postbox.answers = ["451 later"] * 4
    from_ada(publication)
    now, pauses = time.time(), []
    for _ in range(4):
        monkeypatch.setattr(mail_sender.time, "time", lambda now=now: now)
        mail.deliver(publication)
        due = Outbox(publication.private).next(now + 10**9).due
        pauses.append(due - now)
        now = due
    assert pauses == [60, 120, 240, 480]
    assert "failed 3 times" in caplog.text
    (trouble,) = Outbox(publication.private).failures(REPORTED_ATTEMPTS)
    assert ADA not in str(trouble)
    monkeypatch.setattr(mail_sender.time, "time", lambda now=now: now)
    mail.deliver(publication)
    assert len(postbox.letters) == 1
    assert Outbox(publication.private).failures(REPORTED_ATTEMPTS) == []


def test_a_server_that_is_away_loses_nothing(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    away = MailSender(
        Settings(publication.folder.parent, smtp="smtp://127.0.0.1:1", url="https://c.example.org", mail_from="d@e.org")
    )
    from_ada(publication)
    away.deliver(publication)
    outbox = Outbox(publication.private)
    assert outbox.counts() == {"waiting": 1}
    outbox.retry(0)
    mail.deliver(publication)
    assert len(postbox.letters) == 1


def test_a_refused_letter_is_not_tried_again(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    postbox.answers = ["554 never"]
    from_ada(publication)
    mail.deliver(publication)
    mail.deliver(publication)
    assert Outbox(publication.private).counts() == {"refused": 1}
    assert postbox.letters == []


def test_one_click_stops_the_mail(publication: Publication, mail: MailSender, postbox: Postbox, client: FlaskClient):
    an_article(publication)
    correction = from_ada(publication)
    mail.deliver(publication)
    letter = postbox.letters[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>").removeprefix("https://corrections.example.org")
    assert "Stop e-mails" in client.get(address).text, "following the link alone does nothing"
    assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post("/daily/c/1/no-mail?key=wrong").status_code == 403
    decisions.reject(publication, EDITOR, 1, correction.last_event, "No.")
    from_ada(publication, "1971", "1972")
    mail.deliver(publication)
    assert len(postbox.letters) == 1


def test_who_is_forgotten_gets_no_mail_and_stands_in_no_file(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    correction = from_ada(publication, key="a key")
    decisions.reject(publication, EDITOR, 1, correction.last_event, "No.")
    assert ADA.encode() in _all_bytes(publication.folder)
    status.forget(publication, 1)
    assert publication.private.contacts.get(correction.id) is None
    assert ADA.encode() not in _all_bytes(publication.folder)
    mail.deliver(publication)
    assert postbox.letters == []
    assert from_ada(publication, key="a key").number == 1, "its key is still its own"


def test_nobody_s_address_can_be_flooded(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    for year in range(8):
        from_ada(publication, "1893", f"180{year}")
    mail.deliver(publication)
    assert len(postbox.letters) == 5


def test_what_is_held_back_is_answered_only_once_released(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    settings.put(publication, "blocked-words", "casino")
    waiting = from_ada(publication, comment="Visit our casino")
    mail.deliver(publication)
    assert waiting.state == "held"
    assert postbox.letters == []
    decisions.release(publication, EDITOR, 1, waiting.last_event)
    mail.deliver(publication)
    assert len(postbox.letters) == 1


def test_readers_who_sent_the_same_hear_the_decision_too(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    first = a_correction(publication, "1893", "1839")
    assert from_ada(publication).state == "duplicate"
    decisions.accept(publication, EDITOR, 1, first.last_event)
    mail.deliver(publication)
    assert [letter["Subject"] for letter in postbox.letters] == [
        "We received your correction 2: The talks",
        "Your correction 2 was accepted: The talks",
    ]


def test_a_service_killed_while_it_sends_never_sends_the_letter_twice(publication: Publication, postbox: Postbox):
    an_article(publication)
    variables = {
        "CORRECTIONS_SMTP": f"smtp://127.0.0.1:{postbox.port}",
        "CORRECTIONS_URL": "https://corrections.example.org",
        "CORRECTIONS_MAIL_FROM": "desk@example.org",
    }
    data = publication.folder.parent
    postbox.go_on.clear()
    process = start(data, free_port(), **variables)
    wait_for(lambda: Outbox(publication.private).cursor() is not None)
    from_ada(publication)
    assert postbox.reading.wait(20)
    kill(process)
    postbox.go_on.set()
    process = start(data, free_port(), **variables)
    wait_for(lambda: Outbox(publication.private).counts() == {"unsure": 1})
    from_ada(publication, "1971", "1972")
    wait_for(lambda: len(postbox.letters) == 2)
    process.terminate()
    process.wait(timeout=30)
    assert [letter["Subject"] for letter in postbox.letters] == [
        "We received your correction 1: The talks",
        "We received your correction 2: The talks",
    ]
    (unsure,) = Outbox(publication.private).failures(REPORTED_ATTEMPTS)
    assert "before the mail server replied" in str(unsure.error)


def test_a_mail_server_that_hangs_delays_neither_queue_lines_nor_checkpoints(
    publication: Publication, mail: MailSender, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(background, "POLL_SECONDS", 0.05)
    settings.put(publication, "checkpoint-minutes", "0")
    an_article(publication)
    from_ada(publication)
    postbox.go_on.clear()
    data = publication.folder.parent
    publications = Publications(data)
    work = background.BackgroundWork(
        publications,
        subscribers(
            Settings(data, smtp=f"smtp://127.0.0.1:{postbox.port}", url="https://c.example.org", mail_from="d@e.org")
        ),
        data,
    )
    work.start()
    assert postbox.reading.wait(20)
    a_correction(publication, "1971", "1972")
    wait_for(lambda: is_placed(publication, 2), seconds=10)
    wait_for(lambda: last_signed(publication) == publication.store.ledger(), seconds=10)
    from_ada(publication, "teh", "the")
    stopping = threading.Thread(target=work.stop)
    stopping.start()
    wait_for(lambda: last_signed(publication) == publication.store.ledger(), seconds=10)
    outbox = Outbox(publication.private)
    assert outbox.counts()["sending"] == 1, "the letter is still in hand"
    assert stopping.is_alive()
    postbox.go_on.set()
    stopping.join(20)
    assert not stopping.is_alive()
    assert outbox.counts()["sent"] == 1, "the letter in hand is finished, and none after it begun"
    publications.close()


def is_placed(publication: Publication, number: int) -> bool:
    return number in caches.queue_lines(publication.index, [number])


def last_signed(publication: Publication) -> str | None:
    return next((checkpoint.statement.ledger for checkpoint in publication.store.checkpoints(limit=1)), None)


def test_a_restored_backup_sends_nothing_a_second_time(
    publication: Publication, mail: MailSender, postbox: Postbox, tmp_path: Path
):
    an_article(publication)
    (publication.folder / "policy.toml").write_text('silent = ["typo"]\n')
    settings.put(publication, "undo-minutes", "10")
    correction = from_ada(publication)
    decisions.reject(publication, EDITOR, 1, correction.last_event, "No.")
    mail.deliver(publication)
    back_up(publication, tmp_path / "daily.tar")
    due(publication)
    mail.deliver(publication)
    assert len(postbox.letters) == 2
    assert restore(tmp_path / "elsewhere", "daily", [tmp_path / "daily.tar"]) == []
    restored = Publication(tmp_path / "elsewhere" / "daily")
    due(restored)
    mail.deliver(restored)
    assert len(postbox.letters) == 2
    assert "restored from a backup" in str(Outbox(restored.private).failures(REPORTED_ATTEMPTS)[0].error)
    assert (restored.folder / "policy.toml").read_text() == 'silent = ["typo"]\n'
    restored.close()


def test_the_staff_see_that_mail_keeps_failing(
    publication: Publication, mail: MailSender, postbox: Postbox, editor: FlaskClient
):
    an_article(publication)
    from_ada(publication)
    postbox.answers = ["451 later"] * 3
    for _ in range(3):
        mail.deliver(publication)
        due(publication)
    assert "e-mail to readers" in editor.get("/daily/review/").text


def wait_for(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def due(publication: Publication) -> None:
    """Let time pass: what waits is due now."""
    with publication.private.databases.write() as database:
        database.execute("UPDATE outbox SET due=0")


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_mention_reaches_the_colleague_and_nobody_else(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    for name, address in (("Mira", "mira@example.org"), ("Otto", "otto@example.org"), ("Vic", "vic@example.org")):
        publication.private.accounts.save(name, "editor", "long enough for a test", address)
    a_correction(publication, "1893", "1839")
    comments.note(publication, EDITOR, 1, "@otto and @Mira: look? mail@vic.example")
    mail.deliver(publication)
    (letter,) = postbox.letters
    assert letter["To"] == "otto@example.org"
    assert letter["Subject"] == "Mira mentioned you in correction 1"
    assert "https://corrections.example.org/daily/review/1" in letter.get_content()


def test_a_question_goes_to_the_reader_by_mail(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    from_ada(publication)
    comments.ask(publication, EDITOR, 1, "Which plaque?")
    mail.deliver(publication)
    question = postbox.letters[1]
    assert question["Subject"] == "A question about your correction 1: The talks"
    assert "Which plaque?" in question.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("setting", "base", "host"),
    [
        ("https://example.org/fix/it", "https://example.org/fix/it", "example.org"),
        ("https://Zürich.example:443/fix/", "https://xn--zrich-kva.example/fix", "xn--zrich-kva.example"),
        ("http://[0::1]:8000/", "http://[::1]:8000", "[::1]"),
    ],
)
def test_links_in_mail_begin_with_the_services_own_address(
    publication: Publication, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, setting: str, base: str, host: str
):
    monkeypatch.setenv("CORRECTIONS_URL", setting)
    monkeypatch.setenv("CORRECTIONS_SMTP", f"smtp://127.0.0.1:{postbox.port}")
    monkeypatch.setenv("CORRECTIONS_MAIL_FROM", "desk@example.org")
    mail = MailSender(Settings.from_environment(publication.folder.parent))
    mail.deliver(publication)
    an_article(publication)
    from_ada(publication)
    publication.private.invitations.invite("Nina", "editor", "nina@example.org", "Mira")
    mail.deliver(publication)
    addresses = [
        address for letter in postbox.letters for address in re.findall(r"https?://[^\s\"<>]+", letter_text(letter))
    ]
    assert len(postbox.letters) == 2
    for page in (f"{base}/daily/c/1?key=", f"{base}/daily/c/1/no-mail?key=", f"{base}/daily/join/"):
        assert any(address.startswith(page) for address in addresses)
    assert all(address.startswith(f"{base}/daily/") for address in addresses)
    assert all(letter["Message-ID"].endswith(f"@{host}>") for letter in postbox.letters)


def letter_text(letter: EmailMessage) -> str:
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join([letter["List-Unsubscribe"] or "", *(body.get_content() for body in bodies if body is not None)])


@pytest.mark.parametrize(
    "setting", ["example.org", "ftp://example.org", "https://a@example.org", "https://example.org/?x=1"]
)
def test_what_is_no_address_of_the_service_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str):
    monkeypatch.setenv("CORRECTIONS_URL", setting)
    with pytest.raises(BadSettings, match="CORRECTIONS_URL"):
        Settings.from_environment(tmp_path)


def test_an_appeal_reaches_the_chief_editors_and_its_outcome_the_reader(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    for name, role in (("Clara", "chief-editor"), ("Otto", "editor")):
        publication.private.accounts.save(name, role, "long enough for a test", f"{name.lower()}@example.org")
    correction = from_ada(publication)
    decisions.reject(publication, EDITOR, 1, correction.last_event, "The plaque says 1893.")
    mail.deliver(publication)
    status.appeal(publication, 1, "There are two plaques.")
    mail.deliver(publication)
    asked = postbox.letters[-1]
    assert asked["To"] == "clara@example.org"
    assert [letter["To"] for letter in postbox.letters].count("otto@example.org") == 0
    text = asked.get_content()
    assert "There are two plaques." in text
    assert "rejected by Mira: The plaque says 1893." in text
    assert "https://corrections.example.org/daily/review/1" in text
    chief = Actor("Clara", Role.CHIEF_EDITOR)
    decisions.accept(publication, chief, 1, publication.correction(1).last_event)
    mail.deliver(publication)
    outcome = postbox.letters[-1]
    assert outcome["To"] == ADA
    for kind in ("plain", "html"):
        body = outcome.get_body((kind,)).get_content()
        assert "As you asked, a chief editor reviewed the decision." in body
        assert "The article was changed as you suggested." in body
