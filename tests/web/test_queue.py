"""The queue without JavaScript: what was selected stays so, and what was refused is marked in its row."""

from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.newsroom import a_correction, an_article


def test_a_refusal_keeps_what_was_selected_and_marks_the_offender(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    a_correction(publication, "1893", "1839")
    picks = [f"{number}:{publication.correction(number).last_event}" for number in (1, 2)]
    answer = editor.post("/daily/review/many", data={"decision": "accept", "pick": picks})
    assert answer.status_code == 409
    assert 'class="problem" role="alert"' in answer.text
    assert answer.text.count(" checked>") == 2
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
    queue = editor.get("/daily/review/").text
    assert '<a href="/daily/review/1" aria-label="Correction 1">#1</a>' in queue
    assert 'aria-current="true">Queue order</a>' in queue
    assert 'aria-current="true">Newest first</a>' in editor.get("/daily/review/?q=is:decided").text
    assert 'aria-sort="ascending">Sent' in editor.get("/daily/review/?q=is:open+sort:age").text
