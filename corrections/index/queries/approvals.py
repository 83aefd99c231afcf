"""Who has agreed to corrections, since anything else was decided about them."""

from corrections.index.index import Index


def approvals(index: Index, numbers: list[int]) -> dict[int, tuple[str, ...]]:
    """The names of those who have agreed to each of these corrections; nothing for one that nobody has agreed to."""
    marks = ", ".join("?" * len(numbers))
    rows = index.database.execute(
        f'SELECT number, type, "by" FROM events WHERE number IN ({marks}) AND type IN '  # noqa: S608 (marks only)
        "('correction.seconded', 'correction.reopened', 'correction.reverted') ORDER BY seq",
        tuple(numbers),
    )
    agreed: dict[int, set[str]] = {}
    for number, kind, by in rows:
        if kind == "correction.seconded":
            agreed.setdefault(number, set()).add(by or "")
        else:
            agreed.pop(number, None)
    return {number: tuple(sorted(names)) for number, names in agreed.items()}
