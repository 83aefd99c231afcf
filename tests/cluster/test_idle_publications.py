"""Publications in which nothing happens cost the nodes no connection, no process and no fetch each."""

import time
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from corrections.cluster.leadership import Leadership
from corrections.index import queries
from corrections.services import shared_history
from corrections.services.publication import Publication
from tests.newsroom import an_article
from tests.postgres import Server
from tests.repo_store.shared_server import SharedServer, serving
from tests.test_workers import wait_until

NAMES = [f"weekly-{number}" for number in range(100)]


def connections_with_locks(server: Server) -> list[tuple[int, int]]:
    return server.execute("SELECT pid, count(*) FROM pg_locks WHERE locktype='advisory' GROUP BY pid")  # type: ignore[return-value]


def test_one_connection_holds_the_locks_of_all_publications(cluster: Cluster, postgres_server: Server):
    here, there = Leadership(cluster.database), Leadership(cluster.database)
    assert all(here.leads(name) for name in NAMES)
    assert not any(there.leads(name) for name in NAMES)
    assert [count for _, count in connections_with_locks(postgres_server)] == [len(NAMES)]
    here.give_up()
    wait_until(lambda: all(there.leads(name) for name in NAMES))
    assert not any(here.leads(name) for name in NAMES)
    there.give_up()


def test_a_lock_that_is_lost_with_its_connection_is_no_longer_held(cluster: Cluster, postgres_server: Server):
    here, there = Leadership(cluster.database), Leadership(cluster.database)
    assert all(here.leads(name) for name in NAMES)
    ((pid, _),) = connections_with_locks(postgres_server)
    postgres_server.execute(f"SELECT pg_terminate_backend({pid})")
    wait_until(lambda: all(there.leads(name) for name in NAMES))
    wait_until(lambda: not any(here.leads(name) for name in NAMES))
    there.give_up()


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_history, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(shared_history, "FETCH_SECONDS", 0.1)


def test_where_nothing_is_written_the_git_server_is_asked_less_and_less(
    cluster: Cluster, tmp_path: Path, quick_looks: None
):
    server = SharedServer(tmp_path / "daily.git")
    server.git("config", "http.receivepack", "true")
    with serving(tmp_path) as http:
        shared = Cluster(cluster.database, http.url("{publication}.git"))
        publication = Publication.create(tmp_path / "data", "daily", cluster=shared)
        an_article(publication)
        shared.announcements.listen()
        wait_until(lambda: shared.announcements.is_listening)
        http.requests.clear()
        until = time.monotonic() + 3
        while time.monotonic() < until:
            publication.refresh()
            time.sleep(0.01)
        fetches = [request for request in http.requests if request.startswith("GET")]
        assert 1 <= len(fetches) <= 5  # after 0.1, 0.3, 0.7, 1.5 and 3.1 seconds; not thirty
        publication.close()


def test_what_was_written_and_never_announced_is_found(
    cluster: Cluster, tmp_path: Path, quick_looks: None, monkeypatch: pytest.MonkeyPatch
):
    shared = Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))
    here = Publication.create(tmp_path / "here", "daily", cluster=shared)
    there = Publication(tmp_path / "there" / "daily", cluster=shared)
    shared.announcements.listen()
    wait_until(lambda: shared.announcements.is_listening)
    with monkeypatch.context() as patched:  # the node ends before it says what it wrote
        patched.setattr(Cluster, "_announce", lambda *_: None)
        announcing_nothing = Publication(
            tmp_path / "third" / "daily", cluster=Cluster(shared.database, shared.git_remote)
        )
        article = an_article(announcing_nothing)
        announcing_nothing.close()

    for publication in (here, there):
        wait_until(lambda publication=publication: has(publication, article.id))  # type: ignore[misc]
        publication.close()


def has(publication: Publication, article_id: str) -> bool:
    publication.refresh()
    return queries.article(publication.index, article_id) is not None
