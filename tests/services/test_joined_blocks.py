"""Joining and splitting paragraphs is a correction like any other: seen in the review, and published as typed."""

import pytest

from corrections.services.publication import Publication
from corrections.services.rendered_view import rendered_rows
from corrections.services.review import decisions
from corrections.services.review.edited_text import preview
from corrections.services.review.review_view import build_review_view
from tests.newsroom import EDITOR, a_correction, an_article

ARTICLE = "2026/11/26/bridge"
BASE = "He said “the bridge is closed”.\n\nA second bridge is open.\n\n- north\n- south\n"


@pytest.mark.parametrize(
    ("exact", "replacement", "published"),
    [
        ("closed”.\n\nA second", "closed”. A second", BASE.replace("”.\n\nA", "”. A")),
        ("bridge is open.", "bridge.\n\nIt is open.", BASE.replace("bridge is open.", "bridge.\n\nIt is open.")),
        ("second bridge is open", "second\n\nbridge is open", BASE.replace("second ", "second\n\n")),
        ("north\nsouth", "north south", BASE.replace("north\n- ", "north ")),
        ("A second bridge is open.", "", BASE.replace("A second bridge is open.\n\n", "")),
    ],
)
def test_what_a_reader_joins_or_splits_is_shown_and_published(publication: Publication, exact, replacement, published):
    an_article(publication, BASE, ARTICLE)
    number = a_correction(publication, exact, replacement, article=ARTICLE).number
    view = build_review_view(publication, number)
    assert any(row.kind != "same" for row in rendered_rows(publication, view))
    decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
    assert publication.current_text(ARTICLE) == published


@pytest.mark.parametrize("markdown", [False, True])
def test_an_editor_s_own_words_join_too(publication: Publication, markdown: bool):
    an_article(publication, BASE, ARTICLE)
    number = a_correction(publication, "closed”.\n\nA second", "closed”; a second", article=ARTICLE).number
    words = "closed”. A second"
    assert any(row.kind != "same" for row in preview(publication, number, words, markdown).published)
    based_on = publication.correction(number).last_event
    decisions.accept(publication, EDITOR, number, based_on, text=words, markdown=markdown)
    assert publication.current_text(ARTICLE) == BASE.replace("”.\n\nA", "”. A")
