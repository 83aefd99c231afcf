"""A submission's fields are checked once, whichever way it comes in."""

import ast
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import corrections
from corrections.services.publication import Publication
from corrections.services.validation import Field, Fields
from tests.newsroom import TALKS, an_article

CHECKED = ("exact", "prefix", "suffix", "replacement", "comment", "evidence", "name", "email", "key")


def by_form(client: FlaskClient) -> int:
    form = {"exact": "Tusday", "replacement": "Tuesday", "step": "send", "key": "one-and-only"}
    return client.post(f"/daily/a/{TALKS}/suggest", data=form).status_code


def by_api(client: FlaskClient) -> int:
    annotation = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "Tusday"}},
        "body": {"type": "TextualBody", "value": "Tuesday"},
    }
    return client.post("/api/v1/daily/corrections", json=annotation).status_code


@pytest.mark.parametrize(("send", "status"), [(by_form, 303), (by_api, 201)])
def test_a_field_is_checked_once(
    publication: Publication,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    send: Callable[[FlaskClient], int],
    status: int,
):
    an_article(publication)
    checks: Counter[str] = Counter()
    read_field = Fields.read_field

    def counted(fields: Fields, field: Field, value: str) -> str:
        checks[field.name] += 1
        return read_field(fields, field, value)

    monkeypatch.setattr(Fields, "read_field", counted)
    assert send(client) == status
    assert checks == dict.fromkeys(CHECKED, 1)


def test_a_checked_submission_is_made_in_one_place():
    calls = [
        (path.name, node.func.id)
        for path in Path(corrections.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "CheckedSubmission"
    ]
    assert calls == [("checks.py", "CheckedSubmission")]
