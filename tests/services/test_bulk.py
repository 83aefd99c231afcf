"""Many corrections accepted at once: the clean ones, of each article all or none, with one report."""

import pytest

from corrections.services.errors import Forbidden, Invalid
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy, bulk
from corrections.services.review.bulk_eligibility import line_review_reason
from corrections.services.review.queue_lines import lines
from tests.newsroom import EDITOR, TALKS, TEXT, VIEWER, a_correction, an_article

BRIDGE = "2026/11/23/bridge"


def picked(publication: Publication, *numbers: int) -> bulk.Picked:
    return {number: publication.correction(number).last_event for number in numbers}


NEEDS_REVIEW = [
    ("1893", "1839", {}, "It changes a number."),
    ("We always", "We never", {}, "It changes a quotation."),
    ("and closed", "and never closed", {}, "It changes a negation."),
    ("in teh capital", "in Oslo, teh capital", {}, "It changes a name."),
    ("teh", "the", {"concerned": True}, "It comes from the person concerned."),
    ("opened", "began", {"category": "factual"}, "It corrects a factual error, which may need a notice."),
    ("teh", None, {"comment": "A typo."}, "It suggests no text."),
]


@pytest.mark.parametrize(("quote", "by", "more", "why"), NEEDS_REVIEW)
def test_what_an_editor_has_to_open_first_is_not_among_the_clean_ones(
    publication: Publication, quote: str, by: str | None, more: dict[str, object], why: str
):
    an_article(publication)
    a_correction(publication, quote, by, **more)
    before = publication.store.head()
    (line,) = lines(publication, [publication.correction(1)])
    assert line_review_reason(publication, line, acceptance_policy.of(publication)) == why
    together = bulk.clean_corrections(publication, TALKS)
    assert (together.numbers, together.refused) == ((), {1: why})
    report = bulk.accept_clean(publication, EDITOR, picked(publication, 1))
    assert (report.accepted, report.refused) == ((), {1: why})
    assert publication.store.head() == before


def test_a_policy_about_headlines_takes_them_out_of_the_clean_ones(publication: Publication):
    an_article(publication, TEXT.replace("The talks", "The long taks"))
    a_correction(publication, "taks", "talks", category="typo")
    assert bulk.clean_corrections(publication, TALKS).numbers == (1,)
    (publication.folder / "policy.toml").write_text('second_person = ["headline"]\n')
    assert bulk.clean_corrections(publication, TALKS).refused == {1: "It changes the headline."}
    (line,) = lines(publication, [publication.correction(1)])
    assert line_review_reason(publication, line, acceptance_policy.of(publication)) == "It changes the headline."


def test_of_each_article_all_or_none_are_accepted_with_one_report(publication: Publication):
    an_article(publication)
    an_article(publication, "# Bridges\n\nTeh bridge was cloosed.\n", BRIDGE)
    a_correction(publication, "teh", "the", category="typo")
    a_correction(publication, "1893", "1839")
    a_correction(publication, "cloosed", "closed", article=BRIDGE, category="typo")
    report = bulk.accept_clean(publication, EDITOR, picked(publication, 1, 2, 3))
    assert [correction.number for correction in report.accepted] == [3]
    assert report.refused == {2: "It changes a number."}
    assert report.kept == (1,)
    assert publication.current_text(TALKS) == TEXT
    assert publication.current_text(BRIDGE) == "# Bridges\n\nTeh bridge was closed.\n"
    assert [item.number for item in bulk.accept_clean(publication, EDITOR, picked(publication, 1)).accepted] == [1]


def test_nothing_selected_and_no_right_are_refused(publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    with pytest.raises(Invalid, match="Select at least one correction first"):
        bulk.accept_clean(publication, EDITOR, {})
    with pytest.raises(Forbidden):
        bulk.accept_clean(publication, VIEWER, picked(publication, 1))
