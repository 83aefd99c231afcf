"""Publications in which nothing happens cost the nodes no connection, no process and no fetch each."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from corrections import background
from corrections.background import BackgroundWork
from corrections.cluster import Cluster, leadership
from corrections.cluster.leadership import Leadership
from corrections.config import Settings
from corrections.index import queries
from corrections.private.delivery.connections import Connection
from corrections.private.delivery.outbox import Outbox
from corrections.private.digests import timestamp
from corrections.services import shared_history
from corrections.services.articles import updates
from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber
from corrections.subscribers.connectors import ConnectionRuns
from corrections.subscribers.mail import subscriber
from repo_store.errors import RemoteUnavailable
from tests.newsroom import EDITOR, an_article
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


def test_who_passes_the_work_on_leaves_it_to_others_for_a_while(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leadership, "PASS_SECONDS", 0.5)
    here, there = Leadership(cluster.database), Leadership(cluster.database)
    assert all(here.leads(name) for name in NAMES[:2])
    here.pass_on(NAMES[0])
    assert not here.leads(NAMES[0])
    assert there.leads(NAMES[0])
    assert not there.leads(NAMES[1])
    time.sleep(0.6)
    assert not here.leads(NAMES[0])
    there.pass_on(NAMES[0])
    wait_until(lambda: here.leads(NAMES[0]))  # nobody else wants it
    here.give_up()
    there.give_up()


@pytest.mark.parametrize("begins_with", ["an empty folder", "a clone"])
def test_a_node_that_does_not_reach_the_git_server_leaves_the_work_to_one_that_does(
    there: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins_with: str
):
    monkeypatch.setattr(background, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(shared_history, "CHECK_SECONDS", 0.1)
    node = there.cluster
    turns: Counter[str] = Counter()
    (tmp_path / "broken").mkdir()
    an_article(there)
    if begins_with == "a clone":
        Publication(tmp_path / "broken" / "daily", cluster=node).close()
    updates.publish(there, EDITOR, updates.ArticleText("2026/11/25/second", "# Second\n\nText.\n"))

    def work(name: str, git_remote: str) -> tuple[Publications, BackgroundWork]:
        (tmp_path / name).mkdir(exist_ok=True)
        mark = "&" if "?" in node.database else "?"
        cluster = Cluster(
            f"{node.database}{mark}application_name={name}-{tmp_path.name}", git_remote
        )  # with locks of its own

        def handle(_publication: Publication, _stop: threading.Event) -> float | None:
            turns[name] += 1
            return None

        publications = Publications(tmp_path / name, cluster=cluster)
        return publications, BackgroundWork(publications, [Subscriber("mail", handle)], tmp_path / name)

    assert node.git_remote is not None
    broken = work("broken", str(tmp_path / "nowhere" / "{publication}.git"))
    sound = work("sound", node.git_remote)
    assert broken[0].leads("daily")
    broken[1].start()
    sound[1].start()
    wait_until(lambda: turns["sound"] > 3)
    for publications, background_work in (broken, sound):
        background_work.stop()
        publications.close()


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


@pytest.fixture
def there(cluster: Cluster, tmp_path: Path) -> Iterator[Publication]:
    """The publication on another node than that of `turns`."""
    shared = Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))
    with closing(Publication.create(tmp_path / "there", "daily", cluster=shared)) as publication:
        yield publication


@pytest.fixture
def turns(there: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each subscriber of a node that hears announcements has had its turn for the publication."""
    monkeypatch.setattr(background, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(background, "REST_SECONDS", 3600.0)
    counts: Counter[str] = Counter()

    def resting(name: str, seconds: float | None) -> Subscriber:
        def handle(_publication: Publication, _stop: threading.Event) -> float | None:
            counts[name] += 1
            return seconds

        return Subscriber(name, handle)

    there.cluster.announcements.listen()
    wait_until(lambda: there.cluster.announcements.is_listening)
    publications = Publications(tmp_path / "here", cluster=there.cluster)
    (tmp_path / "here").mkdir()
    pauses = {"looking": None, "resting": math.inf, "waiting": 0.5}
    work = BackgroundWork(publications, [resting(*pause) for pause in pauses.items()], tmp_path / "here")
    work.start()
    yield counts
    work.stop()
    publications.close()


def rest(turns: Counter[str]) -> int:
    """Let the subscriber that always looks have twenty more turns; returns how many the resting one has had."""
    begin = turns["looking"]
    wait_until(lambda: turns["looking"] > begin + 20)
    return turns["resting"]


def test_a_subscriber_with_nothing_to_do_has_no_turns_until_something_is_written(
    there: Publication, turns: Counter[str], postgres_server: Server
):
    def sign_in() -> None:
        Outbox(there.private).add_sign_in("a session", 1, "a device")

    def lose_connections() -> None:
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LISTEN corrections%' "
            "AND pid<>pg_backend_pid()"
        )
        wait_until(lambda: not there.cluster.announcements.is_listening)

    rest(turns)
    writes: list[Callable[[], object]] = [
        lambda: an_article(there),
        sign_in,
        lambda: there.private.invitations.invite("Nina", "editor", "nina@example.org", "Mira"),
        lambda: there.private.connections.request_run("website"),
        lose_connections,
    ]
    for write in writes:
        before = rest(turns)
        assert rest(turns) == before
        write()
        wait_until(lambda before=before: turns["resting"] > before)  # type: ignore[misc]
        wait_until(lambda: there.cluster.announcements.is_listening)
        rest(turns)
    assert turns["waiting"] > 1  # its time was over


def test_nobody_rests_while_what_was_announced_could_not_be_fetched(
    there: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "here").mkdir()
    publications = Publications(tmp_path / "here", cluster=there.cluster)
    here = publications.get("daily")
    there.cluster.announcements.listen()
    wait_until(lambda: there.cluster.announcements.is_listening)
    an_article(there)
    wait_until(lambda: (here.refresh(), publications.news(here) is not None)[1])

    def fail(*_options: object) -> bool:
        raise RemoteUnavailable("The git server is away.")

    with monkeypatch.context() as patched:
        patched.setattr(here.store, "fetch", fail)
        updates.publish(there, EDITOR, updates.ArticleText("2026/11/25/second", "# Second\n\nText.\n"))
        wait_until(lambda: there.cluster.announcements.head("daily") == there.store.ledger())
        here.refresh()
        assert publications.news(here) is None
    wait_until(lambda: (here.refresh(), publications.news(here) is not None)[1])
    assert here.store.ledger() == there.store.ledger()
    publications.close()


def test_a_subscriber_with_nothing_to_do_looks_again_in_the_end(turns: Counter[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(background, "REST_SECONDS", 0.1)
    wait_until(lambda: turns["resting"] > 3)


def test_connections_rest_until_one_is_due(there: Publication):
    runs = ConnectionRuns()
    assert runs.start_due(there, threading.Event()) == math.inf
    connection = Connection("website", "webhook", {"url": "http://127.0.0.1:9/"}, b"", "active", 300, timestamp())
    there.private.connections.add(connection, there.store.ledger() or "")
    assert runs.start_due(there, threading.Event()) is None  # it runs
    runs.wait()
    pause = runs.start_due(there, threading.Event())
    assert pause is not None
    assert 280 < pause <= 300
    there.private.connections.set_state("website", "paused")
    assert runs.start_due(there, threading.Event()) == math.inf


def test_mail_rests_until_a_letter_is_due(there: Publication):
    mail = subscriber(Settings(there.folder.parent, smtp="smtp://127.0.0.1:1", mail_from="desk@example.org"))
    assert mail is not None
    assert mail.handle(there, threading.Event()) == math.inf
    due = time.time() + 60
    Outbox(there.private).add([("event", "correction", "received", due)], "")
    pause = mail.handle(there, threading.Event())
    assert pause is not None
    assert 50 < pause <= 60
    with (there.folder / "mail.lock").open("w") as lock:  # another process sends
        flock(lock, LOCK_EX)
        an_article(there)
        assert mail.handle(there, threading.Event()) is None
    assert mail.handle(there, threading.Event()) is not None
