"""Pages that cannot send: the reader is told kindly and may go on elsewhere, the site's owner is told what to change."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from tests.browser.sites import Site
from tests.browser.test_theme_pages import select_words
from tests.browser.test_widget import sent
from tests.newsroom import EDITOR, TEXT, serving

pytestmark = pytest.mark.browser
NOT_HERE = "Corrections cannot be sent from this page."
CONTACT = "Please contact the newsroom instead."


@pytest.fixture
def site(publication: Publication) -> Iterator[Site]:
    with serving(publication.folder.parent) as address:
        opened = Site(f"{address}/daily")
        origins.add(publication, opened.address)
        article = updates.ArticleText("2026/11/24/talks", TEXT, url=f"{opened.address}/talks", language="en")
        updates.publish(publication, EDITOR, article)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def article(site: Site, service: str, policy: str = "", canonical: str = "") -> str:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return f"""<!doctype html><html lang="en"><meta charset="utf-8">{meta}<title>The talks</title>
        <link rel="canonical" href="{canonical or f"{site.address}/talks"}">
        <article><p>Ministers met on Tusday in teh capital, and agreed on two points.</p></article>
        <script src="{service}/widget.js" defer></script></html>"""


def try_to_send(page: Page, address: str, sends: bool = False) -> tuple[Locator, list[str]]:
    """Send a correction from a page; what the reader is told, and what the console says."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    select_words(page, "Tusday")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Suggested text").fill("Tuesday")
    page.get_by_role("button", name="Send").click()
    status = page.get_by_role("dialog").get_by_role("status")
    expect(status).not_to_contain_text("Sending")
    assert sends or page.get_by_label("Suggested text").input_value() == "Tuesday"
    return status, [error for error in errors if error.startswith("Corrections:")]


def try_to_open(page: Page, address: str) -> tuple[Locator, list[str]]:
    """Ask for the dialog on a page that cannot send; what the reader is told instead, and what the console says."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    select_words(page, "Tusday")
    page.keyboard.press("Control+Enter")
    note = page.get_by_role("status")
    expect(note).not_to_be_empty()
    if page.get_by_role("dialog").is_visible():  # the service took longer to answer than a reader is kept waiting
        page.keyboard.press("Escape")
        select_words(page, "Tusday")
        page.keyboard.press("Control+Enter")
    expect(note).to_contain_text(NOT_HERE)
    expect(page.get_by_role("dialog")).to_have_count(0)
    return note, [error for error in errors if error.startswith("Corrections:")]


@pytest.mark.parametrize(
    ("policy", "directive"),
    [
        ("default-src 'self'; script-src {service}", "connect-src 'self' {service}"),
        (
            "script-src {service}; connect-src 'self' https://stats.example",
            "connect-src 'self' https://stats.example {service}",
        ),
        ("script-src {service}; connect-src 'none'", "connect-src {service}"),
    ],
)
def test_a_policy_that_keeps_the_page_from_the_service(
    page: Page, site: Site, publication: Publication, policy: str, directive: str
):
    service = "{0.scheme}://{0.netloc}".format(urlsplit(site.service))
    site.pages["talks"] = article(site, site.service, policy.format(service=service))
    status, errors = try_to_open(page, f"{site.address}/talks")
    assert len(errors) == 1
    assert errors[0].endswith(f"Add it: {directive.format(service=service)}")
    with page.expect_popup() as popup:
        status.get_by_role("link", name="Send it from our corrections page").click()
    form = popup.value
    form.wait_for_url("**/daily/a/2026/11/24/talks/suggest?**")
    expect(form.locator("blockquote mark")).to_have_text("Tusday")
    form.fill("#replacement", "Tuesday")
    form.click("text=Preview the change")
    form.click("text=Send correction")
    form.get_by_text("Thank you.").wait_for()
    assert [each.replacement for each in sent(publication)] == ["Tuesday"]


def test_a_policy_that_only_reports_hinders_nothing(page: Page, site: Site):
    site.pages["talks"] = article(site, site.service)
    site.headers["talks"] = {"Content-Security-Policy-Report-Only": "default-src 'self'"}
    _, errors = try_to_send(page, f"{site.address}/talks", sends=True)
    expect(page.get_by_role("dialog")).to_contain_text("is number 1")
    assert errors == []


def test_on_a_small_screen_the_whole_sentence_and_its_link_are_in_view(page: Page, site: Site):
    page.set_viewport_size({"width": 320, "height": 360})
    site.pages["talks"] = article(
        site, site.service, f"script-src {site.service.removesuffix('/daily')}; connect-src 'none'"
    )
    status, _ = try_to_open(page, f"{site.address}/talks")
    for part in (status, status.get_by_role("link")):
        box = part.bounding_box()
        assert box is not None
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= 320
        assert box["y"] + box["height"] <= 360


def test_a_site_that_is_not_listed(page: Page, site: Site, publication: Publication):
    origins.remove(publication, site.address)
    site.pages["talks"] = article(site, site.service)
    status, errors = try_to_open(page, f"{site.address}/talks")
    expect(status).not_to_contain_text("corrections origins")
    assert errors == [
        f"Corrections: this site is not listed. Run: corrections origins daily --add {site.address} What to do: "
        f"{site.service}/widget/check?{urlencode({'url': f'{site.address}/talks'})}"
    ]
    expect(status.get_by_role("link", name="Send it from our corrections page")).to_be_visible()


def test_a_site_taken_off_the_list_while_its_reader_types(page: Page, site: Site, publication: Publication):
    site.pages["talks"] = article(site, site.service)
    page.goto(f"{site.address}/talks")
    select_words(page, "Tusday")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Suggested text").fill("Tuesday")
    origins.remove(publication, site.address)
    page.get_by_role("button", name="Send").click()
    status = page.get_by_role("dialog").get_by_role("status")
    expect(status).to_contain_text(f"Corrections cannot be sent from {site.address} yet. Your text is saved")
    expect(status.get_by_role("link", name="Send it from our corrections page")).to_be_visible()
    expect(page.get_by_label("Suggested text")).to_have_value("Tuesday")


def test_a_slow_answer_does_not_keep_the_reader_waiting_and_is_told_when_it_comes(
    page: Page, site: Site, publication: Publication
):
    origins.remove(publication, site.address)
    site.pages["talks"] = article(site, site.service)
    waiting: list[Route] = []
    page.route("**/api/v1/daily/page?**", lambda route: waiting.append(route))
    page.goto(f"{site.address}/talks")
    select_words(page, "Tusday")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Suggested text").fill("Tuesday")
    waiting[0].continue_()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Your text is saved on this device.")
    expect(page.get_by_label("Suggested text")).to_have_value("Tuesday")


def test_one_question_a_page_and_none_before_the_reader_asks(page: Page, site: Site):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    site.pages["talks"] = article(site, site.service)
    page.goto(f"{site.address}/talks")
    select_words(page, "Tusday")
    page.locator("button.near").wait_for()
    assert asked == []
    for _ in range(2):
        select_words(page, "Tusday")
        page.keyboard.press("Control+Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    question = (
        f"{site.service.replace('/daily', '/api/v1/daily')}/page?{urlencode({'source': f'{site.address}/talks'})}"
    )
    for _ in range(400):
        if len(asked) == 3:
            break
        page.wait_for_timeout(50)  # the dialog opens before what it asks is on its way
    assert [url for url in asked if "exact=" not in url] == [question]
    assert [url.split("&prefix=")[0] for url in asked if "exact=" in url] == [f"{question}&exact=Tusday"] * 2


@pytest.fixture
def closed(site: Site) -> Iterator[str]:
    """A proxy before the service that lets no page of another site read an answer; the publication's address there."""
    with urlopen(f"{site.service}/widget.js") as answer:
        script = answer.read()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, body: bytes = b"{}") -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(script)

        do_POST = do_OPTIONS = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/daily"
    server.shutdown()
    server.server_close()


def test_an_answer_that_a_proxy_has_closed_to_the_page(page: Page, site: Site, closed: str):
    site.pages["talks"] = article(site, closed)
    status, errors = try_to_open(page, f"{site.address}/talks")
    assert "without Access-Control-Allow-Origin" in errors[0]
    expect(status.get_by_role("link")).to_be_visible()


def test_an_article_that_the_service_does_not_know(page: Page, site: Site, publication: Publication):
    site.pages["talks"] = article(site, site.service, canonical="https://news.example/other")
    status, errors = try_to_open(page, f"{site.address}/talks")
    expect(status).to_have_text(f"{NOT_HERE} {CONTACT}")
    (error,) = errors
    assert error.startswith(
        "Corrections: no article has the address https://news.example/other. Import it with --url "
        "https://news.example/other, or name its id in data-id. What to do: http"
    )
    settings.put(publication, "reply-to", "desk@example.org")
    page.reload()
    status, _ = try_to_open(page, f"{site.address}/talks")
    expect(status.get_by_role("link", name="Write to the newsroom")).to_have_attribute(
        "href", "mailto:desk@example.org"
    )


def test_a_publication_that_is_not_there(page: Page, site: Site):
    gone = site.service.replace("/daily", "/weekly")
    page.route(f"{gone}/widget.js", lambda route: route.fulfill(response=route.fetch(url=f"{site.service}/widget.js")))
    site.pages["talks"] = article(site, gone)
    status, errors = try_to_open(page, f"{site.address}/talks")
    expect(status).to_have_text(f"{NOT_HERE} {CONTACT}")
    assert 'no publication "weekly"' in errors[0]


def test_a_service_that_does_not_answer_is_no_lost_connection(page: Page, site: Site):
    site.pages["talks"] = article(site, site.service)
    page.route("**/api/v1/daily/corrections", lambda route: route.abort())
    status, _ = try_to_send(page, f"{site.address}/talks")
    expect(status).to_contain_text("Your correction could not be sent. Your text is saved; please try again.")


def test_an_article_s_form_is_found_by_its_address(page: Page, site: Site):
    page.goto(f"{site.service}/suggest?source={site.address}/talks&exact=teh&replacement=the")
    assert page.url.startswith(f"{site.service}/a/2026/11/24/talks/suggest?")
    expect(page.locator("#replacement")).to_have_value("the")
    answer = page.goto(f"{site.service}/suggest?source=https://nobody.example/x")
    assert answer is not None
    assert answer.status == 404
