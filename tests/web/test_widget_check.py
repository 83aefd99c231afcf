"""The widget check tells a site's owner what to do, and fetches nothing that is not theirs."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.http_client import is_public
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from corrections.text.formats.markdown.render import render
from corrections.web.public import page_source
from corrections.web.public.page_fetch import NotFetched, fetch_page
from tests.newsroom import EDITOR, TALKS, TEXT

CHECK = "/daily/widget/check"
PAGE = "https://www.example.org/talks"
SCRIPT = '<script src="https://corrections.example/daily/widget.js" defer></script>'
SOURCE = f"<main><h1>The talks</h1><div class='entry-content'>{render(TEXT).html}</div><p>More.</p></main>{SCRIPT}"


@pytest.fixture
def listed(publication: Publication) -> Publication:
    origins.add(publication, PAGE)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, url=PAGE, language="en"))
    return publication


def paste(client: FlaskClient, html: str, url: str = PAGE) -> str:
    page = client.get(CHECK).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    answer = client.post(CHECK, data={"url": url, "html": html, "csrf_token": token[1] if token else ""})
    assert answer.status_code == 200
    return str(answer.text)


def test_a_page_that_is_as_it_should_be(client: FlaskClient, listed: Publication):
    page = paste(client, SOURCE)
    assert "No problem was found." in page
    assert "&lt;div class=&#34;entry-content&#34;&gt;" in page
    assert TALKS in page


@pytest.mark.parametrize(
    ("html", "url", "told"),
    [
        (SOURCE, "https://other.example/talks", "corrections origins daily --add https://other.example"),
        (f"<link rel=canonical href='/unknown'>{SOURCE}", PAGE, "--url https://www.example.org/unknown"),
        (SOURCE.replace("/daily/", "/weekly/"), PAGE, "does not load the widget of this publication"),
        (f"<div>{render(TEXT).html}</div>{SCRIPT}", PAGE, "Add data-corrections-article"),
        (f"<article><p>Something else altogether, and at length.</p></article>{SCRIPT}", PAGE, "0 % of the stored"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(client: FlaskClient, listed: Publication, html, url, told):
    page = paste(client, html, url)
    assert told in page.replace("&#39;", "'")
    assert "What to do:" in page


def test_an_id_in_the_script_names_the_article(client: FlaskClient, listed: Publication):
    page = paste(client, SOURCE.replace("defer", f"data-id='{TALKS}' defer"), "https://www.example.org/elsewhere")
    assert "No problem was found." in page


@pytest.fixture
def local() -> Iterator[str]:
    """A site on this machine; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "http://127.0.0.1/secret")
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(SOURCE.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_page_is_fetched_from_an_allowed_address_and_redirects_are_not_followed(local: str):
    assert fetch_page(f"{local}/talks", lambda _: True) == SOURCE
    with pytest.raises(NotFetched, match="redirects to another address"):
        fetch_page(f"{local}/moved", lambda _: True)


def test_nothing_is_fetched_from_a_private_network_even_of_a_listed_site(
    client: FlaskClient, publication: Publication, local: str
):
    origins.add(publication, local)
    page = client.get(CHECK, query_string={"url": f"{local}/talks"}).text
    assert "private network" in page
    assert "Paste the page" in page


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
        ("fd00::1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool):
    assert is_public(address) is public


def test_checks_are_limited(client: FlaskClient, app: Flask, publication: Publication):
    app.config["SUBMIT_LIMIT"] = "100/hour"
    statuses = [client.get(CHECK, query_string={"url": PAGE}).status_code for _ in range(21)]
    assert statuses.count(429) == 1
    assert statuses[-1] == 429


def test_elements_are_looked_for_as_the_widget_looks_for_them():
    script = (Path(__file__).parents[2] / "widget" / "src" / "page.js").read_text()
    joined = re.sub(r'",\s*"', ",", script)
    for selectors in (*page_source.BODIES, *page_source.WHOLES):
        assert selectors in joined
