"""What the service says of itself to browsers, caches and search engines: its own address, and which pages are private."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import BadSettings, Settings
from corrections.services.publication import Publication
from corrections.web.access import ACCESS
from corrections.web.hosts import is_known
from corrections.web.security import HSTS_SECONDS
from tests.newsroom import TALKS, a_correction, an_article
from tests.web.test_attacks import path_of
from tests.web.test_following import own_page

OWN = "https://corrections.example.org/fix"
EVIL = "evil.example"
API = "/api/v1/daily"


def service(publication: Publication, **given: object) -> Flask:
    app = create_app(Settings(publication.folder.parent, submit_limit="off", **given))  # type: ignore[arg-type]
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def named(publication: Publication) -> Iterator[Flask]:
    """A service that knows its own address and one more name."""
    an_article(publication)
    app = service(publication, url=OWN, hosts=("intern.example.org",))
    yield app
    app.extensions["publications"].close()


def public_addresses(app: Flask) -> list[str]:
    return [
        path_of(app, endpoint)
        for endpoint in ACCESS
        if "GET" in next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint).methods  # type: ignore[operator]
    ]


def test_every_absolute_address_begins_with_the_configured_one(named: Flask, publication: Publication) -> None:
    a_correction(publication, "Tusday", "Tuesday")
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'admin')}"}
    told = ""
    for path in (*public_addresses(named), "/daily/corrections.atom", "/daily/corrections.json"):
        for host in ("localhost", "127.0.0.1:8000", "intern.example.org", "corrections.example.org"):
            headers = {"Host": host, **(token if "/api/" in path else {})}
            answer = named.test_client().get(path, headers=headers)
            if answer.mimetype.startswith("image") or path.startswith("/static"):
                continue
            text = answer.get_data().decode("utf-8", "replace")
            assert f"//{host}/" not in text.replace(f"{OWN}/", ""), (path, host)
            told += text
    for address in ("/daily/sitemap.xml", f"/daily/a/{TALKS}", "/daily/corrections.atom", "/daily/articles.git"):
        assert f"{OWN}{address}" in told
    assert f"{OWN}/fix" not in told
    body = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "teh"}},
        "body": {"type": "TextualBody", "value": "the"},
    }
    sent = named.test_client().post(f"{API}/corrections", json=body, headers={"Host": "localhost"})
    assert sent.json["status_url"].startswith(f"{OWN}/daily/c/")


def test_links_on_pages_stay_on_the_host_that_was_asked(named: Flask) -> None:
    page = named.test_client().get(f"/daily/a/{TALKS}", headers={"Host": "intern.example.org"}).text
    assert f'href="/daily/a/{TALKS}/history"' in page


@pytest.mark.parametrize("host", [EVIL, f"{EVIL}:8000", "corrections.example.org.evil.example", "evil.example@localhost",
                                  "localhost/x", "[::1", "a" * 300, "", "192.0.2.7", "corrections", "x\"><script>"])  # fmt: skip
def test_an_unknown_host_is_refused_in_plain_words(named: Flask, host: str) -> None:
    for path in ("/robots.txt", "/daily/", f"/daily/a/{TALKS}", "/daily/corrections.atom", f"{API}/ledger/head"):
        answer = named.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 404, path
        assert "CORRECTIONS_HOSTS" in answer.text
        assert "Tusday" not in answer.text
        assert "<script>" not in answer.text
    assert named.test_client().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "corrections.example.org",
                                  "CORRECTIONS.example.org", "corrections.example.org.", "intern.example.org:8443"])  # fmt: skip
def test_known_hosts_are_answered(named: Flask, host: str) -> None:
    assert named.test_client().get("/daily/", headers={"Host": host}).status_code == 200


def test_without_an_address_the_service_answers_where_no_stranger_can_be(publication: Publication) -> None:
    app = service(publication)
    for host in ("localhost", "127.0.0.1:8000", "[::1]", "192.0.2.7", "newsroom", "newsroom.local", "app.internal:80"):
        assert app.test_client().get("/robots.txt", headers={"Host": host}).status_code == 200, host
        assert is_known(host, frozenset())
    refused = app.test_client().get("/robots.txt", headers={"Host": EVIL})
    assert refused.status_code == 404
    assert "Sitemap" not in refused.text
    app.extensions["publications"].close()


def test_a_trusted_proxys_host_has_to_be_known_too(publication: Publication) -> None:
    app = service(publication, proxies=1, url=OWN)
    client = app.test_client()
    assert client.get("/daily/", headers={"X-Forwarded-Host": EVIL}).status_code == 404
    assert client.get("/daily/", headers={"X-Forwarded-Host": "corrections.example.org"}).status_code == 200
    app.extensions["publications"].close()


@pytest.mark.parametrize("given", ["https://x.example", "a b/c", "x.example/path", "user@x.example", "exa mple?"])
def test_names_that_are_none_are_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CORRECTIONS_HOSTS", given)
    with pytest.raises(BadSettings, match="CORRECTIONS_HOSTS"):
        Settings.from_environment(tmp_path)


def test_names_are_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORRECTIONS_HOSTS", "News.example.org, bücher.example,[::1]")
    assert Settings.from_environment(tmp_path).hosts == ("news.example.org", "xn--bcher-kva.example", "::1")


def test_the_pages_of_a_correction_are_for_nobody_else(client: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    own = own_page(publication)
    for page in (own, "/daily/c/1", own.replace("?", "/no-mail?"), "/daily/c/77?key=x", f"/daily/a/{TALKS}?key=x"):
        answer = client.get(page)
        assert answer.headers["X-Robots-Tag"] == "noindex", page
        assert answer.headers["Referrer-Policy"] == "no-referrer", page
        assert '<meta name="robots" content="noindex">' in answer.text, page
    article = client.get(f"/daily/a/{TALKS}")
    assert "X-Robots-Tag" not in article.headers
    assert "noindex" not in article.text
    assert article.headers["Referrer-Policy"] == "same-origin"


def test_https_is_asked_for_where_it_is_configured(publication: Publication) -> None:
    for https, value in ((True, f"max-age={HSTS_SECONDS}"), (False, None)):
        app = service(publication, https=https)
        for path in ("/daily/", "/robots.txt", "/static/house.css", "/nope"):
            assert app.test_client().get(path).headers.get("Strict-Transport-Security") == value
        app.extensions["publications"].close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Referer": "https://evil.example/"}, 400),
        ({"Referer": "https://localhost/daily/c/1"}, 303),
        ({}, 303),
    ],
)
def test_a_reader_withdraws_over_https_from_a_page_that_sends_no_referrer(
    publication: Publication, headers: dict[str, str], status: int
) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    app = create_app(Settings(publication.folder.parent, submit_limit="off", https=True, proxies=1))
    client = app.test_client()
    secure = {"X-Forwarded-Proto": "https"}
    own = own_page(publication)
    page = client.get(own, headers=secure, base_url="https://localhost").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    form = {"act": "withdraw", "key": own.partition("key=")[2], "csrf_token": token}
    answer = client.post("/daily/c/1", data=form, headers={**secure, **headers}, base_url="https://localhost")
    assert answer.status_code == status
    signing_in = client.post("/daily/sign-in", data={"csrf_token": token}, headers=secure, base_url="https://localhost")
    assert signing_in.status_code == 400, "elsewhere a form says where it comes from"
    app.extensions["publications"].close()


POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' https: data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def test_every_page_has_the_whole_policy(app: Flask, editor: FlaskClient, publication: Publication) -> None:
    """And one has a tighter one: the list that other sites may frame, which runs and sends nothing."""
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    different = set()
    for rule in app.url_map.iter_rules():
        for method in {"GET", "POST", "PUT", "OPTIONS", "HEAD"} & (rule.methods or set()):
            headers = editor.open(path_of(app, rule.endpoint), method=method).headers
            given = headers["Content-Security-Policy"]
            policy = dict(part.strip().split(" ", 1) for part in given.split(";"))
            assert "unsafe" not in given
            assert "*" not in given.replace("frame-ancestors *", "")
            if policy != POLICY:
                different.add(rule.endpoint)
                assert policy == {"default-src": "'none'", "style-src": "'self'", "frame-ancestors": "*"}
    assert different == {"public_log.latest"}
    for missing in ("/nope", "/daily/c/1%00", "/daily/corrections?q=%00"):
        assert "frame-ancestors 'none'" in editor.get(missing).headers["Content-Security-Policy"]


def test_no_page_has_a_script_or_style_of_its_own(app: Flask, editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    for path in public_addresses(app):
        answer = editor.get(path)
        if answer.mimetype != "text/html" or "attachment" in answer.headers.get("Content-Disposition", ""):
            continue
        assert not re.search(r"<[^>]+\s(on\w+|style)\s*=", answer.text), path
        assert "<style" not in answer.text, path
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL):
            if "application/" in attributes:  # data, which no browser runs
                json.loads(content)
            else:
                assert " src=" in attributes, path
                assert not content.strip(), path


def test_the_widget_listens_to_no_other_window_and_runs_no_text() -> None:
    """It speaks with the service by requests alone: no other window's message can make it send or show anything."""
    static = Path(__file__).parents[2] / "corrections" / "web" / "static"
    for script in static.glob("*.js"):
        text = script.read_text()
        for way in ("postMessage", '"message"', "onmessage", "eval(", "new Function", "document.write"):
            assert way not in text, (script.name, way)
