"""A newsroom's day, faster: readers read, send and follow, editors review, arriving whether or not they fit.

python -m benchmarks.load [MINUTES] [RATE]

Arrivals are open-loop and by chance (Poisson): a request's time runs from when it should have been sent, so waiting is
counted. First, in steps of `STEP` seconds, the highest rate that holds p99 under 250 ms; then 15 minutes at 0.8 times
that (or at RATE): latency by kind, a histogram, memory and descriptors of the worker by the minute. At the end every
acknowledged correction is looked for in the ledger, and the audit has to be clean. The load is made by another process
on the same machine, which takes its share of the processors.
"""

import http.client
import json
import queue
import random
import re
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path

from benchmarks.durable_writes import git_transaction, rate
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store.git.command import init_bare
from tests.faults.test_kill import workers
from tests.newsroom import EDITOR, free_port, start, submitted

MINUTES = 15.0
STEP = 15  # seconds of each rate while looking for the highest
RATES = (20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 240, 280, 320, 360, 400)  # a second
LIMIT = 250.0  # milliseconds that 99 of 100 have to stay under
CLIENTS = 96  # connections at most
ARTICLES, FACTS = 200, 40
PASSWORD = "long enough for a benchmark"
BORDERS = (5, 10, 20, 30, 50, 75, 100, 150, 250, 500, 1000, 2500)  # of the histogram, ms
JSON = {"Content-Type": "application/json"}
MIX = {  # of a hundred
    "read an article": 50,
    "read its history": 5,
    "read the log": 5,
    "send a correction": 8,
    "follow one's own": 15,
    "look at the queue": 6,
    "look at one": 6,
    "decide": 5,
}


def article_id(number: int) -> str:
    return f"2026/11/{number % 28 + 1:02d}/load-{number}"


def article(number: int) -> str:
    facts = "\n\n".join(f"Fact {fact} of story {number} is that the year was {1800 + fact}." for fact in range(FACTS))
    return f"# Story {number}\n\n{facts}\n"


@dataclass
class World:
    """What the visitors know of the place."""

    port: int
    token: str
    cookie: str = ""
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    sent: dict[int, tuple[str, str]] = field(default_factory=dict)  # by number: its own page, the words
    undecided: list[tuple[int, str]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def request(self, kind: str) -> tuple[str, str, str | None, dict[str, str]]:
        """Method, address, body and headers of one request of a kind."""
        with self.guard:
            number = self.chance.randrange(ARTICLES)
            some = self.chance.choice(list(self.sent)[-500:]) if self.sent else 0
        staff = {"Cookie": self.cookie}
        token = {"Authorization": f"Bearer {self.token}", **JSON}
        match kind:
            case "read an article":
                return "GET", f"/load/a/{article_id(number)}", None, {}
            case "read its history":
                return "GET", f"/load/a/{article_id(number)}/history", None, {}
            case "read the log":
                return "GET", "/load/corrections", None, {}
            case "send a correction":
                return (
                    "POST",
                    "/api/v1/load/corrections",
                    self._correction(number),
                    {"Content-Type": "application/json"},
                )
            case "follow one's own":
                return "GET", self.sent[some][0] if some else "/load/corrections", None, {}
            case "look at the queue":
                return "GET", "/load/review/", None, staff
            case "look at one":
                return "GET", f"/load/review/{some}" if some else "/load/review/", None, staff
            case _:
                with self.guard:
                    chosen, last_event = self.undecided.pop(0) if self.undecided else (0, "")
                if not chosen:
                    return "GET", "/load/review/", None, staff
                decision = {
                    "decision": "accepted" if chosen % 3 else "rejected",
                    "reason": "Checked.",
                    "based_on": last_event,
                }
                address = f"/api/v1/load/corrections/{chosen}/decisions"
                return "POST", address, json.dumps({**decision, "notice": "none"}), token

    def _correction(self, number: int) -> str:
        fact = next(self.numbers)
        words = f"Fact {fact % FACTS} of story {number}"
        return json.dumps(
            {
                "target": {
                    "article": article_id(number),
                    "selector": [{"type": "TextQuoteSelector", "exact": words, "suffix": " is that"}],
                },
                "body": {"type": "TextualBody", "value": f"{words} (checked {fact})"},
                "comment": "I was there.",
            }
        )

    def answered(self, kind: str, status: int, body: bytes, sent: str | None) -> None:
        if kind == "send a correction" and status == 201:
            answer = json.loads(body)
            page = urllib.parse.urlsplit(answer["status_url"])
            with self.guard:
                words = json.loads(sent or "{}")["body"]["value"]
                self.sent[answer["number"]] = (f"{page.path}?{page.query}", words)
                self.undecided.append((answer["number"], answer["last_event"]))


@dataclass
class Tally:
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    late: int = 0  # not even begun when the time was over

    @property
    def all(self) -> list[float]:
        return sorted(seconds for times in self.times.values() for seconds in times)


def percentile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] if times else float("inf")


def arrive(world: World, a_second: float, seconds: float, each_minute: Callable[[], None] = lambda: None) -> Tally:
    """Send requests at times by chance, `a_second` on average; each one's time runs from when it was due."""
    tally, due = Tally(), queue.SimpleQueue[tuple[float, str] | None]()
    kinds, weights = list(MIX), list(MIX.values())

    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", world.port, timeout=60)
        while (item := due.get()) is not None:
            at, kind = item
            method, address, body, headers = world.request(kind)
            try:
                connection.request(method, address, body, headers)
                answer = connection.getresponse()
                content, status = answer.read(), answer.status
            except (OSError, http.client.HTTPException):
                connection.close()
                content, status = b"", 0
            took = 1000 * (time.perf_counter() - at)
            with world.guard:
                tally.times[kind].append(took)
                tally.statuses[kind, status] += 1
            world.answered(kind, status, content, body)

    threads = [threading.Thread(target=visit) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    begin = at = time.perf_counter()
    minute = 1
    while at < begin + seconds:
        at += world.chance.expovariate(a_second)
        wait = at - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        due.put((at, world.chance.choices(kinds, weights)[0]))
        if at - begin > 60 * minute:
            minute += 1
            each_minute()
    tally.late = due.qsize()
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return tally


def highest(world: World) -> float:
    """The highest rate of those tried, in order, that holds the limit."""
    highest = 0.0
    for a_second in RATES:
        tally = arrive(world, a_second, STEP)
        times, wrong = tally.all, failures(tally)
        p99 = percentile(times, 0.99)
        print(
            f"  {a_second:4d} a second: p50 {percentile(times, 0.5):7.1f}  p99 {p99:8.1f} ms  wrong {wrong}", flush=True
        )
        if p99 > LIMIT or wrong:
            break
        highest = a_second
    return highest


def failures(tally: Tally) -> int:
    """Answers that no visitor should get. (409: what an editor saw has changed meanwhile, by another correction.)"""
    return sum(number for (_, status), number in tally.statuses.items() if status not in (200, 201, 409))


def held(pid: int) -> tuple[float, int]:
    """Megabytes and descriptors that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def signed_in(port: int) -> str:
    """The cookies of an editor."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"http://127.0.0.1:{port}/load/sign-in").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = urllib.parse.urlencode({"name": "bench", "password": PASSWORD, "csrf_token": token[1]}).encode()
    opener.open(f"http://127.0.0.1:{port}/load/sign-in", sent)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def prepared(data: Path) -> str:
    """Make the publication; returns an editor's token."""
    publication = Publication.create(data, "load")
    for name in ("proof-of-work", "submit-limit"):
        settings.put(publication, name, "off")
    settings.put(publication, "queue-ceiling", "1000000")
    for number in range(ARTICLES):
        updates.publish(publication, EDITOR, updates.ArticleText(article_id(number), article(number)))
    publication.private.accounts.save("bench", "editor", PASSWORD)
    token = publication.private.tokens.issue("bench", "editor")
    publication.close()
    return token


def print_tally(tally: Tally) -> None:
    print(f"\n{'':<22}{'count':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'most':>9}  ms")
    for name, times in [*sorted(tally.times.items()), ("all", tally.all)]:
        ordered = sorted(times)
        row = [percentile(ordered, share) for share in (0.5, 0.95, 0.99, 1)]
        print(f"{name:<22}{len(times):>8,}" + "".join(f"{value:>9.1f}" for value in row))
    print("\nup to, ms")
    everything, low = tally.all, 0.0
    for border in (*BORDERS, float("inf")):
        inside = sum(low <= seconds < border for seconds in everything)
        print(f"{border:>8.0f} {inside:>8,} {'#' * round(60 * inside / max(1, len(everything)))}")
        low = border
    others = {
        f"{kind}: {status}": number for (kind, status), number in tally.statuses.items() if status not in (200, 201)
    }
    print(f"\nother answers than 200 and 201: {others or 'none'}; not begun in time: {tally.late}")


def check(world: World, data: Path) -> None:
    """Everything that was acknowledged is in the ledger, and the audit is clean."""
    stored = submitted(data / "load")
    lost = [number for number, (_, words) in world.sent.items() if stored.get(number) != words]
    findings = audit_publication(data / "load")
    print(f"acknowledged {len(world.sent):,}, lost {len(lost)}; findings of the audit: {len(findings)}")
    assert not lost
    assert not findings


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with tempfile.TemporaryDirectory() as folder:
        init_bare(Path(folder) / "raw.git")
        alone = rate(git_transaction(Path(folder) / "raw.git"))
        print(f"the machine alone: {alone:.0f} fsynced git transactions a second")
        data = Path(folder) / "data"
        token = prepared(data)
        port = free_port()
        process = start(data, port)
        try:
            world = World(port, token, signed_in(port))
            arrive(world, 20, 5)  # warm
            a_second = float(sys.argv[2]) if len(sys.argv) > 2 else highest(world)
            print(f"highest rate that holds p99 under {LIMIT:.0f} ms: {a_second:.0f} a second", flush=True)
            held_at = [held(workers(process.pid)[0])]

            def look() -> None:
                held_at.append(held(workers(process.pid)[0]))

            tally = arrive(world, a_second if len(sys.argv) > 2 else 0.8 * a_second, 60 * minutes, look)
            print_tally(tally)
            megabytes, descriptors = zip(*held_at, strict=True)
            print("memory by the minute, MB: " + " ".join(f"{size:.0f}" for size in megabytes))
            print("descriptors by the minute: " + " ".join(str(count) for count in descriptors))
        finally:
            process.terminate()
            process.wait(timeout=60)
        check(world, data)


if __name__ == "__main__":
    main()
