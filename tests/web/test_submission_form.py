"""The reader's form without JavaScript keeps what the reader chose, from step to step."""

import re

import pytest
from flask.testing import FlaskClient

from corrections.index import queries
from corrections.services.publication import Publication
from tests.newsroom import TALKS, an_article

FORM = f"/daily/a/{TALKS}/suggest"


def fields(page: str) -> dict[str, str]:
    """What the page's form would send: hidden fields, text, and what is ticked."""
    inputs = re.findall(r"<input([^>]*)>", page)
    values = {}
    for tag in inputs:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="radio"' not in tag or " checked" in tag) and 'type="checkbox"' not in tag:
            values[name[1]] = value[1] if value else ""
    return values | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page))


def begin(client: FlaskClient, publication: Publication, words: str = "teh") -> dict[str, str]:
    an_article(publication)
    return fields(client.get(FORM, query_string={"exact": words}).text)


def test_emptied_words_stay_emptied_when_the_reader_goes_back(client: FlaskClient, publication: Publication):
    written = begin(client, publication)
    assert (written["replacement"], written["action"]) == ("teh", "change")
    preview = client.post(FORM, data={**written, "replacement": "", "step": "preview"}).text
    assert re.search("<del>[^<]*teh", preview)
    again = fields(client.post(FORM, data={**fields(preview), "step": "write"}).text)
    assert again["replacement"] == ""


def test_words_are_removed_by_an_explicit_choice(client: FlaskClient, publication: Publication):
    written = begin(client, publication)
    preview = client.post(FORM, data={**written, "action": "remove", "step": "preview"}).text
    assert re.search("<del>[^<]*teh", preview)
    again = fields(client.post(FORM, data={**fields(preview), "step": "write"}).text)
    assert (again["action"], again["replacement"]) == ("remove", "teh")
    assert client.post(FORM, data={**fields(preview), "step": "send"}).status_code == 303
    publication.index.catch_up(publication.store)
    assert [each.replacement for each in queries.corrections(publication.index, queries.Filter())] == [""]


@pytest.mark.parametrize("choice", [{"action": "point"}, {"only_point": "on", "action": ""}])
def test_who_only_reports_the_error_has_to_describe_it(client: FlaskClient, publication: Publication, choice):
    written = begin(client, publication) | choice
    refused = client.post(FORM, data={**written, "step": "preview"})
    assert refused.status_code == 422
    assert fields(refused.text)["action"] == "point"
    assert 'id="comment-error"' in refused.text
    preview = client.post(FORM, data={**written, "comment": "It is not.", "step": "preview"})
    assert "without suggesting new text" in preview.text
