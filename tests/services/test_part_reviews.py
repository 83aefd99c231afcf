"""What editors decide about corrections of headline and standfirst, and about others beside them."""

import pytest

from corrections.domain.decisions import DecisionKind
from corrections.services.articles.updates import ArticleText, publish
from corrections.services.errors import AgainstPolicy, Unwritable
from corrections.services.publication import Publication
from corrections.services.queue.pages import queue_page
from corrections.services.review import bulk, decisions
from corrections.services.review.edited_text import EditorWords, Paragraph
from corrections.services.review.review_view import build_review_view
from corrections.services.review.search import search
from corrections.text.comparison.merge import Side
from repo_store import Format, Part, Source
from tests.newsroom import EDITOR, TALKS, a_correction

BODY = "They mett in Geneva.\n"
STANDFIRST = "Teh talks lasted two days."


def send(publication: Publication, standfirst: str = STANDFIRST, side: Side | None = None) -> None:
    incoming = ArticleText(TALKS, BODY, title="An agreement at last", standfirst=Source(standfirst, Format.PLAIN))
    publish(publication, EDITOR, incoming, side)


def stored(publication: Publication, part: Part) -> str:
    return publication.sources(TALKS, publication.article(TALKS).revision).of(part).text


def correct(publication: Publication, exact: str, replacement: str) -> None:
    made = a_correction(publication, exact, replacement)
    decisions.accept(publication, EDITOR, made.number, made.last_event)


def revert(publication: Publication, number: int) -> None:
    decisions.revert(publication, EDITOR, number, publication.correction(number).last_event, "It was right.")


def test_the_beginning_of_a_text_is_no_headline_where_that_is_beside_it(publication: Publication):
    (publication.folder / "policy.toml").write_text('second_person = ["headline"]\n')
    send(publication)
    a_correction(publication, "mett", "met", category="typo")
    a_correction(publication, "agreement at", "agreement, at", category="typo")
    page = queue_page(publication, search("is:open", "Mira").criteria)
    reasons = {row.line.correction.number: row.review_reason for row in page.rows}
    assert reasons == {1: "", 2: "It changes the headline."}


def test_a_heading_in_the_text_is_no_headline_where_that_is_beside_it(publication: Publication):
    (publication.folder / "policy.toml").write_text('second_person = ["headline"]\n')
    incoming = ArticleText(TALKS, "## Teh beginning\n\nThey met.\n", title="An agreement at last")
    publish(publication, EDITOR, incoming)
    made = a_correction(publication, "Teh beginning", "The beginning", category="typo")
    headline = a_correction(publication, "agreement at", "agreement, at", category="typo")
    assert not build_review_view(publication, made.number).in_headline
    assert build_review_view(publication, headline.number).in_headline
    together = bulk.clean_corrections(publication, TALKS)
    assert (together.numbers, together.refused) == ((made.number,), {headline.number: "It changes the headline."})
    decisions.accept(publication, EDITOR, made.number, made.last_event)
    with pytest.raises(AgainstPolicy):
        decisions.accept(publication, EDITOR, headline.number, headline.last_event)


def test_a_part_that_the_publisher_took_away_does_not_come_back_with_a_revert(publication: Publication):
    send(publication)
    correct(publication, STANDFIRST, "")
    send(publication, "", side="theirs")
    assert publication.store.parts(TALKS, publication.article(TALKS).revision).standfirst is None
    with pytest.raises(Unwritable, match="no longer has a standfirst of its own"):
        revert(publication, 1)
    assert stored(publication, Part.STANDFIRST) == ""


def test_a_standfirst_that_a_correction_took_away_comes_back_with_a_revert(publication: Publication):
    send(publication)
    correct(publication, STANDFIRST, "")
    assert stored(publication, Part.STANDFIRST) == ""
    revert(publication, 1)
    assert stored(publication, Part.STANDFIRST) == STANDFIRST


@pytest.mark.parametrize("way", ["source", "paragraph"])
def test_an_editors_lines_for_a_plain_headline_are_one_line(publication: Publication, way: str):
    send(publication)
    made = a_correction(publication, "agreement", "accord")
    revision = publication.article(TALKS).revision
    if way == "source":
        words = EditorWords("accord\n\nand more\n", markdown=True)
    else:
        whole = len(stored(publication, Part.HEADLINE))
        words = EditorWords("", paragraph=Paragraph(revision, 0, whole, "An accord\n\nand more at last\n"))
    accepting = decisions.Decision(DecisionKind.ACCEPT, made.last_event, words=words)
    decisions.decide(publication, EDITOR, made.number, accepting)
    assert stored(publication, Part.HEADLINE) == "An accord and more at last"
