"""A folder that a newer version has written to is read as far as this one can, and is left as it is."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.cli import main
from corrections.config import Settings
from corrections.errors import ReadOnly
from corrections.private.contacts import Contact
from corrections.services.operations import backup, checkpoints
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit.repository_audit import audit
from tests.foreign import append, append_message, git, spam
from tests.newsroom import EDITOR, TALKS, a_correction, an_article, free_port

COMMENT = {"type": "correction.commented", "by": "Mira", "text": "Well."}
PASSWORD = "long enough for a test"
Written = Callable[[Path, str], tuple[str, str]]


def _unknown_type(folder: Path, correction: str) -> tuple[str, str]:
    event = {"type": "correction.forwarded", "correction": correction, "number": 1, "to": "somebody"}
    return append(folder, event), "event type `correction.forwarded`, format 1"


def _unknown_field(folder: Path, correction: str) -> tuple[str, str]:
    return append(folder, spam(correction, 1, urgent=True)), "event type `correction.spam`, format 1"


def _unknown_value(folder: Path, correction: str) -> tuple[str, str]:
    return append(folder, {**COMMENT, "correction": correction, "number": 1, "kind": "vote"}), "`vote`"


def _unknown_place(folder: Path, correction: str) -> tuple[str, str]:
    return append(folder, spam(correction, 1), node="north"), "field `node`"


def _higher_version(folder: Path, correction: str) -> tuple[str, str]:
    return append(folder, spam(correction, 1), version=2), "event type `correction.spam`, format 2"


def _another_form(folder: Path, _: str) -> tuple[str, str]:
    return append_message(folder, 'Of another version\n\n{"version": 3, "events": []}\n'), "format 3"


def _several(folder: Path, correction: str) -> tuple[str, str]:
    first = append(folder, {"type": "article.renamed", "article": TALKS, "to": "2026/11/24/other"})
    append(folder, {**COMMENT, "correction": correction, "number": 1})
    append(folder, spam(correction, 1), version=2)
    return first, "event type `article.renamed`, format 1"


def _before_one_that_is_known(folder: Path, correction: str) -> tuple[str, str]:
    first = append(folder, {"type": "article.renamed", "article": TALKS, "to": "2026/11/24/other"})
    append(folder, {**COMMENT, "correction": correction, "number": 1})
    return first, "event type `article.renamed`, format 1"


WRITTEN = [
    _unknown_type,
    _unknown_field,
    _unknown_value,
    _unknown_place,
    _higher_version,
    _another_form,
    _several,
    _before_one_that_is_known,
]


@pytest.fixture
def folder(publication: Publication) -> Path:
    """A publication with a correction that waits and one that was accepted, and an editor."""
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    second = a_correction(publication, "1893", "1839")
    decisions.accept(publication, EDITOR, 2, second.last_event)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    publication.close()
    return publication.folder


FEW = [_unknown_type, _higher_version, _before_one_that_is_known]  # where each takes long


@pytest.fixture
def newer(request: pytest.FixtureRequest, folder: Path) -> tuple[str, str]:
    """The commit of the first event that is not known here, and what is said of it."""
    correction = json.loads(git(folder, "log", "-1", "--format=%b", "ledger~2"))["event"]["correction"]
    made: tuple[str, str] = request.param(folder, correction)
    return made


def by_newer(written: list[Written]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("newer", written, ids=lambda each: each.__name__.strip("_"), indirect=True)


def refs(folder: Path) -> str:
    return git(folder, "for-each-ref", "refs/heads") + (folder / "articles.git" / "config").read_text()


def run(folder: Path, *command: str) -> Result:
    done = CliRunner().invoke(main, ["--data", str(folder.parent), *command])
    assert done.exception is None or isinstance(done.exception, SystemExit), "what fails fails in one line"
    return done


def pages_of(folder: Path) -> FlaskClient:
    app = create_app(Settings(folder.parent, submit_limit="off"))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.mark.parametrize("index", ["kept", "deleted"])
@by_newer(WRITTEN)
def test_it_opens_for_reading_and_says_why_nothing_is_written(folder: Path, newer: tuple[str, str], index: str) -> None:
    commit, what = newer
    before = refs(folder)
    if index == "deleted":
        for path in folder.glob("index.db*"):
            path.unlink()
    publication = Publication(folder)
    assert publication.correction(1).state == "open"
    assert publication.correction(2).state == "accepted"
    assert "1839" in publication.current_text(TALKS)
    for write in (
        lambda: a_correction(publication, "teh", "the", contact=Contact("Ada", "ada@example.org", True), key="k"),
        lambda: decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No."),
        lambda: an_article(publication, "# Another\n\nText.\n", "2026/11/25/another"),
        lambda: checkpoints.checkpoint(publication),
    ):
        with pytest.raises(ReadOnly) as refused:
            write()
        told = str(refused.value)
        assert "written by a newer version of Corrections" in told
        assert "Upgrade" in told
        assert commit in told
        assert what in told
        assert commit not in refused.value.message, "readers are told in other words"
    assert publication.private.contacts.corrections() == set()
    publication.close()
    Publication(folder).close()
    assert refs(folder) == before


@by_newer(FEW)
def test_pages_are_served_and_what_was_typed_is_kept(folder: Path, newer: tuple[str, str]) -> None:
    commit, _ = newer
    client = pages_of(folder)
    for page in (
        "",
        f"a/{TALKS}",
        f"a/{TALKS}/history",
        f"a/{TALKS}/blame",
        "c/1",
        "c/2",
        "corrections",
        "corrections.atom",
    ):
        assert client.get(f"/daily/{page}").status_code == 200, page
    typed = {"exact": "teh", "replacement": "the", "comment": "A slip of the pen", "step": "send"}
    refused = client.post(f"/daily/a/{TALKS}/suggest", data=typed)
    assert refused.status_code == 503
    assert "The service is under maintenance" in refused.text
    assert "A slip of the pen" in refused.text
    assert commit not in refused.text
    sent = {
        "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "teh"}]},
        "comment": "Bad.",
    }
    refused = client.post("/api/v1/daily/corrections", json=sent)
    assert refused.status_code == 503
    assert refused.content_type == "application/problem+json"
    assert refused.json is not None
    assert refused.json["code"] == "writing_paused"
    client.application.extensions["publications"].close()


@by_newer(FEW)
def test_the_staff_reads_and_is_refused_in_the_same_words(folder: Path, newer: tuple[str, str]) -> None:
    commit, _ = newer
    client = pages_of(folder)
    assert client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD}).status_code == 303
    for page in ("review/", "review/1", "review/2", "review/audit", "review/report"):
        assert client.get(f"/daily/{page}").status_code == 200, page
    based_on = {"decision": "reject", "reason": "No.", "based_on": "0" * 40}
    refused = client.post("/daily/review/1", data=based_on)
    assert refused.status_code == 503
    assert "The service is under maintenance" in refused.text
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "daily: This ledger was written by a newer version of Corrections" in ready.text
    assert commit in ready.text
    client.application.extensions["publications"].close()


@by_newer(FEW)
def test_every_command_says_it_plainly(folder: Path, newer: tuple[str, str], tmp_path: Path) -> None:
    commit, what = newer
    before = refs(folder)
    listed = run(folder, "list", "daily", "--state", "all")
    assert "Tuesday" in listed.stdout, "what is known is shown"
    indexed, audited = run(folder, "reindex", "daily"), run(folder, "audit", "daily")
    rejected = run(folder, "reject", "daily", "1", "--by", "Mira", "--reason", "No.")
    for done in (listed, indexed, rejected):
        assert done.exit_code == 2
        assert "written by a newer version of Corrections" in done.stderr
        assert commit in done.stderr
        assert what in done.stderr
        assert "pgrade" in done.stderr
    assert audited.exit_code == 1
    assert audited.stdout.startswith("newer: This ledger was written by a newer version of Corrections")
    assert len(audited.stdout.splitlines()) == 1, "nothing else is wrong with it"
    assert run(folder, "token", "daily", "--role", "editor", "--name", "CMS").exit_code == 0
    assert run(folder, "backup", "daily", str(tmp_path / "backup")).exit_code == 0
    assert run(folder, "list", "daily", "--state", "all").stdout == listed.stdout
    assert refs(folder) == before


@by_newer(WRITTEN)
def test_a_clone_of_it_is_checked_as_far_as_it_is_known(folder: Path, newer: tuple[str, str]) -> None:
    findings = audit(folder / "articles.git")
    assert [(each.code, each.commit) for each in findings] == [("newer", newer[0])]


def test_the_service_says_it_when_it_starts(folder: Path) -> None:
    _unknown_type(folder, "a" * 32)
    port = free_port()
    with (folder.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "corrections", "--data", str(folder.parent), "serve", "--port", str(port)],
            env={**os.environ, "CORRECTIONS_LOG": "json", "CORRECTIONS_METRICS": "a-token"}, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            assert _status(f"http://127.0.0.1:{port}/healthz") == 200
            assert _status(f"http://127.0.0.1:{port}/daily/a/{TALKS}") == 200
            assert _status(f"http://127.0.0.1:{port}/readyz") == 503
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/metrics", headers={"Authorization": "Bearer a-token"}
            )
            with urllib.request.urlopen(asked, timeout=30) as figures:
                assert b'corrections_writing_paused{publication="daily"} 1.0' in figures.read()
            time.sleep(5)  # in which the keeper has looked at it more than once
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
    told = (folder.parent / "log").read_text()
    assert "daily is only read, nothing is written to it: This ledger was written by a newer version" in told
    assert told.count('"logger": "corrections.keeper"') == 1, "it is logged when it begins, not with every look"
    assert "Traceback" not in told


def _status(address: str) -> int:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_an_open_publication_notices_that_a_newer_version_goes_on_writing(publication: Publication) -> None:
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    _unknown_type(publication.folder, first.id)
    with pytest.raises(ReadOnly, match=r"correction\.forwarded"):
        a_correction(publication, "teh", "the")
    assert publication.correction(1).state == "open"
    git(publication.folder, "update-ref", "refs/heads/ledger", "ledger~1")
    assert a_correction(publication, "teh", "the").number == 2


@pytest.fixture
def newer_private(folder: Path) -> Path:
    with sqlite3.connect(folder / "private.db") as private:
        private.execute("INSERT INTO _sqlite_migrations VALUES (99, 'private', 'of_a_later_time', '2030-01-01')")
        private.execute("ALTER TABLE sessions ADD COLUMN of_a_later_time TEXT")
        private.execute("CREATE TABLE of_a_later_time (x)")
    private.close()
    return folder


def test_beside_a_newer_private_store_pages_are_served_and_nothing_is_written(newer_private: Path) -> None:
    before = (newer_private / "private.db").read_bytes()
    heads = refs(newer_private)
    client = pages_of(newer_private)
    for page in ("", f"a/{TALKS}", f"a/{TALKS}/history", "c/1", "corrections"):
        assert client.get(f"/daily/{page}").status_code == 200, page
    typed = {"exact": "teh", "replacement": "the", "comment": "A slip of the pen", "step": "send"}
    refused = client.post(f"/daily/a/{TALKS}/suggest", data=typed)
    assert refused.status_code == 503
    assert "A slip of the pen" in refused.text
    assert str(newer_private) not in refused.text
    assert client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD}).status_code == 503
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "of_a_later_time" in ready.text
    client.application.extensions["publications"].close()
    assert (newer_private / "private.db").read_bytes() == before
    assert refs(newer_private) == heads


@pytest.mark.parametrize(
    "command",
    [
        ("list", "daily"),
        ("token", "daily", "--role", "editor", "--name", "CMS"),
        ("settings", "daily", "reply-days=5"),
        ("user", "daily", "Vic", "--password", PASSWORD),
        ("reject", "daily", "1", "--by", "Mira", "--reason", "No."),
        ("checkpoint", "daily"),
    ],
    ids=lambda command: command[0],
)
def test_commands_refuse_a_newer_private_store(newer_private: Path, command: tuple[str, ...]) -> None:
    before, heads = (newer_private / "private.db").read_bytes(), refs(newer_private)
    done = run(newer_private, *command)
    assert done.exit_code == 2
    assert "newer version of Corrections" in done.stderr
    assert "of_a_later_time" in done.stderr
    assert (newer_private / "private.db").read_bytes() == before
    assert refs(newer_private) == heads


def test_an_audit_names_a_newer_private_store(newer_private: Path) -> None:
    done = run(newer_private, "audit", "daily")
    assert (done.exit_code, done.stdout.partition(":")[0]) == (1, "newer")


def test_a_backup_of_a_newer_version_is_refused_in_plain_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = Publication(folder)
    for name, change in (("format", {"format": "corrections-backup/9"}), ("field", {"node": "north"})):
        monkeypatch.setattr(backup, "asdict", lambda manifest, change=change: {**vars(manifest), **change})
        backup.back_up(publication, tmp_path / name)
        with pytest.raises(backup.BadBackup, match="another version of Corrections"):
            backup.read_manifest(tmp_path / name)
    publication.close()
