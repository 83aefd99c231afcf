"""What grows with the archive: one publication at three sizes, the cost of each thing and its ratio to the smallest.

python -m benchmarks.growth [--runs N] [FOLDER] [ARTICLES:CORRECTIONS …]

By default 100, 10,000 and 100,000 articles with 1,000, 100,000 and 1,000,000 corrections, written by the real write
path in batches of 200. Of the corrections 5,000 at most are open. Pages are asked for in the process, as a server would
ask; medians of 30, or N. The figures go to FOLDER/growth.json and, as a plot, to FOLDER/growth.svg (build/ by default).
An fsynced git transaction of the machine's own, in the same run, stands beside: where it changes, the machine did.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.desk import MOST_OPEN, PASSWORD, article_id, imports, median, submission, text
from benchmarks.durable_writes import git_transaction
from benchmarks.plot import plot
from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.index.index import Index
from corrections.services import settings
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup import back_up
from corrections.services.publication import Publication
from corrections.services.review.queue_lines import place_all
from repo_store import ArticleMeta, Intent, Revision
from repo_store.git.command import init_bare
from repo_store.model.events import ArticleRevised, CorrectionRejected
from repo_store.model.intents import Message, desk
from tests.faults.test_kill import workers
from tests.newsroom import free_port, start

SIZES = ((100, 1_000), (10_000, 100_000), (100_000, 1_000_000))
RUNS = 30
REVISIONS = 20  # of the article whose history is asked for
TOGETHER = 200
PAGES = {
    "queue page": "/bench/review/",
    "search of all": "/bench/review/?q=is:all+%22{some}%22",
    "search of open": "/bench/review/?q=is:open+%22in+my+book%22",
    "review page": "/bench/review/{open}",
    "history page": "/bench/a/{article}/history",
    "diff page": "/bench/a/{article}/diff",
    "article page": "/bench/a/{article}",
    "public log": "/bench/corrections",
}


class Archive:
    """A publication that is made larger and larger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.publication = Publication.create(folder, "bench")
        settings.put(self.publication, "proof-of-work", "off")
        settings.put(self.publication, "submit-limit", "off")
        settings.put(self.publication, "queue-ceiling", "1000000")
        self.revisions: list[str] = []
        self.corrections = 0
        self.undecided: list[tuple[str, int, str | None]] = []

    def grow(self, articles: int, corrections: int) -> None:
        store = self.publication.store
        for first in range(len(self.revisions), articles, TOGETHER):
            head = store.head().ledger
            intents = imports(range(first, min(first + TOGETHER, articles)))
            batch = [Intent(intent.event, head, intent.content) for intent in intents]
            self.revisions += [receipt.entry.main for receipt in store.write(*batch)]
        if self.corrections == 0:
            self.revise()
        while self.corrections < corrections:
            self.submit(min(TOGETHER, corrections - self.corrections))
        self.publication.index.catch_up(store)
        while place_all(self.publication):
            pass
        store.maintain()

    def submit(self, count: int) -> None:
        """Submit some, and reject as many of the oldest as are too many."""
        store, articles = self.publication.store, len(self.revisions)
        head = store.head().ledger
        intents = [submission(self.corrections + number, articles, self.revisions) for number in range(count)]
        for receipt in store.write(*[Intent(intent.event, head, intent.content) for intent in intents]):
            entry = receipt.entry
            self.undecided.append((entry.event.correction, entry.corrections, entry.commit))  # type: ignore[union-attr]
        self.corrections += count
        decided = max(0, len(self.undecided) - min(MOST_OPEN, self.corrections // 2))
        head = store.head().ledger
        rejected = [
            Intent(CorrectionRejected(correction=name, number=number, by="bench", reason="No."), head, about=commit)
            for name, number, commit in self.undecided[:decided]
        ]
        for first in range(0, len(rejected), TOGETHER):
            store.write(*rejected[first : first + TOGETHER])
        self.undecided = self.undecided[decided:]

    def revise(self) -> None:
        """Give the first article a history."""
        article = article_id(0)
        meta = ArticleMeta(title="Article 0", url="", language="en", published="2020-01-01")  # type: ignore[arg-type]
        for number in range(REVISIONS):
            event = ArticleRevised(
                article=article, by="bench", title=meta.title, url="", language="en", published="2020-01-01"
            )
            content = Revision(article, f"{text(0)}\nMore {number}.\n", meta, desk("bench"), Message("Revise"))
            self.publication.store.write(Intent(event, self.publication.store.head().ledger, content))


def timed(work: Callable[[], object], runs: int = 1) -> float:
    """Milliseconds, the median of some runs."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


def committing(archive: Archive, runs: int) -> float:
    store = archive.publication.store
    numbers = iter(range(archive.corrections + 5_000_000, 10**9))

    def one() -> None:
        intent = submission(next(numbers), len(archive.revisions), archive.revisions)
        store.write(Intent(intent.event, store.head().ledger, intent.content))

    figures = timed(one, runs)
    archive.publication.index.catch_up(store)
    return figures


def submitting(client: FlaskClient, runs: int) -> float:
    numbers = iter(range(10**9))

    def one() -> None:
        body = {
            "target": {"article": article_id(7), "selector": [{"type": "TextQuoteSelector", "exact": "Article 7"}]},
            "body": {"type": "TextualBody", "value": f"Article the {next(numbers)}th"},
        }
        answer = client.post("/api/v1/bench/corrections", json=body)
        assert answer.status_code == 201, answer.text

    return timed(one, runs)


def measure(archive: Archive, runs: int) -> Iterator[tuple[str, float]]:
    """Each thing's cost: milliseconds where somebody waits, microseconds an event elsewhere, megabytes of memory."""
    yield "commit of one", committing(archive, runs)
    publication = archive.publication
    publication.private.accounts.save("bench", "admin", PASSWORD)
    opened = archive.undecided[0][1]
    publication.close()
    app = create_app(Settings(archive.folder, submit_limit="off", log="off"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/bench/sign-in", data={"name": "bench", "password": PASSWORD})
    yield "submission of one", submitting(client, runs)
    some = "in+my+book" if archive.corrections <= 1000 else "birch+17"  # a full page of hits in either
    for name, address in PAGES.items():
        yield name, median(client, address.format(open=opened, article=article_id(0), some=some), runs)
    app.extensions["publications"].close()
    yield "memory of a worker, MB", memory(archive.folder, min(40, len(archive.revisions)), runs)
    archive.publication = publication = Publication(archive.folder / "bench")
    events = publication.store.head().seq
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder) / "index.db")
        yield "replay, µs an event", timed(lambda: index.rebuild(publication.store)) * 1000 / events
        index.close()
        yield "backup, µs an event", timed(lambda: back_up(publication, Path(folder) / "backup")) * 1000 / events
    yield "audit, µs an event", timed(lambda: audited(archive.folder)) * 1000 / events


def audited(folder: Path) -> None:
    assert audit_publication(folder / "bench") == []


def memory(folder: Path, articles: int, runs: int) -> float:
    """Megabytes that the worker holds after hundreds of requests: a third as many for each page as there are runs."""
    port = free_port()
    process = start(folder, port)
    pages = [f"/bench/a/{article_id(number)}" for number in range(articles)]
    pages += ["/bench/corrections", f"/bench/a/{article_id(0)}/history"]
    try:
        for page in pages * max(1, runs // 3):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=60).read()
        status = Path(f"/proc/{workers(process.pid)[0]}/status").read_text()
    finally:
        process.terminate()
        process.wait(timeout=60)
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    logs.install("off")
    arguments, runs = sys.argv[1:], RUNS
    if arguments[:1] == ["--runs"]:
        runs, arguments = int(arguments[1]), arguments[2:]
    out = Path(arguments.pop(0)) if arguments and ":" not in arguments[0] else Path("build")
    sizes = [tuple(int(part) for part in word.split(":")) for word in arguments] or list(SIZES)
    out.mkdir(exist_ok=True)
    results: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "data")
        init_bare(Path(folder) / "linked_data.git")
        for articles, corrections in sizes:
            begin = time.perf_counter()
            archive.grow(articles, corrections)
            print(
                f"{articles:,} articles, {corrections:,} corrections: {time.perf_counter() - begin:.0f} s", flush=True
            )
            figures = {"machine: git transaction": timed(git_transaction(Path(folder) / "linked_data.git"), runs)}
            results.append({"articles": articles, "corrections": corrections, "figures": figures})
            for name, value in measure(archive, runs):
                figures[name] = value
                (out / "growth.json").write_text(json.dumps(results, indent=1))
                print(f"  {name} {value:.1f}", flush=True)
    tell(results)
    series = {name: [result["figures"][name] for result in results] for name in results[0]["figures"]}  # type: ignore[index]
    (out / "growth.svg").write_text(plot(series, [f"{corrections:,}" for _, corrections in sizes], "corrections"))


def tell(results: list[dict[str, object]]) -> None:
    print(f"\n{'':<26}" + "".join(f"{result['corrections']:>12,}" for result in results) + f"{'ratio':>8}")
    for name in results[0]["figures"]:  # type: ignore[attr-defined]
        row = [result["figures"][name] for result in results]  # type: ignore[index]
        print(f"{name:<26}" + "".join(f"{value:>12.1f}" for value in row) + f"{row[-1] / row[0]:>8.2f}")


if __name__ == "__main__":
    main()
