"""A publication moves to a shared git server and is restored onto one; readers keep what they typed while it is away."""

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from corrections.app import create_app
from corrections.cluster import Cluster
from corrections.cluster.unavailable import WritersBusy
from corrections.config import Settings
from corrections.connectors.credentials import BadConnectKey, Credentials
from corrections.errors import ReadOnly
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.actors import Actor
from corrections.services.errors import SharedArchiveAway
from corrections.services.node_folders import NotOnGitServer
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup import back_up, restore
from corrections.services.operations.database_move import move_to_nodes
from corrections.services.operations.node_files import different_files
from corrections.services.operations.redaction import Removal, redact
from corrections.services.operations.retention import erase_failed
from corrections.services.publication import Publication
from repo_store.audit.repository_audit import audit
from repo_store.errors import RemoteDiverged, RemoteFailure
from repo_store.git.gitpython import EXECUTABLE
from tests.newsroom import TALKS, a_correction, an_article, free_port, kill, start
from tests.postgres import Server
from tests.service import run_command
from tests.test_workers import wait_until
from tests.web.test_pages import sending


@pytest.fixture
def shared(cluster: Cluster, tmp_path: Path) -> Cluster:
    """The database of these tests, and a git server."""
    return Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """The folder of a publication that one machine has."""
    made = Publication.create(tmp_path / "desk", "daily", "The Daily")
    an_article(made)
    a_correction(made, "Tusday", "Tuesday")
    _ = made.key
    made.close()
    return made.folder


def server_of(shared: Cluster) -> Path:
    return Path(shared.git_remote.replace("{publication}", "daily"))


def test_a_publication_moves_to_the_nodes(alone: Path, shared: Cluster, tmp_path: Path):
    environment = {
        **os.environ,
        "CORRECTIONS_DATABASE": shared.database,
        "CORRECTIONS_GIT_REMOTE": shared.git_remote,
    }
    key = (alone / "signing.key").read_bytes()
    moved = run_command("--data", alone.parent, "move-to-database", "daily", environment=environment)
    assert moved.returncode == 0, moved.stderr
    assert "the history of daily" in moved.stdout
    assert "Moved the private store of daily" in moved.stdout
    assert moved.stdout.splitlines()[-1] == "The audit found no problems."
    other = Publication(tmp_path / "other" / "daily", cluster=shared)  # a node that begins with nothing
    assert other.correction(1).replacement == "Tuesday"
    assert other.title == "The Daily"
    assert (other.folder / "signing.key").read_bytes() == key
    other.close()
    assert audit(server_of(shared)) == []


def test_nothing_is_moved_while_a_service_runs(alone: Path, shared: Cluster, monkeypatch: pytest.MonkeyPatch):
    service = start(alone.parent, free_port())
    monkeypatch.setenv("CORRECTIONS_DATABASE", shared.database)
    refused = run_command("--data", alone.parent, "move-to-database", "daily")
    kill(service)
    assert refused.returncode == 2
    assert "A service is running" in refused.stderr
    assert not shared.publications.has("daily")
    assert run_command("--data", alone.parent, "move-to-database", "daily").returncode == 0


def test_a_publication_in_the_database_gets_a_git_server(
    alone: Path, cluster: Cluster, shared: Cluster, tmp_path: Path
):
    move_to_nodes(alone, cluster)
    assert move_to_nodes(alone, shared) == [f"Gave {server_of(shared)} the history of daily."]
    other = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert other.correction(1).replacement == "Tuesday"
    other.close()


def test_a_git_server_with_another_history_is_left_alone(alone: Path, shared: Cluster, tmp_path: Path):
    stranger = Publication.create(tmp_path / "elsewhere", "daily")
    an_article(stranger)
    stranger.close()
    server_of(shared).parent.mkdir()
    (stranger.folder / "articles.git").rename(server_of(shared))
    with pytest.raises(RemoteDiverged):
        move_to_nodes(alone, shared)
    assert (alone / "private.db").exists()
    assert not shared.publications.has("daily")
    assert Publication(alone).correction(1).replacement == "Tuesday"


def test_a_node_without_the_git_server_opens_nothing(alone: Path, cluster: Cluster, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    for folder in (alone, tmp_path / "empty" / "daily"):
        with pytest.raises(
            NotOnGitServer, match=rf"daily is on the git server {server_of(shared)}.*CORRECTIONS_GIT_REMOTE"
        ):
            Publication(folder, cluster=cluster)
    assert not (tmp_path / "empty" / "daily").exists()
    app = create_app(Settings(alone.parent, cluster=cluster))
    assert "CORRECTIONS_GIT_REMOTE" in app.test_client().get("/readyz").text
    assert app.test_client().get("/daily/").status_code == 503
    app.extensions["publications"].close()


def test_nothing_is_written_to_a_git_server_that_was_restored_from_an_older_copy(
    alone: Path, shared: Cluster, tmp_path: Path
):
    move_to_nodes(alone, shared)
    shutil.copytree(server_of(shared), tmp_path / "older.git")
    first = Publication(alone, cluster=shared)
    second = a_correction(first, "teh", "the")
    first.close()
    shutil.rmtree(server_of(shared))
    shutil.copytree(tmp_path / "older.git", server_of(shared))
    empty = Publication(tmp_path / "empty" / "daily", cluster=shared)  # it knows nothing of the second one
    for _ in range(2):
        with pytest.raises(ReadOnly, match=r"lacks events .* move-to-database daily"):
            a_correction(empty, "Ministers", "The ministers")
    assert empty.correction(1).replacement == "Tuesday", "it is read"
    move_to_nodes(alone, shared)  # the node that has everything gives it what it lacks
    assert a_correction(empty, "Ministers", "The ministers").number == 3
    assert empty.correction(second.number).replacement == "the"
    empty.close()
    assert audit(server_of(shared)) == []


def test_what_no_node_has_any_more_is_given_up_by_hand(alone: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    shutil.copytree(server_of(shared), tmp_path / "older.git")
    first = Publication(alone, cluster=shared)
    a_correction(first, "teh", "the")
    first.close()
    shutil.rmtree(server_of(shared))
    shutil.copytree(tmp_path / "older.git", server_of(shared))
    Publication(tmp_path / "empty" / "daily", cluster=shared).close()
    move_to_nodes(tmp_path / "empty" / "daily", shared)
    only = Publication(tmp_path / "empty" / "daily", cluster=shared)
    assert a_correction(only, "Ministers", "The ministers").number == 2
    only.close()


def test_after_a_redaction_an_empty_node_misses_nothing(alone: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    announced = shared.publications.head("daily")
    first = Publication(alone, cluster=shared)
    redact(first, Actor("Ada", "admin"), Removal("A name.", number=1))
    first.close()
    shared.publications.announce("daily", announced)  # as if the node had died before it said more
    empty = Publication(tmp_path / "empty" / "daily", cluster=shared)
    assert a_correction(empty, "teh", "the").number == 2
    empty.close()


def test_no_checkpoint_is_signed_of_a_history_that_the_git_server_does_not_have(alone: Path, shared: Cluster):
    move_to_nodes(alone, shared)
    opened = Publication(alone, cluster=shared)
    a_correction(opened, "teh", "the")
    subprocess.run(
        ["git", "-C", server_of(shared), "update-ref", "refs/heads/ledger", "refs/heads/ledger~1"], check=True
    )
    with pytest.raises(RemoteFailure):
        opened.store.checkpoint(opened.key, "daily")
    assert "refs/heads/checkpoints" not in opened.store.heads()
    opened.close()


def test_a_backup_is_restored_to_the_nodes(alone: Path, shared: Cluster, tmp_path: Path):
    opened = Publication(alone)
    back_up(opened, tmp_path / "backup")
    opened.close()
    assert restore(tmp_path / "first", "daily", [tmp_path / "backup"], shared) == []
    other = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert other.correction(1).replacement == "Tuesday"
    a_correction(other, "teh", "the")
    other.close()
    assert audit(server_of(shared)) == []


def test_a_backup_never_takes_back_what_the_git_server_has(
    alone: Path, shared: Cluster, tmp_path: Path, postgres_server: Server
):
    opened = Publication(alone)
    back_up(opened, tmp_path / "backup")
    opened.close()
    restore(tmp_path / "first", "daily", [tmp_path / "backup"], shared)
    first = Publication(tmp_path / "first" / "daily", cluster=shared)
    later = a_correction(first, "teh", "the")
    first.close()
    shared.close()
    postgres_server.drop_publications()  # the database is lost, the git server is not
    renewed = Cluster(shared.database, shared.git_remote)
    assert restore(tmp_path / "second", "daily", [tmp_path / "backup"], renewed) == []
    second = Publication(tmp_path / "second" / "daily", cluster=renewed)
    assert second.correction(later.number).replacement == "the"
    second.close()


def test_a_reader_keeps_what_was_typed_while_the_git_server_is_away(alone: Path, shared: Cluster):
    move_to_nodes(alone, shared)
    app = create_app(Settings(alone.parent, cluster=shared))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.get(f"/daily/a/{TALKS}").status_code == 200
    server_of(shared).rename(server_of(shared).with_name("away"))
    kept = sending(client, step="send", exact="teh", replacement="the", name="Ada", email="ada@example.org")
    assert kept.status_code == 503
    assert int(kept.headers["Retry-After"]) > 0
    assert "cannot write to its shared archive" in kept.text
    assert 'value="ada@example.org"' in kept.text
    assert client.get(f"/daily/a/{TALKS}").status_code == 200
    server_of(shared).with_name("away").rename(server_of(shared))
    sent = sending(client, step="send", exact="teh", replacement="the", name="Ada", email="ada@example.org")
    assert sent.status_code == 303
    app.extensions["publications"].close()


def test_what_is_kept_of_a_reader_whose_correction_could_not_be_written_is_erased_the_next_day(
    alone: Path, shared: Cluster
):
    move_to_nodes(alone, shared)
    node, ada = Publication(alone, cluster=shared), Contact("Ada", "ada@example.org", False)
    contacts, tomorrow = node.private.contacts, datetime.now(UTC) + timedelta(hours=25)
    server = server_of(shared)
    away = server.with_name("away")
    server.rename(away)
    with pytest.raises(SharedArchiveAway):
        a_correction(node, "teh", "the", contact=ada)
    with pytest.raises(RemoteFailure):  # whether it was written cannot be asked
        erase_failed(node, tomorrow)
    away.rename(server)
    (server / "hooks").mkdir(exist_ok=True)
    hook = server / "hooks" / "post-receive"  # the server is lost when it has saved, and before it says so
    hook.write_text(f"#!/bin/sh\nmv '{server}' '{away}'\nkill -9 $PPID\n")
    hook.chmod(0o755)
    with pytest.raises(SharedArchiveAway):
        a_correction(node, "1893", "1894", contact=ada)
    away.rename(server)
    (server / "hooks" / "post-receive").unlink()

    assert audit_publication(alone, cluster=shared) == []
    assert erase_failed(node) == 0
    assert len(contacts.corrections_of("ada@example.org")) == 2
    assert erase_failed(node, tomorrow) == 1
    node.refresh()
    assert contacts.corrections_of("ada@example.org") == [node.correction(2).id]
    assert erase_failed(node, tomorrow) == 0
    assert audit_publication(alone, cluster=shared) == []
    node.close()


def test_what_is_tried_again_is_not_erased_meanwhile(alone: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    node = Publication(alone, cluster=shared)
    leader = Publication(tmp_path / "other" / "daily", cluster=shared)  # which erases
    server, began, going_on = server_of(shared), tmp_path / "began", tmp_path / "go"

    def send() -> queries.Correction:
        return a_correction(node, "teh", "the", contact=Contact("Ada", "ada@example.org", False), key="one-and-only")

    server.rename(server.with_name("away"))
    with pytest.raises(SharedArchiveAway):
        send()
    server.with_name("away").rename(server)
    with node.private.databases.write() as database:
        database.execute("UPDATE failed_submissions SET at='2026-01-01T00:00:00+00:00'")
    (server / "hooks").mkdir(exist_ok=True)
    hook = server / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\ntouch {began}; while ! test -e {going_on}; do sleep 0.05; done\n")
    hook.chmod(0o755)
    with ThreadPoolExecutor(1) as pool:
        repeated = pool.submit(send)
        try:
            wait_until(began.exists)
            assert erase_failed(leader) == 0
        finally:
            going_on.touch()
        written = repeated.result()
    assert node.private.contacts.corrections_of("ada@example.org") == [written.id]
    assert send().number == written.number
    leader.close()
    node.close()


def test_an_audit_of_a_node_that_is_behind_fetches_first_or_says_so(
    alone: Path, shared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.services.operations.audit.IN_FLIGHT_SECONDS", 0)
    move_to_nodes(alone, shared)
    Publication(tmp_path / "other" / "daily", cluster=shared).close()
    node = Publication(alone, cluster=shared)
    a_correction(node, "teh", "the", contact=Contact("Ada", "ada@example.org", False))
    node.close()
    server = server_of(shared)
    server.rename(server.with_name("away"))
    (finding,) = audit_publication(tmp_path / "other" / "daily", cluster=shared)
    assert (finding.code, "lacks what other nodes wrote" in finding.message) == ("behind", True)
    server.with_name("away").rename(server)
    assert audit_publication(tmp_path / "other" / "daily", cluster=shared) == []


def test_a_backup_has_what_other_nodes_wrote_however_long_that_takes_to_fetch(
    alone: Path, shared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    move_to_nodes(alone, shared)
    Publication(tmp_path / "other" / "daily", cluster=shared).close()
    node = Publication(alone, cluster=shared)
    a_correction(node, "teh", "the")
    git = tmp_path / "slow-git"
    git.write_text('#!/bin/sh\nif [ "$1" = fetch ]; then sleep 1; fi\nexec git "$@"\n')
    git.chmod(0o755)
    monkeypatch.setenv(EXECUTABLE, str(git))
    monkeypatch.setattr("repo_store.shared_remote.OPENING_SECONDS", 0.1)
    monkeypatch.setattr("corrections.services.shared_history.READING_LIMIT", 0.1)
    monkeypatch.setattr("corrections.services.shared_history.TIME_LIMIT", 0.1)
    monkeypatch.setattr("corrections.services.shared_history.PAUSE_SECONDS", 0.0)
    behind = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert behind.head().corrections == 1
    assert back_up(behind, tmp_path / "backup").heads["refs/heads/ledger"] == node.head().ledger
    behind.close()
    node.close()


def test_what_another_node_wrote_and_cannot_be_fetched_is_not_called_unknown(
    alone: Path, shared: Cluster, tmp_path: Path
):
    move_to_nodes(alone, shared)
    node = Publication(alone, cluster=shared)
    (tmp_path / "other").mkdir()
    app = create_app(Settings(tmp_path / "other", cluster=shared))
    client = app.test_client()
    assert client.get("/daily/c/2").status_code == 404
    shared.announcements.listen()
    wait_until(lambda: shared.announcements.is_listening)
    server = server_of(shared)
    number = a_correction(node, "teh", "the").number
    server.rename(server.with_name("away"))
    node.close()
    wait_until(lambda: client.get(f"/daily/c/{number}").status_code == 503)
    away = client.get(f"/daily/c/{number}")
    assert "cannot be read or written at the moment" in away.text
    assert away.headers["Retry-After"]
    server.with_name("away").rename(server)
    wait_until(lambda: client.get(f"/daily/c/{number}").status_code == 200)
    assert client.get(f"/daily/c/{number + 1}").status_code == 404
    app.extensions["publications"].close()


def test_a_reader_of_an_empty_node_is_not_told_about_what_was_sent(alone: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    server_of(shared).rename(server_of(shared).with_name("away"))
    (tmp_path / "other").mkdir()
    app = create_app(Settings(tmp_path / "other", cluster=shared))
    for path in ("/", "/daily/"):
        page = app.test_client().get(path)
        assert page.status_code == 503
        assert "cannot be read or written at the moment" in page.text
        assert "what you sent" not in page.text
    app.extensions["publications"].close()


def test_another_node_that_keeps_the_lock_of_the_writers_is_not_called_a_lost_database(
    shared: Cluster, monkeypatch: pytest.MonkeyPatch
):
    for module in ("pool", "locks"):
        monkeypatch.setattr(f"corrections.cluster.{module}.DATABASE_SECONDS", 1)
    mark = "&" if "?" in shared.database else "?"
    waiting = Cluster(f"{shared.database}{mark}application_name=waiting", shared.git_remote)
    with (
        shared.advisory_lock("daily"),
        pytest.raises(WritersBusy, match="has held the writers' lock of daily for 1 seconds"),
        waiting.advisory_lock("daily"),
    ):
        pass
    with waiting.advisory_lock("daily"):
        pass


def test_the_operator_reads_in_readyz_that_the_git_server_refuses_what_is_written(alone: Path, shared: Cluster):
    move_to_nodes(alone, shared)
    app = create_app(Settings(alone.parent, cluster=shared, metrics="token"))
    client, node = app.test_client(), Publication(alone, cluster=shared)  # as two workers of one machine

    def paused() -> str:
        lines = client.get("/metrics", headers={"Authorization": "Bearer token"}).text.splitlines()
        return next(line for line in lines if line.startswith("corrections_writing_paused"))[-3:]

    assert client.get("/readyz").status_code == 200
    assert paused() == "0.0"
    hook = server_of(shared) / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'The desk is closed' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(SharedArchiveAway):
        a_correction(node, "teh", "the")
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "refused the last push" in ready.text
    assert "The desk is closed" in ready.text
    assert paused() == "1.0"
    hook.unlink()
    a_correction(node, "teh", "the")
    assert client.get("/readyz").status_code == 200
    assert paused() == "0.0"
    node.close()
    app.extensions["publications"].close()


def test_a_request_that_was_saved_without_an_answer_is_one_correction_when_it_is_repeated(alone: Path, shared: Cluster):
    move_to_nodes(alone, shared)
    app = create_app(Settings(alone.parent, cluster=shared))
    server = server_of(shared)
    away = server.with_name("away")
    hook = server / "hooks" / "post-receive"  # the server is lost when it has saved, and before it says so
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nmv '{server}' '{away}'\nkill -9 $PPID\n")
    hook.chmod(0o755)
    body = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "teh"}},
        "body": {"type": "TextualBody", "value": "the"},
    }

    def send() -> TestResponse:
        headers = {"Idempotency-Key": "one-and-only"}
        return app.test_client().post("/api/v1/daily/corrections", json=body, headers=headers)

    unknown = send()
    assert (unknown.status_code, unknown.get_json()["code"]) == (503, "remote_unavailable")
    (away / "hooks" / "post-receive").unlink()
    away.rename(server)
    assert send().get_json()["number"] == 2
    app.extensions["publications"].close()
    node = Publication(alone, cluster=shared)
    assert node.head().corrections == 2
    node.close()


def test_what_the_git_server_took_and_the_disk_here_did_not_is_one_correction_when_it_is_repeated(
    alone: Path, shared: Cluster
):
    move_to_nodes(alone, shared)
    app = create_app(Settings(alone.parent, cluster=shared))
    client = app.test_client()
    body = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "teh"}},
        "body": {"type": "TextualBody", "value": "the"},
    }
    assert client.get(f"/daily/a/{TALKS}").status_code == 200
    lock = alone / "articles.git" / "refs" / "heads" / "ledger.lock"  # the clone's references cannot be moved
    lock.touch()
    unknown = client.post("/api/v1/daily/corrections", json=body, headers={"Idempotency-Key": "one-and-only"})
    assert (unknown.status_code, unknown.get_json()["code"]) == (503, "remote_unavailable")
    assert int(unknown.headers["Retry-After"]) > 0
    lock.unlink()
    repeated = client.post("/api/v1/daily/corrections", json=body, headers={"Idempotency-Key": "one-and-only"})
    assert (repeated.status_code, repeated.get_json()["number"]) == (201, 2)
    app.extensions["publications"].close()
    node = Publication(alone, cluster=shared)
    assert node.head().corrections == 2
    node.close()


def test_every_node_has_the_key_of_sessions_of_the_first(shared: Cluster, tmp_path: Path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, second = (create_app(Settings(tmp_path / name, cluster=shared)) for name in ("first", "second"))
    assert second.secret_key == first.secret_key
    assert (tmp_path / "second" / "session.key").read_text() == first.secret_key
    assert (tmp_path / "second" / "session.key").stat().st_mode & 0o077 == 0


def test_a_node_that_started_without_the_database_takes_the_key_when_it_is_back(
    shared: Cluster, tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.session_key.RETRY_SECONDS", 0.0)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first = create_app(Settings(tmp_path / "first", cluster=shared))
    postgres_server.stop()
    try:
        second = create_app(Settings(tmp_path / "second", cluster=shared))
        assert second.secret_key != first.secret_key
    finally:
        postgres_server.start()
    second.test_client().get("/healthz")
    assert second.secret_key == first.secret_key


def test_a_node_makes_no_key_for_connections_that_the_others_do_not_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CORRECTIONS_GIT_REMOTE", "/srv/git/{publication}.git")
    monkeypatch.delenv("CORRECTIONS_CONNECT_KEY", raising=False)
    with pytest.raises(BadConnectKey, match="CORRECTIONS_CONNECT_KEY"):
        Credentials(tmp_path).encrypt("secret")
    assert not (tmp_path / "connections.key").exists()
    monkeypatch.setenv("CORRECTIONS_CONNECT_KEY", "the same on each of the nodes")
    assert Credentials(tmp_path / "other").decrypt(Credentials(tmp_path).encrypt("secret")) == "secret"


def test_a_start_says_which_files_differ_from_the_last_node(alone: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(alone, shared)
    first = Publication(alone, cluster=shared)
    second = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert different_files(first) == ("", [])
    (first.folder / "policy.toml").write_text("")
    different_files(first)
    assert different_files(second)[1] == ["policy.toml"]
    (second.folder / "policy.toml").write_text("")
    different_files(second)
    assert different_files(first)[1] == []
    first.close()
    second.close()


def test_a_git_server_that_hangs_holds_up_one_reader_and_who_cannot_do_without(
    alone: Path, shared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.services.shared_history.READING_LIMIT", 600.0)
    move_to_nodes(alone, shared)
    node = Publication(alone, cluster=shared)
    other = Publication(tmp_path / "other" / "daily", cluster=shared)
    a_correction(other, "teh", "the")
    other.close()
    monkeypatch.setattr(type(shared.announcements), "head", lambda _, __: "f" * 40)  # another node has written
    head = server_of(shared) / "HEAD"
    content = head.read_bytes()
    head.unlink()
    os.mkfifo(head)  # who opens it waits until somebody writes
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(node.refresh)
        writer = wait_for_reader(head)
        try:
            pool.submit(node.refresh).result(timeout=60)
            assert not first.done()
            wanted = pool.submit(node.correction, 2)
            time.sleep(0.5)  # until it waits for what the first one fetches
        finally:
            whole = head.with_name("HEAD.whole")
            whole.write_bytes(content)
            whole.replace(head)  # first: who has read it may read it again
            os.write(writer, content)
            os.close(writer)
        first.result(timeout=60)
        assert wanted.result(timeout=60).replacement == "the"
    node.close()


def wait_for_reader(fifo: Path) -> int:
    """A descriptor to write to it, once somebody reads it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError):
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    raise AssertionError("nobody reads it")
