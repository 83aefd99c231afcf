"""Accounts: invited by mail, strong passwords, a second factor that works once, sessions that can be ended."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.notify.mail_messages import Sender, compose_message
from corrections.private.delivery.outbox import Outbox
from corrections.private.passkeys import Passkey
from corrections.services.publication import Publication
from tests.newsroom import an_article
from tests.service import run_command

PASSWORD = "long enough for a test"
STRONG = "violet-harbour-sixteen-lamps"


def signed_in(app: Flask, name: str = "Ann", password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    assert client.post("/daily/sign-in", data={"name": name, "password": password}).status_code == 303
    return client


@pytest.fixture
def admin(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Ann", "admin", PASSWORD, "ann@example.org")
    return signed_in(app)


def account_of(publication: Publication, name: str) -> int:
    return next(each.id for each in publication.private.accounts.all() if each.name == name)  # type: ignore[return-value]


def test_who_is_invited_by_mail_chooses_a_password_and_is_in(app: Flask, admin: FlaskClient, publication: Publication):
    admin.post("/daily/staff", data={"do": "invite", "name": "Bo", "role": "editor", "email": "bo@example.org"})
    row = Outbox(publication.private).next(time.time())
    assert row is not None
    mail = compose_message(publication, Sender("https://c.example.org", "desk@example.org"), row)
    assert mail is not None
    assert mail["To"] == "bo@example.org"
    address = re.search(r"https://c\.example\.org(\S+)", mail.get_content())[1]
    bo = app.test_client()
    assert bo.get(address.replace("key=", "key=0")).status_code == 403
    assert "as editor" in bo.get(address).text
    for weak in ("short", "password12345", "Bo-Bo-Bo-Bo"):
        assert "This password is easy to guess" in bo.post(address, data={"password": weak}).text
    assert bo.post(address, data={"password": STRONG}).status_code == 303
    assert bo.get("/daily/review/").status_code == 200
    assert app.test_client().get(address).status_code == 403, "an invitation is good once"
    journal = admin.get("/daily/staff").text
    assert "invited Bo as editor" in journal
    assert "signed in for the first time, invited by Ann" in journal


def test_the_second_factor_is_asked_for_and_a_code_works_once(app: Flask, admin: FlaskClient, publication: Publication):
    page = admin.get("/daily/account").text
    secret = re.search(r"enter the key <code>(\w+)</code>", page)[1]
    assert "<svg" in page
    assert (
        "does not match"
        in admin.post(
            "/daily/account", data={"do": "totp", "code": "000000", "password": PASSWORD}, follow_redirects=True
        ).text
    )
    admin.post("/daily/account", data={"do": "totp", "code": pyotp.TOTP(secret).now(), "password": PASSWORD})
    client = app.test_client()
    asked = client.post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD})
    assert asked.status_code == 200
    assert client.get("/daily/review/").status_code == 302, "the password alone opens nothing"
    assert client.post("/daily/sign-in/code", data={"code": "123456"}).status_code == 401
    code = pyotp.TOTP(secret).now()
    assert client.post("/daily/sign-in/code", data={"code": code}).status_code == 303
    assert client.get("/daily/review/").status_code == 200
    again = app.test_client()
    again.post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD})
    assert again.post("/daily/sign-in/code", data={"code": code}).status_code == 401, "a code works once"
    assert app.test_client().post("/daily/sign-in/code", data={"code": code}).status_code == 401
    wrong = admin.post("/daily/account", data={"do": "no-totp", "password": "wrong"}, follow_redirects=True)
    assert "password is wrong" in wrong.text
    admin.post("/daily/account", data={"do": "no-totp", "password": PASSWORD})
    assert not publication.private.second_factor.is_on(account_of(publication, "Ann"))


def test_sessions_are_listed_and_ended(app: Flask, admin: FlaskClient, publication: Publication):
    other = signed_in(app)
    assert other.get("/daily/review/").status_code == 200
    page = admin.get("/daily/account").text
    (session,) = re.findall(r'name="session" value="(\w+)"', page)
    admin.post("/daily/account", data={"do": "end", "session": session})
    assert other.get("/daily/review/").status_code == 302
    assert admin.get("/daily/review/").status_code == 200
    third = signed_in(app)
    admin.post("/daily/account", data={"do": "password", "password": PASSWORD, "new": STRONG})
    assert third.get("/daily/review/").status_code == 302, "a new password ends the other sessions"
    assert admin.get("/daily/review/").status_code == 200
    admin.post("/daily/sign-out")
    assert admin.get("/daily/review/").status_code == 302


def test_a_cookie_kept_from_before_signing_out_opens_nothing(app: Flask, admin: FlaskClient, publication: Publication):
    cookie = admin.get_cookie("corrections_session")
    assert cookie is not None
    admin.post("/daily/sign-out")
    thief = app.test_client()
    thief.set_cookie("corrections_session", cookie.value)
    assert thief.get("/daily/review/").status_code == 302


def test_who_is_removed_is_out_at_once_and_one_admin_stays(app: Flask, admin: FlaskClient, publication: Publication):
    publication.private.accounts.save("Bo", "editor", PASSWORD)
    bo = signed_in(app, "Bo")
    assert bo.get("/daily/staff").status_code == 403
    admin.post("/daily/staff", data={"do": "role", "name": "Bo", "role": "viewer"})
    assert bo.post("/daily/review/many", data={}).status_code == 403, "a new role holds at once"
    admin.post("/daily/staff", data={"do": "remove", "name": "Bo"})
    assert bo.get("/daily/review/").status_code == 302
    refused = admin.post("/daily/staff", data={"do": "remove", "name": "Ann"}, follow_redirects=True)
    assert "At least one admin must remain" in refused.text


def test_settings_are_changed_on_the_page_and_journalled(admin: FlaskClient, publication: Publication):
    an_article(publication)
    told = admin.post(
        "/daily/staff", data={"do": "setting", "name": "reply-days", "value": "soon"}, follow_redirects=True
    )
    assert "whole number" in told.text
    admin.post("/daily/staff", data={"do": "setting", "name": "reply-days", "value": "7"})
    page = admin.get("/daily/staff").text
    assert "set reply-days to &#39;7&#39;" in page
    assert publication.private.settings.get("reply-days") == "7"


def test_no_page_shows_a_secret_of_another(admin: FlaskClient, publication: Publication):
    publication.private.accounts.save("Bo", "editor", PASSWORD)
    publication.private.second_factor.set(
        account_of(publication, "Bo"), secret := pyotp.random_base32(), pyotp.TOTP(secret).now()
    )
    for page in ("/daily/staff", "/daily/account"):
        assert secret not in admin.get(page).text


def test_a_password_set_by_the_operator_signs_out_everywhere_and_is_the_way_back_in(
    app: Flask, admin: FlaskClient, publication: Publication
):
    private, account = publication.private, account_of(publication, "Ann")
    private.second_factor.set(account, secret := pyotp.random_base32(), pyotp.TOTP(secret).now())
    private.passkeys.add(Passkey("an-id", account, b"key", 0, "a phone", "2026-11-25T00:00:00+00:00"))
    publication.private.accounts.save("Ann", "admin", STRONG)
    assert admin.get("/daily/review/").status_code == 302
    assert private.passkeys.get("an-id") is None
    assert signed_in(app, "Ann", STRONG).get("/daily/staff").status_code == 200, "no code is asked for"
    assert [each.email for each in publication.private.accounts.all()] == ["ann@example.org"]


def test_of_two_who_come_with_one_invitation_at_once_one_is_in(
    app: Flask, admin: FlaskClient, publication: Publication
):
    for name in ("Bo", "Cy", "Di"):
        invitation = publication.private.invitations.invite(name, "editor", f"{name}@example.org", "Ann")
        address = f"/daily/join/{invitation.id}?key={publication.private.invitations.key_of(invitation)}"
        together = Barrier(2)

        def join(number: int, address: str = address, together: Barrier = together) -> int:
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            client.get(address)
            together.wait()
            return client.post(address, data={"password": f"{STRONG}-{number}"}).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(join, (1, 2))) == [303, 403]
        ways_in = [publication.private.accounts.sign_in(name, f"{STRONG}-{number}") for number in (1, 2)]
        assert sum(account is not None for account in ways_in) == 1


def test_an_invitation_resets_no_account_that_was_made_meanwhile(
    app: Flask, admin: FlaskClient, publication: Publication
):
    invitation = publication.private.invitations.invite("Bo", "admin", "bo@example.org", "Ann")
    publication.private.accounts.save("Bo", "viewer", PASSWORD)
    address = f"/daily/join/{invitation.id}?key={publication.private.invitations.key_of(invitation)}"
    assert "already has an account" in app.test_client().post(address, data={"password": STRONG}).text
    assert signed_in(app, "Bo").get("/daily/staff").status_code == 403


def test_who_changed_a_setting_is_listed_with_the_value_before(admin: FlaskClient, publication: Publication):
    for value in ("5", "9"):
        admin.post("/daily/staff", data={"do": "setting", "name": "reply-days", "value": value})
    listed = run_command("--data", publication.folder.parent, "journal", "daily", "--json")
    newest = json.loads(listed.stdout)[0]
    assert (newest["by"], newest["entry"]) == ("Ann", "set reply-days to '9' (was '5')")
