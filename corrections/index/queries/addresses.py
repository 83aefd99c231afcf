"""Articles by their normalised addresses."""

from collections.abc import Sequence

from corrections.index.index import Index
from corrections.index.queries.articles import Article


def articles_at(index: Index, addresses: Sequence[str]) -> list[Article]:
    """The articles that have one of these addresses, by their ids."""
    marks = ", ".join("?" * len(addresses))
    with_address = f"SELECT article FROM addresses WHERE address IN ({marks})"  # noqa: S608 (marks only)
    rows = index.database.execute(
        f"SELECT * FROM articles WHERE id IN ({with_address}) ORDER BY id",  # noqa: S608 (our own words)
        tuple(addresses),
    )
    return [Article(*row) for row in rows]


def has_numbered(index: Index, beginning: str) -> bool:
    """Whether an article's address goes on after `beginning` with a digit."""
    row = index.database.execute(
        "SELECT 1 FROM addresses WHERE address >= ? AND address < ? LIMIT 1", (f"{beginning}0", f"{beginning}:")
    ).fetchone()
    return row is not None
