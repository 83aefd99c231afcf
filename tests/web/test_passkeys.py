"""Passkeys: each ceremony counts once, here, for the person who holds the key, with that person's consent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.web.authenticator import PRESENT, Authenticator

PASSWORD = "long enough for a test"


def signed_in(app: Flask, publication: Publication, name: str) -> FlaskClient:
    if all(account.name != name for account in publication.private.accounts.all()):
        publication.private.accounts.save(name, "editor", PASSWORD)
    client = app.test_client()
    assert client.post("/daily/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
    return client


def options(client: FlaskClient, ceremony: str, **body: str) -> dict[str, Any]:
    answer = client.post(f"/daily/{ceremony}/passkey/options", json=body)
    assert answer.status_code == 200
    given: dict[str, Any] = answer.json
    return given


def add(client: FlaskClient, device: Authenticator) -> int:
    asked = options(client, "account", password=PASSWORD)
    return client.post("/daily/account/passkey", json=device.register(asked)).status_code


def sign_in(app: Flask, device: Authenticator) -> int:
    client = app.test_client()
    answer = client.post("/daily/sign-in/passkey", json=device.sign(options(client, "sign-in")))
    assert (client.get("/daily/review/").status_code == 200) == (answer.status_code == 200)
    return answer.status_code


@pytest.fixture
def mira(app: Flask, publication: Publication) -> FlaskClient:
    return signed_in(app, publication, "Mira")


@pytest.fixture
def device(mira: FlaskClient) -> Authenticator:
    device = Authenticator()
    assert add(mira, device) == 200
    return device


def test_a_passkey_signs_its_person_in(app: Flask, device: Authenticator):
    assert sign_in(app, device) == 200
    assert sign_in(app, device) == 200, "a passkey without a counter goes on working"


def test_a_ceremony_overheard_is_good_for_nothing(app: Flask, device: Authenticator):
    client = app.test_client()
    asked = options(client, "sign-in")
    cookie = client.get_cookie("corrections_session")
    assert cookie is not None
    credential = device.sign(asked)
    assert client.post("/daily/sign-in/passkey", json=credential).status_code == 200
    thief = app.test_client()
    thief.set_cookie("corrections_session", cookie.value)
    assert thief.post("/daily/sign-in/passkey", json=credential).status_code == 401, "a challenge counts once"
    assert thief.get("/daily/review/").status_code == 302


def test_a_challenge_is_good_for_five_minutes(app: Flask, device: Authenticator, monkeypatch: pytest.MonkeyPatch):
    client = app.test_client()
    credential = device.sign(options(client, "sign-in"))
    monkeypatch.setattr("corrections.web.staff.passkeys.CHALLENGE_SECONDS", -1)
    assert client.post("/daily/sign-in/passkey", json=credential).status_code == 401


def test_a_challenge_of_one_ceremony_or_publication_is_none_of_another(
    app: Flask, publication: Publication, mira: FlaskClient, device: Authenticator
):
    registering = options(mira, "account", password=PASSWORD)
    assert mira.post("/daily/sign-in/passkey", json=device.sign(registering)).status_code == 401
    asked = {**options(mira, "sign-in"), "user": registering["user"]}
    assert mira.post("/daily/account/passkey", json=Authenticator().register(asked)).status_code == 401
    Publication.create(publication.folder.parent, "weekly").close()
    client = app.test_client()
    elsewhere = client.post("/weekly/sign-in/passkey/options", json={}).json
    assert client.post("/daily/sign-in/passkey", json=device.sign(elsewhere)).status_code == 401
    nothing = app.test_client()
    assert nothing.post("/daily/sign-in/passkey", json=device.sign({"challenge": ""})).status_code == 401


LIES: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://localhost:8443"},
    "another relying party": {"rp_id": "evil.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": 0},
    "another person": {"user": "ZGFpbHk6OTk"},
    "another key": {"key": Authenticator().key},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_does_not_hold_signs_nobody_in(app: Flask, device: Authenticator, lie: dict[str, Any]):
    assert sign_in(app, replace(device, **lie)) == 401
    assert sign_in(app, device) == 200


@pytest.mark.parametrize("lie", [LIES[name] for name in list(LIES)[:5]], ids=list(LIES)[:5])
def test_what_does_not_hold_is_not_added(publication: Publication, mira: FlaskClient, lie: dict[str, Any]):
    assert add(mira, Authenticator(**lie)) == 401
    assert publication.private.passkeys.of(1) == []


def test_a_copied_device_is_noticed_by_its_counter(app: Flask, mira: FlaskClient):
    device = Authenticator(count=5)
    assert add(mira, device) == 200
    copy = replace(device)
    assert sign_in(app, device) == 200
    assert sign_in(app, copy) == 401


def test_a_passkey_of_one_account_is_not_taken_for_another(
    app: Flask, publication: Publication, mira: FlaskClient, device: Authenticator
):
    bo = signed_in(app, publication, "Bo")
    again = Authenticator(id=device.id)
    assert add(bo, again) == 401, "the id is somebody's already"
    assert sign_in(app, again) == 401
    client = app.test_client()
    client.post("/daily/sign-in/passkey", json=device.sign(options(client, "sign-in")))
    assert "Mira, editor" in client.get("/daily/account").text


def test_a_removed_account_s_passkey_opens_nothing_though_its_number_is_used_again(
    app: Flask, publication: Publication, device: Authenticator
):
    publication.private.accounts.remove("Mira")
    publication.private.accounts.save("Bo", "admin", PASSWORD)
    assert sign_in(app, device) == 401


def test_a_stolen_session_adds_no_passkey_without_the_password(publication: Publication, mira: FlaskClient):
    for body in ({}, {"password": "a guess"}, {"password": ["x"]}, [PASSWORD]):
        refused = mira.post("/daily/account/passkey/options", json=body)
        assert refused.status_code == 401
        assert "password is wrong" in refused.json["message"]
    made = Authenticator().register({"user": {"id": ""}, "challenge": "x"})
    assert mira.post("/daily/account/passkey", json=made).status_code == 401
    assert publication.private.passkeys.of(1) == []


def _without(*names: str) -> Callable[[dict[str, Any]], Any]:
    return lambda good: {**good, "response": {n: v for n, v in good["response"].items() if n not in names}}


BROKEN: list[Callable[[dict[str, Any]], Any]] = [
    lambda good: None,
    lambda good: [],
    lambda good: [good],
    lambda good: "x",
    lambda good: 7,
    lambda good: {},
    lambda good: {"id": good["id"]},
    lambda good: {**good, "response": []},
    lambda good: {**good, "response": dict.fromkeys(good["response"], 7)},
    lambda good: {**good, "response": dict.fromkeys(good["response"], "AA")},
    lambda good: {**good, "response": dict.fromkeys(good["response"], "é")},
    lambda good: {**good, "type": "x"},
    lambda good: {**good, "rawId": "AA"},
    _without("clientDataJSON"),
    _without("authenticatorData", "attestationObject"),
    lambda good: {
        **good,
        "response": {**good["response"], "attestationObject": "n4GBgYGBgYGBgYGBgQ", "signature": "AA"},
    },
    lambda good: {**good, "response": {**good["response"], "authenticatorData": "A" * 60}},
    lambda good: {**good, "response": {**good["response"], "signature": "MAYCAQACAQA"}},
    lambda good: {**good, "response": {**good["response"], "userHandle": ["x"]}},
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_credential_ends_in_a_refusal(
    app: Flask, mira: FlaskClient, device: Authenticator, broken: Callable[[dict[str, Any]], Any]
):
    client = app.test_client()
    credential = broken(device.sign(options(client, "sign-in")))
    assert client.post("/daily/sign-in/passkey", json=credential).status_code == 401
    made = broken(Authenticator().register(options(mira, "account", password=PASSWORD)))
    assert mira.post("/daily/account/passkey", json=made).status_code in (200, 401)
