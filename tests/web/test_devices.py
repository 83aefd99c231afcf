"""Sessions by device: named, ended one by one or together, and mail when a device is new."""

import time

import pytest
from flask import Flask

from corrections.notify.mail_messages import Sender, compose_message
from corrections.private.delivery.outbox import Outbox
from corrections.services.publication import Publication
from corrections.web.staff.device_names import device_name
from tests.markup import collapse_whitespace

PASSWORD = "long enough for a test"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


def letters(publication: Publication) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of what waits to be sent, oldest first."""
    outbox, messages = Outbox(publication.private), []
    while (row := outbox.next(time.time())) is not None:
        message = compose_message(publication, Sender("https://c.example.org", "desk@example.org"), row)
        if message is not None:
            messages.append((message["To"], message["Subject"], message.get_content()))
        outbox.drop(row)
    return messages


def test_the_account_page_names_the_devices_and_ends_all_the_others(app: Flask, publication: Publication):
    publication.private.accounts.save("Ann", "editor", PASSWORD, "ann@example.org")
    here, phone = app.test_client(), app.test_client()
    for client, agent in ((here, FIREFOX), (phone, PHONE), (app.test_client(), "")):
        client.environ_base["HTTP_USER_AGENT"] = agent
        client.post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD})
    page = collapse_whitespace(here.get("/daily/account").text)
    assert "Firefox on Linux (this device)" in page
    assert "Safari on iPhone</span>" in page
    assert "Unknown browser</span>" in page
    assert page.count("last seen") == 3
    here.post("/daily/account", data={"do": "end-all"})
    assert here.get("/daily/account").text.count("last seen") == 1
    assert phone.get("/daily/account").status_code == 302


def test_a_sign_in_on_a_new_device_is_told_by_mail_once(app: Flask, publication: Publication):
    publication.private.accounts.save("Ann", "editor", PASSWORD, "ann@example.org")
    app.test_client().post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD})
    assert letters(publication) == [], "the account is used for the first time"
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = PHONE
    client.post("/daily/sign-in", data={"name": "Ann", "password": "wrong"})
    assert letters(publication) == []
    for _ in range(2):
        client.post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD})
        client.post("/daily/sign-out")
    ((to, subject, text),) = letters(publication)
    assert (to, subject) == ("ann@example.org", "New sign-in to The Daily: Safari on iPhone")
    assert "https://c.example.org/daily/account" in text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/138.0 Safari/537.36 Edg/138.0", "Edge on macOS"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
    ],
)
def test_devices_are_called_what_people_call_them(agent: str, name: str):
    assert device_name(agent) == name
