"""Durable submissions a second with 1, 8 and 32 clients, beside the machine's own durable writes in the same run.

python -m benchmarks.durable_writes [SECONDS]
"""

import http.client
import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.commit_cost import batches, importing, submission
from corrections.services import settings
from corrections.services.publication import Publication
from repo_store import Store
from repo_store.git.command import init_bare, run_git
from tests.newsroom import TALKS, an_article, serving

SECONDS = 5.0
REFERENCE = 0.4  # of those seconds, for each figure of the machine alone
TOGETHER = 32
BODY = b"x" * 6000


def rate(work: Callable[[], object], seconds: float = 2.0) -> float:
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - begin)


def git_transaction(repository: Path, events: int = 0) -> Callable[[], None]:
    """An fsynced git transaction of two references in a bare repository, with nothing of ours around it.

    It has one commit or, for a number of `events`, two for each: a proposal, and what the ledger says of it.
    """
    run_git(repository, "config", "core.fsync", "all")
    run_git(repository, "config", "fastimport.unpackLimit", "1")
    counter = iter(range(10**9))

    def commit(now: int, first: bool) -> bytes:
        data = f"x {now}\n".encode() * 600
        header = b"commit refs/heads/a\nmark :1\ncommitter x <x> %d +0000\ndata 1\nx\n" % (10**9 + now)
        parent = b"from refs/heads/a^0\n" if now and first else b""
        return header + parent + b"M 100644 inline f\ndata %d\n" % len(data) + data

    def transaction() -> None:
        stream = b"".join(commit(next(counter), first=not number) for number in range(2 * events or 1))
        stream += b"\nreset refs/heads/b\nfrom :1\n\ndone\n"
        assert run_git(repository, "fast-import", "--quiet", "--done", "--force", stdin=stream)[0] == 0

    return transaction


def machine(folder: Path, seconds: float) -> tuple[float, float]:
    """Milliseconds of a git transaction alone, and of each event of a transaction of `TOGETHER`, each measured for so
    many seconds."""
    with open(folder / "raw", "ab") as file:

        def append() -> None:
            file.write(BODY)
            file.flush()
            os.fsync(file.fileno())

        print(f"  append and fsync 6 kB              {rate(append, seconds):8.0f} /s")
    database = sqlite3.connect(folder / "raw.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (b)")
    insert = rate(lambda: database.execute("INSERT INTO t VALUES (?)", (BODY,)), seconds)
    print(f"  SQLite, one row, synchronous=FULL  {insert:8.0f} /s")
    database.close()
    init_bare(folder / "raw.git")
    alone = rate(git_transaction(folder / "raw.git"), seconds)
    print(f"  git, one commit and two references {alone:8.0f} /s")
    init_bare(folder / "many.git")
    many = TOGETHER * rate(git_transaction(folder / "many.git", TOGETHER), seconds)
    print(f"  git, events of two commits, {TOGETHER} at once {many:4.0f} /s")
    return 1000 / alone, 1000 / many


def clients(base: str, count: int, first: int, seconds: float) -> float:
    """Milliseconds of elapsed time for each submission."""
    host = base.removeprefix("http://")
    times: list[float] = []
    stop = time.perf_counter() + seconds
    values = iter(range(first, 10**9))
    guard = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while time.perf_counter() < stop:
            with guard:
                value = next(values)
            selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
            body = {
                "target": {"article": TALKS, "selector": selector},
                "body": {"type": "TextualBody", "value": f"{value}"},
            }
            begin = time.perf_counter()
            connection.request(
                "POST", "/api/v1/bench/corrections", json.dumps(body), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 201
            times.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=work) for _ in range(count)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    times.sort()
    print(
        f"  {count:2d} clients                        {len(times) / elapsed:8.0f} /s"
        f"   p50 {times[len(times) // 2] * 1000:6.1f} ms   p95 {times[int(len(times) * 0.95)] * 1000:6.1f} ms"
    )
    return 1000 * elapsed / len(times)


def at_the_store(folder: Path, seconds: float) -> tuple[float, int]:
    """Milliseconds an event of `TOGETHER` threads that write to the store itself, and how many came in a batch."""
    store = Store.create(folder / "store.git")
    store.write(*next(batches(TOGETHER)))
    revision, article = store.head().main, importing(0).event.article  # type: ignore[union-attr]
    written: list[int] = []
    store.observe_batches(lambda events, _: written.append(events))
    numbers = iter(range(1, 10**9))
    stop = time.perf_counter() + seconds

    def work() -> None:
        while time.perf_counter() < stop:
            store.write(submission(next(numbers), article, str(revision), str(store.ledger())))

    begin = time.perf_counter()
    with ThreadPoolExecutor(TOGETHER) as pool:
        for done in [pool.submit(work) for _ in range(TOGETHER)]:
            done.result()
    elapsed = time.perf_counter() - begin
    store.close()
    return 1000 * elapsed / sum(written), round(sum(written) / len(written))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print("The machine's own durable writes")
        alone, together = machine(folder, REFERENCE * seconds)
        publication = Publication.create(folder / "data", "bench")
        for name in ("proof-of-work", "submit-limit"):
            settings.put(publication, name, "off")
        settings.put(publication, "queue-ceiling", "1000000")
        an_article(publication)
        publication.close()
        at_once, size = at_the_store(folder, seconds)
        init_bare(folder / "alike.git")
        alike = 1000 / (size * rate(git_transaction(folder / "alike.git", size), REFERENCE * seconds))
        print(f"The store itself, {TOGETHER} threads: {1000 / at_once:.0f} /s in batches of {size}")
        print(f"  {at_once / alike:.1f} times an event of git's own transaction of {size}")
        print("Submissions over HTTP, durable before they are acknowledged")
        with serving(folder / "data") as base:
            costs = {count: clients(base, count, 10**6 * count, seconds) for count in (1, 8, TOGETHER)}
        print(f"  alone: {costs[1] / alone:.1f} times git's own transaction")
        print(
            f"  {TOGETHER} clients: {costs[TOGETHER] / together:.1f} times an event of git's own transaction of as many"
        )


if __name__ == "__main__":
    main()
