"""Server time of the desk's pages at 100 and at 100,000 corrections of which 5,000 are open, medians.

python -m benchmarks.desk [CORRECTIONS …]

Each page is asked for in the process, as the server would ask, over a publication made by the real write path.
"""

import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.services.publication import Publication
from corrections.services.review.queue_lines import place_all
from repo_store import ArticleMeta, Intent, Proposal, Revision
from repo_store.model.events import ArticleImported, CorrectionRejected, CorrectionSubmitted, Span
from repo_store.model.intents import Message, desk, reader

SIZES = (100, 100_000)
MOST_OPEN = 5_000
RUNS = 30
PARAGRAPH = "Ministers met on Tuesday in the capital and agreed on {number} points, of which {word} was the first. "
WORDS = ("apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly", "iris", "jasmine", "kale", "laurel")
PASSWORD = "long enough for a benchmark"
PAGES = {
    "queue": "/bench/review/",
    "queue, factual first": "/bench/review/?q=is:open+sort:factual",
    "queue, warnings": "/bench/review/?q=is:open+has:warning",
    "search, words of all": "/bench/review/?q=is:open+%22in+my+book%22",
    "search, words of some": "/bench/review/?q=is:all+%22{some}%22",
    "keeping up to date": "/bench/review/rows",
    "review": "/bench/review/{open}",
    "public log": "/bench/corrections",
    "numbers": "/bench/review/numbers",
}


def text(number: int) -> str:
    parts = [
        PARAGRAPH.format(number=number * 10 + paragraph, word=WORDS[paragraph % len(WORDS)]) * 6
        for paragraph in range(12)
    ]
    return f"# Article {number}\n\n" + "\n\n".join(parts) + "\n"


def article_id(number: int) -> str:
    day = date(2020, 1, 1) + timedelta(days=number // 10)
    return f"{day:%Y/%m/%d}/article-{number}"


def imports(numbers: range) -> list[Intent]:
    intents = []
    for number in numbers:
        meta = ArticleMeta(title=f"Article {number}", url="", language="en", published=date(2020, 1, 1))
        event = ArticleImported(
            article=article_id(number), by="bench", title=meta.title, url="", language="en", published="2020-01-01"
        )
        content = Revision(article_id(number), text(number), meta, desk("bench"), Message(f"Import {number}"))
        intents.append(Intent(event, None, content))
    return intents


def submission(number: int, articles: int, revisions: list[str]) -> Intent:
    at = number % articles
    source, word = text(at), WORDS[number % len(WORDS)]
    start = source.index(word, 40 + (number * 97) % 3000) if word in source[40 + (number * 97) % 3000 :] else 40
    edit = Span(start=start, end=start + len(word), text=f"{word} {number}")
    correction = f"{number:032x}"
    event = CorrectionSubmitted(
        correction=correction, article=article_id(at), revision=revisions[at], start=start - 2,
        end=start - 2 + len(word), exact=word, prefix="", suffix="", replacement=edit.text, edit=edit,
        headline=f"Article {at}",
        category=("typo", "factual", "grammar")[number % 3], comment=f"It says {word} {number % 100} in my book.",
    )  # fmt: skip
    proposed = source[: edit.start] + edit.text + source[edit.end :]
    return Intent(
        event,
        None,
        Proposal(revisions[at], article_id(at), proposed, reader(correction), Message("Correction {number}")),
    )


def make(publication: Publication, corrections: int) -> int:
    """Fill a publication; returns the number of the first open correction."""
    store = publication.store
    articles = max(10, corrections // 100)
    revisions = []
    intents = imports(range(articles))
    for first in range(0, articles, 200):
        revisions += [receipt.entry.main for receipt in store.write(*intents[first : first + 200])]
    decided = corrections - min(MOST_OPEN, corrections // 2)
    for first in range(0, corrections, 200):
        head = store.head().ledger
        batch = [submission(number, articles, revisions) for number in range(first, min(first + 200, corrections))]
        written = store.write(*[Intent(intent.event, head, intent.content) for intent in batch])
        rejected = []
        for receipt in written:
            entry = receipt.entry
            if entry.corrections <= decided:
                event = CorrectionRejected(
                    correction=entry.event.correction,  # type: ignore[union-attr]
                    number=entry.corrections,
                    by="bench",
                    reason="No.",
                )
                rejected.append(Intent(event, written[-1].entry.id, about=entry.commit))
        if rejected:
            store.write(*rejected)
    publication.index.catch_up(store)
    return decided + 1


def median(client: FlaskClient, address: str, runs: int = RUNS) -> float:
    """Milliseconds of server time."""
    times = []
    for _ in range(runs + 2):
        begin = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - begin))
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(times[2:])


def measure(corrections: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        publication = Publication.create(Path(folder), "bench")
        begin = time.perf_counter()
        first = make(publication, corrections)
        elapsed = time.perf_counter() - begin
        begin = time.perf_counter()
        placed = 0
        while count := place_all(publication):
            placed += count
        took = time.perf_counter() - begin
        print(f"{corrections:,} corrections: made in {elapsed:.0f} s; {placed:,} lines placed in {took:.1f} s")
        publication.private.accounts.save("bench", "admin", PASSWORD)
        publication.close()
        app = create_app(Settings(Path(folder), submit_limit="off"))
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        client.post("/bench/sign-in", data={"name": "bench", "password": PASSWORD})
        some = "in+my+book" if corrections <= 1000 else "birch+17"  # a full page of hits in either
        medians = {name: median(client, address.format(open=first, some=some)) for name, address in PAGES.items()}
        app.extensions["publications"].close()
    return medians


if __name__ == "__main__":
    logs.install("off")
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    results = [measure(size) for size in sizes]
    print(f"\n{'page, ms':<28}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>8}")
    for name in PAGES:
        row = [result[name] for result in results]
        print(f"{name:<28}" + "".join(f"{value:>12.1f}" for value in row) + f"{row[-1] / row[0]:>8.2f}")
