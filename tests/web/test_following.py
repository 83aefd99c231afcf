"""What a reader sees and can do about a correction, with the key of its page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.private.contacts import Contact
from corrections.private.receipts import KeyReused
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.errors import Forbidden
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction, an_article
from tests.web.test_pages import sending

CHIEF = Actor("Clara", "chief-editor")


def own_page(publication: Publication, number: int = 1) -> str:
    key = publication.private.reader_key(publication.correction(number).id)
    return f"/daily/c/{number}?key={key}"


def do(client: FlaskClient, publication: Publication, act: str, number: int = 1, **more: str):
    key = publication.private.reader_key(publication.correction(number).id)
    answer = client.post(f"/daily/c/{number}", data={"act": act, "key": key, **more})
    publication.index.catch_up(publication.store)
    return answer


def test_a_reader_sees_the_place_in_the_queue(client: FlaskClient, publication: Publication):
    an_article(publication)
    for number, word in enumerate(("Tusday", "teh", "1893")):
        a_correction(publication, word, f"word {number}")
    assert "2 corrections are ahead of it in the queue." in client.get(own_page(publication, 3)).text
    assert "0 corrections are ahead of it in the queue." in client.get(own_page(publication, 1)).text


def test_a_word_more_reaches_the_editor_and_nobody_else(
    client: FlaskClient, editor: FlaskClient, publication: Publication
):
    an_article(publication)
    seen = a_correction(publication, "1893", "1839")
    assert do(client, publication, "add", text="I have a PHOTOGRAPH of the plaque.").status_code == 303
    assert "PHOTOGRAPH" in client.get(own_page(publication)).text
    assert "PHOTOGRAPH" in editor.get("/daily/review/1").text
    assert "PHOTOGRAPH" not in client.get("/daily/c/1").text
    stale = editor.post(
        "/daily/review/1", data={"decision": "reject", "based_on": seen.last_event, "reason": "No photograph."}
    )
    assert stale.status_code == 409, "the editor decides on what the reader has said"
    assert "New information was added" in stale.text
    assert do(client, publication, "add", text="   ").status_code == 422
    for _ in range(9):
        do(client, publication, "add", text="More.")
    refused = do(client, publication, "add", text="An eleventh.")
    assert refused.status_code == 422
    assert "You have added 10 comments, the limit for one correction." in refused.text


def test_one_appeal_goes_to_a_chief_editor(client: FlaskClient, editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    assert do(client, publication, "appeal", text="Too early.").status_code == 409
    decisions.reject(publication, EDITOR, 1, sent.last_event, "No.")
    assert "Ask a chief editor" in client.get(own_page(publication)).text
    assert do(client, publication, "appeal", text="Look at the plaque.").status_code == 303
    appealed = publication.correction(1)
    assert appealed.state == "appealed"
    assert "1893" in editor.get("/daily/review/?state=appealed").text
    assert "Only a chief editor or an admin can decide" in editor.get("/daily/review/1").text
    with pytest.raises(Forbidden):
        decisions.accept(publication, EDITOR, 1, appealed.last_event)
    done = decisions.reject(publication, CHIEF, 1, appealed.last_event, "The plaque is wrong.")
    assert done.state == "rejected"
    assert "Ask a chief editor" not in client.get(own_page(publication)).text
    again = do(client, publication, "appeal", text="Once more.")
    assert again.status_code == 422
    assert "already" in again.text


def test_a_chief_editor_may_accept_what_was_appealed(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    decisions.reject(publication, EDITOR, 1, sent.last_event, "No.")
    do(client, publication, "appeal", text="Review again.")
    done = decisions.accept(publication, CHIEF, 1, publication.correction(1).last_event)
    assert done.state == "accepted"
    assert "1839" in publication.current_text(TALKS)


def test_to_be_credited_or_forgotten_is_the_reader_s_choice(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839", contact=Contact("", "ada@example.org", False))
    assert do(client, publication, "credit", credit="on").status_code == 422, "credit needs a name"
    do(client, publication, "credit", credit="on", name="Ada")
    assert publication.private.contacts.get(sent.id) == Contact("Ada", "ada@example.org", True)
    page = client.get(own_page(publication)).text
    assert 'value="Ada"' in page
    assert "ada@example.org" not in page
    do(client, publication, "forget")
    assert publication.private.contacts.get(sent.id) is None
    assert "neither your name nor your e-mail address" in client.get(own_page(publication)).text


def test_a_key_used_again_does_not_lead_to_a_reader_who_was_forgotten(client: FlaskClient, publication: Publication):
    an_article(publication)
    selector = {"type": "TextQuoteSelector", "exact": "Tusday"}
    annotation = {"target": {"article": TALKS, "selector": selector}, "body": {"value": "Tuesday"}}
    place, headers = "/api/v1/daily/corrections", {"Idempotency-Key": "a-key", "Accept-Language": "de"}
    first = client.post(place, json=annotation, headers=headers)
    assert client.post(place, json=annotation, headers=headers).json["status_url"] == first.json["status_url"]
    do(client, publication, "forget")
    other = {**annotation, "body": {"value": "Thursday"}}
    refused = client.post(place, json=other, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")
    assert refused.json["detail"].startswith("Dieser Idempotency-Key")
    assert "key=" not in refused.text
    again = client.post(place, json=annotation, headers=headers)
    assert again.json["number"] == first.json["number"], "the same request sent again is still recognised"
    assert client.post(place, json=other, headers={"Idempotency-Key": "another-key"}).status_code == 201
    assert publication.store.head().corrections == 2


def test_a_forgotten_reader_s_key_of_an_earlier_version_is_nobody_s(client: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday", key="a-key")
    do(client, publication, "forget")
    with publication.private.databases.write() as database:
        database.execute("UPDATE receipts SET words=NULL")
    with pytest.raises(KeyReused):
        a_correction(publication, "Tusday", "Tuesday", key="a-key")


def test_what_was_sent_stands_beside_what_was_published(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    decisions.accept(publication, EDITOR, 1, sent.last_event, text="1840")
    page = client.get(own_page(publication)).text
    assert page.index("What you sent") < page.index("1839") < page.index("What was published") < page.index("1840")
    assert "What you sent" not in client.get("/daily/c/1").text


def test_the_person_concerned_goes_first_and_gets_a_day(
    client: FlaskClient, editor: FlaskClient, publication: Publication
):
    an_article(publication)
    settings.put(publication, "reply-days", "5")
    a_correction(publication, "1893", "1839")
    answer = sending(client, step="send", concerned="on")
    assert "You will get a reply by" in client.get(answer.headers["Location"]).text
    a_correction(publication, "1971", "1972")
    queue = editor.get("/daily/review/").text
    assert queue.index("Tusday") < queue.index("1893") < queue.index("1971")
    assert "Person concerned, reply by" in queue
    event = publication.correction(2).last_event
    following = editor.post("/daily/review/2", data={"decision": "reject", "based_on": event, "reason": "No."})
    assert following.headers["Location"].startswith("/daily/review/1"), "the next in turn"


@pytest.mark.parametrize("act", ["withdraw", "add", "appeal", "credit", "forget"])
def test_nobody_does_this_without_the_key(client: FlaskClient, publication: Publication, act: str):
    an_article(publication)
    a_correction(publication, "1893", "1839", contact=Contact("Ada", "", True))
    before = publication.store.head()
    assert client.post("/daily/c/1", data={"act": act, "key": "f" * 32, "text": "x"}).status_code == 403
    assert publication.store.head() == before
    assert publication.private.contacts.get(publication.correction(1).id) is not None


def test_the_ledger_holds_no_name_and_no_address(app: Flask, publication: Publication):
    an_article(publication)
    client = app.test_client()
    sending(client, step="send", name="Ada Unmistakable", email="ada@unmistakable.example", concerned="on")
    publication.index.catch_up(publication.store)
    do(client, publication, "add", text="A word.")
    for entry in publication.store.entries():
        assert "nmistakable" not in entry.event.model_dump_json()
