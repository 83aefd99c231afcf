"""Server time of the pages about an article's history: an article of 1,000 revisions, and one of 10 beside it, medians.

python -m benchmarks.history [COMMITS]

The repository has 100,000 commits (main and ledger together), made by the real write path; each page is asked for in
the process, as the server would ask. After that, how long an audit takes, and a redaction that writes nearly all anew.
"""

import random
import statistics
import sys
import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.commit_cost import batches
from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store import ArticleMeta, Intent, Revision
from repo_store.model.events import ArticleImported, ArticleRevised
from repo_store.model.intents import Message, desk

COMMITS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
REVISIONS = (10, 1_000)
RUNS = 20
TOGETHER = 100  # revisions written in one batch
PARAGRAPHS = 40
WORDS = ("apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly", "iris", "jasmine", "kale", "laurel")


def revised(article: str, count: int) -> list[Intent]:
    """An article of about 20 kB, each revision of which changes a word somewhere."""
    chance = random.Random(count)
    paragraphs = [[chance.choice(WORDS) for _ in range(80)] for _ in range(PARAGRAPHS)]
    intents = []
    fields = {
        "article": article,
        "by": "bench",
        "title": article,
        "url": "",
        "language": "en",
        "published": "2026-11-24",
    }
    meta = ArticleMeta(title=article, url="", language="en", published=date(2026, 11, 24))
    for number in range(count):
        chance.choice(paragraphs)[chance.randrange(80)] = f"{chance.choice(WORDS)}{number}"
        text = "\n\n".join(". ".join(" ".join(words[at : at + 10]) for at in range(0, 80, 10)) for words in paragraphs)
        event = ArticleRevised(**fields) if number else ArticleImported(**fields)
        intents.append(
            Intent(event, None, Revision(article, f"{text}\n", meta, desk("bench"), Message(f"Say {number}")))
        )
    return intents


def make(publication: Publication) -> dict[int, str]:
    """Fill a publication; the articles by how many revisions they have."""
    store = publication.store
    others = (COMMITS - 2 * sum(REVISIONS)) // 2
    for batch in batches(max(others, 0)):
        store.write(*batch)
    articles = {}
    for count in REVISIONS:
        articles[count] = f"2026/11/24/of-{count}"
        intents = revised(articles[count], count)
        for first in range(0, count, TOGETHER):
            head = store.head().ledger
            store.write_together(
                [Intent(intent.event, head, intent.content) for intent in intents[first : first + TOGETHER]]
            )
    store.maintain()
    publication.index.catch_up(store)
    return articles


def median(client: FlaskClient, address: str) -> tuple[float, float]:
    """Milliseconds of server time: the first time, and the median of those after."""
    times = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - begin))
        assert answer.status_code == 200, (address, answer.status_code)
    return times[0], statistics.median(times[1:])


def pages(publication: Publication, article: str) -> dict[str, str]:
    revisions = [revision.revision for revision in queries.revisions(publication.index, article)]
    middle, base = revisions[len(revisions) // 2], f"/bench/a/{article}"
    return {
        "blame": f"{base}/blame",
        "blame, of the middle": f"{base}/blame?revision={middle}",
        "history": f"{base}/history",
        "diff of the last two": f"{base}/diff",
        "diff of first and last": f"{base}/diff?from={revisions[-1]}",
        "the same, inline": f"{base}/diff?from={revisions[-1]}&view=inline",
        "the article as it stood": f"{base}/revision/{middle}",
        "patch": f"{base}/change.patch?from={revisions[-1]}",
        "article": base,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        publication = Publication.create(Path(folder), "bench")
        begin = time.perf_counter()
        articles = make(publication)
        head = publication.store.head()
        print(f"{2 * head.seq:,} commits made in {time.perf_counter() - begin:.0f} s")
        addresses = {count: pages(publication, article) for count, article in articles.items()}
        publication.close()
        app = create_app(Settings(Path(folder), submit_limit="off"))
        client = app.test_client()
        medians = {
            count: {name: median(client, address) for name, address in pages.items()}
            for count, pages in addresses.items()
        }
        app.extensions["publications"].close()
        table(medians)
        whole(Path(folder) / "bench")


def table(medians: dict[int, dict[str, tuple[float, float]]]) -> None:
    few, many = REVISIONS
    columns = (f"{few} revisions", f"{many:,} revisions", "ratio", f"first time, {many:,}")
    print(f"\n{'page, ms':<26}" + "".join(f"{name:>19}" for name in columns))
    for name in medians[few]:
        one, (first, two) = medians[few][name][1], medians[many][name]
        print(f"{name:<26}{one:>19.1f}{two:>19.1f}{two / one:>19.2f}{first:>19.1f}")


def whole(folder: Path) -> None:
    """Seconds of what goes through the whole history."""
    begin = time.perf_counter()
    assert audit_publication(folder) == []
    print(f"\naudit: {time.perf_counter() - begin:.0f} s")
    publication = Publication(folder)
    early = next(islice(publication.store.entries(), 1, None)).event
    begin = time.perf_counter()
    removal = redaction.Removal("A benchmark.", article=str(getattr(early, "article", "")), words=("usual error",))
    redaction.redact(publication, Actor("bench", "admin"), removal)
    print(f"redaction from the second event on: {time.perf_counter() - begin:.0f} s")
    publication.close()


if __name__ == "__main__":
    logs.install("off")
    main()
