"""What readers, editors and everybody else see and may do, over HTTP."""

import re
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.private.account import ROLES
from corrections.services.actors import RIGHTS
from corrections.services.publication import Publication
from corrections.web.access import ACCESS, PUBLIC
from tests.markup import collapse_whitespace
from tests.newsroom import TALKS, TEXT, a_correction, an_article

FORM = {"exact": "Tusday", "replacement": "Tuesday", "category": "typo", "key": "form-1"}


def sending(client: FlaskClient, **more: str):
    """Send the form with these fields, opened before as a person would."""
    form = client.get(f"/daily/a/{TALKS}/suggest").text
    opened = re.search(r'name="opened" value="([^"]+)"', form)
    assert opened is not None
    return client.post(f"/daily/a/{TALKS}/suggest", data={**FORM, "opened": opened[1], **more})


def test_the_article_says_how_to_suggest_a_correction(client: FlaskClient, publication: Publication):
    an_article(publication)
    page = client.get(f"/daily/a/{TALKS}").text
    assert "To suggest a correction or clarification" in page
    assert "You can also highlight the text and press" in page
    assert f'href="/daily/a/{TALKS}/suggest"' in page


def test_a_reader_without_javascript_sees_the_change_and_sends_it(client: FlaskClient, publication: Publication):
    an_article(publication)
    preview = sending(client).text
    assert "<del>Tusday</del>" in preview
    assert "<ins>Tuesday</ins>" in preview
    assert publication.store.head().corrections == 0
    sent = sending(client, step="send", name="Ada", email="ada@example.org")
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"]).text
    assert "Your correction is number 1." in page
    assert "ada@example.org" not in page
    again = sending(client, step="send", name="Ada", email="ada@example.org")
    assert again.headers["Location"] == sent.headers["Location"], "sent twice by a double click, written once"


def test_what_a_reader_changes_after_sending_is_another_correction(client: FlaskClient, publication: Publication):
    an_article(publication)
    first = sending(client, step="send", comment="It was a Tuesday.")
    changed = [sending(client, step="send", replacement="Thursday") for _ in range(2)]  # a double click
    assert [answer.status_code for answer in (first, *changed)] == [303, 303, 303]
    assert changed[0].headers["Location"] == changed[1].headers["Location"] != first.headers["Location"]
    assert publication.head().corrections == 2


def test_an_ambiguous_quote_offers_the_places_and_keeps_what_was_typed(client: FlaskClient, publication: Publication):
    an_article(publication)
    answer = sending(client, exact="the", replacement="a", comment="My reason")
    assert answer.status_code == 409
    assert answer.text.count('name="candidate"') == 2
    assert "My reason" in answer.text
    hidden = dict(re.findall(r'name="((?:prefix|suffix|start)-2)" value="([^"]*)"', answer.text))
    chosen = sending(client, exact="the", replacement="a", candidate="2", **hidden)
    assert chosen.status_code == 200


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"exact": "no such words"}, "not in the current version of the article"),
        ({"replacement": "Tusday"}, "same as the published text"),
        ({"evidence": "javascript:alert(1)"}, "web address"),
        ({"email": "nobody"}, "enter a valid e-mail address"),
        ({"comment": "x" * 2001}, "2,001 characters entered; the limit is 2,000."),
        ({"replacement": "a\x00b"}, "control character"),
        ({"replacement": "a\ufffdb"}, "did not arrive"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_kept(client: FlaskClient, publication: Publication, more, told):
    an_article(publication)
    answer = sending(client, step="send", **more)
    assert answer.status_code in (409, 422)
    assert told in answer.text
    assert 'value="form-1"' in answer.text
    assert publication.store.head().corrections == 0


def test_what_a_correction_says_is_public_only_once_accepted(
    client: FlaskClient, editor: FlaskClient, publication: Publication
):
    an_article(publication)
    sent = sending(client, step="send", comment="SECRET-REASON", replacement="LIBEL")
    own, public = sent.headers["Location"], "/daily/c/1"
    assert "LIBEL" in client.get(own).text
    for page in (
        client.get(public).text,
        client.get("/daily/c/1?key=wrong").text,
        client.get("/daily/corrections").text,
    ):
        assert "LIBEL" not in page
    event = publication.correction(1).last_event
    editor.post("/daily/review/1", data={"decision": "reject", "based_on": event, "reason": "No."})
    assert "LIBEL" not in client.get(public).text
    assert "No." in client.get(own).text


def test_only_the_reader_withdraws(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = sending(client, step="send")
    assert client.post("/daily/c/1", data={"act": "withdraw", "key": "x" * 32}).status_code == 403
    key = sent.headers["Location"].split("key=")[1]
    assert client.post("/daily/c/1", data={"act": "withdraw", "key": key}).status_code == 303
    publication.index.catch_up(publication.store)
    assert publication.correction(1).state == "withdrawn"


def test_an_editor_works_the_queue(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday", category="typo")
    a_correction(
        publication, "1893", "1839", category="factual", comment="The plaque.", evidence="https://example.org/x"
    )
    queue = editor.get("/daily/review/").text
    assert queue.index("Tusday") < queue.index("1893")
    assert "⚠ number" in queue
    assert "1893" not in editor.get("/daily/review/?category=typo").text
    assert "Tusday" not in editor.get("/daily/review/?q=plaque").text
    page = editor.get("/daily/review/2").text
    assert "Changes a number: 1893 → 1839." in page
    warned = '<span class="warned" title="Changes a number: 1893 → 1839.">1893</span>'
    assert f"<del>{warned}</del>" in page, "the warning stands at its words"
    assert "The plaque." in page
    form = {"decision": "accept", "based_on": publication.correction(1).last_event, "notice": "none"}
    answer = editor.post("/daily/review/1", data=form)
    assert answer.headers["Location"].startswith("/daily/review/2"), "the next one in the queue"
    assert "Undo decision on #1" in editor.get(answer.headers["Location"]).text
    stale = editor.post("/daily/review/1", data={**form, "decision": "reject", "reason": "No."})
    assert stale.status_code == 409
    assert "Someone else decided this correction in the meantime (accepted by Mira)." in stale.text


def test_undo_opens_the_correction_again_and_restores_the_text(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    editor.post("/daily/review/1", data={"decision": "accept", "based_on": sent.last_event})
    publication.index.catch_up(publication.store)
    undo = {"decision": "undo", "based_on": publication.correction(1).last_event}
    assert editor.post("/daily/review/1", data=undo).headers["Location"] == "/daily/review/1"
    publication.index.catch_up(publication.store)
    assert publication.correction(1).state == "open"
    assert publication.current_text(TALKS) == TEXT


def test_words_pointed_at_are_marked_not_struck(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", None, comment="The plaque says otherwise.")
    page = editor.get("/daily/review/1").text
    assert "<mark>1893</mark>" in page
    assert "<del>" not in page


def test_the_article_carries_the_notice_and_the_log_and_feed_list_it(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839", category="factual")
    words = "An earlier version of this article gave the year as 1893."
    form = {"decision": "accept", "based_on": sent.last_event, "notice": "correction", "notice_text": words}
    assert editor.post("/daily/review/1", data=form).status_code == 303
    assert words in editor.get(f"/daily/a/{TALKS}").text
    assert words in editor.get("/daily/corrections").text
    feed = ElementTree.fromstring(editor.get("/daily/corrections.atom").text)
    assert [entry.findtext("{*}summary") for entry in feed.findall("{*}entry")] == [words]


def test_history_diff_and_blame(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday")
    editor.post("/daily/review/1", data={"decision": "accept", "based_on": sent.last_event})
    history = collapse_whitespace(editor.get(f"/daily/a/{TALKS}/history").text)
    assert "Correction 1" in history
    assert "Accepted · Suggested by a reader, reviewed by an editor · Mira" in history
    assert "<ins>Tuesday</ins>" in editor.get(f"/daily/a/{TALKS}/diff").text
    assert "Correction 1" in editor.get(f"/daily/a/{TALKS}/blame").text
    assert editor.get(f"/daily/a/{TALKS}/diff?to=--output=x").status_code == 404


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_hostile_words_are_words_on_every_page(client: FlaskClient, editor: FlaskClient, publication: Publication):
    an_article(publication, TEXT + "\n" + HOSTILE + "\n")
    own = sending(client, step="send", replacement=HOSTILE, comment=HOSTILE, name="Ada").headers["Location"]
    event = publication.correction(1).last_event
    pages = [own, "/daily/review/", "/daily/review/1", f"/daily/a/{TALKS}", "/daily/review/?q=" + "%3Cscript%3E"]
    for page in pages:
        assert "<script>alert" not in editor.get(page).text, page
        assert "<img src=x onerror" not in editor.get(page).text, page
    editor.post("/daily/review/1", data={"decision": "accept", "based_on": event})
    for page in (
        f"/daily/a/{TALKS}",
        "/daily/corrections",
        "/daily/corrections.atom",
        f"/daily/a/{TALKS}/diff",
        "/daily/c/1",
    ):
        assert "<script>alert" not in editor.get(page).text, page


def test_every_endpoint_has_a_row_and_every_row_is_obeyed(app: Flask, publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    assert set(rules) == set(ACCESS)
    clients = {}
    for role in ROLES:
        publication.private.accounts.save(role, role, "long enough for a test")
        clients[role] = app.test_client()
        clients[role].post("/daily/sign-in", data={"name": role, "password": "long enough for a test"})
    tokens = {role: publication.private.tokens.issue(role, role) for role in ROLES}
    for endpoint, right in ACCESS.items():
        if right == PUBLIC or endpoint == "static":
            continue
        path = rules[endpoint].rule
        for pattern, value in (("<publication>", "daily"), ("<int:number>", "1"), ("<article:article_id>", TALKS)):
            path = path.replace(pattern, value)
        for method in (rules[endpoint].methods or set()) - {"HEAD", "OPTIONS"}:
            body = {} if endpoint.startswith("api") else None
            nobody = app.test_client().open(path, method=method, json=body)
            assert nobody.status_code in (302, 401), endpoint
            for role in ROLES:
                if endpoint.startswith("api"):
                    headers = {"Authorization": f"Bearer {tokens[role]}"}
                    answer = app.test_client().open(path, method=method, json={}, headers=headers)
                else:
                    answer = clients[role].open(path, method=method)
                assert (answer.status_code == 403) == (role not in RIGHTS[right]), (endpoint, role)
                assert answer.status_code < 500, (endpoint, role)


def test_signing_in_leads_nowhere_else_and_forgets_nothing(app: Flask, publication: Publication):
    publication.private.accounts.save("Mira", "editor", "long enough for a test")
    client = app.test_client()
    refused = client.post("/daily/sign-in", data={"name": "Mira", "password": "wrong"})
    assert refused.status_code == 401
    assert 'value="Mira"' in refused.text
    for place in ("https://evil.example/", "//evil.example/daily/", "/daily/\\evil.example", "/other/"):
        answer = app.test_client().post(
            "/daily/sign-in", query_string={"next": place}, data={"name": "Mira", "password": "long enough for a test"}
        )
        assert answer.headers["Location"] == "/daily/review/"


def test_signed_in_to_one_publication_is_not_signed_in_to_another(editor: FlaskClient, publication: Publication):
    Publication.create(publication.folder.parent, "weekly").close()
    assert editor.get("/daily/review/").status_code == 200
    assert editor.get("/weekly/review/").status_code == 302


def test_forms_need_their_csrf_token_and_headers_are_strict(publication: Publication):
    an_article(publication)
    app = create_app(Settings(publication.folder.parent, submit_limit="2/hour"))
    client = app.test_client()
    page = client.get(f"/daily/a/{TALKS}/suggest")
    assert sending(client, step="send").status_code == 400
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    statuses = [
        sending(client, step="send", csrf_token=token, key=f"k{each}", exact="1893", replacement=str(each)).status_code
        for each in range(3)
    ]
    assert statuses == [303, 303, 429]
    app.extensions["publications"].close()


@pytest.mark.parametrize("path", ["/nope/", "/daily/a/2026/11/24/none", "/daily/c/77", "/daily/a/../../etc/passwd"])
def test_what_is_not_there_is_a_plain_page(client: FlaskClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
