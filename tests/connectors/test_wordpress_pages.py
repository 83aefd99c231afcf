"""A WordPress on the page of connections, by its hook and on the command line."""

import base64
import hashlib
import hmac
import re
import time
import urllib.request
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.cli.connections import PASSWORD
from corrections.connectors import connections
from corrections.connectors.credentials import Credentials
from corrections.services.publication import Publication
from tests.connectors.false_wordpress import TEXT, FalseWordPress
from tests.connectors.false_wordpress import false_wordpress as false_wordpress  # the fixture `site`
from tests.connectors.test_git_connector import wait_until
from tests.connectors.test_wordpress import accept, imported, synchronise
from tests.connectors.test_wordpress_faults import connect
from tests.connectors.wordpress import USER
from tests.markup import collapse_whitespace
from tests.newsroom import free_port, kill, start
from tests.service import run_command

PAGE = "/daily/review/connections"


@pytest.fixture
def admin(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Ada", "admin", "long enough for a test")
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Ada", "password": "long enough for a test"})
    return client


def shown(page: str) -> str:
    return unescape(collapse_whitespace(re.sub(r"<[^>]*>", " ", page)))


def test_an_admin_connects_a_wordpress_on_the_page_and_replaces_its_password(
    admin: FlaskClient, publication: Publication, site: FalseWordPress
):
    form = {"url": site.url, "user": USER, "password": "abcd efgh"}
    refused = admin.post(f"{PAGE}/add/wordpress", data={**form, "types": "recipes"})
    assert refused.status_code == 422
    assert "There is no type recipes there. There are: pages, posts." in shown(refused.text)
    connected = shown(admin.post(f"{PAGE}/add/wordpress", data=form).text)
    assert "Signed in as editor: 1 post, 0 pages." in connected
    assert "The secret of the hook is shown only once." in connected
    assert '<script src="http://localhost/daily/widget.js" defer></script>' in connected
    assert synchronise(publication).last_error is None
    site.failure = (401, {}, b'{"code": "incorrect_password"}')
    answer = admin.post(f"{PAGE}/of/wordpress", data={"do": "password", "password": "ijkl mnop"})
    assert answer.status_code == 422
    assert "127.0.0.1 does not accept the application password of editor" in shown(answer.text)
    site.failure = None
    answer = admin.post(f"{PAGE}/of/wordpress", data={"do": "password", "password": "ijkl mnop"})
    assert "The new password is in use." in shown(admin.get(answer.location).text)
    connection = connections.known_connection(publication, "wordpress")
    assert Credentials(publication.folder.parent).decrypt(connection.secret) == "ijklmnop"


def test_an_editor_sees_both_texts_of_a_conflict_and_chooses_one(
    editor: FlaskClient, publication: Publication, site: FalseWordPress
):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    assert "in your system" not in shown(editor.get("/daily/review/").text)
    accept(publication, "Tusday", "Tuesday", article)
    site.write(1, TEXT.replace("Tusday", "<em>Wednesday</em>"))
    assert synchronise(publication).last_error is not None
    assert "1 article was changed here and in your system at the same place" in shown(editor.get("/daily/review/").text)
    page = editor.get("/daily/review/conflicts").text
    assert re.search(r"Corrected text, published here.*Text in WordPress", shown(page))
    assert "Tuesday" in page
    assert "<em>Wednesday</em>" in page.replace("<ins>", "").replace("</ins>", "")
    form = {"connection": "wordpress", "path": "posts/1", "side": "ours"}
    answer = editor.post("/daily/review/conflicts", data=form)
    assert "Your choice will be applied within seconds." in shown(editor.get(answer.location).text)
    assert "No conflicts." in shown(editor.get("/daily/review/conflicts").text)
    assert synchronise(publication).last_error is None
    assert site.content(1) == TEXT.replace("Tusday", "Tuesday")
    answer = editor.post("/daily/review/conflicts", data=form)
    assert "posts/1 is no longer in conflict." in shown(editor.get(answer.location).text)


def test_its_hook_has_a_change_pulled_at_once_and_an_acceptance_is_pushed_within_seconds(
    publication: Publication, site: FalseWordPress, monkeypatch: pytest.MonkeyPatch
):
    data, port = publication.folder.parent, free_port()
    monkeypatch.setenv(PASSWORD, "abcd efgh")
    arguments = ("connect", "daily", "wordpress", "--url", site.url, "--user", USER, "--every", "3600")
    made = run_command("--data", data, *arguments)
    assert made.returncode == 0, made.stderr
    assert "Signed in as editor: 1 post, 0 pages." in made.stderr
    secret = made.stdout.strip()
    service = start(data, port)
    try:
        wait_until(lambda: bool(imported(publication)))
        (article,) = imported(publication).values()
        accept(publication, "Tusday", "Tuesday", article)
        wait_until(lambda: site.content(1) == TEXT.replace("Tusday", "Tuesday"))
        site.write(2, "<p>New.</p>")
        ask(f"http://127.0.0.1:{port}/api/v1/daily/hooks/wordpress", secret)
        wait_until(lambda: len(imported(publication)) == 2)
    finally:
        kill(service)
    listed = run_command("--data", data, "connections", "daily").stdout
    assert listed.startswith("wordpress  wordpress  active, ")


def ask(address: str, secret: str) -> None:
    """Ask for a run as Standard Webhooks has it."""
    body, now = b"{}", str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, f"1.{now}.".encode() + body, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "1", "webhook-timestamp": now, "webhook-signature": f"v1,{signature}"}
    request = urllib.request.Request(address, body, {**headers, "Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202
