"""What one durable submission costs in the store at 100, 10,000 and 100,000 articles, and what signing adds to it.

python -m benchmarks.commit_cost [ARTICLES …]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from repo_store import ArticleMeta, Intent, Proposal, Revision, Store
from repo_store.model.events import ArticleImported, CorrectionSubmitted, Span
from repo_store.model.head import Head
from repo_store.model.intents import Message, desk, reader
from repo_store.ssh_signatures import Key

SIZES = (100, 10_000, 100_000)
TEXT = "A paragraph of an article, with teh usual error in it. " * 110 + "\n"
WIDTHS = (9, 14, 12, 20, 21)
A_DAY = 40  # articles


def importing(number: int) -> Intent:
    day = date(2000, 1, 1) + timedelta(days=number // A_DAY)
    article = f"{day:%Y/%m/%d}/article-{number:06d}"
    meta = ArticleMeta(title=article, url="", language="en", published=day)
    event = ArticleImported(
        article=article, by="bench", title=article, url="", language="en", published=day.isoformat()
    )
    content = Revision(article, f"{number} {TEXT}", meta, desk("bench"), Message(f"Import {article}"))
    return Intent(event, None, content)


def submission(number: int, article: str, revision: str, head: str) -> Intent:
    correction = f"{number:032x}"
    event = CorrectionSubmitted(
        correction=correction, article=article, revision=revision, start=0, end=3, exact="teh", prefix="", suffix="",
        replacement="the", edit=Span(start=0, end=3, text="the"), category="typo",
    )  # fmt: skip
    return Intent(
        event, head, Proposal(revision, article, f"{number} {TEXT}", reader(correction), Message("Correction {number}"))
    )


def batches(count: int, size: int = 200) -> Iterator[list[Intent]]:
    for first in range(0, count, size):
        yield [importing(number) for number in range(first, min(first + size, count))]


def measure(articles: int, folder: Path) -> None:
    store = Store.create(folder / "articles.git")
    begin = time.perf_counter()
    for batch in batches(articles):
        store.write(*batch)
    elapsed = time.perf_counter() - begin
    store.maintain()
    head = store.head()
    assert head.main
    assert head.ledger
    article = importing(articles // 2).event.article  # type: ignore[union-attr]
    alone, batch = submissions(store, article, head)
    key = Key.generate(folder / "signing.key")
    store.sign_with(lambda: key)
    alone_signed, batch_signed = submissions(store, article, store.head(), first=2000)
    imported = elapsed / articles * 1000
    figures = (alone, alone_signed, batch, batch_signed, imported)
    print(
        f"{articles:>9,}" + "".join(f"{figure:>{width}.2f} ms" for figure, width in zip(figures, WIDTHS, strict=True))
    )
    store.close()


def submissions(store: Store, article: str, head: Head, first: int = 0) -> tuple[float, float]:
    """Milliseconds of one alone (median of 30), and of each of 100 in a batch."""
    assert head.main
    assert head.ledger
    alone = []
    for number in range(30):
        begin = time.perf_counter()
        store.write(submission(first + number + 1, article, head.main, head.ledger))
        alone.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    store.write(*[submission(first + 1000 + number, article, head.main, head.ledger) for number in range(100)])
    return statistics.median(alone) * 1000, (time.perf_counter() - begin) * 10


def main() -> None:
    names = ("alone", "alone, signed", "each of 100", "each of 100, signed", "importing one of 200")
    print(" articles" + "".join(f"{name:>{width + 3}}" for name, width in zip(names, WIDTHS, strict=True)))
    for articles in [int(word) for word in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            measure(articles, Path(folder))


if __name__ == "__main__":
    main()
