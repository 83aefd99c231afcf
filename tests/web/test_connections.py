"""Connections on a page for admins, and the hooks by which other systems ask for a pull."""

import base64
import hashlib
import hmac
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from corrections.connectors import connections, webhook
from corrections.connectors.connections import NewConnection
from corrections.connectors.credentials import Credentials
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.publication import Publication
from corrections.subscribers import connectors
from tests.connectors.receiver import Receiver, receiving
from tests.connectors.test_git_connector import PATH, Site
from tests.connectors.test_git_connector import decide_on as accept
from tests.connectors.test_git_connector import site as site  # a fixture
from tests.connectors.test_webhooks import wait_until
from tests.markup import collapse_whitespace
from tests.newsroom import TALKS, a_correction, an_article, free_port

ADMIN = Actor("Ada", "admin")
PAGE = "/daily/review/connections"
HOOK = "/api/v1/daily/hooks/docs"
BODY = b'{"ref": "refs/heads/main"}'


@pytest.fixture
def admin(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Ada", "admin", "long enough for a test")
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Ada", "password": "long enough for a test"})
    return client


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    with receiving() as server:
        yield server


@pytest.fixture
def served(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the publisher's repository on a git server of its own."""
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    port = free_port()
    options = ("--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all", "--enable=receive-pack")
    server = subprocess.Popen(
        ["git", "daemon", *options, f"--base-path={site.bare.parent}"], start_new_session=True, stderr=subprocess.PIPE
    )
    address = f"git://127.0.0.1:{port}/{site.bare.name}"
    wait_until(lambda: subprocess.run(["git", "ls-remote", address], capture_output=True).returncode == 0)
    yield address
    server.send_signal(signal.SIGTERM)
    server.communicate()


def act(client: FlaskClient, name: str, do: str, **more: str):
    answer = client.post(f"{PAGE}/of/{name}", data={"do": do, **more})
    assert answer.status_code in (200, 303), answer.text
    return answer


def shown_secret(page: str) -> str:
    match = re.search(r'id="secret">\s*(whsec_[^<\s]+)', page)
    assert match is not None
    return unescape(match[1])


def run_in_background(publication: Publication) -> None:
    """One turn of the background work."""
    publication.refresh()
    runs = connectors.ConnectionRuns()
    runs.start_due(publication, threading.Event())
    runs.wait()


def text_of(client: FlaskClient, path: str) -> str:
    return collapse_whitespace(unescape(re.sub(r"<[^>]+>", " ", client.get(path).text)))


def test_a_webhook_is_added_and_its_secret_is_shown_once(
    admin: FlaskClient, publication: Publication, receiver: Receiver
):
    an_article(publication)
    made = admin.post(f"{PAGE}/add/webhook", data={"url": receiver.url, "name": "cms", "seconds": "30"})
    assert made.status_code == 200
    receiver.secret = shown_secret(made.text)
    assert receiver.secret not in admin.get(f"{PAGE}/of/cms").text
    a_correction(publication, "Tusday", "Tuesday")
    assert act(admin, "cms", "synchronize").status_code == 303
    assert "Synchronizing in the background" in text_of(admin, f"{PAGE}/of/cms")
    run_in_background(publication)
    assert [message["type"] for message in receiver.messages] == ["correction.submitted"]
    assert receiver.forged == 0
    page = text_of(admin, f"{PAGE}/of/cms")
    assert "Synchronizing" not in page
    assert "correction.submitted Delivered 204" in page
    listed = text_of(admin, PAGE)
    assert "cms Webhook Active Up to date 0 waiting" in listed
    assert receiver.url in listed


def test_a_failure_says_what_happens_next_and_a_message_is_sent_again(
    admin: FlaskClient, publication: Publication, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    an_article(publication)
    _, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
    a_correction(publication, "Tusday", "Tuesday")
    receiver.failing = 503
    run_in_background(publication)
    page = text_of(admin, f"{PAGE}/of/webhook")
    assert "The receiver answers with status 503. Attempt 1 of 16; the next is at" in page
    assert "The service tries again automatically" in page
    assert "Failing" in text_of(admin, PAGE)
    monkeypatch.setattr(webhook, "ATTEMPTS", 1)
    act(admin, "webhook", "synchronize")
    run_in_background(publication)
    assert "0 waiting, 1 given up" in text_of(admin, PAGE)
    receiver.failing = None
    button = re.search(r'name="delivery" value="(\d+)"', admin.get(f"{PAGE}/of/webhook").text)
    assert button is not None
    act(admin, "webhook", "redeliver", delivery=button[1])
    act(admin, "webhook", "synchronize")
    run_in_background(publication)
    assert len(receiver.messages) == 1
    assert admin.post(f"{PAGE}/of/webhook", data={"do": "redeliver", "delivery": "99"}).status_code == 404


def test_pause_resume_and_disconnect(admin: FlaskClient, publication: Publication, receiver: Receiver):
    an_article(publication)
    _, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
    act(admin, "webhook", "pause")
    a_correction(publication, "Tusday", "Tuesday")
    run_in_background(publication)
    assert receiver.messages == []
    assert "Paused" in text_of(admin, PAGE)
    act(admin, "webhook", "resume")
    run_in_background(publication)
    assert len(receiver.messages) == 1
    page = text_of(admin, f"{PAGE}/of/webhook")
    assert "Articles and corrections stay." in page, "before the button that disconnects"
    assert act(admin, "webhook", "disconnect").headers["Location"] == PAGE
    assert admin.get(f"{PAGE}/of/webhook").status_code == 404
    assert "Nothing is connected yet." in text_of(admin, PAGE)
    assert publication.correction(1).state == "open"


def test_a_repository_is_connected_with_a_password_that_is_never_shown(
    admin: FlaskClient, publication: Publication, site: Site, served: str
):
    form = {"url": served, "path": "content", "name": "docs", "password": "a long secret password"}
    made = admin.post(f"{PAGE}/add/git", data=form)
    assert made.status_code == 200
    for page in (made.text, admin.get(f"{PAGE}/of/docs").text, admin.get(PAGE).text):
        assert form["password"] not in page
    connection = publication.private.connections.get("docs")
    assert connection is not None
    assert Credentials(publication.folder.parent).decrypt(connection.secret) == form["password"]
    act(admin, "docs", "synchronize")
    run_in_background(publication)
    publication.refresh()
    assert [article.id for article in queries.articles(publication.index)] == [TALKS]
    assert "Up to date" in text_of(admin, f"{PAGE}/of/docs")


def test_pull_requests_are_switched_on_in_the_form_and_their_branches_are_listed(
    admin: FlaskClient, publication: Publication, site: Site, served: str
):
    form = {"url": served, "path": "content", "pull-requests": "on"}
    refused = admin.post(f"{PAGE}/add/git", data={**form, "branch": "a..b"})
    assert re.search(r'name="pull-requests" value="on"\s+checked', refused.text), "a mistake elsewhere leaves it on"
    admin.post(f"{PAGE}/add/git", data={**form, "name": "docs"})
    admin.post(f"{PAGE}/add/git", data={"url": served, "path": "content", "name": "direct"})
    options = {row.name: row.options["pull-requests"] for row in connections.status_of_all(publication)}
    assert options == {"docs": "on", "direct": ""}
    connections.disconnect(publication, ADMIN, "direct")
    connections.synchronise(publication, ADMIN, "docs")
    assert "Branches of corrections" not in text_of(admin, f"{PAGE}/of/docs")
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    accept(publication, 1)
    run_in_background(publication)
    assert "Branches of corrections corrections/1 waits to be merged." in text_of(admin, f"{PAGE}/of/docs")
    assert "Pull requests on" in text_of(admin, f"{PAGE}/of/docs")


def test_an_editor_chooses_between_the_words_of_a_repository_and_the_published_ones(
    editor: FlaskClient, publication: Publication, site: Site
):
    options = {"url": str(site.bare), "path": "content"}
    connections.connect(publication, ADMIN, NewConnection("git", options, "docs"))
    connections.synchronise(publication, ADMIN, "docs")
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    accept(publication, 1)
    theirs = site.read(PATH).replace(b"Tusday", b"Thursday")
    site.write({PATH: theirs})
    connections.synchronise(publication, ADMIN, "docs")
    page = text_of(editor, "/daily/review/conflicts")
    assert f"docs: {PATH}" in page
    assert "Tuesday" in page
    assert "Thursday" in page
    form = {"connection": "docs", "path": PATH, "side": "theirs"}
    assert editor.post("/daily/review/conflicts", data=form).status_code == 303
    run_in_background(publication)
    assert "No conflicts." in text_of(editor, "/daily/review/conflicts")
    publication.refresh()
    assert "met on Thursday" in publication.current_text(TALKS)
    assert site.read(PATH) == theirs


@pytest.mark.parametrize(
    ("kind", "field", "form", "message"),
    [
        ("git", "url", {"url": ""}, "Give “Address”"),
        ("git", "url", {"url": "/srv/data/weekly"}, "must begin with https://"),
        ("git", "url", {"url": "file:///srv/data/weekly"}, "must begin with https://"),
        ("git", "url", {"url": "ssh://git@git.example.org/other.git"}, "must begin with https://"),
        ("git", "url", {"url": "https://10.0.0.1/site.git"}, "private network"),
        ("git", "url", {"url": "https://bot:secret@192.0.2.1/site.git"}, "Leave the password out"),
        ("git", "branch", {"url": "https://192.0.2.1/a.git", "branch": "a..b"}, "not the name of a branch"),
        ("git", "url-pattern", {"url": "https://192.0.2.1/a.git", "url-pattern": "{x}"}, "“Web address pattern”"),
        ("webhook", "url", {"url": "cms.example.org"}, "Give “Address”"),
        ("webhook", "events", {"url": "https://a.example", "events": "none"}, "Unknown types of events: none"),
        ("webhook", "name", {"url": "https://a.example", "name": "Not a name"}, "A connection’s name"),
        ("webhook", "seconds", {"url": "https://a.example", "seconds": "0"}, "Enter a number of seconds"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_connected(
    admin: FlaskClient,
    publication: Publication,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    field: str,
    form: dict[str, str],
    message: str,
):
    monkeypatch.delenv("CORRECTIONS_PRIVATE_HOSTS", raising=False)
    answer = admin.post(f"{PAGE}/add/{kind}", data=form)
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error">([^<]*)', answer.text)
    assert error is not None
    assert message in unescape(error[1])
    assert "--" not in error[1], "no option of the command line"
    assert publication.private.connections.all() == []


def test_only_admins_see_the_page(editor: FlaskClient, admin: FlaskClient):
    for path in (PAGE, f"{PAGE}/add/webhook", f"{PAGE}/of/docs"):
        assert editor.get(path).status_code == 403
    assert editor.post(f"{PAGE}/add/webhook", data={"url": "https://a.example"}).status_code == 403
    assert f'href="{PAGE}"' in admin.get("/daily/staff").text
    assert admin.get(f"{PAGE}/add/fax").status_code == 404


@pytest.fixture
def hook_secret(publication: Publication, site: Site) -> str:
    """Of a repository that is connected, pulled, and not looked at again within a day."""
    options = {"url": str(site.bare), "path": "content"}
    _, secret = connections.connect(publication, ADMIN, NewConnection("git", options, "docs", 86_400))
    connections.synchronise(publication, ADMIN, "docs")
    return secret


def signed(scheme: str, secret: str, body: bytes = BODY) -> dict[str, str]:
    """The headers of a signed request, as each of the other systems makes them."""
    if scheme == "gitlab":
        return {"X-Gitlab-Token": secret, "X-Gitlab-Event": "Push Hook"}
    if scheme == "github":
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Event": "push"}
    now = datetime.now(UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": f"v1a,AAAA {Webhook(secret).sign('msg_1', now, body.decode())}",
    }


@pytest.mark.parametrize("scheme", ["github", "gitlab", "standard"])
def test_a_signed_push_is_pulled_at_once(
    client: FlaskClient, publication: Publication, site: Site, hook_secret: str, scheme: str
):
    text = site.read(PATH).replace(b"Ministers", b"Envoys")
    site.write({PATH: text})
    run_in_background(publication)
    assert "Envoys" not in publication.current_text(TALKS), "nobody has looked"
    answer = client.post(HOOK, data=BODY, headers=signed(scheme, hook_secret))
    assert (answer.status_code, answer.json) == (202, {"state": "accepted"})
    run_in_background(publication)
    publication.refresh()
    assert "Envoys" in publication.current_text(TALKS)


def other_secret() -> str:
    return f"whsec_{base64.b64encode(b'x' * 32).decode()}"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256=\u00e9"},
        *(signed(scheme, other_secret()) for scheme in ("github", "gitlab", "standard")),
        {"webhook-id": "1", "webhook-timestamp": "soon", "webhook-signature": "v1"},
        {"webhook-id": "1", "webhook-timestamp": str(2**31), "webhook-signature": "v1,AAAA"},
    ],
)
def test_what_is_not_signed_with_the_secret_is_refused(
    client: FlaskClient, publication: Publication, hook_secret: str, headers: dict[str, str]
):
    answer = client.post(HOOK, data=BODY, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "bad_signature")
    assert not connections.status_of(publication, "docs").requested


def test_a_signature_is_that_of_the_body_and_a_replaced_secret_ends(
    client: FlaskClient, admin: FlaskClient, hook_secret: str
):
    for scheme in ("github", "standard"):
        assert client.post(HOOK, data=BODY + b" ", headers=signed(scheme, hook_secret)).status_code == 401
    form = {"Content-Type": "application/x-www-form-urlencoded", **signed("github", hook_secret, b"payload=%7B%7D")}
    assert client.post(HOOK, data=b"payload=%7B%7D", headers=form).status_code == 202
    large = b"{" + b" " * 200_000
    assert client.post(HOOK, data=large, headers=signed("github", hook_secret, large)).status_code == 202
    new = shown_secret(act(admin, "docs", "hook-secret").text)
    assert client.post(HOOK, data=BODY, headers=signed("github", hook_secret)).status_code == 401
    assert client.post(HOOK, data=BODY, headers=signed("github", new)).status_code == 202


def test_there_is_a_hook_only_where_something_is_pulled(
    client: FlaskClient, publication: Publication, receiver: Receiver, hook_secret: str
):
    _, secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
    for name in ("nothing", "webhook"):
        answer = client.post(f"/api/v1/daily/hooks/{name}", data=BODY, headers=signed("github", secret))
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_connection")
        assert "docs" not in answer.text, "other names are not told"


def test_a_paused_connection_is_left_in_peace_by_its_hook(
    client: FlaskClient, publication: Publication, site: Site, hook_secret: str
):
    connections.pause(publication, ADMIN, "docs")
    site.write({PATH: site.read(PATH).replace(b"Ministers", b"Envoys")})
    assert client.post(HOOK, data=BODY, headers=signed("github", hook_secret)).status_code == 202
    run_in_background(publication)
    assert "Envoys" not in publication.current_text(TALKS)


def test_hooks_are_limited(client: FlaskClient, hook_secret: str):
    statuses = [client.post(HOOK, data=BODY).status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]


def test_openapi_describes_the_hook_and_the_messages(client: FlaskClient, publication: Publication, receiver: Receiver):
    spec = client.get("/api/v1/openapi.json").json
    hook = spec["paths"]["/api/v1/{publication}/hooks/{name}"]["post"]
    assert {"202", "401", "404", "429"} <= hook["responses"].keys()
    described = spec["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert described == {"$ref": "#/components/schemas/WebhookMessage"}
    an_article(publication)
    _, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
    a_correction(publication, "Tusday", "Tuesday")
    connections.synchronise(publication, ADMIN, "webhook")
    (message,) = receiver.messages
    schemas = spec["components"]["schemas"]
    assert message.keys() == schemas["WebhookMessage"]["properties"].keys()
    assert message["type"] in schemas["WebhookMessage"]["properties"]["type"]["enum"]
    assert message["data"].keys() == schemas["MessageData"]["properties"].keys()
    assert message["data"]["correction"].keys() == schemas["MessageCorrection"]["properties"].keys()
    assert message["data"]["article"].keys() == schemas["MessageArticle"]["properties"].keys()


def test_a_connection_of_an_earlier_version_gets_its_hook_on_the_page(
    client: FlaskClient, admin: FlaskClient, publication: Publication, hook_secret: str
):
    made = publication.private.connections.get("docs")
    assert made is not None
    assert publication.private.connections.add(replace(made, name="old", hook_secret=None), "")
    hook = HOOK.replace("docs", "old")
    assert client.post(hook, data=BODY, headers=signed("github", hook_secret)).status_code == 404
    secret = shown_secret(act(admin, "old", "hook-secret").text)
    assert client.post(hook, data=BODY, headers=signed("github", secret)).status_code == 202
