"""The figures that the index keeps: no query here looks at single corrections, so none grows with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corrections.index.index import Index
from corrections.index.projection.figures import WIDTHS, Figure

_LOWEST = -(1 << 40)  # below any bin
_Counts = Mapping[tuple[str, int], list[tuple[int, int]]]  # of a window: its bins, each with how often it occurs


@dataclass(frozen=True)
class Tally:
    """How many corrections have this subject and outcome; see `Figure` for what these are."""

    subject: str
    outcome: str
    count: int


def tallies(index: Index, figure: Figure, since: str = "") -> list[Tally]:
    """The tallies of a figure by subject, from the subject `since` on."""
    rows = index.database.execute(
        "SELECT subject, outcome, count FROM tallies WHERE figure=? AND subject >= ? ORDER BY subject, outcome",
        (figure, since),
    )
    return [Tally(*row) for row in rows]


def most_corrected(index: Index, limit: int) -> list[tuple[str, str, int]]:
    """The articles with the most corrections: article, its title now, how many."""
    rows = index.database.execute(
        "SELECT article, title, count FROM article_tallies JOIN articles ON articles.id = article "
        "ORDER BY count DESC, first LIMIT ?",
        (limit,),
    )
    return [tuple(row) for row in rows]


def articles_with_corrections(index: Index) -> set[str]:
    """The articles of which a correction was ever submitted."""
    return {row[0] for row in index.database.execute("SELECT article FROM article_tallies")}


def percentiles(index: Index, groups: Iterable[Sequence[str]], shares: Sequence[int]) -> list[tuple[float | None, ...]]:
    """Hours to a decision that `shares` per cent of the corrections of each group did not exceed (nearest rank).

    A group is the names of one or several samples, counted together. None where it has no corrections.
    """
    searches = [[_Search(tuple(group), share) for share in shares] for group in groups]
    span = 2 * -_LOWEST
    for width, narrower in zip(WIDTHS, (*WIDTHS[1:], 1), strict=True):
        active = [search for group in searches for search in group if not search.is_empty]
        counts = _counts(index, width, span, {(sample, search.first) for search in active for sample in search.samples})
        span = width // narrower
        for search in active:
            search.narrow(counts, span)
    return [tuple(None if search.is_empty else search.first / 100 for search in group) for group in searches]


@dataclass
class _Search:
    """One percentile: `first` is the first of the bins that it may be in, and `rank` its rank within these."""

    samples: tuple[str, ...]
    share: int
    first: int = _LOWEST
    rank: int = 0
    is_empty: bool = False

    def narrow(self, counts: _Counts, span: int) -> None:
        """Find its bin by how often values occur in each; `span` is how many narrower bins that has."""
        total: defaultdict[int, int] = defaultdict(int)
        for sample in self.samples:
            for bin_number, count in counts.get((sample, self.first), ()):
                total[bin_number] += count
        if not total:
            self.is_empty = True
            return
        if not self.rank:
            self.rank = max(1, -(-sum(total.values()) * self.share // 100))
        for bin_number, count in sorted(total.items()):
            if self.rank <= count:
                self.first = bin_number * span
                return
            self.rank -= count
        raise LookupError(f"fewer times to a decision are counted in narrow bins than in wide ones: {self.samples}")


def _counts(index: Index, width: int, span: int, windows: set[tuple[str, int]]) -> _Counts:
    """How often values occur in the bins of a width: for each window, a sample and the first of `span` bins."""
    if not windows:
        return {}
    rows = index.database.execute(
        f"WITH windows (sample, first) AS (VALUES {', '.join('(?, ?)' for _ in windows)}) "  # noqa: S608 (marks only)
        "SELECT windows.sample, first, bin, count FROM windows CROSS JOIN durations "
        "ON durations.sample = windows.sample AND width=? AND bin >= first AND bin < first + ?",
        (*(value for window in windows for value in window), width, span),
    )
    counts: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for sample, first, bin_number, count in rows:
        counts[sample, first].append((bin_number, count))
    return counts
