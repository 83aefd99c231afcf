"""Saves in WordPress whose revisions come late, in another order or in great number: nothing of them is lost."""

import pytest

from corrections.services.publication import Publication
from tests.connectors.false_wordpress import TEXT, Answer, FalseWordPress
from tests.connectors.false_wordpress import false_wordpress as false_wordpress  # the fixture `site`
from tests.connectors.test_wordpress import accept, imported, synchronise
from tests.connectors.test_wordpress_faults import connect

CORRECTED = TEXT.replace("Tusday", "Tuesday")


def test_a_save_whose_revision_becomes_visible_after_a_later_one_is_not_lost(
    publication: Publication, site: FalseWordPress
):
    """The database gives out the numbers of two revisions in one order and stores them in another."""
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    synchronise(publication)
    site.revisions[1].append(CORRECTED.replace("Ministers", "Mayors"))  # saved, and overwritten by the next writing
    site.titles[1].append("Post 1")
    site.hidden = {1000 + len(site.revisions[1])}
    accept(publication, "met", "sat", article)
    synchronise(publication)
    assert site.content(1) == CORRECTED.replace("met", "sat")
    site.hidden = set()
    synchronise(publication)
    expected = CORRECTED.replace("met", "sat").replace("Ministers", "Mayors")
    assert (site.content(1), publication.current_text(article)) == (expected, expected)


def test_a_save_that_many_others_have_followed_is_not_lost(publication: Publication, site: FalseWordPress):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    synchronise(publication)
    site.write(1, CORRECTED.replace("Ministers", "Mayors"))
    lines = ""
    for line in range(60):  # by somebody who had opened the post before that
        lines += f"<p>Line {line}.</p>"
        site.write(1, CORRECTED + lines)
    synchronise(publication)
    expected = CORRECTED.replace("Ministers", "Mayors") + lines
    assert (site.content(1), publication.current_text(article)) == (expected, expected)


def test_a_save_while_an_earlier_one_is_taken_over_is_not_overwritten(
    publication: Publication, site: FalseWordPress, monkeypatch: pytest.MonkeyPatch
):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    synchronise(publication)
    accept(publication, "met", "sat", article)
    first = CORRECTED.replace("Ministers", "Mayors")
    answer = site.answer

    def answer_and_save(method: str, address: str, body: bytes) -> Answer:
        if method == "GET" and "posts%2F1&" in address and site.content(1) == CORRECTED:
            site.write(1, first)  # the pull is over
        given = answer(method, address, body)
        if "revisions" in address and site.content(1) == first:
            site.write(1, f"{first}<p>More.</p>")
        return given

    monkeypatch.setattr(site, "answer", answer_and_save)
    synchronise(publication)
    expected = f"{first}<p>More.</p>".replace("met", "sat")
    assert (site.content(1), publication.current_text(article)) == (expected, expected)
    assert site.revisions[1][-3:] == [first, f"{first}<p>More.</p>", expected], "nothing was written over the last save"


def test_a_save_whose_revision_is_the_first_one_and_becomes_visible_after_a_later_one_is_not_lost(
    publication: Publication, site: FalseWordPress
):
    site.posts[1]["_links"]["predecessor-version"] = []
    site.hidden = {1001, 1002}  # WordPress keeps no revision of a post that has never been edited
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    site.revisions[1].append(TEXT.replace("Ministers", "Mayors"))  # saved, and overwritten by the next writing
    site.titles[1].append("Post 1")
    synchronise(publication)
    assert site.content(1) == CORRECTED
    site.hidden = {1001}
    synchronise(publication)
    expected = CORRECTED.replace("Ministers", "Mayors")
    assert (site.content(1), publication.current_text(article)) == (expected, expected)


def test_an_edit_of_a_writing_that_is_not_answered_stays_when_its_revision_is_stored_first(
    publication: Publication, site: FalseWordPress
):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    site.forget = 1
    assert synchronise(publication).last_error is not None
    edited = CORRECTED.replace("met", "sat")
    site.write(1, edited)
    site.revisions[1] = [TEXT, edited, CORRECTED]
    for _ in range(2):
        assert synchronise(publication).last_error is None
        assert (site.content(1), publication.current_text(article)) == (edited, edited)
