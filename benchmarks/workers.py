"""Submissions and page reads a second with 1 and 8 clients, for one worker process and for one on each core.

python -m benchmarks.workers [SECONDS]

The clients run in a process of their own on the same machine and take their share of the cores. The ratio at the end is
that of the last number of workers to one, in the same run.
"""

import http.client
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.durable_writes import clients
from corrections.cluster import Cluster
from corrections.services import settings
from corrections.services.publication import Publication
from tests.newsroom import TALKS, an_article, free_port, start

SECONDS = 5.0
CLIENTS = (1, 8)
_FORK = multiprocessing.get_context("fork")


def a_publication(data: Path, cluster: Cluster | None = None) -> None:
    publication = Publication.create(data, "bench", cluster=cluster)
    for name in ("proof-of-work", "submit-limit"):
        settings.put(publication, name, "off")
    settings.put(publication, "queue-ceiling", "1000000")
    an_article(publication)
    publication.close()


@contextmanager
def serving_with(data: Path, workers: int) -> Iterator[str]:
    port = free_port()
    process = start(data, port, CORRECTIONS_WORKERS=str(workers))
    time.sleep(2)  # until all of them serve
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def reads(base: str, count: int, seconds: float) -> float:
    """Milliseconds of elapsed time for each article page."""
    host = base.removeprefix("http://")
    read: list[int] = []
    stop = time.perf_counter() + seconds

    def work() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while time.perf_counter() < stop:
            connection.request("GET", f"/bench/a/{TALKS}")
            answer = connection.getresponse()
            read.append(len(answer.read()))
            assert answer.status == 200

    threads = [threading.Thread(target=work) for _ in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    print(f"  {count:2d} clients read                   {len(read) / elapsed:8.0f} /s")
    return 1000 * elapsed / len(read)


def measure(base: str, seconds: float, costs: "multiprocessing.SimpleQueue[dict[tuple[str, int], float]]") -> None:
    """In a process of its own: what each kind of request costs, by kind and number of clients."""
    found = {("read", count): reads(base, count, seconds) for count in CLIENTS}
    found |= {("submit", count): clients(base, count, 10**6 * count, seconds) for count in CLIENTS}
    costs.put(found)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    cores = len(os.sched_getaffinity(0))
    costs = {}
    for workers in dict.fromkeys((1, cores)):
        with tempfile.TemporaryDirectory() as scratch:
            data = Path(scratch) / "data"
            a_publication(data)
            print(f"{workers} worker{'s' if workers > 1 else ''}")
            queue = _FORK.SimpleQueue()
            with serving_with(data, workers) as base:
                load = _FORK.Process(target=measure, args=(base, seconds, queue))
                load.start()
                costs[workers] = queue.get()
                load.join()
    for (kind, count), cost in costs[cores].items():
        print(f"{kind}, {count} clients: {costs[1][kind, count] / cost:.2f} times with {cores} workers")


if __name__ == "__main__":
    main()
