"""e-mail to readers, with a real SMTP server on loopback: once for each event, to nobody who does not want it."""

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corrections import background
from corrections.config import Settings
from corrections.index import caches
from corrections.notify import mail_sender
from corrections.notify.mail_sender import MailSender
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.operations.backup import back_up, restore
from corrections.services.publication import Publication, Publications
from corrections.services.readers import status
from corrections.services.review import comments, decisions
from corrections.subscribers import subscribers
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, free_port, kill, start
from tests.notify.postbox import ADA, Postbox, from_ada


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


def test_a_question_goes_to_the_reader_by_mail(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    from_ada(publication)
    comments.ask(publication, EDITOR, 1, "Which plaque?")
    mail.deliver(publication)
    question = postbox.letters[1]
    assert question["Subject"] == "A question about your correction 1: The talks"
    assert "Which plaque?" in question.get_body(("plain",)).get_content()
