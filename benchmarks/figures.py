"""Processor time of the statistics and of the public figures by number of corrections, and of keeping them.

python -m benchmarks.figures [CORRECTIONS …]

By default 1,000, 100,000 and 1,000,000 corrections of ten years. Their rows are put into the index itself, past the
ledger, for this measures queries of the index alone. Medians of 20. The last two lines are one decision projected, and
the triggers' part in it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from corrections.index import schema
from corrections.index.projection.figures import TRIGGERS
from corrections.services.publication import Publication
from corrections.services.reporting import transparency
from corrections.services.reporting.statistics import numbers

SIZES = (1_000, 100_000, 1_000_000)
YEARS = 10
RUNS = 20
STATES = ("accepted", "used", "rejected", "duplicate", "spam", "withdrawn", "reverted")
COLUMNS = (
    *("number", "id", "article", "headline", "state", "category", "code", "submitted_at", "decided_at", "edited"),
    *("readers", "turn", "assigned_to", "snoozed_until", "exact", "replacement", "comment", "part"),
)


def rows(count: int) -> Iterator[tuple[object, ...]]:
    random, begin = Random(7), datetime(2016, 11, 1, tzinfo=UTC)
    step = timedelta(days=365 * YEARS) / count
    for number in range(1, count + 1):
        at = begin + number * step
        open_ = number > count - min(5_000, count // 2)
        article = f"2020/01/01/article-{random.randrange(max(1, count // 10))}"
        yield (
            *(number, f"{number:032x}", article, f"Article {article[-3:]}", "open" if open_ else random.choice(STATES)),
            *(("typo", "factual", "grammar")[number % 3], ("", "style", "source")[number % 3], at.isoformat()),
            None if open_ else (at + timedelta(hours=random.expovariate(1 / 60))).isoformat(),
            *(0, 1, 1, "", "", "word", "other", "none", "body"),
        )


def processor_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(1000 * (time.process_time() - begin))
    return statistics.median(times)


def uncached(publication: Publication) -> None:
    transparency.openness(publication)
    transparency._cached.clear()


def deciding(publication: Publication) -> float:
    """Milliseconds of changing the state of a correction and of changing it back."""
    database = publication.index.database
    statement = "UPDATE corrections SET state=?, decided_at=submitted_at, code='', edited=0 WHERE number=1"

    def decide() -> None:
        database.execute("BEGIN")
        for state in ("rejected", "accepted") * 100:
            database.execute(statement, (state,))
        database.conn.rollback()

    return processor_ms(decide) / 200


def main() -> None:
    print(f"{'corrections':>12}{'statistics':>12}{'public figures':>16}{'a decision':>12}{'of it figures':>15}  ms")
    for count in [int(word) for word in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            publication = Publication.create(Path(folder), "bench")
            with publication.index.databases.write() as database:
                schema.drop_indexes(database)
                names, marks = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
                database.conn.executemany(f"INSERT INTO corrections ({names}) VALUES ({marks})", rows(count))
                schema.build_indexes(database)
            now = datetime(2026, 11, 1, tzinfo=UTC)
            figures = [processor_ms(lambda: numbers(publication, now)), processor_ms(lambda: uncached(publication))]  # noqa: B023
            with_figures = deciding(publication)
            for trigger in TRIGGERS:
                publication.index.database.execute(f"DROP TRIGGER {trigger}")
            part = with_figures - deciding(publication)
            print(f"{count:>12,}{figures[0]:>12.1f}{figures[1]:>16.1f}{with_figures:>12.3f}{part:>15.3f}", flush=True)
            publication.close()


if __name__ == "__main__":
    main()
