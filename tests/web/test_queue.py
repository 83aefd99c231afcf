"""The queue without JavaScript: what was selected stays so, and what was refused is marked in its row."""

from flask import Flask
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.markup import collapse_whitespace
from tests.newsroom import a_correction, an_article


def test_a_refusal_keeps_what_was_selected_and_marks_the_offender(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    a_correction(publication, "1893", "1839")
    picks = [f"{number}:{publication.correction(number).last_event}" for number in (1, 2)]
    answer = editor.post("/daily/review/many", data={"decision": "accept", "pick": picks})
    assert answer.status_code == 409
    assert 'class="problem" role="alert"' in answer.text
    assert collapse_whitespace(answer.text).count(" checked>") == 2
    assert 'title="It changes a number.">It changes a number.</span>' in answer.text
    publication.index.catch_up(publication.store)
    assert publication.correction(1).state == "open"


def test_nothing_selected_is_a_problem_and_no_success(editor: FlaskClient, publication: Publication):
    an_article(publication)
    answer = editor.post("/daily/review/many", data={"decision": "accept"})
    assert answer.status_code == 422
    assert "Select at least one correction first." in answer.text
    assert 'class="told"' not in answer.text


def test_rows_link_their_numbers_and_the_active_order_is_shown(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    queue = collapse_whitespace(editor.get("/daily/review/").text)
    assert '<a href="/daily/review/1" aria-label="Correction 1">#1</a>' in queue
    assert 'aria-current="true">Queue order</a>' in queue
    assert 'aria-current="true">Newest first</a>' in editor.get("/daily/review/?q=is:decided").text
    assert 'aria-sort="ascending">Sent' in editor.get("/daily/review/?q=is:open+sort:age").text


def test_a_saved_search_is_a_tab_for_every_editor_until_it_is_removed(
    app: Flask, editor: FlaskClient, publication: Publication
):
    an_article(publication)
    line = "is:open category:typo assigned:me"
    saved = editor.post("/daily/review/searches", data={"q": line, "name": " My  typos "}, follow_redirects=True)
    assert "Search saved for all editors: My typos." in saved.text
    tab = '<a class="saved" href="?q=is%3Aopen%20category%3Atypo%20assigned%3Ame"'
    assert f'{tab} aria-current="page" dir="auto">My typos</a>' in collapse_whitespace(saved.text)
    publication.private.accounts.save("Otto", "editor", "long enough for a test")
    other = app.test_client()
    other.post("/daily/sign-in", data={"name": "Otto", "password": "long enough for a test"})
    assert tab in collapse_whitespace(other.get("/daily/review/").text)
    gone = other.post("/daily/review/searches", data={"do": "remove", "name": "My typos"}, follow_redirects=True)
    assert "Search removed: My typos." in gone.text
    assert tab not in collapse_whitespace(editor.get("/daily/review/").text)


def test_a_search_that_cannot_be_saved_says_why(editor: FlaskClient, publication: Publication):
    for form, why in (
        ({"q": "is:luck", "name": "Luck"}, "is: takes"),
        ({"q": "is:open", "name": " "}, "Name"),
        ({"q": "#12", "name": "Twelve"}, "Save a search that lists corrections."),
        ({"q": "is:open", "name": "n" * 41}, "Name"),
    ):
        answer = editor.post("/daily/review/searches", data=form)
        assert answer.status_code == 422
        assert why in answer.text
    for number in range(30):
        editor.post("/daily/review/searches", data={"q": "is:open", "name": f"Search {number}"})
    full = editor.post("/daily/review/searches", data={"q": "is:open", "name": "One more"})
    assert "At most 30 searches can be saved." in full.text
    assert editor.post("/daily/review/searches", data={"q": "is:held", "name": "Search 3"}).status_code == 303
