"""A database that is down, refuses or was restarted: plain answers, and work goes on as soon as it can be reached."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.cluster import Cluster, DatabaseUnavailable
from corrections.cluster.pool import Pool
from corrections.cluster.schema_databases import SchemaDatabases
from corrections.config import Settings
from corrections.private.contacts import Contact
from corrections.services.publication import Publication
from corrections.subscribers import Subscriber
from corrections.workers.rate_limits import RateLimits
from corrections.workers.shared_state import SharedState
from tests.newsroom import TALKS, a_correction, an_article
from tests.postgres import Server
from tests.service import run_command
from tests.test_background import run_until
from tests.test_workers import wait_until
from tests.web.test_pages import sending

STRANGER = {"Authorization": "Bearer nobody"}


@pytest.fixture
def outage(postgres_server: Server, cluster: Cluster) -> Iterator[Server]:
    """The server, stopped; it runs again after the test."""
    yield postgres_server
    postgres_server.start()


PAGES = (
    "/",
    "/daily/",
    "/daily/corrections",
    "/daily/corrections/policy",
    "/daily/sign-in",
    f"/daily/a/{TALKS}",
    f"/daily/a/{TALKS}/suggest?quote=Tusday",
    f"/daily/a/{TALKS}/history",
    "/daily/c/1",
    f"/api/v1/daily/articles/{TALKS}",
    "/api/v1/daily/ledger/head",
)


def test_readers_go_on_reading_during_an_outage(
    client: FlaskClient, editor: FlaskClient, publication: Publication, outage: Server
):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    before = {path: client.get(path).status_code for path in PAGES}
    outage.stop()
    assert {path: client.get(path).status_code for path in PAGES} == before == dict.fromkeys(PAGES, 200)
    assert {path: editor.get(path).status_code for path in PAGES} == before


def test_readers_go_on_reading_while_the_database_hangs(
    client: FlaskClient, editor: FlaskClient, publication: Publication, postgres_server: Server,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr("corrections.cluster.pool.ANSWER_SECONDS", 1)
    monkeypatch.setattr("corrections.cluster.pool.CONNECT_SECONDS", 2)
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    assert editor.get("/daily/review/").status_code == 200
    with postgres_server.frozen():
        assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
        refused = editor.get("/daily/review/")
        assert refused.status_code == 503
        assert "cannot reach its database" in refused.text
    wait_until(lambda: editor.get("/daily/review/").status_code == 200)
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_a_statement_that_takes_too_long_is_ended_by_the_server_and_the_others_go_on(
    cluster: Cluster, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
):
    cluster.close()
    monkeypatch.setattr("corrections.cluster.pool.STATEMENT_SECONDS", 1)
    databases = SchemaDatabases(cluster.database)
    with pytest.raises(DatabaseUnavailable, match="statement timeout"):
        databases.execute("SELECT pg_sleep(60)")
    sleeping = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'"
    assert postgres_server.execute(sleeping) == [(0,)]
    assert databases.execute("SELECT 1").fetchone() == (1,)
    with databases.write() as transaction:
        transaction.execute("SELECT pg_sleep(1.5)")  # writers have as long as they wait for each other
    cluster.close()


def test_during_an_outage_a_node_counts_attempts_by_itself(cluster: Cluster, outage: Server):
    rate_limits = RateLimits(SharedState(), cluster.rate_limits)
    assert [rate_limits.within("2/hour", "somebody") for _ in range(3)] == [True, True, False]
    outage.stop()
    assert [rate_limits.within("2/hour", "somebody") for _ in range(3)] == [True, True, False]


def test_with_a_standby_a_node_counts_attempts_by_itself(cluster: Cluster, postgres_server: Server):
    rate_limits = RateLimits(SharedState(), cluster.rate_limits)
    assert rate_limits.within("2/hour", "somebody")
    with postgres_server.as_standby():
        assert rate_limits.within("2/hour", "somebody", count=False)
        assert [rate_limits.within("2/hour", "somebody") for _ in range(3)] == [True, True, False]


def test_whatever_the_database_says_to_a_counter_it_stops_nobody(cluster: Cluster, postgres_server: Server):
    rate_limits = RateLimits(SharedState(), cluster.rate_limits)
    assert rate_limits.within("1/hour", "somebody")
    postgres_server.execute("ALTER TABLE corrections.rate_limits RENAME COLUMN count TO counted")
    assert rate_limits.within("1/hour", "somebody", count=False), "counted by this node alone"


def test_counters_whose_time_is_over_are_deleted(cluster: Cluster, postgres_server: Server):
    rate_limits = RateLimits(SharedState(), cluster.rate_limits)
    for name in ("somebody", "another"):
        rate_limits.within("1/hour", name)
    postgres_server.execute("UPDATE corrections.rate_limits SET expires = 0 WHERE key LIKE '%somebody%'")
    cluster.rate_limits.delete_expired()
    assert len(postgres_server.execute("SELECT key FROM corrections.rate_limits")) == 1
    assert rate_limits.within("1/hour", "somebody")
    assert not rate_limits.within("1/hour", "another")


def test_what_needs_the_database_is_refused_in_plain_words_until_it_is_back(
    client: FlaskClient, editor: FlaskClient, publication: Publication, outage: Server
):
    an_article(publication)
    outage.stop()
    kept = sending(client, step="send", name="Ada", email="ada@example.org")
    for answer in (
        editor.get("/daily/review/"),
        client.post("/daily/sign-in", data={"name": "Mira", "password": "long enough for a test"}),
        client.get("/api/v1/daily/corrections", headers=STRANGER),
        kept,
    ):
        assert answer.status_code == 503, answer.request.path
        assert int(answer.headers["Retry-After"]) > 0
        assert "cannot reach its database" in answer.text
        assert "Traceback" not in answer.text
        assert "psycopg" not in answer.text
    assert 'value="ada@example.org"' in kept.text  # what the reader typed is not lost
    problem = client.get("/api/v1/daily/corrections", headers=STRANGER).get_json()
    assert (problem["code"], problem["status"]) == ("database_unavailable", 503)
    assert client.get("/daily/corrections").status_code == 200
    assert publication.head().corrections == 0
    outage.start()
    assert editor.get("/daily/review/").status_code == 200


def test_the_operator_reads_in_readyz_which_database_is_away(client: FlaskClient, outage: Server):
    assert client.get("/readyz").status_code == 200
    outage.stop()
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "The database postgres on" in ready.text
    assert client.get("/healthz").status_code == 200
    outage.start()
    assert client.get("/readyz").status_code == 200


def test_the_operator_reads_in_readyz_that_the_database_was_emptied(
    client: FlaskClient, publication: Publication, postgres_server: Server
):
    an_article(publication)
    assert client.get("/readyz").status_code == 200
    postgres_server.drop_publications()
    assert client.get("/readyz").status_code == 503
    listed = run_command("--data", publication.folder.parent, "list", "daily")
    assert listed.returncode == 2
    assert "corrections restore" in listed.stderr


@pytest.mark.parametrize(("seconds", "words"), [(3600, "3,600 seconds ahead of"), (-3600, "3,600 seconds behind")])
def test_a_node_whose_clock_is_wrong_writes_nothing_and_says_so(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, words: str
):
    shared = Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))
    publication = Publication.create(tmp_path / "data", "daily", cluster=shared)
    an_article(publication)
    app = create_app(Settings(tmp_path / "data", cluster=shared))
    with monkeypatch.context() as wrong:
        wrong.setattr("corrections.cluster.clocks.time", lambda: time.time() + seconds)
        ready = app.test_client().get("/readyz")
        assert ready.status_code == 503
        assert words in ready.text
        with pytest.raises(DatabaseUnavailable, match=words):
            a_correction(publication, "Tusday", "Tuesday")
    assert app.test_client().get("/readyz").status_code == 200
    assert a_correction(publication, "Tusday", "Tuesday").number == 1
    app.extensions["publications"].close()
    publication.close()


def test_every_thread_goes_on_after_a_restart_of_the_database(publication: Publication, outage: Server):
    contacts, failures = publication.private.contacts, []

    def use(name: str) -> None:
        try:
            contacts.put(name, Contact(name, f"{name}@example.org", False))
            assert contacts.get(name) is not None
        except Exception as error:
            failures.append(error)

    def in_threads() -> None:
        threads = [threading.Thread(target=use, args=(f"reader{number}",)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    in_threads()
    outage.restart()
    in_threads()
    assert failures == []


def test_a_connection_that_the_server_ends_in_a_transaction_leaves_nothing_half_written(
    publication: Publication, postgres_server: Server
):
    def write() -> None:
        with publication.private.databases.write() as database:
            database.execute("DELETE FROM settings")
            postgres_server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in%'"
            )
            database.execute("DELETE FROM accounts")

    with pytest.raises(DatabaseUnavailable):
        write()
    assert publication.private.settings.get("title") == "The Daily"


def test_while_one_thread_waits_for_a_silent_database_the_others_go_on_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("corrections.cluster.pool._PAUSE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        pool = Pool(f"postgresql://postgres@127.0.0.1:{port}/postgres?connect_timeout=2", 5)

        def connect() -> None:
            with pytest.raises(DatabaseUnavailable, match="timeout expired"), pool.use(lambda link: None, 30):
                pass

        connect()
        accepted = [silent.accept()]
        waiting = threading.Thread(target=connect)
        waiting.start()
        accepted.append(silent.accept())  # it has begun to wait
        connect()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()  # nobody else has
        waiting.join()
        for connection, _address in accepted:
            connection.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://postgres@127.0.0.1:1/postgres", "Connection refused"),
        ("postgresql://with_password:wrong@/postgres?host={host}", "password authentication failed"),
        ("postgresql://nobody@/postgres?host={host}", 'role "nobody" does not exist'),
        ("postgresql://postgres@/elsewhere?host={host}", 'database "elsewhere" does not exist'),
        ("postgresql://without_rights@/postgres?host={host}", "GRANT CREATE ON DATABASE postgres TO without_rights"),
    ],
)
def test_a_database_that_refuses_is_told_in_one_line_without_its_password(
    postgres_server: Server, cluster: Cluster, tmp_path: Path, address: str, words: str
):
    postgres_server.execute("DROP ROLE IF EXISTS with_password; CREATE ROLE with_password LOGIN PASSWORD 'right'")
    postgres_server.execute("DROP ROLE IF EXISTS without_rights; CREATE ROLE without_rights LOGIN")
    address = address.format(host=postgres_server.host)
    environment = {**os.environ, "CORRECTIONS_DATABASE": address}
    refused = run_command("--data", tmp_path / "data", "init", "daily", environment=environment)
    assert refused.returncode == 2
    assert words in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "wrong" not in refused.stderr
    assert not (tmp_path / "data" / "daily").exists()


def test_a_node_that_starts_during_an_outage_serves_as_soon_as_the_database_is_back(
    publication: Publication, cluster: Cluster, outage: Server
):
    outage.stop()
    restarted = create_app(Settings(publication.folder.parent, cluster=cluster))
    assert restarted.test_client().get("/daily/").status_code == 503
    outage.start()
    assert restarted.test_client().get("/daily/").status_code == 200
    restarted.extensions["publications"].close()


def test_an_empty_node_never_says_that_there_are_no_publications_while_the_database_is_away(
    cluster: Cluster, outage: Server, tmp_path: Path
):
    outage.stop()
    node = create_app(Settings(tmp_path, cluster=cluster))
    front = node.test_client().get("/")
    assert (front.status_code, "Retry-After" in front.headers) == (503, True)
    node.extensions["publications"].close()


def test_background_work_waits_for_the_database_without_filling_the_log(
    publication: Publication, outage: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.background.POLL_SECONDS", 0.02)
    turns: list[bool] = []  # whether each was completed

    def handle(publication: Publication, _stop: threading.Event) -> None:
        turns.append(False)
        publication.private.connections.all()
        turns[-1] = True

    def has_worked_again() -> bool:
        if turns and all(turns):
            outage.stop()
        elif turns[-5:] == [False] * 5:
            outage.start()
        return turns.count(False) >= 5 and turns[-1]

    run_until(publication, [Subscriber("patient", handle)], has_worked_again)
    told = [record for record in caplog.records if "patient waits for the database" in record.getMessage()]
    assert len(told) == 1
    assert not any(record.exc_info for record in caplog.records)
