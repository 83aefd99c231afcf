"""The fields of the API’s requests: what is unknown is refused, and every one is in an example."""

import json

import pytest
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from corrections.web.api import article_models, models
from tests.newsroom import TALKS, a_correction, an_article
from tests.web.test_api import API, annotation


@pytest.mark.parametrize(
    ("path", "unknown", "near"),
    [
        ((), "reason", "comment"),
        ((), "coment", "comment"),
        ((), "replacement", "body"),
        (("body",), "vlaue", "value"),
        (("target",), "sources", "source"),
        (("target", "selector", 0), "sufix", "suffix"),
        (("target", "selector", 1), "strat", "start"),
        (("contact",), "e-mail", "email"),
        ((), "zzz", None),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_known_name(
    client: FlaskClient, publication: Publication, path: tuple[str | int, ...], unknown: str, near: str | None
):
    an_article(publication)
    sent: dict = annotation(contact={"email": "ada@example.org"})
    place = sent
    for step in path:
        place = place[step]
    place[unknown] = "It was a Tuesday."
    answer = client.post(f"{API}/corrections", json=sent)
    assert answer.status_code == 422
    name = ".".join(map(str, (*path, unknown)))
    assert list(answer.json["fields"]) == [name]
    assert (f"Did you mean {near}?" if near else "Known fields: ") in answer.json["detail"]
    assert publication.store.head().corrections == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("put", f"articles/{TALKS}", {"text": "Text.", "autors": ["Ada"]}),
        ("post", "diff", {"old": "a", "new": "b", "fromat": "rows"}),
        ("post", "corrections/1/decisions", {"decision": "reject", "based_on": "x", "comment": "No."}),
        (
            "post",
            "corrections/1/decisions",
            {"decision": "accept", "based_on": "x", "notice": {"kind": "correction", "text": "…", "plcae": "head"}},
        ),
    ],
)
def test_every_request_body_refuses_what_it_does_not_know(client: FlaskClient, token, publication, method, path, body):
    an_article(publication)
    a_correction(publication, "teh", "the")
    answer = getattr(client, method)(f"{API}/{path}", json=body, headers=token)
    assert answer.status_code == 422
    assert "There is no such field." in answer.json["detail"]


def bodies(spec: dict) -> list[dict]:
    """The schemas of the request bodies in an OpenAPI document."""
    operations = [operation for path in spec["paths"].values() for operation in path.values()]
    requests = [operation["requestBody"] for operation in operations if "requestBody" in operation]
    return [resolved(spec, request["content"]["application/json"]["schema"]) for request in requests]


def resolved(spec: dict, schema: dict) -> dict:
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def missing(spec: dict, schema: dict, examples: list, path: str = "") -> list[str]:
    """The paths of the fields of `schema` that no example has."""
    schema = resolved(spec, schema)
    paths = []
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        paths += missing(spec, part, examples, path)
    if "items" in schema:
        items = [item for example in examples if isinstance(example, list) for item in example]
        paths += missing(spec, schema["items"], items, f"{path}[]")
    for name, field in schema.get("properties", {}).items():
        values = [example[name] for example in examples if isinstance(example, dict) and name in example]
        paths += missing(spec, field, values, f"{path}.{name}") if values else [f"{path}.{name}"]
    return paths


def test_every_field_of_every_request_body_is_in_an_example(client: FlaskClient):
    spec = client.get("/api/v1/openapi.json").json
    assert len(bodies(spec)) == 4
    for body in bodies(spec):
        assert body["additionalProperties"] is False
        assert missing(spec, body, body["examples"]) == [], body["title"]


def test_every_example_is_taken_as_it_stands():
    for model in (article_models.ArticleIn, models.CorrectionIn, models.DecisionIn, models.CompareIn):
        for example in model.model_config["json_schema_extra"]["examples"]:
            model.model_validate(example)


def test_a_body_of_nested_nonsense_is_refused_and_not_searched(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = json.dumps(annotation()).replace('"target": {', '"zzz": ' + "[" * 900 + "]" * 900 + ', "target": {', 1)
    sent = sent.replace('"selector": [', '"selector": ' + "[" * 900 + "]" * 900 + ', "more": [', 1)
    answer = client.post(f"{API}/corrections", data=sent, content_type="application/json")
    assert answer.status_code in (400, 422)
    many = annotation(**{f"field-{at}-{'x' * 100}": at for at in range(200)})
    assert len(client.post(f"{API}/corrections", json=many).json["fields"]) == 20
