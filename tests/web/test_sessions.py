"""Sessions and locks: what is stolen does not reach further, and strangers do not shut a person out."""

import base64
import json
import re
import zlib

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.web.authenticator import Authenticator
from tests.web.test_passkeys import add, options

PASSWORD = "long enough for a test"
STRONG = "violet-harbour-sixteen-lamps"


def signed_in(app: Flask, address: str = "192.0.2.1", publication: str = "daily") -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    sent = {"name": "Mira", "password": PASSWORD}
    assert client.post(f"/{publication}/sign-in", data=sent).status_code == 303
    return client


@pytest.fixture
def mira(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    return signed_in(app)


def stolen(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the session's cookie and no other."""
    cookie = client.get_cookie("corrections_session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("corrections_session", cookie.value)
    return thief


def readable(client: FlaskClient) -> str:
    """What anybody who sees the cookie reads in it: it is signed, not encrypted."""
    cookie = client.get_cookie("corrections_session")
    assert cookie is not None
    packed = cookie.value.removeprefix(".").partition(".")[0]
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    return (zlib.decompress(raw) if cookie.value.startswith(".") else raw).decode()


def shown_secret(client: FlaskClient) -> str:
    return re.search(r"enter the key <code>(\w+)</code>", client.get("/daily/account").text)[1]


def turn_on(client: FlaskClient) -> str:
    secret = shown_secret(client)
    client.post("/daily/account", data={"do": "totp", "code": pyotp.TOTP(secret).now(), "password": PASSWORD})
    return secret


def try_passwords(app: Flask, count: int) -> None:
    for number in range(count):
        sent = {"name": "Mira", "password": f"guess {number}"}
        app.test_client().post("/daily/sign-in", data=sent, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"})


def test_a_stolen_session_neither_sets_nor_replaces_the_second_factor(
    app: Flask, mira: FlaskClient, publication: Publication
):
    private = publication.private
    thief = stolen(app, mira)
    for password in ("", "a guess"):
        code = pyotp.TOTP(shown_secret(thief)).now()
        thief.post("/daily/account", data={"do": "totp", "code": code, "password": password})
    assert not private.second_factor.is_on(1)
    secret = turn_on(mira)
    assert private.second_factor.is_on(1)
    for password in ("", "a guess", PASSWORD):
        code = pyotp.TOTP(secret).now()
        thief.post("/daily/account", data={"do": "totp", "code": code, "password": password})
        mira.post("/daily/account", data={"do": "totp", "code": "", "password": password})
    assert private.second_factor.check(1, pyotp.TOTP(secret).now()), "the one that was set is still the one"


def test_the_second_factor_s_secret_is_not_in_the_cookie_and_is_shown_once(app: Flask, mira: FlaskClient):
    secret = shown_secret(mira)
    assert secret not in readable(mira)
    assert shown_secret(stolen(app, mira)) != secret, "who steals the cookie is not shown what its owner scanned"
    code = pyotp.TOTP(secret).now()
    wrong = mira.post("/daily/account", data={"do": "totp", "code": "000000", "password": PASSWORD})
    assert "does not match" in wrong.text
    assert secret in wrong.text, "after a mistyped code nothing has to be scanned again"
    answer = mira.post("/daily/account", data={"do": "totp", "code": code, "password": PASSWORD})
    assert answer.status_code == 303


def test_nothing_secret_is_readable_in_a_cookie_between_password_and_code(app: Flask, mira: FlaskClient):
    secret = turn_on(mira)
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD})
    for word in (secret, PASSWORD, "argon2"):
        assert word not in readable(client)
    assert json.loads(readable(client))["second"][0] == "daily"


@pytest.mark.parametrize("by", ["herself", "the operator", "turning the factor off and on"])
def test_a_password_given_before_a_change_is_not_enough_after_it(
    app: Flask, mira: FlaskClient, publication: Publication, by: str
):
    secret = turn_on(mira)
    half = app.test_client()
    half.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD})
    if by == "herself":
        mira.post("/daily/account", data={"do": "password", "password": PASSWORD, "new": STRONG})
    elif by == "the operator":
        publication.private.accounts.save("Mira", "editor", STRONG)
        publication.private.second_factor.set(1, secret, pyotp.TOTP(secret).now())
    else:
        mira.post("/daily/account", data={"do": "no-totp", "password": PASSWORD})
        secret = turn_on(mira)
    answer = half.post("/daily/sign-in/code", data={"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 401
    assert "Please sign in again" in answer.text
    assert half.get("/daily/review/").status_code == 302


def test_signing_out_anywhere_ends_the_session_on_the_server(app: Flask, mira: FlaskClient, publication: Publication):
    Publication.create(publication.folder.parent, "weekly").close()
    thief = stolen(app, mira)
    assert thief.get("/daily/review/").status_code == 200
    mira.post("/weekly/sign-out")
    assert thief.get("/daily/review/").status_code == 302
    assert publication.private.sessions.of(1) == []


def test_signing_in_anew_ends_the_session_before(app: Flask, mira: FlaskClient, publication: Publication):
    weekly = Publication.create(publication.folder.parent, "weekly")
    weekly.private.accounts.save("Mira", "editor", PASSWORD)
    weekly.close()
    thief = stolen(app, mira)
    assert mira.post("/weekly/sign-in", data={"name": "Mira", "password": PASSWORD}).status_code == 303
    assert mira.get("/weekly/review/").status_code == 200
    assert thief.get("/daily/review/").status_code == 302


def test_strangers_do_not_shut_a_person_out_of_a_browser_she_used(
    app: Flask, mira: FlaskClient, publication: Publication
):
    mira.post("/daily/sign-out")
    try_passwords(app, 25)
    sent = {"name": "Mira", "password": PASSWORD}
    stranger = app.test_client()
    assert stranger.post("/daily/sign-in", data=sent, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 429
    assert mira.post("/daily/sign-in", data=sent).status_code == 303
    assert mira.get("/daily/review/").status_code == 200


def test_strangers_do_not_keep_who_is_signed_in_from_changing_the_password(app: Flask, mira: FlaskClient):
    try_passwords(app, 25)
    changed = mira.post(
        "/daily/account", data={"do": "password", "password": PASSWORD, "new": STRONG}, follow_redirects=True
    )
    assert "changed the password" in changed.text
    mira.post("/daily/sign-out")
    assert mira.post("/daily/sign-in", data={"name": "Mira", "password": STRONG}).status_code == 303


def test_a_passkey_gets_through_the_lock(app: Flask, mira: FlaskClient):
    device = Authenticator()
    assert add(mira, device) == 200
    try_passwords(app, 25)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert client.post("/daily/sign-in/passkey", json=device.sign(options(client, "sign-in"))).status_code == 200


def test_a_known_browser_guesses_no_more_often_than_others(app: Flask, mira: FlaskClient):
    statuses = []
    for number in range(25):
        sent = {"name": "Mira", "password": f"guess {number}"}
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        statuses.append(mira.post("/daily/sign-in", data=sent, environ_base=address).status_code)
    assert statuses == [401] * 20 + [429] * 5


def test_a_known_browser_is_known_for_one_account_and_until_the_password_changes(
    app: Flask, mira: FlaskClient, publication: Publication
):
    publication.private.accounts.save("Bo", "editor", PASSWORD)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    try_passwords(app, 20)
    for number in range(20):
        sent = {"name": "Bo", "password": f"guess {number}"}
        app.test_client().post("/daily/sign-in", data=sent, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    for name in ("Mira", "Bo"):
        assert mira.post("/daily/sign-in", data={"name": name, "password": PASSWORD}).status_code == 429


def test_a_forged_device_cookie_is_no_device(app: Flask, publication: Publication):
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    try_passwords(app, 20)
    client = app.test_client()
    for value in ("", "x", "1.2.3", "99999999999.nonce.0000", "é.é.é", "9" * 5000 + ".n.m"):
        client.set_cookie("corrections_device_1", value, path="/daily/sign-in")
        assert client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD}).status_code == 429
