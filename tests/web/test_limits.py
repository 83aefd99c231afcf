"""Limits count the client and the work: one client's noise does not shut out the others."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corrections.app import create_app
from corrections.config import Settings
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.web.compute_limits import COMPUTING_LIMIT
from tests.newsroom import TALKS, TEXT, an_article
from tests.web.test_nonsense import API, annotation, solution
from tests.web.test_pages import sending

PASSWORD = "long enough for a test"
Send = Callable[..., TestResponse]


@pytest.fixture
def limited(publication: Publication) -> Iterator[Flask]:
    """The service with limits on."""
    an_article(publication)
    app = create_app(Settings(publication.folder.parent, submit_limit="3/hour"))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["publications"].close()


@pytest.fixture
def send(limited: Flask) -> Send:
    def post(words: str, address: str = "192.0.2.1", **more: object) -> TestResponse:
        return limited.test_client().post(API, json=annotation(words, **more), environ_base={"REMOTE_ADDR": address})

    return post


def nowhere(number: int) -> dict[str, object]:
    """A submission that cannot be written: its words are not in the article."""
    selector = {"type": "TextQuoteSelector", "exact": f"no such words {number}"}
    return {"target": {"article": TALKS, "selector": selector}, "body": {"value": "x"}}


def test_what_cannot_be_written_counts_for_nobody_else(limited: Flask, publication: Publication, send: Send):
    settings.put(publication, "submit-limit", "5/hour")
    settings.put(publication, "proof-from", "5/minute")
    client = limited.test_client()
    for number in range(20):
        from_there = {"REMOTE_ADDR": f"2001:db8:0:{number:x}::1"}
        assert client.post(API, json=nowhere(number), environ_base=from_there).status_code == 422
        unknown = {**nowhere(number), "target": {**nowhere(number)["target"], "article": "2026/11/24/none"}}  # type: ignore[dict-item]
        assert client.post(API, json=unknown, environ_base=from_there).status_code == 404
    assert send("Tuesday").status_code == 201


@pytest.mark.parametrize(
    ("first", "again", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2002:c000:0201:1::1", "2002:c000:0201:2::1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_ipv6_network_is_one_client_for_submissions_and_for_sign_in(
    limited: Flask, send: Send, publication: Publication, first: str, again: str, same: bool
):
    statuses = [send(str(number), first).status_code for number in range(3)]
    assert statuses == [201, 201, 201]
    assert send("other", again).status_code == (429 if same else 201)
    publication.private.accounts.save("Mira", "editor", PASSWORD)

    def sign_in(name: str, address: str) -> int:
        sent = {"name": name, "password": PASSWORD}
        return (
            limited.test_client().post("/daily/sign-in", data=sent, environ_base={"REMOTE_ADDR": address}).status_code
        )

    assert [sign_in(f"Nobody {number}", first) for number in range(11)] == [401] * 10 + [429]
    assert sign_in("Mira", again) == (429 if same else 303)


def test_whoever_solves_the_proof_is_served_when_all_have_sent_enough(publication: Publication, send: Send):
    settings.put(publication, "submit-limit", "2/hour")
    for number in range(2):
        assert send(f"filler {number}", f"198.51.100.{number}").status_code == 201
    refused = send("Tuesday")
    assert refused.status_code == 429
    proof = solution(refused.json["challenge"])
    assert send("Tuesday", proof=proof).status_code == 201
    assert send("Wednesday", proof=proof).status_code == 429, "a proof is good once"


def test_the_form_asks_for_the_proof_before_it_refuses(limited: Flask, publication: Publication, send: Send):
    settings.put(publication, "submit-limit", "1/hour")
    assert send("filler", "198.51.100.1").status_code == 201
    reader: FlaskClient = limited.test_client()
    assert "data-challenge" in sending(reader, step="preview").text
    refused = sending(reader, step="send", comment="Kept words")
    assert refused.status_code == 429
    assert "Kept words" in refused.text


def test_where_proof_of_work_is_off_the_shared_limit_refuses(publication: Publication, send: Send):
    settings.put(publication, "submit-limit", "1/hour")
    settings.put(publication, "proof-of-work", "off")
    assert send("filler", "198.51.100.1").status_code == 201
    refused = send("Tuesday")
    assert refused.status_code == 429
    assert "challenge" not in refused.json


def test_searching_and_comparing_are_counted_for_each_client(limited: Flask, publication: Publication):
    an_article(publication, TEXT.replace("Tusday", "Tuesday"))
    ours = {"REMOTE_ADDR": "2001:db8:7:7::1"}
    client = limited.test_client()

    def ask(number: int, page: str, address: str = "") -> int:
        there = {"REMOTE_ADDR": address or f"2001:db8:7:7::{number:x}"}
        return client.get(page, environ_base=there).status_code

    asked = [f"/daily/a/{TALKS}/diff", f"/api/v1/daily/articles/{TALKS}/diff", f"/daily/a/{TALKS}/change.patch",
             f"/daily/a/{TALKS}/suggest?exact=1893"]  # fmt: skip
    count = int(COMPUTING_LIMIT.partition("/")[0])
    assert {ask(number, asked[number % 4]) for number in range(count)} == {200}
    assert [ask(1, page) for page in asked] == [429] * 4
    assert [ask(1, page, "2001:db8:7:8::1") for page in asked] == [200] * 4
    kept = client.post(f"/daily/a/{TALKS}/suggest", data={"step": "preview", "exact": "1893", "comment": "Kept words"},
                       environ_base=ours)  # fmt: skip
    assert "Kept words" in kept.text


def test_two_long_revisions_are_compared_and_what_is_coarse_says_so(client: FlaskClient, publication: Publication):
    words = [f"word{number * 7919 % 10_007}" for number in range(60_000)]
    paragraphs = [" ".join(words[at : at + 300]) for at in range(0, len(words), 300)]
    rewritten = [
        " ".join(f"new{word}" if at % 3 else word for at, word in enumerate(text.split())) for text in paragraphs
    ]
    an_article(publication, "\n\n".join(paragraphs) + "\n")
    an_article(publication, "\n\n".join(["More.", "Still more.", *rewritten]) + "\n")
    answer = client.get(f"/api/v1/daily/articles/{TALKS}/diff").json
    store, article = publication.store, publication.article(TALKS)
    for side, revision in (("left", answer["from"]), ("right", answer["to"])):
        shown = "".join(part["text"] for row in answer["rows"] for part in row[side])
        assert shown == store.text(article.id, revision), "in less detail, but all of it"
    assert answer["coarse"] is True
    assert "in less detail" in client.get(f"/daily/a/{TALKS}/diff?page=all").text
