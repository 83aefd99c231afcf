"""The desk's search line finds what its words and operators say, and says what is possible where it cannot."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corrections.index import queries
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review import comments, decisions, search
from corrections.services.review.queue_lines import lines
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, made_once

OTHER = "2026/11/25/other"
DAY = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()


def fill(publication: Publication) -> None:
    """1 factual with evidence, 2 typo alternative to 3's place, 3, 4 held, 5 of another article, concerned."""
    an_article(publication)
    an_article(publication, TEXT, OTHER)
    settings.put(publication, "blocked-words", "casino")
    a_correction(publication, "1893", "1839", category="factual", evidence="https://example.org/x")
    a_correction(publication, "Tusday", "Tuesday", category="typo")
    a_correction(publication, "Tusday", "Monday", comment="It was a bank holiday")
    a_correction(publication, "bridge", "casino")
    a_correction(publication, "1971", "1972", article=OTHER, concerned=True)
    publication.private.accounts.save("Mira", "editor", "long enough for a test")
    found = queries.corrections(publication.index, queries.Filter())
    lines(publication, found)


@pytest.fixture(scope="module")
def template(empty_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(empty_publication, tmp_path_factory.mktemp("desk"), fill)


@pytest.fixture
def desk(publication: Publication) -> Publication:
    """A publication as `fill` leaves it."""
    return publication


def numbers(publication: Publication, line: str) -> list[int]:
    wanted = search.search(line, "Mira").criteria
    return [each.number for each in queries.corrections(publication.index, wanted)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("is:open", [5, 1, 2, 3]),
        ("is:open sort:age", [1, 2, 3, 5]),
        ("is:open sort:factual", [1, 5, 2, 3]),
        ("is:open sort:article", [1, 2, 3, 5]),
        ("is:held", [4]),
        ("is:waiting", [5, 1, 2, 3, 4]),
        ("category:factual", [1]),
        (f"article:{OTHER}", [5]),
        ("has:evidence", [1]),
        ("is:open has:warning", [5, 1, 3]),
        ("warning:number is:open", [5, 1]),
        ("is:concerned", [5]),
        ("is:alternative", [3]),
        ("is:clean", [5, 1, 2, 3]),
        ("is:conflict", []),
        ('"bank holiday"', [3]),
        ('"holiday bank"', []),
        ("holi", [3]),
        ("tuesday category:typo", [2]),
        ("assigned:nobody is:open", [5, 1, 2, 3]),
        ("before:2020-01-01", []),
        ("after:2020-01-01 sort:newest", [5, 4, 3, 2, 1]),
        ("readers:>1", []),
        ("http://example.org", []),
    ],
)
def test_an_operator_finds_what_it_says(desk: Publication, line: str, found: list[int]):
    assert numbers(desk, line) == found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("is:nothing", "is: takes "),
        ("category:none", "category: takes "),
        ("before:yesterday", "before: needs a date such as 2026-11-01"),
        ("readers:many", "readers: needs a number, such as readers:3"),
        ("sort:luck", "sort: takes "),
        ("has:luck", "has: takes "),
    ],
)
def test_a_value_that_an_operator_does_not_take_is_refused_with_those_it_takes(line: str, expected: str):
    with pytest.raises(Invalid, match=expected):
        search.search(line, "Mira")


def test_a_number_is_opened_and_no_input_breaks_the_search(desk: Publication):
    assert search.search("#12", "Mira").number == 12
    for line in ('"', '""', '" "', "is:", "- - -", "*", "a AND OR NOT (", "\x00", "is:open '", "#" * 600, ":::"):
        try:
            numbers(desk, line)
        except Invalid:
            continue


def test_pages_go_on_where_the_last_one_ended_in_every_order(desk: Publication):
    for order in ("turn", "age", "newest", "factual", "readers", "article"):
        wanted = search.search(f"is:waiting sort:{order}", "Mira").criteria
        whole = [each.number for each in queries.corrections(desk.index, wanted)]
        paged: list[int] = []
        while page := queries.corrections(
            desk.index, search.replace(wanted, after=paged[-1] if paged else None), limit=2
        ):
            paged += [each.number for each in page]
        assert paged == whole, order


def test_what_is_mine_what_sleeps_and_what_needs_a_check(desk: Publication):
    comments.assign(desk, EDITOR, 2, "Mira")
    comments.snooze(desk, EDITOR, 3, DAY)
    comments.flag(desk, EDITOR, 1, True)
    assert numbers(desk, "is:open assigned:me") == [2]
    assert numbers(desk, "is:open") == [5, 1, 2]
    assert numbers(desk, "is:snoozed") == [3]
    assert numbers(desk, "is:factcheck") == [1]
    later = datetime.now(UTC) + timedelta(days=4)
    awake = search.search("is:open", "Mira", later).criteria
    assert 3 in [each.number for each in queries.corrections(desk.index, awake)]
    with pytest.raises(Invalid):
        comments.snooze(desk, EDITOR, 3, "2020-01-01")
    with pytest.raises(Invalid):
        comments.assign(desk, EDITOR, 3, "Nobody Known")


def test_the_queue_follows_the_text(desk: Publication):
    text = desk.current_text(TALKS)
    updates.publish(desk, EDITOR, updates.ArticleText(TALKS, text.replace("1893", "1890").replace("Tusday", "Tuesday")))
    assert numbers(desk, "is:conflict") == [1, 3]
    assert numbers(desk, "is:applied") == [2]
    assert numbers(desk, "is:clean") == [5]


def test_a_correction_decided_by_me(desk: Publication):
    decisions.reject(desk, EDITOR, 1, desk.correction(1).last_event, code="style")
    assert numbers(desk, "is:decided by:me") == [1]
    assert desk.correction(1).reason == "This is a matter of style, not an error."


def test_words_among_the_open_ones_are_looked_for_where_they_are_open_now(desk: Publication):
    def agreed() -> list[int]:
        found = numbers(desk, 'is:open sort:age "1839"')
        desk.index.database.execute("INSERT INTO open_fts(open_fts, rank) VALUES ('integrity-check', 1)")
        return found

    assert agreed() == [1]
    decisions.reject(desk, EDITOR, 1, desk.store.head().ledger, "No.")
    assert agreed() == []
    assert numbers(desk, 'is:rejected "1839"') == [1]
    decisions.reopen(desk, EDITOR, 1, desk.store.head().ledger)
    assert agreed() == [1]
    assert numbers(desk, 'is:open "casino"') == []
    desk.index.rebuild(desk.store)
    assert agreed() == [1]
