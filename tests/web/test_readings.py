"""What the widget asks of the service: a place read in several ways, its sentences in a language, the form by address."""

import pytest
from flask.testing import FlaskClient

from corrections.services.articles import updates
from corrections.services.publication import Publication
from tests.newsroom import EDITOR, TALKS
from widget.catalogues import languages, script, sentences

API = "/api/v1/daily"
NOTED = "He said so.[^1] Then he left the capital.\n\n[^1]: Not quite.\n"
PLAIN = "He said so. Then he left the capital.\n"
URL = "https://news.example/talks"


def quote(exact: str, prefix: str = "", suffix: str = "") -> dict[str, str]:
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def submit(client: FlaskClient, replacement: str, *selectors: dict[str, str], key: str = ""):
    annotation = {
        "target": {"article": TALKS, "selector": list(selectors)},
        "body": {"type": "TextualBody", "purpose": "editing", "value": replacement},
    }
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{API}/corrections", json=annotation, headers=headers)


def publish(publication: Publication, text: str) -> None:
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text, url=URL, language="en"))


@pytest.mark.parametrize("text", [NOTED, PLAIN])
def test_the_reading_that_the_source_has_is_found_exactly_and_the_words_change_as_shown(
    client: FlaskClient, publication: Publication, text: str
):
    publish(publication, text)
    readings = [quote("so.1 Then he", "He said ", " left"), quote("so. Then he", "He said ", " left")]
    answer = submit(client, "so.1 Then she", *readings)
    assert (answer.status_code, answer.json["verdict"]) == (201, "exact")
    assert publication.store.text(TALKS, answer.json["commit"]) == text.replace("Then he", "Then she")


def test_readings_are_no_part_of_what_an_idempotency_key_stands_for(client: FlaskClient, publication: Publication):
    publish(publication, PLAIN)
    first = submit(client, "capitol", quote("capital"), key="once")
    again = submit(client, "capitol", quote("capital"), quote("capital", "the "), key="once")
    assert again.json["number"] == first.json["number"]


def test_more_readings_than_a_page_can_have_are_refused(client: FlaskClient, publication: Publication):
    publish(publication, PLAIN)
    assert submit(client, "capitol", *[quote("capital")] * 6).status_code == 422
    assert submit(client, "capitol", quote("capital"), quote("x" * 2001)).status_code == 422


def test_words_that_no_reading_finds_are_not_there(client: FlaskClient, publication: Publication):
    publish(publication, PLAIN)
    answer = submit(client, "a", quote("nothing of this"), quote("nor of that"))
    assert (answer.status_code, answer.json["code"]) == (422, "not_found")


@pytest.mark.parametrize("language", languages())
def test_the_widget_s_sentences_come_in_the_page_s_language(client: FlaskClient, language: str):
    answer = client.get(f"/daily/widget.js?language={language}")
    assert answer.get_data(as_text=True) == script(language), "run `make widget`"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(sentences()) == script(language).count('", "') + 1


@pytest.mark.parametrize("language", ["", "en", "xx", "../house", "de.js"])
def test_any_other_language_is_answered_with_the_widget_itself(client: FlaskClient, language: str):
    widget = client.get("/daily/widget.js").data
    assert client.get("/daily/widget.js", query_string={"language": language}).data == widget


@pytest.mark.parametrize("source", [URL, f"{URL}#part", TALKS])
def test_the_form_is_found_by_the_article_s_address(client: FlaskClient, publication: Publication, source: str):
    publish(publication, PLAIN)
    given = {
        "source": source,
        "exact": "capital",
        "prefix": "the ",
        "replacement": "capitol & more",
        "next": "https://x.example",
    }
    answer = client.get("/daily/suggest", query_string=given)
    assert answer.status_code == 302
    assert answer.location.startswith(f"/daily/a/{TALKS}/suggest?")
    assert "x.example" not in answer.location
    page = client.get(answer.location).get_data(as_text=True)
    assert "capitol &amp; more</textarea>" in page
    assert "<mark>capital</mark>" in page


@pytest.mark.parametrize("source", ["", "https://nobody.example/x", "https://["])
def test_an_article_that_is_not_here_is_said_so(client: FlaskClient, publication: Publication, source: str):
    assert client.get("/daily/suggest", query_string={"source": source}).status_code == 404
