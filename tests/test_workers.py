"""Several worker processes behave as one service: they share limits and places, and one does the background work."""

import multiprocessing
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from json import dumps
from pathlib import Path

import pytest

from corrections import background
from corrections.background import BackgroundWork
from corrections.config import CONNECTIONS_PER_NETWORK, Settings
from corrections.index import caches
from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber
from corrections.workers.places import NoPlace, NoPlaceForClient
from corrections.workers.presence import note_presence
from corrections.workers.shared_state import SharedState
from tests.newsroom import TALKS, an_article, free_port, kill, start
from tests.service import Service

ESTABLISHED = "01"  # in /proc/net/tcp, see proc(5)
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def two_workers(publication: Publication) -> Iterator[tuple[Service, int]]:
    """The service with two workers, and its port."""
    an_article(publication)
    port = free_port()
    process = start(
        publication.folder.parent, port, CORRECTIONS_WORKERS="2", CORRECTIONS_METRICS="token",
        CORRECTIONS_SUBMIT_LIMIT="5/hour",
    )  # fmt: skip
    wait_until(lambda: len(workers(process)) == 2 and all(map(serves, workers(process))))
    yield process, port
    if process.poll() is None:
        kill(process)


def workers(process: Service) -> list[int]:
    """The processes that the supervisor has started."""
    return [int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def serves(worker: int) -> bool:
    """Whether a worker has come to the end of its start: its background threads run."""
    try:
        return len(os.listdir(f"/proc/{worker}/task")) > 1
    except FileNotFoundError:
        return False


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def get(port: int, path: str, **headers: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode())


def submit(port: int, quote: str, replacement: str) -> int:
    body = {
        "target": {
            "source": f"http://127.0.0.1:{port}/daily/a/{TALKS}",
            "selector": [{"type": "TextQuoteSelector", "exact": quote}],
        },
        "body": {"type": "TextualBody", "value": replacement, "purpose": "editing"},
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/daily/corrections", dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def counted_requests(port: int, endpoint: str) -> float:
    lines = get(port, "/metrics", Authorization="Bearer token").splitlines()
    start_of_line = f'corrections_request_seconds_count{{endpoint="{endpoint}",'
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(start_of_line))


def test_both_serve_and_their_limits_and_metrics_are_those_of_one_service(two_workers: tuple[Service, int]):
    process, port = two_workers
    before = counted_requests(port, "articles.article")
    busy = {worker: processor_time(worker) for worker in workers(process)}
    threads = [threading.Thread(target=lambda: [get(port, f"/daily/a/{TALKS}") for _ in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted_requests(port, "articles.article") - before == 80
    assert all(processor_time(worker) > busy[worker] for worker in workers(process)), "one has served nothing"
    statuses = Counter(submit(port, "bridge", f"bridge number {number}") for number in range(12))
    assert statuses == {201: 5, 429: 7}


def processor_time(worker: int) -> int:
    fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def connections_of(worker: int, port: int) -> int:
    """The open connections to a port that a process has."""
    sockets = set()
    for line in Path(f"/proc/{worker}/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_, inode = line.split()[:10]
        if state == ESTABLISHED and int(local.partition(":")[2], 16) == port:
            sockets.add(f"socket:[{inode}]")
    return sum(os.readlink(link) in sockets for link in Path(f"/proc/{worker}/fd").iterdir())


def kept_connections(port: int, count: int) -> Iterator[HTTPConnection]:
    """Connections, one after the other, each of which has had an answer and stays open."""
    for _ in range(count):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        yield connection


def test_connections_are_shared_between_the_workers(two_workers: tuple[Service, int]):
    process, port = two_workers
    first, second = workers(process)
    connections = []
    for connection in kept_connections(port, 40):
        connections.append(connection)
        assert abs(connections_of(first, port) - connections_of(second, port)) <= 4
    for connection in connections:
        connection.close()


def test_no_connection_is_left_to_a_worker_that_hangs_and_new_ones_go_to_it_afterwards(
    two_workers: tuple[Service, int],
):
    process, port = two_workers
    hanging, other = workers(process)
    os.kill(hanging, signal.SIGSTOP)
    try:
        connections = list(kept_connections(port, 20))
        assert connections_of(other, port) == 20
    finally:
        os.kill(hanging, signal.SIGCONT)
    for connection in kept_connections(port, 10):
        connections.append(connection)
        time.sleep(0.05)
    assert connections_of(hanging, port) >= 8
    for connection in connections:
        connection.close()


def test_connections_of_one_network_are_counted_over_all_workers(two_workers: tuple[Service, int]):
    _, port = two_workers
    connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS_PER_NETWORK + 20)]
    for connection in connections:
        connection.connect()
    refused = 0
    for connection in connections:
        try:
            connection.request("GET", "/healthz")
            refused += connection.getresponse().status == 503
        except (ConnectionError, OSError):
            refused += 1  # closed before it was asked
    for connection in connections:
        connection.close()
    assert 10 <= refused <= 25  # some may be counted a moment too long, or two at the same moment


def test_workers_are_replaced_one_by_one_and_no_request_is_refused(two_workers: tuple[Service, int]):
    process, port = two_workers
    first, stop, failures, answers = workers(process), threading.Event(), [], Counter[int]()

    def ask() -> None:
        while not stop.is_set():
            try:
                get(port, f"/daily/a/{TALKS}")
                answers[200] += 1
            except Exception as error:
                failures.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    os.kill(process.pid, signal.SIGHUP)
    wait_until(lambda: len(workers(process)) == 2 and not set(first) & set(workers(process)), 120)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert answers[200] > 0


def test_the_work_in_the_background_goes_on_when_any_worker_is_killed(
    two_workers: tuple[Service, int], publication: Publication
):
    process, port = two_workers
    for number, worker in enumerate(workers(process), start=1):
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: submit(port, "bridge", f"bridge number {number}") == 201)  # noqa: B023 - called at once
        wait_until(lambda: has_line(publication, number))  # noqa: B023
    process.terminate()
    assert process.wait(timeout=60) == 0


def has_line(publication: Publication, number: int) -> bool:
    publication.refresh()
    return number in caches.queue_lines(publication.index, [number])


def test_one_of_two_does_the_background_work_and_the_other_takes_over(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(background, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(background, "TAKEOVER_SECONDS", 0.02)
    data, turns = publication.folder.parent, Counter[str]()
    publications = Publications(data)

    def process(name: str) -> BackgroundWork:
        return BackgroundWork(publications, [Subscriber("any", lambda *_: turns.update([name]))], data)

    first, second = process("first"), process("second")
    first.start()
    wait_until(lambda: turns["first"] > 2)
    second.start()
    wait_until(lambda: turns["first"] > 10)
    assert turns["second"] == 0
    first.stop()
    wait_until(lambda: turns["second"] > 2)
    second.stop()
    publications.close()


def test_a_place_is_taken_for_all_processes_and_free_again_when_its_holder_dies():
    state = SharedState()
    places = state.places("work", 2, per_client=1)
    state.folder.mkdir(exist_ok=True)
    ready = FORK.Event()

    def hold() -> None:
        places.take("192.0.2.1")
        ready.set()
        time.sleep(600)

    holder = FORK.Process(target=hold)
    holder.start()
    assert ready.wait(30)
    with pytest.raises(NoPlaceForClient):
        places.take("192.0.2.1")
    second = places.take("192.0.2.2", "the same text")
    with pytest.raises(NoPlace):
        places.take("192.0.2.3")
    holder.kill()
    holder.join()
    with pytest.raises(NoPlaceForClient):  # somebody is at it
        places.take("192.0.2.3", "the same text")
    places.leave(places.take("192.0.2.3", "another text"))
    places.leave(second)


def test_who_looks_at_a_correction_is_known_to_all_processes():
    state = SharedState()
    assert state.folder.exists()
    other = FORK.Process(target=note_presence, args=(state, "daily", 3, "Mira"))
    other.start()
    other.join()
    assert note_presence(state, "daily", 3, "Vic") == ["Mira"]
    assert note_presence(state, "daily", 4, "Vic") == []


def test_what_a_killed_service_shared_is_deleted_by_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("corrections.workers.shared_state._MEMORY", tmp_path)

    def die(told: "multiprocessing.connection.Connection") -> None:
        state = SharedState()
        told.send(state.folder)
        os.kill(os.getpid(), signal.SIGKILL)

    receiving, sending = FORK.Pipe()
    killed = FORK.Process(target=die, args=(sending,))
    killed.start()
    killed.join()
    abandoned = receiving.recv()
    living = SharedState()
    for folder in (abandoned, living.folder):
        os.utime(folder, (1, 1))
    following = SharedState()
    assert following.folder.exists()
    assert (abandoned.exists(), living.folder.exists()) == (False, True)


def test_there_is_one_worker_for_each_core_unless_the_operator_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CORRECTIONS_WORKERS", raising=False)
    assert Settings.from_environment(tmp_path).workers == len(os.sched_getaffinity(0))
    monkeypatch.setenv("CORRECTIONS_WORKERS", "3")
    assert Settings.from_environment(tmp_path).workers == 3
