"""What editors see of each other's work on a correction: threads, approvals, who has appealed."""

import re

from flask.testing import FlaskClient

from corrections.private.contacts import Contact
from corrections.services.actors import Actor
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import comments, decisions
from tests.markup import collapse_whitespace
from tests.newsroom import EDITOR, a_correction, an_article

OTTO = Actor("Otto", "editor")
RESOLVED = "1 resolved thread<"


def talk(editor: FlaskClient, do: str, remark: str, number: int = 1) -> int:
    return editor.post(f"/daily/review/{number}/talk", data={"do": do, "remark": remark}).status_code


def test_a_resolved_thread_is_folded_away_with_the_reader_s_answer_and_can_be_reopened(
    editor: FlaskClient, publication: Publication
):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    comments.note(publication, EDITOR, 1, "Who has the book?")
    asked = comments.ask(publication, EDITOR, 1, "Which plaque?")
    status.add_word(publication, 1, "The one on the pier.")
    remarks = re.findall(r'name="remark" value="(\w+)"', editor.get("/daily/review/1").text)
    assert remarks[1] == asked.last_event
    assert talk(editor, "resolve", remarks[1]) == 303
    page = editor.get("/daily/review/1").text
    (folded,) = re.findall(r'<details class="resolved">.*?</details>', page, re.DOTALL)
    assert RESOLVED in folded
    assert "Resolved by Mira" in folded
    assert "Which plaque?" in folded
    assert "The one on the pier." in folded
    assert "Who has the book?" not in folded
    assert talk(editor, "unresolve", remarks[1]) == 303
    assert RESOLVED not in editor.get("/daily/review/1").text


def test_only_a_remark_about_the_correction_can_be_resolved(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    a_correction(publication, "teh", "the")
    noted = comments.note(publication, EDITOR, 1, "Who has the book?")
    assert talk(editor, "resolve", noted.last_event, number=2) == 422
    assert talk(editor, "resolve", sent.last_event) == 422
    assert talk(editor, "resolve", "") == 422


def test_a_thread_stays_resolved_when_a_redaction_rewrites_the_ledger(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    a_correction(publication, "teh", "the")
    noted = comments.note(publication, EDITOR, 2, "Who has the book?")
    talk(editor, "resolve", noted.last_event, number=2)
    redaction.redact(publication, Actor("Ines", "admin"), redaction.Removal("Privacy.", number=1))
    assert RESOLVED in editor.get("/daily/review/2").text


def test_the_queue_says_who_has_approved_a_correction(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    a_correction(publication, "teh", "the")
    assert "Approved by" not in editor.get("/daily/review/").text
    seconded = decisions.second(publication, OTTO, 1, sent.last_event)
    decisions.second(publication, EDITOR, 1, seconded.last_event)
    assert editor.get("/daily/review/").text.count("Approved by Mira, Otto</span>") == 1


def test_the_appeals_tab_names_who_has_appealed_and_not_who_rejected(editor: FlaskClient, publication: Publication):
    an_article(publication)
    for number, (words, contact) in enumerate(
        (("teh", Contact("", "", False)), ("1893", Contact("Jo Reader", "jo@example.org", False))), 1
    ):
        sent = a_correction(publication, words, "other words", contact=contact)
        decisions.reject(publication, OTTO, number, sent.last_event, "No.")
        status.appeal(publication, number, "Look again.")
    page = editor.get("/daily/review/?q=is:appealed").text
    assert "Appealed by <bdi>the reader</bdi>" in page
    assert "Appealed by <bdi>Jo Reader</bdi>" in page
    assert "by Otto" not in page


def test_an_acceptance_with_an_editor_s_words_has_its_own_label(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "teh", "die")
    decisions.accept(publication, EDITOR, 1, sent.last_event, text="the")
    assert "Accepted with edits by Mira" in collapse_whitespace(editor.get("/daily/review/?q=is:accepted").text)
    assert "Accepted with edits by Mira" in collapse_whitespace(editor.get("/daily/review/1").text)
