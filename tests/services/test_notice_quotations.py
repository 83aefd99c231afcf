"""A notice says only what readers can check: the words that were published, and those that are."""

import pytest

from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review import decisions, edited_text, notices
from corrections.services.review.edited_text import EditorWords, Paragraph
from corrections.services.review.notice_drafts import NoticeDraft, WordChange, word_change
from repo_store import Source
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article


def drafted(publication: Publication, words: EditorWords, kind: str = "correction") -> str:
    change = edited_text.change_to_publish(publication, 1, words)
    return notices.drafts(publication, change, "en").get(kind, "")


@pytest.mark.parametrize(
    ("old", "new", "was", "now"),
    [
        ("It opened in 1893.", "It opened in 1839.", "1893", "1839"),
        ("The **old** bridge.", "The **new** bridge.", "old", "new"),
        ("We never said so.", "We said so.", "We never", "We"),
        ("We said so.", "We never said so.", "We", "We never"),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "Two.", ""),
        ("One.\n\nThree.", "One.\n\nTwo.\n\nThree.", "", "Two."),
    ],
)
def test_a_draft_quotes_whole_words_with_something_on_both_sides(old: str, new: str, was: str, now: str):
    assert word_change(Source(old), Source(new)) == WordChange(was, now)


def test_a_draft_quotes_the_editor_s_words_and_not_the_reader_s(publication: Publication):
    an_article(publication)
    a_correction(publication, "Ministers", "mathematicians")
    assert "should have said “mathematicians”" in drafted(publication, EditorWords())
    text = drafted(publication, EditorWords("great mathematicians"))
    assert text == "An earlier version of this article said “Ministers”. It should have said “great mathematicians”."


def test_a_notice_with_words_that_will_not_be_published_stops_acceptance(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Ministers", "Mathematicians")
    before = publication.store.head()
    readers = NoticeDraft("correction", drafted(publication, EditorWords()))
    with pytest.raises(Invalid, match="should read “Mathematicians”, but it will not contain these words"):
        decisions.accept(publication, EDITOR, 1, sent.last_event, text="A great mathematician", notice=readers)
    assert publication.store.head() == before
    notice = NoticeDraft("correction", drafted(publication, EditorWords("A great mathematician")))
    assert decisions.accept(
        publication, EDITOR, 1, sent.last_event, text="A great mathematician", notice=notice
    ).notice_text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("An earlier version of this article said “1899”. It should have said “1839”.", "article read “1899”"),
        ("An earlier version of this article said “1839”. It should have said “1893”.", "should read “1893”"),
        ("We wrote “1899”, which was wrong.", "“1899”, but these words are in no version"),
        ("Sorry: it is «1838».", "“1838”, but these words are in no version"),
    ],
)
def test_quotations_are_looked_up_in_the_article_and_in_its_history(publication: Publication, text: str, message: str):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    with pytest.raises(Invalid, match=message):
        decisions.accept(publication, EDITOR, 1, sent.last_event, notice=NoticeDraft("correction", text))
    right = NoticeDraft("correction", "The bridge was said to have opened in “1893”; it was “1839”.")
    decisions.accept(publication, EDITOR, 1, sent.last_event, notice=right)
    before = publication.store.head()
    with pytest.raises(Invalid, match=message):
        notices.edit(publication, EDITOR, TALKS, 0, NoticeDraft("correction", text))
    assert publication.store.head() == before


def test_the_house_s_own_sentences_are_checked_too(publication: Publication):
    an_article(publication)
    settings.put(publication, "notice-correction", "We wrote {was}; right is {now}.")
    sent = a_correction(publication, "1893", "1839")
    with pytest.raises(Invalid, match="should read “1840”"):
        decisions.accept(
            publication, EDITOR, 1, sent.last_event, notice=NoticeDraft("correction", "We wrote 1893; right is 1840.")
        )


def test_long_passages_are_quoted_cut_and_still_recognised(publication: Publication):
    long = " ".join(f"word{number}" for number in range(60))
    an_article(publication, f"# Long\n\n{long}\n")
    sent = a_correction(publication, long, long.replace("word", "term"))
    text = drafted(publication, EditorWords())
    assert "…" in text
    decisions.accept(publication, EDITOR, 1, sent.last_event, notice=NoticeDraft("correction", text))


def test_in_a_conflict_the_draft_is_made_from_what_the_editor_writes(publication: Publication):
    an_article(publication)
    a_correction(publication, "opened in 1893", "was opened in 1839")
    updates.publish(
        publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("opened in 1893", "opened about 1890"))
    )
    assert drafted(publication, EditorWords()) == "", "nothing to quote before the editor wrote something"
    current = publication.current_text(TALKS)
    start = current.index("- the bridge")
    settled = current[start:].replace("about 1890", "in 1839")
    paragraph = Paragraph(publication.article(TALKS).revision, start, len(current), settled)
    text = drafted(publication, EditorWords(paragraph=paragraph))
    assert text == "An earlier version of this article said “about 1890”. It should have said “in 1839”."


def test_a_passage_that_is_taken_out_is_quoted_as_removed(publication: Publication):
    an_article(publication)
    change = WordChange("Two.", "")
    assert notices.drafts(publication, change, "en")["correction"] == (
        "An earlier version of this article said “Two.”. This passage has been removed."
    )
    assert "Diese Passage wurde entfernt" in notices.drafts(publication, change, "de")["correction"]
