"""What an article's headline and standfirst are: what was sent, what the body holds, and what shows nothing."""

import pytest

from corrections.services.articles import updates
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from repo_store import Format, Part, Source
from tests.newsroom import EDITOR, TALKS, a_correction
from tests.services.test_parts import BODY, HEADLINE, STANDFIRST, accept, send, sources


def test_a_body_that_begins_with_its_headline_holds_it(publication: Publication):
    send(publication, headline=None, title="An agreement", text=f"<h1>An agreement</h1>{BODY}")
    assert sources(publication)[0] == ""
    assert publication.article(TALKS).title == "An agreement"
    assert a_correction(publication, "An agreement", "A late agreement").part is Part.BODY


def test_a_standfirst_that_the_body_holds_is_not_stored_twice_and_can_be_taken_away(publication: Publication):
    send(publication, text=f"<p><strong>Teh talks lasted two days.</strong></p>{BODY}")
    assert sources(publication)[1] == ""
    send(publication)
    assert sources(publication)[1] == STANDFIRST
    send(publication, standfirst=Source("", Format.HTML))
    assert sources(publication)[1] == ""
    send(publication, standfirst=None)
    assert sources(publication)[1] == ""


def test_a_title_of_an_article_in_markdown_is_read_as_plain_text(publication: Publication):
    incoming = updates.ArticleText(TALKS, "The talks began.\n", title="2*3*4 & _more_ <b>")
    updates.publish(publication, EDITOR, incoming)
    assert sources(publication)[0] == "2*3*4 & _more_ <b>"
    a_correction(publication, "_more_", "_less_")
    accept(publication, 1)
    assert sources(publication) == ("2*3*4 & _less_ <b>", "", "The talks began.\n")
    assert publication.article(TALKS).title == "2*3*4 & _less_ <b>"


def test_an_article_without_a_title_has_no_headline_of_its_own(publication: Publication):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "The talks began.\n"))
    assert sources(publication)[0] == ""
    assert publication.article(TALKS).title == "The talks began."


def test_a_headline_that_is_too_long_or_no_text_is_refused(publication: Publication):
    for text in ("x" * 301, "half a character \ud800"):
        with pytest.raises(Invalid, match="Title"):
            send(publication, headline=Source(text, Format.HTML))


@pytest.mark.parametrize("nothing", ["<b></b>", "&nbsp;", "&#8203;&shy;", "<!-- none -->"])
def test_a_headline_that_shows_nothing_is_none(publication: Publication, nothing: str):
    send(publication, headline=Source(nothing, Format.HTML), title="An agreement")
    assert sources(publication)[0] == "An agreement"
    send(publication, headline=Source(nothing, Format.HTML))
    assert sources(publication)[0] == "An agreement"


@pytest.mark.parametrize("nothing", [" ", "\u00a0", "\x08", "\u200b"])
def test_a_title_that_shows_nothing_is_none(publication: Publication, nothing: str):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "# Talks\n\nThey met.\n", title=nothing))
    assert (sources(publication)[0], publication.article(TALKS).title) == ("", "Talks")


def words_changed(publication: Publication) -> bool:
    """What the last event about the article says."""
    event = list(publication.store.entries())[-1].event
    return bool(event.words_changed)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "changes",
    [
        {"standfirst": Source(STANDFIRST.replace("two", "t&#119;o"), Format.HTML)},
        {"headline": Source(HEADLINE.replace("&amp;", "&#38;"), Format.HTML)},
        {"standfirst": Source("", Format.HTML), "text": f"{STANDFIRST}{BODY}"},
        {"headline": None, "text": f"<h1>{HEADLINE}</h1>{STANDFIRST}{BODY}"},
    ],
    ids=["entity in the standfirst", "entity in the headline", "standfirst in the text", "all in the text"],
)
def test_the_same_words_in_another_part_or_spelling_are_no_other_words(
    publication: Publication, changes: dict[str, object]
):
    send(publication)
    assert send(publication, **changes).outcome == "revised"
    assert not words_changed(publication)
    assert send(publication).outcome == "revised"
    assert not words_changed(publication)
    send(publication, standfirst=Source("<p>The talks lasted two weeks.</p>", Format.HTML))
    assert words_changed(publication)


def test_a_heading_that_becomes_the_title_is_no_other_words(publication: Publication):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "# Talks\n\nThey met.\n"))
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "They met.\n", title="Talks"))
    assert sources(publication) == ("Talks", "", "They met.\n")
    assert not words_changed(publication)


def test_first_words_that_become_the_headline_as_well_are_no_other_words(publication: Publication):
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "They met.\n\nMore.\n"))
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "They met.\n\nMore.\n", title="They met."))
    assert sources(publication) == ("They met.", "", "They met.\n\nMore.\n")
    assert not words_changed(publication)


def test_the_title_is_that_of_a_text_that_takes_the_headline_over(publication: Publication):
    send(publication)
    send(publication, headline=None, text=f"<h1>An agreement</h1>{BODY}")
    assert publication.article(TALKS).title == "An agreement"
    assert words_changed(publication)
