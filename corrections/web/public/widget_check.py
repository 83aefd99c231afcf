"""The widget check: what keeps a page from sending corrections, and what its owner should do."""

from dataclasses import dataclass
from urllib.parse import urljoin

from apiflask import APIBlueprint
from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles.addresses import article_at, article_near
from corrections.services.submission import origins
from corrections.urls import origin_of
from corrections.web.access import publication
from corrections.web.client_network import client_key
from corrections.web.public.page_fetch import NotFetched, fetch_page
from corrections.web.public.page_source import PageSource, likeness, read_page
from corrections.web.security import TooMany, within
from corrections.workers.places import NoPlace
from corrections.workers.shared_state import SharedState

blueprint = APIBlueprint("widget_check", __name__, enable_openapi=False)

CHECK_LIMIT = "20/minute"  # checks from one network
SAME_TEXT = 90  # percent of likeness from which a page shows what is stored
LONGEST_ADDRESS = 2000
FETCHES = 2  # pages fetched at once


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `remedy` says what to do where it is not `good`."""

    subject: str
    good: bool
    text: str
    remedy: str = ""


@blueprint.get("/<publication>/widget/check")
def check() -> ResponseReturnValue:
    """Check the page at `url`: fetched if its site is listed, else its address alone."""
    url = request.args.get("url", "").strip()[:LONGEST_ADDRESS]
    if not url:
        return _answer("", "", [])
    _count()
    if _site(url).good:
        try:
            return _answer(url, "", findings(url, _fetched(url)))
        except NotFetched as error:
            remedy = "Paste the page’s source below: open the page, view its source, and copy all of it."
            return _answer(url, "", [*findings(url, None), Finding("Page", False, str(error), remedy)])
    return _answer(url, "", findings(url, None))


@blueprint.post("/<publication>/widget/check")
def check_source() -> ResponseReturnValue:
    """Check the HTML that the owner has pasted as the page at `url`."""
    _count()
    url = request.form.get("url", "").strip()[:LONGEST_ADDRESS]
    html = request.form.get("html", "")
    return _answer(url, html, findings(url, html if html.strip() else None))


def findings(url: str, html: str | None) -> list[Finding]:
    """What is found of the page at `url`, with its source where that is at hand."""
    page = None if html is None else read_page(html, publication().name)
    results = [_site(url)]
    article, findings = _article(page.source if page and page.source else url, url)
    results.append(findings)
    if page is None:
        return results
    script = f'<script src="{request.url_root}{publication().name}/widget.js" defer></script>'
    results.append(
        Finding("Widget", True, "The page loads the widget of this publication.")
        if page.has_script
        else Finding("Widget", False, "The page does not load the widget of this publication.", f"Add: {script}")
    )
    return results + _shown(page, article)


def _site(url: str) -> Finding:
    origin = origin_of(url)
    if origin is None:
        return Finding("Site", False, "This is not a web address.", "Enter it as https://www.example.org/an-article.")
    if origin in origins.listed(publication()) or origin == origin_of(request.host_url):
        return Finding("Site", True, f"Pages of {origin} may send corrections.")
    command = f"corrections origins {publication().name} --add {origin}"
    return Finding("Site", False, f"Pages of {origin} may not send corrections yet.", f"On the server, run: {command}")


def _article(source: str, url: str) -> tuple[queries.Article | None, Finding]:
    """The article that the page at `url` names by `source`: an ID, or an address, relative to the page or not."""
    address = urljoin(url, source)
    try:
        article = (
            queries.article(publication().index, source)
            or article_at(publication(), address)
            or article_near(publication(), address)
        )
    except CorrectionsError as error:
        return None, Finding("Article", False, str(error.message), "Give each of these articles an address of its own.")
    if article is None:
        remedy = f"Import the article with --url {address}, or name the ID that it was imported with in data-id."
        return None, Finding("Article", False, f"No article has the address {address}.", remedy)
    return article, Finding("Article", True, f"The page shows the article “{article.title}” ({article.id}).")


def _shown(page: PageSource, article: queries.Article | None) -> list[Finding]:
    if not page.element:
        remedy = "Add data-corrections-article to the element that holds the article’s text."
        return [Finding("Element", False, "No element that holds an article was found.", remedy)]
    findings = [Finding("Element", True, f"The article’s text is in {page.element}.")]
    if article is None:
        return findings
    stored = publication().rendered(article.id, article.revision).text
    percent = likeness(stored, page.text)
    text = f"{percent} % of the stored article is in that element."
    remedy = "Import the article again as it is published, or mark the right element with data-corrections-article."
    return [*findings, Finding("Text", percent >= SAME_TEXT, text, "" if percent >= SAME_TEXT else remedy)]


def _fetched(url: str) -> str:
    state: SharedState = current_app.extensions["shared_state"]
    try:
        with state.places("fetched-pages", FETCHES, per_client=FETCHES).hold(client_key()):
            return fetch_page(url)
    except NoPlace as error:
        raise NotFetched("Other pages are being checked at the moment.") from error


def _count() -> None:
    if current_app.config["SUBMIT_LIMIT"] != "off" and not within(CHECK_LIMIT, f"widget-check:{client_key()}"):
        raise TooMany("Too many checks from your network. Try again in a minute.")


def _answer(url: str, html: str, results: list[Finding]) -> ResponseReturnValue:
    return render_template("widget_check.html", publication=publication(), url=url, html=html, findings=results)
