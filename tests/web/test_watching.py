"""What the operator sees: readiness, figures, logs without readers in them, settings without secrets, erasing in time."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from corrections.app import create_app
from corrections.config import Settings
from corrections.private.contacts import Contact
from corrections.services import settings
from corrections.services.operations import checkpoints, retention
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction, an_article, free_port, logged, start
from tests.service import run_command

TOKEN = "a-token-for-figures"


def test_figures_are_for_whoever_has_their_token(publication: Publication) -> None:
    app = create_app(Settings(publication.folder.parent, submit_limit="off", metrics=TOKEN))
    client = app.test_client()
    an_article(publication)
    sent = {
        "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "teh"}]},
        "body": {"type": "TextualBody", "value": "the"},
    }
    assert client.post("/api/v1/daily/corrections", json=sent).status_code == 201
    checkpoints.checkpoint(publication)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    daily = ("publication", "daily")
    assert found["corrections_waiting", (daily, ("state", "open"))] == 1
    assert found["corrections_ledger_events", (daily,)] == publication.store.head().seq
    assert found["corrections_batch_events_count", (daily,)] == 1
    assert found["corrections_request_seconds_count", (("endpoint", "api.post_correction"), ("status", "201"))] == 1
    assert 0 <= found["corrections_checkpoint_age_seconds", (daily,)] < 60
    app.extensions["publications"].close()


def test_every_publication_that_is_not_ready_is_named(publication: Publication, client: FlaskClient) -> None:
    damaged = [f"weekly-{number:02}" for number in range(12)]
    for name in damaged:
        created = Publication.create(publication.folder.parent, name, name)
        created.close()
        (created.folder / "articles.git" / "HEAD").unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name in damaged if f"{name}: " in answer.json["detail"]] == damaged[:10]
    assert "2 more publications are not ready." in answer.json["detail"]
    assert "daily: " not in answer.json["detail"]


def test_without_a_token_set_there_are_no_figures(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_request_keeps_the_name_it_came_with(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "proxy-1234.x"}).headers["X-Request-Id"] == "proxy-1234.x"
    for bad in ("short", "with space", "x" * 65):
        made = client.get("/healthz", headers={"X-Request-Id": bad}).headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{16}", made)


def test_the_log_is_json_and_has_nothing_of_readers_or_keys(publication: Publication) -> None:
    an_article(publication)
    publication.private.accounts.save("Mira", "editor", "long enough for a test")
    token = publication.private.tokens.issue("CMS", "editor")
    key = publication.private.reader_key(a_correction(publication, "teh", "the").id)
    port = free_port()
    process = start(publication.folder.parent, port, CORRECTIONS_LOG="json")
    site = f"http://127.0.0.1:{port}"
    secrets = ["ada@example.org", "Ada Byron", "Quillfeather", token, key, "wrong password 1", "203.0.113.7"]
    sent = {
        "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "Tusday"}]},
        "body": {"type": "TextualBody", "value": "Quillfeather"},
        "contact": {"name": "Ada Byron", "email": "ada@example.org"},
    }
    for address, body, headers in (
        (f"{site}/api/v1/daily/corrections", json.dumps(sent), {"Content-Type": "application/json"}),
        (f"{site}/api/v1/daily/corrections", "{broken", {"Content-Type": "application/json"}),
        (f"{site}/api/v1/daily/corrections?state=open", None, {"Authorization": f"Bearer {token}"}),
        (f"{site}/api/v1/daily/corrections", None, {"Authorization": f"Bearer {token}x"}),
        (f"{site}/daily/c/1?key={key}", None, {"X-Forwarded-For": "203.0.113.7"}),
        (f"{site}/daily/sign-in", "name=Mira&password=wrong+password+1", {}),
        (f"{site}/daily/corrections?q=Quillfeather", None, {}),
        (f"{site}/nowhere/Quillfeather", None, {}),
    ):
        asked = urllib.request.Request(address, body.encode() if body else None, headers)
        try:
            urllib.request.urlopen(asked, timeout=30).read()
        except urllib.error.HTTPError as error:
            error.read()
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)
    stderr = logged(process)
    lines = [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"status.correction", "public_log.log", "api.post_correction"} <= {line["endpoint"] for line in requests}
    assert all(re.fullmatch(r"[0-9a-f]{16}", line["request"]) and line["ms"] >= 0 for line in requests)
    for secret in secrets:
        assert secret not in stderr, secret


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root on Linux can mount a small disk")
def test_readiness_tells_of_a_disk_that_takes_no_writes(publication: Publication, client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
    folder = publication.folder
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "Read-only file system" in answer.text
    finally:
        subprocess.run(["umount", folder], check=True)
    assert client.get("/readyz").status_code == 200


def test_settings_are_printed_without_their_secrets(tmp_path: Path) -> None:
    secret = {"CORRECTIONS_SMTP": "smtp://desk:hunter2@mail.example.org:587", "CORRECTIONS_METRICS": "hunter3",
              "CORRECTIONS_URL": "https://example.org", "CORRECTIONS_MAIL_FROM": "desk@example.org",
              "CORRECTIONS_LIMITS": "redis://:hunter4@localhost/0"}  # fmt: skip
    done = run_command("--data", tmp_path, "config", environment={**os.environ, **secret})
    assert done.returncode == 0
    assert "smtp://(set)@mail.example.org:587" in done.stdout
    assert "metrics = (set)" in done.stdout
    assert "hunter" not in done.stdout


def test_contacts_are_erased_some_days_after_the_decision(publication: Publication) -> None:
    an_article(publication)
    ada = Contact("Ada", "ada@example.org", False)
    a_correction(publication, "teh", "the", contact=ada)
    a_correction(publication, "teh", "the", contact=ada)  # folded into the first
    a_correction(publication, "1893", "1894", contact=ada)
    settings.put(publication, "contact-days", "30")
    later = datetime.now(UTC) + timedelta(days=31)
    assert retention.erase_due(publication, later) == 0, "none is decided yet"
    decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")
    assert retention.erase_due(publication) == 0, "not yet"
    assert retention.erase_due(publication, later) == 2
    left = [publication.private.contacts.get(publication.correction(number).id) for number in (1, 2, 3)]
    assert left == [None, None, ada]
    settings.put(publication, "contact-days", "0")
    decisions.reject(publication, EDITOR, 3, publication.correction(3).last_event, "No.")
    assert retention.erase_due(publication, later) == 0


def test_a_session_key_that_was_cut_off_is_made_anew_and_another_is_kept(publication: Publication) -> None:
    data = publication.folder.parent
    (data / "session.key").write_text("")
    keys = []
    for _ in range(2):
        made = create_app(Settings(data))
        keys.append(made.config["SECRET_KEY"])
        made.extensions["publications"].close()
    assert keys[0] == keys[1]
    assert len(keys[0]) == 64
    assert (data / "session.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in data.glob("session.key*")] == ["session.key"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_failure_is_logged_with_where_it_was_but_without_what_anybody_typed(form: str) -> None:
    program = f"""
import logging
from corrections import logs
logs.install({form!r})
def failing(typed):
    raise OSError("no space")
try:
    failing("ada" + "@example.org")
except OSError:
    logging.getLogger("corrections").exception("storage")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "in failing" in done.stderr
    assert "ada@example.org" not in done.stderr
