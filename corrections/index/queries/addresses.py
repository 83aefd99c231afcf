"""Articles by their normalised addresses."""

from collections.abc import Sequence

from corrections.index.index import Index
from corrections.index.queries.articles import Article


def articles_at(index: Index, addresses: Sequence[str]) -> list[Article]:
    """The articles that have one of these addresses, by their ids."""
    marks = ", ".join("?" * len(addresses))
    rows = index.database.execute(
        "SELECT articles.* FROM articles JOIN addresses ON addresses.article = articles.id "
        f"WHERE addresses.address IN ({marks}) ORDER BY articles.id",  # noqa: S608 (marks only)
        tuple(addresses),
    )
    return [Article(*row) for row in rows]


def has_numbered(index: Index, beginning: str) -> bool:
    """Whether an article's address goes on after `beginning` with a digit."""
    row = index.database.execute(
        "SELECT 1 FROM addresses WHERE address >= ? AND address < ? LIMIT 1", (f"{beginning}0", f"{beginning}:")
    ).fetchone()
    return row is not None
