"""Headline and standfirst that come into the body or out of it: merged with what corrections made of them."""

import pytest

from corrections.services.articles.updates import ArticleText, Outcome, publish
from corrections.services.errors import Clashing
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.text.comparison.merge import Side
from repo_store import Format, Part, Source
from tests.newsroom import EDITOR, TALKS, a_correction

BODY = "They met in Geneva.\n"


def send(publication: Publication, text: str, title: str | None = None, side: Side | None = None) -> Outcome:
    return publish(publication, EDITOR, ArticleText(TALKS, text, title=title), side)


def stored(publication: Publication) -> tuple[str, str, str]:
    sources = publication.sources(TALKS, publication.article(TALKS).revision)
    return sources.of(Part.HEADLINE).text, sources.of(Part.BODY).text, publication.article(TALKS).title


def correct(publication: Publication, exact: str, replacement: str) -> None:
    made = a_correction(publication, exact, replacement)
    decisions.accept(publication, EDITOR, made.number, made.last_event)


@pytest.fixture
def corrected_headline(publication: Publication) -> Publication:
    """An article with a headline beside its text that correction 1 corrected."""
    send(publication, BODY, "Teh head")
    correct(publication, "Teh head", "The head")
    return publication


def test_a_text_that_takes_over_the_corrected_headline_is_no_clash(corrected_headline: Publication):
    outcome = send(corrected_headline, f"# The head\n\n{BODY}", "The head")
    assert (outcome.outcome, outcome.kept, outcome.taken_over) == ("revised", (), (1,))
    assert stored(corrected_headline) == ("", f"# The head\n\n{BODY}", "The head")


def test_no_headline_is_kept_beside_a_text_that_begins_with_another(corrected_headline: Publication):
    text = f"# Teh head\n\n{BODY}"
    with pytest.raises(Clashing) as raised:
        send(corrected_headline, text)
    (clash,) = raised.value.clashes
    assert (clash.field, clash.corrections) == ("title", (1,))
    assert (clash.published, clash.sent_before, clash.sent_now) == ("The head", "Teh head", "Teh head")
    outcome = send(corrected_headline, text, side="ours")
    assert outcome.kept == ()
    assert stored(corrected_headline) == ("", text, "Teh head")


def test_a_headline_that_leaves_the_text_is_not_stored_beside_one_that_is_kept_there(publication: Publication):
    send(publication, f"# Teh head\n\n{BODY}")
    correct(publication, "Teh head", "The head")
    with pytest.raises(Clashing):
        send(publication, BODY, "Another head")
    outcome = send(publication, BODY, "Another head", "ours")
    assert outcome.kept == (1,)
    headline, body, title = stored(publication)
    assert headline == ""
    assert body.startswith("# The head\n")
    assert title == "The head"


@pytest.mark.parametrize(("side", "kept"), [("ours", (1,)), ("theirs", ())])
def test_a_clash_over_a_standfirst_that_was_taken_away_names_its_corrections(
    publication: Publication, side: Side, kept: tuple[int, ...]
):
    first = ArticleText(TALKS, BODY, title="Head", standfirst=Source("Teh talks", Format.PLAIN))
    publish(publication, EDITOR, first)
    correct(publication, "Teh talks", "The talks")
    without = ArticleText(TALKS, BODY, title="Head", standfirst=Source("", Format.PLAIN))
    with pytest.raises(Clashing) as raised:
        publish(publication, EDITOR, without)
    assert [(clash.field, clash.corrections) for clash in raised.value.clashes] == [("standfirst", (1,))]
    assert publish(publication, EDITOR, without, side).kept == kept


def test_a_standfirst_that_moves_into_the_text_with_its_correction_is_no_clash(publication: Publication):
    standfirst = Source("Teh talks", Format.PLAIN)
    publish(publication, EDITOR, ArticleText(TALKS, BODY, title="Head", standfirst=standfirst))
    correct(publication, "Teh talks", "The talks")
    now = ArticleText(TALKS, f"The talks\n\n{BODY}", title="Head", standfirst=Source("The talks", Format.PLAIN))
    assert publish(publication, EDITOR, now).taken_over == (1,)


def test_a_headline_that_is_named_for_the_first_time_clashes_with_no_title(publication: Publication):
    send(publication, f"# Teh head\n\n{BODY}")
    correct(publication, "Teh head", "The head")
    with pytest.raises(Clashing) as raised:
        send(publication, BODY, "The head")
    assert [clash.field for clash in raised.value.clashes] == ["text"]
    assert send(publication, BODY, "The head", "theirs").outcome == "revised"
    assert stored(publication) == ("The head", BODY, "The head")
