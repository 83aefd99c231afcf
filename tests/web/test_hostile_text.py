"""Characters that are no text: refused where people send them, and harmless in every output where they are stored."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

import corrections.web
from corrections.notify.mail_sender import MailSender
from corrections.services import settings
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.reporting import exports
from corrections.services.review import decisions, rejection_reasons
from corrections.services.review.decisions import NoticeDraft
from corrections.services.validation import Fields
from corrections.text.anchoring.vocabulary import LANGUAGES
from corrections.web.access import ACCESS
from repo_store.errors import BadName
from tests.newsroom import EDITOR, TALKS, a_correction, an_article
from tests.notify.conftest import mail, postbox  # noqa: F401
from tests.notify.postbox import Postbox, from_ada
from tests.web.test_attacks import path_of

NOT_TEXT = ("\uffff", "\ufdd0", "\U0001fffe", "\ud800", "\0", "\x9f")
API = "/api/v1/daily"
STORED = "=a\x00b\x08c\x9fd\ufffee\ufdd0f\U0001ffffg ]]>\r\n<x>&amp;\u2028h\ry"
READERS_FIELDS = ("replacement", "comment", "evidence", "name", "email")
WEB = Path(corrections.web.__file__).parent
HUGE = str(10**30)


def hostile_json(field: str, text: str) -> dict[str, Any]:
    """A correction for the API whose `field` is `text`."""
    selector = {"type": "TextQuoteSelector", "exact": "Tusday"}
    contact = {field: text} if field in ("name", "email") else {}
    value = text if field == "replacement" else "Tuesday"
    top = {field: text} if field in ("comment", "evidence", "category", "article", "revision", "proof") else {}
    body = {"type": "TextualBody", "value": value}
    return {"target": {"article": TALKS, "selector": [selector]}, "body": body, "contact": contact, **top}


@pytest.mark.parametrize("char", NOT_TEXT)
@pytest.mark.parametrize("field", [*READERS_FIELDS, "category", "article", "revision", "proof"])
def test_a_readers_field_takes_only_text_from_the_api(
    client: FlaskClient, publication: Publication, field: str, char: str
) -> None:
    an_article(publication)
    body = json.dumps(hostile_json(field, f"a{char}b"))
    answer = client.post(f"{API}/corrections", data=body, content_type="application/json")
    if field in ("proof", "article"):
        assert answer.status_code < 500, "it is not asked for, or the target names the article"
    else:
        assert 400 <= answer.status_code < 500
        assert answer.json["code"]
    assert publication.index.state("seq") in ("1", "2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_noncharacter_is_refused_in_the_readers_language(
    client: FlaskClient, publication: Publication, language: str
) -> None:
    an_article(publication)
    headers = {"Accept-Language": language}
    body = json.dumps(hostile_json("comment", "a\uffffb"))
    answer = client.post(f"{API}/corrections", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert "U+FFFF" in answer.json["fields"]["comment"]
    refused = client.get(f"/daily/corrections?q={quote(chr(0xFFFF))}", headers=headers)
    assert refused.status_code == 422
    assert "U+FFFF" in refused.text
    english = "is not valid in text"
    assert (english in answer.json["fields"]["comment"]) == (language == "en")
    assert (english in refused.text) == (language == "en")


@pytest.mark.parametrize("char", ["\uffff", "\ufdd0", "\U0001fffe", "\0"])
def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_with_it(
    client: FlaskClient, publication: Publication, char: str
) -> None:
    an_article(publication)
    typed = {"exact": "Tusday", "replacement": f"Tues{char}day", "comment": "why", "step": "send"}
    answer = client.post(f"/daily/a/{TALKS}/suggest", data=typed)
    assert answer.status_code == 422
    assert "why" in answer.text
    assert publication.index.state("seq") == "1"


@pytest.mark.parametrize("char", NOT_TEXT)
def test_staffs_fields_take_only_text(publication: Publication, char: str) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    text, event = f"a{char}b", publication.correction(1).last_event
    for refused in (
        lambda: decisions.reject(publication, EDITOR, 1, event, text),
        lambda: decisions.accept(publication, EDITOR, 1, event, text=text),
        lambda: decisions.accept(publication, EDITOR, 1, event, notice=NoticeDraft("correction", text)),
        lambda: settings.put(publication, "blocked-words", text),
        lambda: settings.put(publication, "notice-correction", text),
        lambda: settings.put(publication, "reply-to", f"a@{char}b.org"),
        lambda: rejection_reasons.put(publication, "wrong", {"en": text}),
        lambda: Publication.create(publication.folder.parent, "weekly", text),
    ):
        with pytest.raises(Invalid):
            refused()
    with pytest.raises(BadName):
        publication.private.accounts.save(text, "editor", "long enough for a test")
    with pytest.raises(BadName):
        publication.private.tokens.issue(text, "editor")
    assert publication.correction(1).state == "open"


def every_get(app: Flask) -> Iterator[str]:
    for endpoint in ACCESS:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if "GET" in (rule.methods or set()):
            yield path_of(app, endpoint)


def parameters() -> set[str]:
    """Every name that the web's code reads from a query string."""
    text = "".join(path.read_text() for path in WEB.rglob("*.py"))
    named = set(re.findall(r'args(?:\.get\(|\[)"(\w+)"', text)) | set(re.findall(r'whole_number\("(\w+)"', text))
    return named | {"from", "to", "state", "exact", "prefix", "suffix", "by", "since", "until", "article"}


def test_no_query_string_brings_a_page_down(app: Flask, editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    assert len(parameters()) > 15
    for value in (
        "%00",
        "a%00b",
        "%ED%A0%80",
        "%EF%BF%BF",
        "%F0%9F%BF%BE",
        HUGE,
        f"-{HUGE}",
        "%D9%A1",
        "%22",
        "*",
        "%2A%22%28",
    ):
        query = "&".join(f"{name}={value}" for name in sorted(parameters()))
        for path in every_get(app):
            answer = editor.get(f"{path}?{query}", headers=token if "/api/" in path or ".git" in path else {})
            assert answer.status_code < 500, (path, value, answer.text[:300])
    for path in every_get(app):
        assert editor.get(f"{path}?a%00=1").status_code == 422, path
        assert editor.get(f"{path}%00").status_code < 500, path


def test_no_form_brings_a_page_down(app: Flask, editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    names = {
        name
        for path in WEB.rglob("*.py")
        for name in re.findall(r'(?:form|args|given)\.get(?:list)?\("(\w+)"', path.read_text())
    } | {"exact", "replacement", "comment", "evidence", "category"}
    for endpoint in ACCESS:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if "POST" not in (rule.methods or set()) or endpoint == "auth.sign_out":
            continue
        if endpoint.startswith("git_http."):
            continue  # no form
        for value in ("a\0b", "a\uffffb", HUGE):
            answer = editor.post(path_of(app, endpoint), data=dict.fromkeys(names, value))
            assert answer.status_code < 500, (endpoint, value, answer.text[:300])
        for char in NOT_TEXT:
            body = json.dumps(
                dict.fromkeys([*names, "text", "reason", "code", "based_on", "revision", "response"], char)
            )
            answer = editor.post(path_of(app, endpoint), data=body, content_type="application/json")
            assert answer.status_code < 500, (endpoint, char, answer.text[:300])


@pytest.mark.parametrize("body", ["[" * 50_000, '{"target":' * 6_000, '{"a":' + "[" * 40_000 + "]" * 10, "1" * 50_000])
def test_no_json_brings_an_endpoint_down(app: Flask, editor: FlaskClient, publication: Publication, body: str) -> None:
    an_article(publication)
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    for endpoint in ACCESS:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        for method in {"POST", "PUT"} & (rule.methods or set()):
            if not endpoint.startswith("git_http."):
                headers = {"Content-Type": "application/json", **(token if endpoint.startswith("api.") else {})}
                answer = editor.open(path_of(app, endpoint), method=method, data=body, headers=headers)
                assert answer.status_code < 500, endpoint


def test_no_decision_from_the_api_takes_what_is_no_text(client: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    good = {"decision": "accepted", "based_on": publication.correction(1).last_event, "notice": "none"}
    for field in ("decision", "based_on", "text", "reason", "code", "revision", "notice"):
        for char in NOT_TEXT:
            body = json.dumps({**good, field: f"a{char}b"})
            answer = client.post(
                f"{API}/corrections/1/decisions", data=body, content_type="application/json", headers=token
            )
            if field not in ("code", "revision"):  # not asked for by this decision
                assert 400 <= answer.status_code < 500, (field, char)
            assert answer.status_code < 500, (field, char)
            if answer.status_code < 300:
                return
    article = {"text": "# T\n\nText.\n", "title": "T", "url": "https://example.org/", "language": "en"}
    for field in ("title", "url", "language", "published", "authors"):
        for char in NOT_TEXT:
            value: object = [f"a{char}b"] if field == "authors" else f"a{char}b"
            body = json.dumps({**article, field: value})
            answer = client.put(
                f"{API}/articles/2026/11/24/x", data=body, content_type="application/json", headers=token
            )
            assert answer.status_code == 422, (field, char)
    for field in ("old", "new", "language", "old_name", "new_name"):
        for char in NOT_TEXT:
            for form in ("json", "side-by-side", "page", "unified", "criticmarkup"):
                body = json.dumps({"old": "a", "new": "b", "as": form, "format": form, field: f"a{char}b"})
                answer = client.post(f"{API}/diff", data=body, content_type="application/json", headers=token)
                assert answer.status_code < 500, (field, char, form)


@pytest.fixture
def stored(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """A publication in which hostile text stands wherever an earlier version let it."""
    an_article(publication)
    with monkeypatch.context() as earlier:
        earlier.setattr(Fields, "read_field", lambda _self, _field, value: value)
        publication.title = STORED
        a_correction(publication, "Tusday", "Tuesday", comment=STORED, category="factual")
        event = publication.correction(1).last_event
        notice = NoticeDraft("correction", STORED)
        decisions.accept(publication, EDITOR, 1, event, text="Tuesday", reason=STORED, notice=notice)
        a_correction(publication, "teh", "the", comment=STORED)
    return publication


def strict(text: str) -> Any:
    """JSON as strict parsers read it: no lone surrogate, written out or escaped, no NaN."""
    parsed = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    return parsed


def test_feeds_and_maps_are_well_formed_whatever_is_stored(client: FlaskClient, stored: Publication) -> None:
    for path in ("corrections.atom", f"a/{TALKS}/corrections.atom", "sitemap.xml", "sitemap-pages.xml"):
        text = client.get(f"/daily/{path}").get_data()
        ElementTree.fromstring(text)
        assert not re.search("[\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\x00-\x08\x7f-\x9f]", text.decode())
    entry = ElementTree.fromstring(client.get("/daily/corrections.atom").get_data()).find("{*}entry/{*}summary")
    assert entry is not None
    assert "<x>&amp;" in (entry.text or "")


def test_json_is_strict_whatever_is_stored(client: FlaskClient, stored: Publication) -> None:
    token = {"Authorization": f"Bearer {stored.private.tokens.issue('Mira', 'editor')}"}
    for path in (
        "/daily/corrections.json",
        f"/daily/a/{TALKS}/annotations",
        f"{API}/articles/{TALKS}/notices",
        f"{API}/articles/{TALKS}/history",
        f"{API}/corrections",
        f"{API}/corrections/1",
    ):
        strict(client.get(path, headers=token if "corrections" in path else {}).get_data().decode("utf-8"))
    page = client.get(f"/daily/a/{TALKS}").text
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    scripts = [script for script in parser.parse(page).iter("script") if script.get("type") == "application/ld+json"]
    assert len(scripts) == 1
    assert "<x>" in strict(scripts[0].text or "")["correction"][0]["text"]


def test_exports_are_whole_rows_whatever_is_stored(stored: Publication) -> None:
    text = "".join(exports.exported(stored, "csv"))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["number"] for row in rows] == ["1", "2"]
    assert all(None not in row and None not in row.values() for row in rows)
    assert rows[0]["comment"].startswith("'=a")
    assert not re.search("[\x00\x08\x9f\ufdd0\ufffe\uffff\r]", text)
    for line in "".join(exports.exported(stored, "jsonl")).rstrip("\n").split("\n"):
        strict(line)
    assert len(strict("".join(exports.exported(stored, "annotations")))["items"]) == 2


@pytest.mark.usefixtures("mail")
def test_mail_is_a_message_whatever_is_stored(
    publication: Publication,
    mail: MailSender,  # noqa: F811
    postbox: Postbox,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_article(publication)
    with monkeypatch.context() as earlier:
        earlier.setattr(Fields, "read_field", lambda _self, _field, value: value)
        publication.title = f"The Daily{STORED}\r\nBcc: eve@example.org"
        from_ada(publication, comment=STORED)
        event = publication.correction(1).last_event
        decisions.reject(publication, EDITOR, 1, event, f"{STORED}\r\n.\r\nRCPT TO:<eve@example.org>")
    mail.deliver(publication)
    assert len(postbox.letters) == 2
    for letter in postbox.letters:
        assert letter["Bcc"] is None
        assert [str(address.addr_spec) for address in letter["To"].addresses] == ["ada@example.org"]
        assert letter["From"].addresses[0].addr_spec == "desk@example.org"
        for part in ("plain", "html"):
            body = letter.get_body((part,))
            assert body is not None
            assert not re.search("[\x00\x08\x9f\ufdd0\ufffe\uffff]", body.get_content())
        assert not letter.defects
