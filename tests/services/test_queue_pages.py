"""Alternatives are on the page of the proposal for the same words, whichever page they would be on."""

from dataclasses import replace

from corrections.index.queries import PAGE
from corrections.services.publication import Publication
from corrections.services.queue.pages import queue_page
from corrections.services.review import decisions
from corrections.services.review.search import search
from tests.newsroom import EDITOR, a_correction, an_article

ARTICLE = "2026/11/20/long"


def numbers(publication: Publication, line: str = "is:open", after: int | None = None) -> list[tuple[int, bool]]:
    page = queue_page(publication, replace(search(line, "Mira").criteria, after=after))
    return [(row.line.correction.number, row.nested) for row in page.rows]


def test_alternatives_of_a_later_page_are_under_their_proposal_and_nowhere_else(publication: Publication):
    an_article(publication, "# Words\n\n" + "\n\n".join(f"Word{n}x grows here." for n in range(PAGE + 3)), ARTICLE)
    for n in range(PAGE + 3):
        a_correction(publication, f"Word{n}x grows", f"Word{n}x blooms", article=ARTICLE)
    last = a_correction(publication, "Word0x grows", "Word0x thrives", article=ARTICLE)
    assert last.alternative_to == 1
    first_page = numbers(publication)
    assert first_page[:3] == [(1, False), (last.number, True), (2, False)]
    assert [number for number, _ in numbers(publication, after=PAGE)] == [PAGE + 1, PAGE + 2, PAGE + 3]


def test_an_alternative_has_its_own_place_where_the_search_does_not_find_its_proposal(publication: Publication):
    an_article(publication, "# Words\n\nIt grows here.\n", ARTICLE)
    first = a_correction(publication, "grows", "blooms", article=ARTICLE)
    second = a_correction(publication, "grows", "thrives", article=ARTICLE, category="factual")
    assert numbers(publication) == [(first.number, False), (second.number, True)]
    assert numbers(publication, "is:open category:factual") == [(second.number, False)]
    decisions.reject(publication, EDITOR, first.number, first.last_event, "No.")
    assert numbers(publication) == [(second.number, False)]


def test_neither_of_two_alternatives_is_a_clean_one(publication: Publication):
    an_article(publication, "# Words\n\nIt grows here.\n", ARTICLE)
    a_correction(publication, "grows", "blooms", article=ARTICLE, category="typo")
    a_correction(publication, "grows", "thrives", article=ARTICLE, category="typo")
    page = queue_page(publication, search("is:open", "Mira").criteria)
    assert [row.review_reason for row in page.rows] == [
        "#2 suggests other words for the same text.",
        "It is an alternative to #1.",
    ]
