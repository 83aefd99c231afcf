"""What happens to a correction, through the desk's face."""

import threading
from dataclasses import replace

import pytest

from corrections.private.contacts import Contact
from corrections.private.receipts import KeyReused
from corrections.services.articles import updates
from corrections.services.errors import (
    AlreadyDecided,
    AlreadyPublished,
    Forbidden,
    InConflict,
    Invalid,
    NeedsWords,
    NothingToApply,
    QuoteAmbiguous,
    QuoteNotFound,
    UnknownArticle,
    UnknownRevision,
    Unwritable,
)
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import decisions
from corrections.services.review.decisions import NoticeDraft
from corrections.services.review.edited_text import Paragraph
from corrections.services.review.queue_lines import lines
from corrections.services.review.review_view import build_review_view
from corrections.services.submission.checks import check
from corrections.services.submission.placement import place
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from corrections.text.formats.markdown.render import render
from tests.newsroom import EDITOR, TALKS, TEXT, VIEWER, a_correction, an_article


def text(publication: Publication) -> str:
    return publication.current_text(TALKS)


def test_accepting_publishes_the_readers_words_and_nothing_else(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday", category="typo")
    done = decisions.accept(publication, EDITOR, sent.number, sent.last_event)
    assert done.state == "accepted"
    assert text(publication) == TEXT.replace("Tusday", "Tuesday")


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_two_corrections_in_one_sentence_both_apply_in_either_order(publication: Publication, order):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "in teh capital", "in the capital")
    for number in order:
        decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
    assert text(publication) == TEXT.replace("Tusday", "Tuesday").replace("teh", "the")


def test_an_editor_may_change_the_words_before_accepting(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1939", category="factual")
    done = decisions.accept(publication, EDITOR, 1, sent.last_event, text="1839")
    assert done.edited
    assert "opened in 1839" in text(publication)


def test_an_editor_may_write_markdown_and_a_reader_may_not(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "two points", "[three](https://evil.example) points")
    decisions.accept(
        publication, EDITOR, 1, sent.last_event, text="[three points](https://example.org/3)", markdown=True
    )
    assert text(publication) == TEXT.replace(
        "[two points](https://example.org/points)", "[three points](https://example.org/3)"
    )
    decisions.undo(publication, EDITOR, 1, publication.correction(1).last_event)
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    assert "(https://evil.example)" not in text(publication).replace("\\", "").split("](https://example.org/points)")[1]
    assert '<a href="https://evil.example"' not in render(text(publication)).html


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_corrections_of_different_words_both_apply_whatever_else_one_of_them_rewrites(
    publication: Publication, order: tuple[int, int]
):
    an_article(publication, "# Hiring\n\nInternal hiring is done for two types of process: this and that.\n")
    rest = "hiring is done for two types of process: this and that"
    many = "actions are not posted. They include " + "reassignments, details and temporary promotions, " * 3 + "at last"
    a_correction(publication, rest, many)
    a_correction(publication, "Internal", "External")
    for number in order:
        decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
    assert text(publication) == f"# Hiring\n\nExternal {many}.\n"


def test_the_same_place_with_other_words_is_an_alternative_told_in_review(publication: Publication):
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    other = a_correction(publication, "on Tusday", "on Wednesday")
    same = a_correction(publication, "Tusday", "Tuesday")
    elsewhere = a_correction(publication, "1893", "1839")
    assert (other.alternative_to, other.same_as, other.state) == (first.number, None, "open")
    assert (same.same_as, same.state) == (first.number, "duplicate")
    assert (elsewhere.alternative_to, elsewhere.same_as) == (None, None)
    assert [each.number for each in build_review_view(publication, 1).alike.alternatives] == [2]
    an_article(publication, TEXT.replace("The talks", "The long talks"))
    later = a_correction(publication, "Tusday", "Monday")
    assert later.alternative_to == first.number, "on another revision, too"
    assert [each.number for each in build_review_view(publication, later.number).alike.alternatives] == [1, 2]


def test_what_is_mended_already_is_told_at_the_door_with_what_mended_it(publication: Publication):
    before = an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, first.last_event)
    sharp = a_correction(publication, "1893", "the year 1839")
    decisions.accept(publication, EDITOR, 2, sharp.last_event)
    for exact, by, revision, number in (
        ("Tusday", "Tuesday", before.revision, 1),  # a page that was open meanwhile
        ("met on Tusday in", "met on Tuesday in", None, None),  # found by its likeness
        ("1893", "the year 1839", None, 2),  # quite gone
    ):
        with pytest.raises(AlreadyPublished) as told:
            a_correction(publication, exact, by, prefix="Ministers " if "met" in exact else "", revision=revision)
        assert told.value.details["correction"] == number
    assert publication.store.head().corrections == 2


def test_how_a_quote_was_found_is_kept(publication: Publication):
    an_article(publication)
    exact = a_correction(publication, "Tusday", "Tuesday", prefix="Ministers met on ", suffix=" in teh capital")
    moved = a_correction(
        publication, "two points", "three points", prefix="capitol, and they agreed on ", suffix=".\n\nWe"
    )
    assert (exact.verdict, moved.verdict) == ("exact", "moved")
    publication.index.rebuild(publication.store)
    assert publication.correction(2).verdict == "moved"


def test_a_second_decision_on_the_same_picture_is_refused(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday")
    decisions.reject(publication, EDITOR, 1, sent.last_event, "No.")
    with pytest.raises(AlreadyDecided, match="in the meantime"):
        decisions.accept(publication, EDITOR, 1, sent.last_event)
    with pytest.raises(AlreadyDecided):
        decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    assert text(publication) == TEXT


def test_of_two_editors_at_the_same_moment_one_decides_and_the_other_is_told(publication: Publication):
    an_article(publication)
    for number in range(1, 11):
        sent = a_correction(publication, "1893", str(1800 + number))
        outcomes: list[str] = []

        def decide(
            accepting: bool, event: str = sent.last_event, number: int = number, outcomes: list[str] = outcomes
        ) -> None:
            try:
                if accepting:
                    decisions.mark_spam(publication, EDITOR, number, event)
                else:
                    decisions.reject(publication, EDITOR, number, event, "No.")
                outcomes.append("done")
            except AlreadyDecided:
                outcomes.append("told")

        threads = [threading.Thread(target=decide, args=(which,)) for which in (True, False)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "told"]
    assert len(list(publication.store.entries())) == 21


def test_a_change_in_the_article_is_followed_and_a_rewrite_is_a_conflict(publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    sent = a_correction(publication, "Tusday", "Tuesday")
    an_article(
        publication,
        TEXT.replace("# The talks\n", "# The talks\n\nA new first paragraph.\n").replace("Tusday", "Wednesday"),
    )
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    assert "opened in 1839" in text(publication)
    with pytest.raises(InConflict) as error:
        decisions.accept(publication, EDITOR, 2, sent.last_event)
    assert "Wednesday" in str(error.value.details["published"])
    assert build_review_view(publication, 2).badge == "conflict"
    assert lines(publication, [publication.correction(2)])[0].badge == "conflict"


def test_a_conflict_is_settled_by_hand_on_the_text_the_editor_saw(publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    an_article(publication, TEXT.replace("Tusday", "Wednesday"))
    seen = build_review_view(publication, 1)
    words = seen.rebased.theirs.replace("Wednesday", "Tuesday")
    place = Paragraph(seen.article.revision, seen.rebased.start, seen.rebased.end, words)
    with pytest.raises(AlreadyDecided):
        decisions.accept(publication, EDITOR, 1, seen.correction.last_event, paragraph=replace(place, onto="0" * 40))
    decisions.accept(publication, EDITOR, 1, seen.correction.last_event, paragraph=place)
    assert text(publication) == TEXT.replace("Tusday", "Tuesday")


def test_what_the_publisher_mended_already_is_not_applied_twice(publication: Publication):
    an_article(publication, "One of the the last places.\n")
    sent = a_correction(publication, "the the last", "the last")
    an_article(publication, "One of the last places.\n")
    assert build_review_view(publication, 1).badge == "already_applied"
    with pytest.raises(NothingToApply):
        decisions.accept(publication, EDITOR, 1, sent.last_event)
    assert text(publication) == "One of the last places.\n"


def test_the_same_change_again_is_linked_and_counted(publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    again = a_correction(publication, "on Tusday in", "on Tuesday in")
    assert again.same_as is None or again.state == "duplicate"
    same = a_correction(publication, "Tusday", "Tuesday")
    assert (same.state, same.same_as) == ("duplicate", 1)
    assert publication.correction(1).readers >= 2


def test_reverting_restores_the_words_and_takes_the_notice_away(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    notice = NoticeDraft("correction", "An earlier version of this article gave the year as 1893.")
    decisions.accept(publication, EDITOR, 1, sent.last_event, notice=notice)
    article = publication.article(TALKS)
    assert [each.text for each in publication.store.meta(TALKS, article.revision).notices] == [notice.text]
    decisions.revert(publication, EDITOR, 1, publication.correction(1).last_event, "The plaque is newer.")
    assert text(publication) == TEXT
    assert publication.store.meta(TALKS, publication.article(TALKS).revision).notices == ()
    reopened = decisions.reopen(publication, EDITOR, 1, publication.correction(1).last_event)
    assert reopened.state == "open"
    decisions.accept(publication, EDITOR, 1, reopened.last_event)
    assert "1839" in text(publication)


def test_words_are_needed_where_the_reader_proposed_none(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", None, comment="The plaque says otherwise.")
    with pytest.raises(NeedsWords):
        decisions.accept(publication, EDITOR, 1, sent.last_event)
    decisions.accept(publication, EDITOR, 1, sent.last_event, text="1839")
    assert "1839" in text(publication)


def test_a_reader_may_withdraw_while_it_is_open(publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    assert status.withdraw(publication, 1).state == "withdrawn"
    with pytest.raises(AlreadyDecided):
        status.withdraw(publication, 1)


def test_a_viewer_decides_nothing(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday")
    with pytest.raises(Forbidden):
        decisions.accept(publication, VIEWER, 1, sent.last_event)
    with pytest.raises(Forbidden):
        updates.publish(publication, VIEWER, updates.ArticleText(TALKS, "x"))


def test_nothing_of_the_reader_enters_git(publication: Publication):
    an_article(publication)
    contact = Contact("Ada Nobody", "ada@example.org", True)
    sent = a_correction(publication, "Tusday", "Tuesday", contact=contact, comment="because")
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    assert publication.private.contacts.get(sent.id) == contact
    for path in publication.store.path.rglob("*"):
        if path.is_file():
            assert b"Nobody" not in path.read_bytes()
    for entry in publication.store.entries():
        assert "ada@" not in repr(entry)
    publication.private.contacts.forget(sent.id)
    assert publication.private.contacts.get(sent.id) is None


def test_one_idempotency_key_is_one_correction(publication: Publication):
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday", key="k")
    assert a_correction(publication, "Tusday", "Tuesday", key="k").number == first.number
    with pytest.raises(KeyReused):
        a_correction(publication, "1893", "1839", key="k")
    assert publication.store.head().corrections == 1


def test_a_key_sent_again_after_the_decision_gives_the_same_correction(publication: Publication):
    before = an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday", key="k", revision=before.revision)
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    again = a_correction(publication, "Tusday", "Tuesday", key="k", revision=before.revision)
    assert (again.number, again.state) == (1, "accepted")


@pytest.mark.parametrize(
    ("exact", "replacement", "more", "error"),
    [
        ("", "x", {}, Invalid),
        ("Tusday", "Tusday", {}, Invalid),
        ("Tusday", None, {}, Invalid),
        ("x" * 2_001, "y", {}, Invalid),
        ("Tusday", "y" * 4_001, {}, Invalid),
        ("Tusday", "Tues\x00day", {}, Invalid),
        ("Tusday", "Tues\ud800day", {}, Invalid),
        ("Tusday", "Tuesday", {"comment": "z" * 2_001}, Invalid),
        ("Tusday", "Tuesday", {"evidence": "javascript:alert(1)"}, Invalid),
        ("Tusday", "Tuesday", {"category": "spelling"}, Invalid),
        ("not in the current version of the article", "x", {}, QuoteNotFound),
        ("the", "a", {}, QuoteAmbiguous),
        ("Tusday", "Tuesday", {"article": "2026/11/24/none"}, UnknownArticle),
        ("Tusday", "Tuesday", {"revision": "f" * 40}, UnknownRevision),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(publication: Publication, exact, replacement, more, error):
    an_article(publication)
    head = publication.store.head()
    with pytest.raises(error):
        a_correction(publication, exact, replacement, **more)
    assert publication.store.head() == head


def test_an_ambiguous_quote_lists_places_that_are_not(publication: Publication):
    an_article(publication)
    with pytest.raises(QuoteAmbiguous) as error:
        a_correction(publication, "the", "a")
    for candidate in error.value.details["candidates"]:
        placed = place(publication, check(Submission(TALKS, Selector(**candidate), "a")))
        assert placed.place.start == candidate["start"]


@pytest.mark.parametrize(
    "article", [{"id": "2026/02/30/x", "text": "x"}, {"id": TALKS, "text": " \n"}, {"id": TALKS, "text": "a\x00b"},
                {"id": TALKS, "text": "x" * (2 * 2**20 + 1)}, {"id": TALKS, "text": "x", "url": "ftp://x"},
                {"id": TALKS, "text": "x", "language": "../x"}, {"id": TALKS, "text": "x", "published": "soon"}],
)  # fmt: skip
def test_an_article_that_is_none_is_refused(publication: Publication, article):
    with pytest.raises(Invalid):
        updates.publish(publication, EDITOR, updates.ArticleText(**article))
    assert publication.store.head().seq == 0


def test_importing_the_same_again_writes_nothing(publication: Publication):
    first = an_article(publication)
    assert an_article(publication) == first
    assert publication.store.head().seq == 1


def test_an_event_alone_is_written_to_a_pack(publication: Publication):
    """A loose object would lie in a new folder, which git does not sync: a loss of power could take it."""
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    decisions.reject(publication, EDITOR, sent.number, sent.last_event, "No.")
    loose = list((publication.store.path / "objects").glob("[0-9a-f][0-9a-f]/*"))
    assert loose == []


def test_what_looks_the_same_to_readers_cannot_be_accepted(publication: Publication):
    an_article(publication, "# The talks\n\nIt ended *late*.\n")
    sent = a_correction(publication, "late", "early")
    before = publication.store.head()
    with pytest.raises(NothingToApply, match="Before and after look the same to readers"):
        decisions.accept(publication, EDITOR, 1, sent.last_event, text="_late_", markdown=True)
    assert publication.store.head() == before


@pytest.mark.parametrize(
    ("exact", "typed", "read"),
    [
        ("“so”.\n\nA second", "“so”. A second", "“so”. A second paragraph."),
        ("said “so”", "said\n\n“so”", "He said\n“so”."),
    ],
)
def test_paragraphs_are_published_as_typed_or_refused(publication: Publication, exact: str, typed: str, read: str):
    an_article(publication, "# The talks\n\nHe said “so”.\n\nA second paragraph.\n")
    before = publication.current_text(TALKS)
    try:
        sent = a_correction(publication, exact, typed)
        decisions.accept(publication, EDITOR, 1, sent.last_event)
    except (AlreadyPublished, NothingToApply, Unwritable):
        assert publication.current_text(TALKS) == before
    else:
        assert read in render(publication.current_text(TALKS)).text
