"""Durable submissions a second with 1, 8 and 32 clients, beside the machine's own durable writes in the same run.

python -m benchmarks.durable_writes [SECONDS]
"""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from corrections.desk.publication import Publication
from tests.newsroom import TALKS, an_article, serving

SECONDS = 5.0
BODY = b"x" * 6000


def rate(work: Callable[[], object], seconds: float = 2.0) -> float:
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - begin)


def git_transaction(repository: Path) -> Callable[[], None]:
    """One fsynced git transaction of two references in a bare repository, with nothing of ours around it."""
    subprocess.run(["git", "-C", repository, "config", "core.fsync", "all"], check=True)
    subprocess.run(["git", "-C", repository, "config", "fastimport.unpackLimit", "1"], check=True)
    counter = iter(range(10**9))

    def transaction() -> None:
        now = next(counter)
        data = f"x {now}\n".encode() * 600
        parent = b"from refs/heads/a^0\n" if now else b""
        stream = (
            b"commit refs/heads/a\nmark :1\ncommitter x <x> %d +0000\ndata 1\nx\n" % (10**9 + now)
            + parent + b"M 100644 inline f\ndata %d\n" % len(data) + data + b"\nreset refs/heads/b\nfrom :1\n\ndone\n"
        )  # fmt: skip
        subprocess.run(
            ["git", "-C", repository, "fast-import", "--quiet", "--done", "--force"], input=stream, check=True
        )

    return transaction


def machine(folder: Path) -> None:
    with open(folder / "raw", "ab") as file:

        def append() -> None:
            file.write(BODY)
            file.flush()
            os.fsync(file.fileno())

        print(f"  append and fsync 6 kB              {rate(append):8.0f} /s")
    database = sqlite3.connect(folder / "raw.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (b)")
    insert = rate(lambda: database.execute("INSERT INTO t VALUES (?)", (BODY,)))
    print(f"  SQLite, one row, synchronous=FULL  {insert:8.0f} /s")
    database.close()
    subprocess.run(["git", "init", "-q", "--bare", folder / "raw.git"], check=True)
    print(f"  git, one commit and two references {rate(git_transaction(folder / 'raw.git')):8.0f} /s")


def clients(base: str, count: int, first: int, seconds: float) -> None:
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


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print("The machine's own durable writes")
        machine(folder)
        publication = Publication.create(folder / "data", "bench")
        an_article(publication)
        publication.close()
        print("Submissions over HTTP, durable before they are acknowledged")
        with serving(folder / "data") as base:
            for number, count in enumerate((1, 8, 32)):
                clients(base, count, 10**6 * (number + 1), seconds)


if __name__ == "__main__":
    main()
