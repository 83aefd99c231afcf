"""Under a prefix of the host's paths, behind proxies, on IPv6: every address that the service gives leads to itself."""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from corrections.app import create_app
from corrections.config import Settings
from corrections.services.publication import Publication
from corrections.services.review import bulk
from corrections.web.access import ACCESS
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

PREFIX = "/fix/it"
PASSWORD = "long enough for a test"
Wsgi = Callable[..., object]


def by_server(app: Wsgi) -> Wsgi:
    """The WSGI server takes the prefix off."""

    def serve(environ: dict[str, str], start_response: object) -> object:
        path = environ["PATH_INFO"]
        assert path == PREFIX or path.startswith(f"{PREFIX}/"), f"{path} leads outside"
        return app({**environ, "SCRIPT_NAME": PREFIX, "PATH_INFO": path[len(PREFIX) :]}, start_response)

    return serve


def by_proxy(app: Wsgi) -> Wsgi:
    """A proxy takes the prefix off and names it, behind another that says nothing trustworthy."""

    def serve(environ: dict[str, str], start_response: object) -> object:
        path = environ["PATH_INFO"]
        assert path == PREFIX or path.startswith(f"{PREFIX}/"), f"{path} leads outside"
        forwarded = {
            "HTTP_X_FORWARDED_PREFIX": f"/evil, {PREFIX}/",
            "HTTP_X_FORWARDED_HOST": "evil.example, localhost",
            "HTTP_X_FORWARDED_PROTO": "gopher, http",
            "HTTP_X_FORWARDED_FOR": "192.0.2.1, 127.0.0.1",
        }
        return app({**environ, **forwarded, "PATH_INFO": path[len(PREFIX) :]}, start_response)

    return serve


def by_setting(app: Wsgi) -> Wsgi:
    """A proxy leaves the path as it is."""
    return app


MODES: dict[str, tuple[dict[str, object], Callable[[Wsgi], Wsgi]]] = {
    "server": ({}, by_server),
    "proxy": ({"proxies": 1}, by_proxy),
    "setting": ({"prefix": PREFIX}, by_setting),
}


@pytest.fixture
def newsroom(publication: Publication) -> Publication:
    """A publication in which something of every kind has happened."""
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "teh", "the")
    a_correction(publication, "1893", "1839")
    bulk.accept_all(publication, EDITOR, TALKS, {1: publication.correction(1).last_event})
    for role in ("viewer", "editor", "admin"):
        publication.private.accounts.save(role, role, PASSWORD)
    publication.private.invitations.invite("Nina", "editor", "nina@example.org", "admin")
    return publication


@pytest.fixture(params=list(MODES))
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def prefixed(newsroom: Publication, mode: str) -> Iterator[Wsgi]:
    given, front = MODES[mode]
    app = service(newsroom, **given)
    yield front(app)
    app.extensions["publications"].close()


def service(publication: Publication, **given: object) -> Flask:
    app = create_app(Settings(publication.folder.parent, submit_limit="off", **given))  # type: ignore[arg-type]
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def signed_in(app: Wsgi, role: str, prefix: str = PREFIX) -> Client:
    client = Client(app, TestResponse)
    if role:
        answer = client.post(f"{prefix}/daily/sign-in", data={"name": role, "password": PASSWORD})
        assert answer.headers["Location"] == f"{prefix}/daily/review/"
    return client


class _Links(HTMLParser):
    """Every address in a page: of links, forms, pictures, scripts, and what scripts are handed in `data-…`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []  # the address, and whether it can be followed
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "action", "formaction", "cite", "poster"):
            if name in given:
                self.found.append((given[name], name in ("href", "src")))
        self.found += [(text, False) for name, text in given.items() if name.startswith("data-") and text[:1] == "/"]


def addresses(answer: TestResponse) -> list[tuple[str, bool]]:
    kind = answer.mimetype
    if kind == "text/html":
        reading = _Links()
        reading.feed(answer.text)
        told = re.findall(r'application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
        shown = re.findall(r"git clone (\S+?)</code>", answer.text)
        return [*reading.found, *((each, False) for each in shown), *(each for text in told for each in strings(text))]
    if kind.endswith("xml"):
        return [(each, True) for each in re.findall(r'(?:href="|<loc>|<id>)(http[^"<]+)', answer.text)]
    if kind.endswith("json"):
        return strings(answer.text)
    if kind == "text/plain":
        return [(each, True) for each in re.findall(r"^(?:Sitemap|Disallow): (\S+)", answer.text, re.MULTILINE)]
    return []


def strings(text: str) -> list[tuple[str, bool]]:
    """Addresses anywhere in JSON; those of this service are followed."""
    found: list[tuple[str, bool]] = []

    def walk(value: object) -> None:
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(each)
        if isinstance(value, str) and re.match(r"https?://localhost", value):
            found.append((value, True))

    walk(json.loads(text))
    return found


def crawl(client: Client, start: list[str]) -> set[str]:
    """Follow every link from the start pages; each leads under the prefix and to something. Returns what was seen."""
    waiting, seen = list(start), set()
    while waiting:
        path = waiting.pop()
        name = path.partition("?")[0]
        if path in seen or name.endswith(".git") or sum(other.startswith(f"{name}?") for other in seen) > 3:
            continue  # a page whose links narrow its search further and further is seen often enough
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code < 400 or answer.status_code in (401, 403), (path, answer.status_code)
        links = addresses(answer)
        if "Location" in answer.headers:
            links.append((answer.headers["Location"], True))
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert f"Path={PREFIX};" in f"{cookie};", cookie
        for address, harmless in links:
            whole = urlsplit(urljoin(f"http://localhost{path}", address))
            if whole.hostname != "localhost" or whole.scheme not in ("http", "https"):
                continue
            assert whole.path.startswith(f"{PREFIX}/"), (path, address)
            if harmless and "sign-out" not in whole.path:
                waiting.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return seen


START = (
    *("/", "/robots.txt", "/daily/", "/daily/sitemap.xml", "/daily/sitemap-2026-11.xml", "/daily/corrections.json"),
    *("/daily/corrections.atom", "/daily/corrections/latest", "/.well-known/corrections/daily.json", "/daily/review/"),
    *(f"/daily/a/{TALKS}", f"/daily/a/{TALKS}/annotations", f"/api/v1/daily/articles/{TALKS}", "/api/v1/openapi.json"),
    *(f"/api/v1/daily/articles/{TALKS}/notices", f"/daily/a/{TALKS}/history", f"/daily/a/{TALKS}/suggest"),
    *("/daily/widget.js", "/daily/review/1", "/daily/review/2", "/daily/staff", "/daily/account", "/daily/sign-in"),
)


@pytest.mark.parametrize("role", ["", "editor", "admin"])
def test_every_link_stays_under_the_prefix_and_leads_somewhere(prefixed: Wsgi, role: str):
    seen = crawl(signed_in(prefixed, role), [PREFIX + path for path in START])
    assert f"{PREFIX}/static/house.css" in seen
    assert any("/revision/" in path for path in seen)
    if role == "admin":
        assert any("/join/" in path for path in seen)


def test_every_row_of_the_table_answers_under_the_prefix_as_it_does_without(newsroom: Publication, prefixed: Wsgi):
    plain = service(newsroom)
    rules = {rule.endpoint: rule for rule in plain.url_map.iter_rules()}
    clients = {
        role: (signed_in(plain, role, ""), signed_in(prefixed, role)) for role in ("", "viewer", "editor", "admin")
    }
    for endpoint in ACCESS:
        path = rules[endpoint].rule
        values = {"<publication>": "daily", "<int:number>": "2", "<article:article_id>": TALKS, "<month>": "2026-11",
                  "<path:filename>": "house.css", "<any(atom, json):kind>": "atom", "<any(md, txt):kind>": "txt",
                  "<any(months, halves):by>": "months", "<revision>": newsroom.article(TALKS).revision}  # fmt: skip
        for pattern, value in values.items():
            path = path.replace(pattern, value)
        for method in sorted((rules[endpoint].methods or set()) - {"HEAD", "OPTIONS"}):
            for role, (without, under) in clients.items():
                if endpoint in ("auth.sign_out", "auth.to_provider") or (role and method != "GET"):
                    continue
                one, other = without.open(path, method=method), under.open(PREFIX + path, method=method)
                assert one.status_code == other.status_code, (endpoint, method, role)
                assert other.status_code != 404 or one.status_code == 404, endpoint
                if "Location" in one.headers:
                    place = urlsplit(one.headers["Location"])
                    assert urlsplit(other.headers["Location"]).path == PREFIX + place.path, endpoint
    plain.extensions["publications"].close()


def test_signing_in_leads_back_to_the_page_under_the_prefix(prefixed: Wsgi):
    client = Client(prefixed, TestResponse)
    asked = client.get(f"{PREFIX}/daily/review/?q=is:open+%26+a")
    back = asked.headers["Location"]
    assert back.startswith(f"{PREFIX}/daily/sign-in?next=")
    page = client.get(back)
    assert page.status_code == 200
    answer = client.post(back, data={"name": "editor", "password": PASSWORD})
    assert answer.headers["Location"] == f"{PREFIX}/daily/review/?q=is:open+%26+a"
    assert client.get(answer.headers["Location"]).status_code == 200


ELSEWHERE = (
    *("https://evil.example/", "//evil.example/daily/", f"//evil.example{PREFIX}/daily/", "/daily/review/", "/other/"),
    *(f"{PREFIX}/daily/\\evil.example", f"{PREFIX}/daily/../../other/", f"{PREFIX}/daily/%2e%2e/%2E./other/"),
    *(f"{PREFIX}/other/", f"{PREFIX}/daily", f"{PREFIX}/dailyplanet/", f"{PREFIX}/daily/\n/evil.example"),
    *(f"\t{PREFIX}/daily/", f"{PREFIX}//daily/", f"{PREFIX}/daily/..;/../..", ""),
)


def test_signing_in_leads_nowhere_else(newsroom: Publication):
    app = service(newsroom, prefix=PREFIX)
    form = {"name": "editor", "password": PASSWORD}
    for at, place in enumerate(ELSEWHERE):
        sender = {"REMOTE_ADDR": f"192.0.2.{at}"}  # or there would be too many attempts
        address = f"{PREFIX}/daily/sign-in"
        answer = Client(app).post(address, query_string={"next": place}, data=form, environ_base=sender)
        assert answer.headers["Location"] == f"{PREFIX}/daily/review/", place
    app.extensions["publications"].close()


def test_a_correction_sent_under_the_prefix_is_followed_there(prefixed: Wsgi):
    client = Client(prefixed, TestResponse)
    quote = {"type": "TextQuoteSelector", "exact": "1971"}
    source = f"http://localhost{PREFIX}/daily/a/{TALKS}"
    annotation = {"target": {"source": source, "selector": quote}, "body": {"value": "1972"}}
    sent = client.post(f"{PREFIX}/api/v1/daily/corrections", json=annotation, headers={"Origin": "http://localhost"})
    assert sent.status_code == 201
    assert sent.json["status_url"].startswith(f"http://localhost{PREFIX}/daily/c/")
    assert client.get(urlsplit(sent.json["status_url"])._replace(scheme="", netloc="").geturl()).status_code == 200
    again = client.post(f"{PREFIX}/api/v1/daily/corrections", json={**annotation, "body": {"value": "1972"}})
    assert again.status_code in (201, 409)


def test_two_services_on_one_host_do_not_sign_each_other_out(newsroom: Publication, tmp_path: Path):
    elsewhere = Publication.create(tmp_path / "elsewhere", "daily")
    elsewhere.private.accounts.save("editor", "editor", PASSWORD)
    apps = {prefix: service(each, prefix=prefix) for prefix, each in (("", newsroom), ("/two", elsewhere))}

    def host(environ: dict[str, str], start_response: object) -> object:
        return apps["/two" if environ["PATH_INFO"].startswith("/two/") else ""](environ, start_response)  # type: ignore

    client = Client(host, TestResponse)
    for prefix in apps:
        client.post(f"{prefix}/daily/sign-in", data={"name": "editor", "password": PASSWORD})
    assert [client.get(f"{prefix}/daily/review/").status_code for prefix in apps] == [200, 200]
    names = {prefix: {cookie.split("=")[0] for cookie in app.test_client().get(f"{prefix}/daily/a/{TALKS}/suggest")
                      .headers.getlist("Set-Cookie")} for prefix, app in apps.items()}  # fmt: skip
    assert not names[""] & names["/two"]
    for app in apps.values():
        app.extensions["publications"].close()
    elsewhere.close()


FORWARDED = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize("headers", [FORWARDED, {"Script-Name": "/evil"}])
def test_what_no_trusted_proxy_says_counts_for_nothing(app: Flask, publication: Publication, headers: dict[str, str]):
    an_article(publication)
    page = app.test_client().get("/daily/corrections.atom", headers=headers).text
    assert "evil" not in page
    assert "https://" not in page


@pytest.mark.parametrize(
    ("given", "prefix"),
    [("/fix", "/fix"), ("fix/", "/fix"), ("/", ""), ("//evil.example/x", "/evil.example/x"), ("/a//b", "/a/b"),
     ("/../x", ""), ('/"><script>', ""), ("/a\\b", ""), ("/a?b", ""), ("/%2e%2e/x", ""), ("/f%C3%BCr", "/f%C3%BCr"),
     ("/a, /fix", "/fix")],
)  # fmt: skip
def test_a_forwarded_prefix_is_a_path_or_nothing(publication: Publication, given: str, prefix: str):
    app = service(publication, proxies=1)
    answer = app.test_client().get("/daily/review/", headers={"X-Forwarded-Prefix": given})
    assert urlsplit(answer.headers["Location"]).path == f"{prefix}/daily/sign-in"
    assert answer.headers["Location"].startswith(f"{prefix}/daily/")
    app.extensions["publications"].close()


def test_the_description_names_the_server_that_its_reader_has_reached(publication: Publication):
    app = service(publication, proxies=1)
    for prefix in ("", "/one", "/two"):
        headers = {"X-Forwarded-Prefix": prefix, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "[::1]:8443"}
        spec = app.test_client().get("/api/v1/openapi.json", headers=headers).json
        assert spec["servers"] == [{"url": f"https://[::1]:8443{prefix}/"}]
    app.extensions["publications"].close()


PAGES = (
    *("/daily/corrections", "/daily/corrections.atom", "/daily/corrections.json", "/daily/corrections/latest"),
    *("/daily/corrections/policy", "/daily/corrections/openness", "/daily/sitemap.xml", "/daily/sign-in", "/daily/c/1"),
    *(f"/daily/a/{TALKS}{page}" for page in ("", "/suggest", "/history", "/diff", "/blame", "/annotations")),
    *(
        "/daily/staff",
        "/daily/account",
        "/daily/review/1",
        "/daily/review/numbers",
        "/healthz",
        "/readyz",
        "/robots.txt",
    ),
    *("/daily/widget.js", f"/api/v1/daily/articles/{TALKS}", f"/api/v1/daily/articles/{TALKS}/text"),
    *("/api/v1/daily/ledger/head", "/api/v1/openapi.json", "/.well-known/corrections/daily.json"),
)


def test_a_slash_at_the_end_leads_to_the_page(prefixed: Wsgi):
    client = signed_in(prefixed, "admin")
    for page in PAGES:
        answer = client.get(f"{PREFIX}{page}/?a=1&b=%26")
        assert answer.status_code == 308, page
        assert urlsplit(answer.headers["Location"]).path == f"{PREFIX}{page}"
        assert answer.headers["Location"].endswith("?a=1&b=%26")
        assert client.get(answer.headers["Location"]).status_code == 200, page
        assert client.get(f"{PREFIX}{page}//").status_code in (308, 404), page


def test_a_missing_slash_leads_to_the_page(prefixed: Wsgi):
    client = signed_in(prefixed, "editor")
    for page in ("/daily/", "/daily/review/"):
        answer = client.get(f"{PREFIX}{page.rstrip('/')}?q=a")
        assert answer.status_code == 308
        assert urlsplit(answer.headers["Location"])[2:4] == (f"{PREFIX}{page}", "q=a")


def test_what_is_sent_to_an_address_with_a_slash_is_taken(editor: FlaskClient, publication: Publication):
    an_article(publication)
    quote = {"type": "TextQuoteSelector", "exact": "Tusday"}
    annotation = {"target": {"source": TALKS, "selector": quote}, "body": {"value": "Tuesday"}}
    assert editor.post("/api/v1/daily/corrections/", json=annotation).status_code == 201
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    assert editor.put(f"/api/v1/daily/articles/{TALKS}/", json={"text": "New.\n"}, headers=token).status_code == 200
    assert editor.get("/api/v1/daily/corrections/1/", headers=token, follow_redirects=True).status_code == 200
    form = {"decision": "reject", "based_on": publication.correction(1).last_event, "reason": "No."}
    assert editor.post("/daily/review/1/", data=form).status_code == 303


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/daily/", "/daily//", "/nope/", f"/daily/a/{TALKS}x/",
                                  "/%2F%2Fevil.example/", "/\\evil.example/", f"/daily/a/{TALKS}/%3Fx/"])  # fmt: skip
def test_slashes_lead_to_no_other_site_and_in_no_circle(client: FlaskClient, publication: Publication, path: str):
    an_article(publication)
    for _ in range(3):
        answer = client.get(path)
        if answer.status_code != 308:
            break
        place = urlsplit(urljoin("http://localhost/", answer.headers["Location"]))
        assert place.netloc == "localhost"
        path = place.path
    assert answer.status_code in (200, 404)
