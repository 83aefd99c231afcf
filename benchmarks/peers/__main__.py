"""Saves, diff page, history page and kill -9, of this service and of what people would use instead, in one run.

python -m benchmarks.peers [SECONDS]

Saves a second with 1 and with 8 clients, each on a page of its own; diff page of two revisions of 6, 50 and 500 kB in
which one word of ten differs; history page of an article with 1,000 revisions; the first answer and the median of nine
more. Then 8 clients save while the service is killed with -9: of what was acknowledged, how much is there afterwards.
What cannot be set up is skipped with a word.
"""

import random
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from benchmarks.durable_writes import git_transaction, rate
from benchmarks.peers.mediawiki import MediaWiki
from benchmarks.peers.otterwiki import OtterWiki, OtterWikiOfFour
from benchmarks.peers.ours import Ours
from benchmarks.peers.peer import Peer, Unavailable
from repo_store.git.command import init_bare

SECONDS = 5.0
SIZES = (6, 50, 500)  # kB
REVISIONS = 1_000
ASKED = 9
PATIENCE = 30  # seconds until a request has hung
WORDS = ("apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly", "iris", "jasmine", "kale", "laurel")
_numbers = count(1)


def saving(peer: Peer, clients: int, seconds: float) -> tuple[list[str], Counter[str], float]:
    """What was acknowledged, how often what happened, and how long it took."""
    acknowledged: list[str] = []
    happened: Counter[str] = Counter()
    stop = time.perf_counter() + seconds

    def work(page: str) -> None:
        connection = HTTPConnection("127.0.0.1", peer.port, timeout=PATIENCE)
        while time.perf_counter() < stop:
            words = f"saved{next(_numbers)}x"
            try:
                good = peer.save(connection, page, f"{words} " + "a sentence of an article " * 8)
            except TimeoutError:
                happened["hung"] += 1
                connection.close()
            except (OSError, HTTPException, ValueError):
                happened["broken"] += 1
                connection.close()
                time.sleep(0.01)
            else:
                happened["saved" if good else "refused"] += 1
                if good:
                    acknowledged.append(words)

    threads = [threading.Thread(target=work, args=(f"Page{number}",)) for number in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acknowledged, happened, time.perf_counter() - begin


def asked(address: str) -> tuple[float, float]:
    """Milliseconds: the first answer, and the median of some more."""
    times = []
    for _ in range(ASKED + 1):
        begin = time.perf_counter()
        urllib.request.urlopen(address, timeout=300).read()
        times.append(1000 * (time.perf_counter() - begin))
    return times[0], statistics.median(times[1:])


def texts(size: int) -> tuple[str, str]:
    """Two texts of so many kB, in paragraphs, in which one word of ten differs."""
    chance = random.Random(size)
    words = [chance.choice(WORDS) for _ in range(size * 1000 // 6)]
    other = [f"{word}s" if chance.random() < 0.1 else word for word in words]

    def written(parts: list[str]) -> str:
        return "\n\n".join(" ".join(parts[at : at + 80]) + "." for at in range(0, len(parts), 80))

    return written(words), written(other)


def measure(peer: Peer, seconds: float) -> dict[str, str]:
    found = {}
    peer.start()
    saving(peer, 1, 1)  # warm
    for clients in (1, 8):
        acknowledged, happened, took = saving(peer, clients, seconds)
        wrong = ", ".join(f"{number} {name}" for name, number in happened.items() if name != "saved")
        there = peer.kept([f"Page{number}" for number in range(clients)])
        lost = sum(words not in there for words in acknowledged)
        told = (
            f"{len(acknowledged) / took:.0f} /s" + (f" ({wrong})" if wrong else "") + (f", {lost} LOST" if lost else "")
        )
        found[f"saves, {clients} client{'s' * (clients > 1)}"] = told + ", then it had stopped" * peer.revived()
    for size in SIZES:
        first, later = asked(peer.compared(f"Diff{size}", *texts(size)))
        found[f"diff page, {size} kB"] = f"{first:.0f} / {later:.0f} ms"
    paragraphs = texts(6)[0].split("\n\n")
    revisions = []
    for number in range(REVISIONS):
        at = number % len(paragraphs)
        revisions.append("\n\n".join([*paragraphs[:at], f"{paragraphs[at]} {number}", *paragraphs[at + 1 :]]))
    first, later = asked(peer.told("Told", revisions))
    found[f"history page, {REVISIONS:,} revisions"] = f"{first:.0f} / {later:.0f} ms"
    found["kill -9, 8 clients"] = killed(peer)
    return found


def killed(peer: Peer) -> str:
    timer = threading.Timer(2.0, peer.kill)
    timer.start()
    acknowledged, _, _ = saving(peer, 8, 2.5)
    timer.join()
    peer.start()
    after = HTTPConnection("127.0.0.1", peer.port, timeout=PATIENCE)
    try:
        goes_on = peer.save(after, "Page0", "after the kill")
    except (OSError, HTTPException, ValueError):
        goes_on = False
    there = peer.kept([f"Page{number}" for number in range(8)])
    lost = sum(words not in there for words in acknowledged)
    return f"{len(acknowledged)} acknowledged, {lost} lost, {'goes on' if goes_on else 'SAVES NO MORE'}"


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    results: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        init_bare(Path(folder) / "raw.git")
        alone = rate(git_transaction(Path(folder) / "raw.git"))
        print(f"the machine alone: {alone:.0f} fsynced git transactions a second")
        for kind in (Ours, OtterWiki, OtterWikiOfFour, MediaWiki):
            peer = None
            try:
                peer = kind(Path(folder) / kind.__name__)
                results[peer.name] = measure(peer, seconds)
            except Unavailable as error:
                print(f"{kind.name}: skipped: {error}")
            finally:
                if peer is not None:
                    peer.kill()
    rows = list(results[Ours.name])
    print(f"\n{'':<32}" + "".join(f"{name:>40}" for name in results))
    for row in rows:
        print(f"{row:<32}" + "".join(f"{found.get(row, ''):>40}" for found in results.values()))


if __name__ == "__main__":
    main()
