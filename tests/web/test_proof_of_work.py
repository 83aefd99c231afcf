"""A proof of work is good once, for one publication, in its time, and at the work that was asked for."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.services import settings
from corrections.services.publication import Publication
from corrections.web import spam_signals
from tests.newsroom import TALKS, an_article
from tests.web.test_nonsense import API, annotation, solution, state


@pytest.fixture
def challenge(client: FlaskClient, publication: Publication) -> dict[str, Any]:
    an_article(publication)
    settings.put(publication, "proof-of-work", "on")
    return dict(client.post(API, json=annotation()).json["challenge"])


def changed(proof: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    return base64.b64encode(json.dumps(change(json.loads(base64.b64decode(proof)))).encode()).decode()


def later_by_a_digit(fields: dict[str, Any]) -> dict[str, Any]:
    """The same hash with the number's first digit moved into the time at which the challenge expires."""
    number = str(fields["number"])
    salt = fields["salt"].rstrip("&")
    return {**fields, "salt": salt + number[0], "number": int(number[1:] or "0")}


TAMPERED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "a later end": lambda fields: {**fields, "salt": fields["salt"].replace("expires=1", "expires=2")},
    "a second end": lambda fields: {**fields, "salt": f"{fields['salt']}expires=99999999999&"},
    "no end": lambda fields: {**fields, "salt": fields["salt"].partition("?")[0]},
    "a digit moved": later_by_a_digit,
    "a weaker hash": lambda fields: {**fields, "algorithm": "SHA-1"},
    "no hash": lambda fields: {**fields, "algorithm": "none"},
    "another number": lambda fields: {**fields, "number": fields["number"] + 1},
    "a challenge of one's own": lambda fields: {**fields, "challenge": "0" * 64},
    "no signature": lambda fields: {**fields, "signature": ""},
    "nothing": lambda fields: {},
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_solution_with_a_changed_parameter_is_none(client: FlaskClient, challenge: dict[str, Any], name: str) -> None:
    proof = changed(solution(challenge), TAMPERED[name])
    assert client.post(API, json=annotation(proof=proof)).status_code == 428
    assert client.post(API, json=annotation(proof=solution(challenge))).status_code == 201


def test_a_solution_written_otherwise_is_the_same_one(client: FlaskClient, challenge: dict[str, Any]) -> None:
    proof = solution(challenge)
    assert client.post(API, json=annotation(proof=proof)).status_code == 201
    ways: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
        lambda fields: {**fields, "took": 5},
        lambda fields: {**fields, "salt": fields["salt"].rstrip("&")},
        lambda fields: {**fields, "number": str(fields["number"])},
        lambda fields: {**fields, "challenge": fields["challenge"].upper()},
    ]
    for way in ways:
        assert client.post(API, json=annotation("Wednesday", proof=changed(proof, way))).status_code == 428


def test_an_expired_challenge_is_worth_nothing_and_cannot_be_used_anew(
    client: FlaskClient, challenge: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = solution(challenge)
    assert client.post(API, json=annotation(proof=proof)).status_code == 201
    expired = time.time() + 60 * spam_signals.PROOF_MINUTES + 5
    monkeypatch.setattr(time, "time", lambda: expired)
    fresh = dict(client.post(API, json=annotation("1")).json["challenge"])
    assert client.post(API, json=annotation("Wednesday", proof=proof)).status_code == 428
    assert fresh["challenge"] != challenge["challenge"]


def test_a_challenge_of_another_publication_is_none_of_ours(
    app: Flask, client: FlaskClient, publication: Publication, challenge: dict[str, Any]
) -> None:
    other = Publication.create(publication.folder.parent, "weekly", "The Weekly")
    an_article(other)
    settings.put(other, "proof-of-work", "on")
    other.close()
    proof = solution(challenge)
    assert client.post("/api/v1/weekly/corrections", json=annotation(proof=proof)).status_code == 428
    assert client.post(API, json=annotation(proof=proof)).status_code == 201


def test_a_form_with_a_garbled_proof_is_held_back(
    client: FlaskClient, publication: Publication, challenge: dict[str, Any]
) -> None:
    for at, proof in enumerate((b"[" * 40_000, b'{"salt":' * 6_000, b"1e999", b'{"algorithm": [], "challenge": {}}', b"\xff"), 1):  # fmt: skip
        form = {"exact": "Tusday", "replacement": f"word {at}", "step": "send", "key": f"k{at}"}
        answer = client.post(f"/daily/a/{TALKS}/suggest", data={**form, "proof": base64.b64encode(proof).decode()})
        assert answer.status_code == 303, proof[:20]
        held, why = state(publication, at)
        assert (held, "proof" in why) == ("held", True)
