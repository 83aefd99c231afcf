"""The JSON API's contract."""

import json

import pytest
from flask.testing import FlaskClient

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

API = "/api/v1/daily"


def annotation(exact: str = "Tusday", value: str | None = "Tuesday", **more: object) -> dict[str, object]:
    selector = [{"type": "TextQuoteSelector", "exact": exact}, {"type": "TextPositionSelector", "start": 27, "end": 33}]
    body = {} if value is None else {"body": {"type": "TextualBody", "purpose": "editing", "value": value}}
    return {"target": {"source": f"http://localhost/daily/a/{TALKS}", "selector": selector}, **body, **more}


def test_the_whole_way(client: FlaskClient, token, publication: Publication):
    article = {"text": TEXT, "url": "https://example.org/talks", "language": "en", "published": "2026-11-24"}
    put = client.put(f"{API}/articles/{TALKS}", json=article, headers=token)
    assert put.status_code == 200
    assert client.get(f"{API}/articles/{TALKS}/text").json["text"] == TEXT
    sent = client.post(f"{API}/corrections", json=annotation(category="typo", revision=put.json["revision"]))
    assert sent.status_code == 201
    assert set(sent.json) >= {"number", "id", "commit", "state", "status_url"}
    assert client.get(sent.json["status_url"]).status_code == 200
    seen = client.get(f"{API}/corrections/1", headers=token).json
    assert (seen["state"], seen["placement"]) == ("open", "clean")
    decision = {"decision": "accepted", "based_on": seen["last_event"], "notice": "none"}
    assert client.post(f"{API}/corrections/1/decisions", json=decision, headers=token).status_code == 201
    assert "Tuesday" in client.get(f"{API}/articles/{TALKS}/text").json["text"]
    assert client.get(f"{API}/articles/{TALKS}/text?revision={put.json['revision']}").json["text"] == TEXT
    history = client.get(f"{API}/articles/{TALKS}/history").json["revisions"]
    assert [each["kind"] for each in history] == ["accepted", "imported"]
    rows = client.get(f"{API}/articles/{TALKS}/diff").json["rows"]
    assert {"kind": "added", "text": "Tuesday"} in [part for row in rows for part in row["right"]]
    head = client.get(f"{API}/ledger/head").json
    assert head == {"head": publication.store.head().ledger, "events": 3, "main": history[0]["revision"]}
    listed = client.get(f"{API}/corrections?state=accepted&q=tues", headers=token).json
    assert [each["number"] for each in listed["corrections"]] == [1]


@pytest.mark.parametrize("source", [f"http://localhost/daily/a/{TALKS}", "https://example.org/talks", None])
def test_an_article_is_named_by_its_page_its_address_or_its_id(client: FlaskClient, token, source):
    client.put(f"{API}/articles/{TALKS}", json={"text": TEXT, "url": "https://example.org/talks"}, headers=token)
    sent = annotation()
    if source is None:
        sent["target"] = {"selector": sent["target"]["selector"], "article": TALKS}
    else:
        sent["target"]["source"] = source
    assert client.post(f"{API}/corrections", json=sent).status_code == 201


def test_warnings_and_alternatives_are_told_to_staff(client: FlaskClient, token, publication: Publication):
    an_article(publication)
    client.post(f"{API}/corrections", json=annotation("1893", "1839"))
    other = client.post(f"{API}/corrections", json=annotation("in 1893", "in 1939"))
    assert (other.json["alternative_to"], other.json["verdict"]) == (1, "exact")
    seen = client.get(f"{API}/corrections/1", headers=token).json
    assert seen["alternatives"] == [2]
    (warning,) = seen["warnings"]
    assert (warning["code"], warning["words"]) == ("number", "1839")
    texts = {"old": TEXT, "new": TEXT.replace("1893", "1839")}
    assert [texts[each["side"]][each["start"] : each["end"]] for each in warning["marks"]] == ["1893", "1839"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        ("http://localhost", 201),
        ("https://www.example.org", 201),
        ("https://example.org", 403),
        ("https://www.example.org.evil.example", 403),
        ("null", 403),
    ],
)
def test_browsers_may_submit_from_listed_sites_only(client: FlaskClient, publication: Publication, origin, status):
    an_article(publication)
    origins.add(publication, "https://www.example.org/news?x")
    headers = {} if origin is None else {"Origin": origin}
    answer = client.post(f"{API}/corrections", json=annotation(), headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("Access-Control-Allow-Origin") == origin, "the page may read the answer"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    if status == 403:
        assert "corrections origins daily --add" in answer.json["detail"]


def test_a_browser_asks_before_it_sends(client: FlaskClient, publication: Publication):
    asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(f"{API}/corrections", headers=asked)
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key"
    assert "Access-Control-Allow-Origin" not in client.get(f"{API}/ledger/head", headers=asked).headers


def test_control_characters_are_kept_and_told_and_what_is_no_text_is_refused(
    client: FlaskClient, token, publication: Publication
):
    text = "# Head\x08\n\nMinis\x85ters met on Tus\x01day\uffff.\n"
    put = client.put(f"{API}/articles/{TALKS}", json={"text": text}, headers=token)
    assert put.status_code == 200
    assert put.json["title"] == "Head"
    assert len(put.json["warnings"]) == 4
    assert "U+0008 (backspace) is in the text once (line 1)" in put.json["warnings"][1]
    assert client.get(f"{API}/articles/{TALKS}/text").json["text"] == text
    assert client.post(f"{API}/corrections", json=annotation("Tus\x01day", article=TALKS)).status_code == 201
    plain = client.put(f"{API}/articles/2026/11/24/plain", json={"text": "Plain.\n"}, headers=token)
    assert plain.json["warnings"] == []
    diff = client.post(f"{API}/diff", json={"old": text, "new": text}, headers=token)
    assert diff.json["same"]
    for bad, place in (("One\ntwo\0", "line 2, column 4"), ("\ud800", "line 1, column 1")):
        refused = client.put(f"{API}/articles/{TALKS}", data=json.dumps({"text": bad}), headers=token,
                             content_type="application/json")  # fmt: skip
        assert refused.status_code == 422
        assert place in refused.json["detail"]
    assert client.get(f"{API}/articles/{TALKS}/text").json["text"] == text


def test_staff_compare_any_two_texts(client: FlaskClient, token):
    texts = {"old": "It opened in 1893.\n", "new": "It opened in 1839.\n"}
    assert client.post(f"{API}/diff", json=texts).status_code == 401
    rows = client.post(f"{API}/diff", json=texts, headers=token).json
    assert (rows["same"], rows["text"]) == (False, None)
    assert {"kind": "removed", "text": "1893"} in rows["rows"][0]["left"]
    assert [each["code"] for each in rows["warnings"]] == ["number"]
    unified = client.post(f"{API}/diff", json={**texts, "format": "unified"}, headers=token).json["text"]
    assert "-It opened in 1893.\n+It opened in 1839." in unified
    critic = client.post(f"{API}/diff", json={**texts, "format": "critic"}, headers=token).json["text"]
    assert critic == "It opened in {--1893--}{++1839++}.\n"
    page = client.post(f"{API}/diff", json={**texts, "format": "html"}, headers=token).json["text"]
    assert "<del>1893</del>" in page
    assert client.post(f"{API}/diff", json={"old": "a", "new": "a"}, headers=token).json["same"]
    huge = {"old": "x" * (2 * 1024 * 1024 + 1), "new": ""}
    assert client.post(f"{API}/diff", json=huge, headers=token).json["code"] == "invalid"


def test_the_idempotency_key_is_honoured(client: FlaskClient, publication: Publication):
    an_article(publication)
    headers = {"Idempotency-Key": "abc"}
    first = client.post(f"{API}/corrections", json=annotation(), headers=headers)
    assert client.post(f"{API}/corrections", json=annotation(), headers=headers).json == first.json
    other = client.post(f"{API}/corrections", json=annotation(value="Wednesday"), headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("request_body", "status", "code"),
    [
        (annotation("the", "a"), 409, "ambiguous"),
        (annotation("not there", "a"), 422, "not_found"),
        (annotation("Tusday", "Tusday"), 422, "invalid"),
        (annotation("x" * 2001, "y"), 422, "invalid"),
        (annotation("", "y"), 422, "invalid"),
        (annotation(value=None), 422, "invalid"),
        (annotation(category="nonsense"), 422, "invalid"),
        (annotation(revision="f" * 40), 404, "unknown_revision"),
        ({"target": {"source": "https://nowhere.example/", "selector": []}}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_bad_input_is_a_problem_document(client: FlaskClient, publication: Publication, request_body, status, code):
    an_article(publication)
    answer = client.post(f"{API}/corrections", json=request_body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.json)
    assert publication.store.head().corrections == 0
    if code == "ambiguous":
        assert len(answer.json["candidates"]) > 1


def test_what_is_no_json_or_too_much_of_it(client: FlaskClient, token, publication: Publication):
    an_article(publication)
    for body in (b"{", b"\xff\xfe", b'"\\ud800"', b"[1]"):
        answer = client.post(f"{API}/corrections", data=body, content_type="application/json")
        assert answer.status_code in (400, 422)
        assert answer.content_type == "application/problem+json"
    large = client.post(f"{API}/corrections", json=annotation(comment="x" * 70_000))
    assert large.status_code == 413
    huge = client.put(f"{API}/articles/2026/11/24/huge", json={"text": "x" * (2 * 2**20 + 1)}, headers=token)
    assert (huge.status_code, huge.json["code"]) == (422, "invalid")
    lone = client.post(
        f"{API}/corrections", data=json.dumps(annotation(value="a\ud800")), content_type="application/json"
    )
    assert lone.status_code == 422


def test_decisions_are_refused_where_somebody_decided_or_the_role_is_missing(
    client: FlaskClient, token, publication: Publication
):
    an_article(publication)
    client.post(f"{API}/corrections", json=annotation())
    event = publication.store.head().ledger
    viewer = {"Authorization": f"Bearer {publication.private.tokens.issue('Vic', 'viewer')}"}
    decision = {"decision": "reject", "reason": "No.", "based_on": event}
    place = f"{API}/corrections/1/decisions"
    assert client.post(place, json=decision).status_code == 401
    assert client.post(place, json=decision, headers={"Authorization": "Bearer corr_wrong"}).status_code == 401
    assert client.post(place, json=decision, headers=viewer).status_code == 403
    assert client.post(place, json={**decision, "based_on": "f" * 40}, headers=token).status_code == 422
    assert client.post(place, json=decision, headers=token).status_code == 201
    again = client.post(place, json=decision, headers=token)
    assert (again.status_code, again.json["code"]) == (409, "already_decided")


def test_the_openapi_document_is_made_from_the_same_models(client: FlaskClient):
    spec = client.get("/api/v1/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    paths = {path.removeprefix("/api/v1/{publication}") for path in spec["paths"]}
    assert {"/articles/{article_id}", "/corrections", "/corrections/{number}/decisions", "/ledger/head"} <= paths
    body = spec["paths"]["/api/v1/{publication}/corrections"]["post"]["requestBody"]
    assert body["required"]
    assert "CorrectionIn" in json.dumps(body)


def test_the_json_ld_is_described_as_what_it_is(client: FlaskClient, publication: Publication):
    an_article(publication)
    spec = client.get("/api/v1/openapi.json").json
    described = spec["paths"]["/api/v1/{publication}/articles/{article_id}/notices"]["get"]["responses"]["200"]
    answer = client.get(f"/api/v1/daily/articles/{TALKS}/notices")
    assert list(described["content"]) == [answer.mimetype] == ["application/ld+json"]


def test_reasons_by_code_and_used_with_changes(client: FlaskClient, publication: Publication):
    an_article(publication)
    first, second = a_correction(publication, "1893", "1839"), a_correction(publication, "1971", "1972")
    headers = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    decide = {"decision": "reject", "code": "style", "based_on": first.last_event}
    rejected = client.post("/api/v1/daily/corrections/1/decisions", json=decide, headers=headers)
    assert rejected.json["reason"] == "This is a matter of style, not an error."
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("in 1971", "during 1971")))
    decide = {"decision": "used", "reason": "Changed otherwise.", "based_on": second.last_event}
    used = client.post("/api/v1/daily/corrections/2/decisions", json=decide, headers=headers)
    assert (used.status_code, used.json["state"]) == (201, "used")


def _accepted(client: FlaskClient, token: dict[str, str], exact: str, value: str) -> int:
    sent = client.post(f"{API}/corrections", json={"target": {"selector": {"type": "TextQuoteSelector", "exact": exact}},
                       "article": TALKS, "body": {"type": "TextualBody", "value": value}}).json  # fmt: skip
    decision = {"decision": "accept", "based_on": sent["last_event"]}
    assert client.post(f"{API}/corrections/{sent['number']}/decisions", json=decision, headers=token).status_code == 201
    return int(sent["number"])


def test_an_article_sent_again_is_merged_and_the_answer_says_how(client: FlaskClient, token):
    def put(text: str, **more: object):
        return client.put(f"{API}/articles/{TALKS}", json={"text": text, **more}, headers=token)

    def told(answer) -> tuple[str, list[int], list[int]]:
        assert answer.status_code == 200
        return answer.json["outcome"], answer.json["kept"], answer.json["taken_over"]

    assert told(put(TEXT)) == ("new", [], [])
    first, second = _accepted(client, token, "Tusday", "Tuesday"), _accepted(client, token, "1971", "1972")
    assert told(put(TEXT)) == ("unchanged", [first, second], [])
    taken_over = TEXT.replace("Tusday", "Tuesday").replace("teh", "the")
    assert told(put(taken_over)) == ("merged", [second], [first])
    before = client.get(f"{API}/articles/{TALKS}").json
    clashing = taken_over.replace("1971", "1973")
    refused = put(clashing)
    assert (refused.status_code, refused.content_type) == (409, "application/problem+json")
    assert refused.json["code"] == "clashes"
    (clash,) = refused.json["clashes"]
    assert (clash["field"], clash["corrections"]) == ("text", [second])
    for version, year in (("published", "1972"), ("sent_before", "1971"), ("sent_now", "1973")):
        assert year in clash[version]
    assert client.get(f"{API}/articles/{TALKS}").json == before
    assert put(clashing, clashes="mine").status_code == 422
    decided = put(clashing, clashes="theirs")
    assert told(decided) == ("revised", [], [])
    assert decided.json["decided"] == [clash]
    assert client.get(f"{API}/articles/{TALKS}/text").json["text"] == clashing


def test_the_openapi_document_tells_what_a_put_answers(client: FlaskClient):
    described = client.get("/api/v1/openapi.json").json
    put = described["paths"]["/api/v1/{publication}/articles/{article_id}"]["put"]
    assert "409" in put["responses"]
    assert {"outcome", "kept", "taken_over", "decided"} <= set(
        described["components"]["schemas"]["PublishedOut"]["properties"]
    )
    assert "clashes" in described["components"]["schemas"]["ArticleIn"]["properties"]


def test_a_page_is_checked_and_readers_at_the_same_words_are_counted_without_their_words(
    client: FlaskClient, publication: Publication
):
    an_article(publication)
    page = {"source": f"http://localhost/daily/a/{TALKS}"}
    answer = client.get(f"{API}/page", query_string=page, headers={"Origin": "http://localhost"})
    assert answer.json["article"] == TALKS
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost"
    assert client.get(f"{API}/page?source=https://nobody.example/").json["code"] == "unknown_article"
    refused = client.get(f"{API}/page", query_string=page, headers={"Origin": "https://elsewhere.example"})
    assert (refused.status_code, refused.json["code"]) == (403, "origin_not_listed")
    for value in ("Tuesday", "Tuesday", "Thursday"):
        assert client.post(f"{API}/corrections", json=annotation(value=value)).status_code == 201
    counts = [
        client.get(f"{API}/page", query_string={**page, "exact": words}) for words in ("met on Tusday", "1893", "the")
    ]
    assert [answer.json["readers"] for answer in counts] == [3, 0, 0]
    assert "Tuesday" not in counts[0].text
