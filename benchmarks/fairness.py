"""How many turns of the writer's lock a submission waits for, with several worker processes on one repository.

python -m benchmarks.fairness [SECONDS]

Each worker has four clients, each of which writes again as soon as it is answered. A turn is one batch, written by any
worker. Counted are those that begin while a submission waits, with its own: where workers take turns strictly, they are
never more than there are workers.
"""

import multiprocessing
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from pathlib import Path

from benchmarks.commit_cost import importing, submission
from repo_store import Store

SECONDS = 5.0
WORKERS = (1, 2, 4)
CLIENTS = 4
_FORK = multiprocessing.get_context("fork")
Record = tuple[list[float], list[tuple[float, float]]]


def work(path: Path, at: int, seconds: float, out: "multiprocessing.Queue[Record]") -> None:
    """Write as a worker does; tell when each batch began, and when each submission came and was answered."""
    store = Store.open(path)
    article = importing(0).event.article  # type: ignore[union-attr]
    begun: list[float] = []
    waited: list[tuple[float, float]] = []
    store.observe_batches(lambda _count, elapsed: begun.append(time.monotonic() - elapsed))
    stop = time.monotonic() + seconds

    def client(number: int) -> None:
        while time.monotonic() < stop:
            number += 1
            before = time.monotonic()
            head = store.head()  # as a service does: a write is based on what was read last
            store.write(submission(number, article, head.main or "", head.ledger or ""))
            waited.append((before, time.monotonic()))

    threads = [threading.Thread(target=client, args=((at * CLIENTS + each + 1) << 32,)) for each in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put((begun, waited))


def measure(workers: int, seconds: float) -> tuple[int, list[int]]:
    """The number of batches, and the turns that each submission waited for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.git"
        store = Store.create(path)
        store.write(importing(0))
        store.close()
        out: multiprocessing.Queue[Record] = _FORK.Queue()
        started = [_FORK.Process(target=work, args=(path, at, seconds, out)) for at in range(workers)]
        for process in started:
            process.start()
        records = [out.get() for _ in started]
        for process in started:
            process.join()
    begun = sorted(time for record in records for time in record[0])
    waits = [wait for record in records for wait in record[1]]
    return len(begun), [bisect_right(begun, end) - bisect_right(begun, start) for start, end in waits]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(f"{'workers':>8}{'submissions':>13}{'batches':>9}{'mean turns':>12}{'at most 3':>12}{'most':>6}")
    for workers in WORKERS:
        batches, turns = measure(workers, seconds)
        few = sum(each <= 3 for each in turns) / len(turns)
        print(f"{workers:8}{len(turns):13,}{batches:9,}{sum(turns) / len(turns):12.2f}{few:12.1%}{max(turns):6}")


if __name__ == "__main__":
    main()
