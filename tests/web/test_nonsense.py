"""Keeping nonsense out without hurting people: held back, never dropped; asked to compute, never shut out."""

import base64
import hashlib
import json
import re
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.private.contacts import Contact
from corrections.services import settings
from corrections.services.errors import Invalid, QueueFull
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests import redis_server
from tests.newsroom import EDITOR, TALKS, a_correction, an_article
from tests.web.test_pages import sending

API = "/api/v1/daily/corrections"


def annotation(by: str = "Tuesday", **more: object) -> dict[str, object]:
    selector = {"type": "TextQuoteSelector", "exact": "Tusday"}
    return {"target": {"article": TALKS, "selector": selector}, "body": {"value": by}, **more}


def state(publication: Publication, number: int = 1) -> tuple[str, str]:
    publication.index.catch_up(publication.store)
    found = publication.correction(number)
    return found.state, found.held


def solution(challenge: dict[str, object]) -> str:
    """What a client computes: the number whose hash with the salt is the challenge."""
    for number in range(int(str(challenge["maxNumber"])) + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            break
    solved = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**solved, "number": number}).encode()).decode()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"website": "https://example.org"}, "trap"),
        ({"opened": "forged"}, "hurried"),
        ({"comment": "Play at our CASINO now"}, "words"),
        ({"email": "Someone@Mail.Spam.example"}, "address"),
        ({"comment": "https://a.example https://b.example www.c.example"}, "links"),
    ],
)
def test_what_looks_like_nonsense_is_held_back_and_can_be_released(
    client: FlaskClient, editor: FlaskClient, publication: Publication, more, why
):
    an_article(publication)
    settings.put(publication, "blocked-words", "casino, free money")
    settings.put(publication, "blocked-addresses", "spam.example")
    answer = sending(client, step="send", **more)
    assert answer.status_code == 303
    assert state(publication) == ("held", why)
    assert "initial review" in client.get(answer.headers["Location"]).text, "its reader is told the truth"
    assert "Tusday" not in editor.get("/daily/review/").text
    assert "Tusday" in editor.get("/daily/review/?state=held").text
    page = editor.get("/daily/review/1").text
    assert "Held back" in page
    assert 'value="accept"' not in page
    event = publication.correction(1).last_event
    editor.post("/daily/review/1", data={"decision": "release", "based_on": event})
    assert state(publication) == ("open", "")
    assert "Tusday" in editor.get("/daily/review/").text


def test_a_form_sent_within_seconds_is_held_back_and_a_person_s_is_not(client: FlaskClient, publication: Publication):
    an_article(publication)
    settings.put(publication, "form-seconds", "60")
    sending(client, step="send", key="quick")
    assert state(publication) == ("held", "hurried")
    settings.put(publication, "form-seconds", "1")
    form = client.get(f"/daily/a/{TALKS}/suggest").text
    opened = re.search(r'name="opened" value="([^"]+)"', form)
    time.sleep(1.5)
    sending(client, step="send", key="slow", opened=opened[1], exact="1893", replacement="1839")
    assert state(publication, 2) == ("open", "")


def test_whoever_was_right_before_may_send_links(publication: Publication):
    an_article(publication)
    ada = Contact("Ada", "ada@example.org", False)
    sent = a_correction(publication, "1893", "1839", contact=ada)
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    links = "https://a.example https://b.example https://c.example"
    assert a_correction(publication, "1971", "1972", contact=ada, comment=links).state == "open"
    assert a_correction(publication, "1971", "1973", comment=links).state == "held"


@pytest.mark.parametrize(
    ("network", "sender"),
    [
        ("127.0.0.0/8", "127.0.0.1"),
        ("127.0.0.0/8", "::ffff:127.0.0.1"),  # as it appears to who listens on IPv6
        ("2001:db8::/32", "2001:DB8:0::7"),
        ("::1", "0:0:0:0:0:0:0:1"),
    ],
)
def test_a_blocked_network_is_held_back(client: FlaskClient, publication: Publication, network: str, sender: str):
    an_article(publication)
    settings.put(publication, "blocked-addresses", network)
    assert client.post(API, json=annotation(), environ_base={"REMOTE_ADDR": sender}).status_code == 201
    assert state(publication) == ("held", "address")


def test_a_held_duplicate_counts_only_once_released(publication: Publication):
    an_article(publication)
    settings.put(publication, "blocked-words", "casino")
    a_correction(publication, "1893", "1839")
    held = a_correction(publication, "1893", "1839", comment="casino")
    assert publication.correction(1).readers == 1
    assert decisions.release(publication, EDITOR, 2, held.last_event).state == "duplicate"
    assert publication.correction(1).readers == 2


def test_a_full_queue_says_so_kindly_and_takes_again_when_there_is_room(client: FlaskClient, publication: Publication):
    an_article(publication)
    settings.put(publication, "queue-ceiling", "1")
    first = a_correction(publication, "1893", "1839")
    with pytest.raises(QueueFull):
        a_correction(publication, "1971", "1972")
    refused = sending(client, step="send", comment="Kept words")
    assert refused.status_code == 503
    assert "try again tomorrow" in refused.text
    assert "Kept words" in refused.text
    decisions.reject(publication, EDITOR, 1, first.last_event, "No.")
    assert sending(client, step="send").status_code == 303


def test_all_readers_together_have_a_limit(publication: Publication):
    an_article(publication)
    app = create_app(Settings(publication.folder.parent, submit_limit="100/hour"))
    settings.put(publication, "submit-limit", "2/hour")
    client = app.test_client()
    statuses = [client.post(API, json=annotation(str(each))).status_code for each in range(3)]
    assert statuses == [201, 201, 429]
    app.extensions["publications"].close()


def test_under_load_a_proof_of_work_is_asked_for_and_taken_once(client: FlaskClient, publication: Publication):
    an_article(publication)
    settings.put(publication, "proof-from", "2/minute")
    statuses = [client.post(API, json=annotation(str(each))).status_code for each in range(2)]
    assert statuses == [201, 201]
    asked = client.post(API, json=annotation("Tuesday"))
    assert (asked.status_code, asked.json["code"]) == (428, "proof_needed")
    proof = solution(asked.json["challenge"])
    assert client.post(API, json=annotation("Tuesday", proof=proof)).status_code == 201
    assert state(publication, 3) == ("open", "")
    assert client.post(API, json=annotation("Wednesday", proof=proof)).status_code == 428, "a proof is good once"


def test_no_forged_or_garbled_proof_is_taken_and_who_cannot_compute_waits(
    client: FlaskClient, publication: Publication
):
    an_article(publication)
    settings.put(publication, "proof-of-work", "on")
    challenge = client.post(API, json=annotation()).json["challenge"]
    forged = solution({**challenge, "signature": "0" * 64})
    for proof in (forged, "?", "e30=", "MQ==", "WzFd", base64.b64encode(b'{"salt": 1}').decode()):
        assert client.post(API, json=annotation(proof=proof)).status_code == 428, proof
    assert client.post(API, json=annotation(proof="none")).status_code == 201
    assert state(publication) == ("held", "proof")


def test_a_repeated_key_needs_no_second_proof(client: FlaskClient, publication: Publication):
    an_article(publication)
    settings.put(publication, "proof-of-work", "on")
    challenge = client.post(API, json=annotation()).json["challenge"]
    key = {"Idempotency-Key": "once"}
    first = client.post(API, json=annotation(proof=solution(challenge)), headers=key)
    again = client.post(API, json=annotation(), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["number"] == again.json["number"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("submit-limit", "many"),
        ("queue-ceiling", "0"),
        ("proof-of-work", "maybe"),
        ("blocked-addresses", "not an address!"),
        ("reply-to", "nobody"),
        ("reply-days", "٣"),
        ("no-such", "1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_it_has_to_be(publication: Publication, name: str, value: str):
    with pytest.raises(Invalid, match=name):
        settings.put(publication, name, value)


def test_with_redis_two_processes_share_their_limits_and_without_it_each_counts_for_itself(
    publication: Publication, tmp_path: Path
):
    an_article(publication)
    with redis_server.running(tmp_path) as address:
        settings_of_both = Settings(publication.folder.parent, submit_limit="2/hour", limits=address)
        apps = [create_app(settings_of_both) for _ in range(2)]
        assert [submitted(apps[number % 2], str(number)) for number in range(3)] == [201, 201, 429]
    assert [submitted(apps[0], f"without {number}") for number in range(3)] == [201, 201, 429]
    for app in apps:
        app.extensions["publications"].close()


def submitted(app: Flask, words: str) -> int:
    """The status of the answer."""
    return app.test_client().post(API, json=annotation(words)).status_code
