"""The numbers that the desk is shown follow from the ledger."""

from corrections.services.publication import Publication
from corrections.services.readers import (
    status,
)
from corrections.services.reporting import (
    statistics,
)
from corrections.services.review import (
    decisions,
)
from tests.newsroom import EDITOR, TALKS, a_correction, an_article


def test_the_numbers_follow_from_the_ledger_by_hand(publication: Publication):
    an_article(publication)
    for year in range(1, 8):
        a_correction(publication, "1893", str(1800 + year), category="factual" if year % 2 else "typo")
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    for number in (2, 3):
        decisions.reject(publication, EDITOR, number, publication.correction(number).last_event, "No.")
    decisions.mark_spam(publication, EDITOR, 4, publication.correction(4).last_event)
    status.withdraw(publication, 5)
    undone = decisions.reject(publication, EDITOR, 6, publication.correction(6).last_event, "No.")
    decisions.undo(publication, EDITOR, 6, undone.last_event)
    state: dict[str, str] = {}
    category: dict[str, str] = {}
    at: dict[str, list[float]] = {}
    for entry in publication.store.entries():
        event = entry.event
        kind, _, verb = event.type.partition(".")
        if kind != "correction":
            continue
        state[event.correction] = {"submitted": "open", "reopened": "open"}.get(verb, verb)
        at.setdefault(event.correction, []).append(entry.at.timestamp())
        if verb == "submitted":
            category[event.correction] = event.category
    decided = [each for each, now in state.items() if now in ("accepted", "rejected", "spam")]
    hours = sorted(round((at[each][-1] - at[each][0]) / 3600, 2) for each in decided)
    found = statistics.numbers(publication)
    assert (found.submitted, found.open) == (len(state), sum(each == "open" for each in state.values())) == (7, 2)
    assert (found.weeks[-1].submitted, found.weeks[-1].decided) == (7, len(decided))
    assert found.median_hours == hours[(len(hours) + 1) // 2 - 1]
    factual = next(each for each in found.categories if each.name == "factual")
    by_hand = [state[each] for each, name in category.items() if name == "factual"]
    assert factual.submitted == len(by_hand) == 4
    assert factual.accepted == by_hand.count("accepted") == 1
    assert factual.judged == by_hand.count("accepted") + by_hand.count("rejected") == 2
    assert found.oldest_open is not None
    assert found.oldest_open.number == 6
    assert found.articles == ((TALKS, "The talks", 7),)


def test_a_percentile_is_the_nearest_rank():
    assert statistics.percentile([], 50) is None
    assert statistics.percentile([4, 1, 3, 2], 50) == 2
    assert statistics.percentile(range(1, 11), 90) == 9
    assert statistics.percentile([7], 90) == 7
