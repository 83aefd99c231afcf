"""A site's pages, found by a sitemap or a feed, become articles; what corrections change is told until the site has it."""

import gzip
import json
import socket
from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.site import fetcher
from corrections.domain.decisions import DecisionKind
from corrections.http_client import OutgoingRequest, is_reachable, send
from corrections.index import queries
from corrections.services.articles.pending_changes import pending_changes
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from repo_store import Format, Part
from tests.connectors.site_server import Site, article_page, serving
from tests.connectors.test_git_connector import ADMIN, decide_on
from tests.importers.news_pages import HEADLINE, PARAGRAPHS
from tests.newsroom import a_correction
from tests.service import run_command

BRIDGE, LIBRARY = "/2026/11/24/bridge", "/2026/11/23/library"
WRONG = tuple(text.replace("Tuesday", "Tusday") for text in PARAGRAPHS)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    monkeypatch.setattr(fetcher, "PAUSE_SECONDS", 0.0)
    with serving() as site:
        site.put(BRIDGE, paragraphs=WRONG)
        site.put(LIBRARY, "2026-11-23", headline="Mayor opens new library")
        yield site


def connect(publication: Publication, site: Site, **options: str) -> None:
    given = options or {"sitemap": f"{site.url}/sitemap.xml"}
    connections.connect(publication, ADMIN, NewConnection("site", given))


def synchronise(publication: Publication) -> connections.ConnectionStatus:
    return connections.synchronise(publication, ADMIN, "site")


def articles(publication: Publication) -> dict[str, queries.Article]:
    publication.refresh()
    return {article.url.rpartition("/")[2]: article for article in queries.articles(publication.index)}


def pending(publication: Publication):
    return list(pending_changes(publication, publication.private.connections.articles("site")))


def test_the_pages_of_a_sitemap_become_articles_once(publication: Publication, site: Site):
    connect(publication, site)
    status = synchronise(publication)
    assert (status.last_error, status.progress) == (None, "")
    bridge = articles(publication)["bridge"]
    assert (bridge.id, bridge.title, bridge.url) == ("2026/11/24/bridge", HEADLINE, site.url + BRIDGE)
    source = publication.store.source(bridge.id, bridge.revision)
    assert source.format is Format.HTML
    assert WRONG[0] in source.text
    assert "About us" not in source.text
    head = publication.store.ledger()
    synchronise(publication)
    assert publication.store.ledger() == head
    assert site.fetched(BRIDGE) == [200], "a page that has not changed is not fetched again"


@pytest.mark.parametrize(
    ("kind", "more", "is_article"),
    [("website", "", False), ("profile", "", False), ("article", "", True), ("Article", "", True),
     ("website", '<meta property="article:published_time" content="2026-11-24">', True),
     ("website", '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The bridge"}</script>', True)],
)  # fmt: skip
def test_pages_that_call_themselves_something_else_are_passed_over(
    publication: Publication, site: Site, kind: str, more: str, is_article: bool
):
    page = article_page(site.url + BRIDGE, WRONG)
    site.pages[BRIDGE] = page.replace("</head>", f'<meta property="og:type" content="{kind}">{more}</head>')
    connect(publication, site)
    assert synchronise(publication).last_error is None
    assert ("bridge" in articles(publication)) == is_article


def test_a_page_that_changes_becomes_a_revision(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    site.put(BRIDGE, "2026-11-25T08:00:00Z", paragraphs=(*WRONG, "An update followed."))
    synchronise(publication)
    bridge = articles(publication)["bridge"]
    assert "An update followed." in publication.store.text(bridge.id, bridge.revision)
    assert len(articles(publication)) == 2


def test_a_page_whose_listing_has_no_dates_is_asked_for_again_and_answered_in_short(
    publication: Publication, site: Site, monkeypatch: pytest.MonkeyPatch
):
    site.changed = {BRIDGE: ""}
    connect(publication, site)
    synchronise(publication)
    synchronise(publication)
    assert site.fetched(BRIDGE) == [200]
    monkeypatch.setattr("corrections.connectors.site.pull.RECHECK_SECONDS", 0)
    synchronise(publication)
    assert site.fetched(BRIDGE) == [200, 304]


def test_an_accepted_correction_is_pending_until_the_page_has_it(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    bridge = articles(publication)["bridge"]
    a_correction(publication, "Tusday", "Tuesday", bridge.id)
    assert pending(publication) == []
    decide_on(publication, 1, DecisionKind.ACCEPT)
    (change,) = pending(publication)
    assert (change.old.strip(), change.new.strip(), change.numbers) == ("Tusday", "Tuesday", (1,))
    assert change.before.endswith("The council met on ")
    assert change.after.startswith(" to decide")
    assert change.link == f"{site.url}{BRIDGE}#:~:text=Tusday"
    assert (change.part, PARAGRAPHS[0] in change.source) == (Part.BODY, True)
    synchronise(publication)
    assert len(pending(publication)) == 1
    site.put(BRIDGE)  # the sitemap does not say that the page has changed
    synchronise(publication)
    assert pending(publication) == []
    current = articles(publication)["bridge"]
    assert PARAGRAPHS[0] in publication.store.text(current.id, current.revision)


def test_what_the_site_makes_of_it_in_other_words_stays_pending_no_more(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    bridge = articles(publication)["bridge"]
    a_correction(publication, "Tusday", "Tuesday", bridge.id)
    decide_on(publication, 1, DecisionKind.ACCEPT)
    site.put(BRIDGE, "2026-11-25", paragraphs=(WRONG[0].replace("Tusday", "Wednesday"), *WRONG[1:]))
    status = synchronise(publication)
    current = articles(publication)["bridge"]
    text = publication.store.text(current.id, current.revision)
    assert ("Wednesday" in text) != bool(status.last_error), "taken, or told as a conflict, and never lost"


def test_feeds_indexes_and_packed_sitemaps_are_read(publication: Publication, site: Site):
    site.pages["/packed.xml.gz"] = gzip.compress(site.sitemap().encode())
    site.pages["/index.xml"] = f"<sitemapindex><sitemap><loc>{site.url}/packed.xml.gz</loc></sitemap></sitemapindex>"
    site.pages["/feed"] = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><title>b</title>"
        f"<link>{site.url}{BRIDGE}</link></item><item><link>https://elsewhere.example/</link></item></channel></rss>"
    )
    connect(publication, site, feed=f"{site.url}/feed")
    synchronise(publication)
    assert set(articles(publication)) == {"bridge"}
    connections.disconnect(publication, ADMIN, "site")
    connect(publication, site, sitemap=f"{site.url}/index.xml")
    synchronise(publication)
    assert set(articles(publication)) == {"bridge", "library"}


def test_a_sitemap_of_an_index_that_is_missing_is_told_and_the_others_are_read(publication: Publication, site: Site):
    nested = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("gone.xml", "sitemap.xml"))
    site.pages["/index.xml"] = f"<sitemapindex>{nested}</sitemapindex>"
    connect(publication, site, sitemap=f"{site.url}/index.xml")
    assert "gone.xml answers with status 404" in (synchronise(publication).last_error or "")
    assert set(articles(publication)) == {"bridge", "library"}


def test_what_happens_in_the_publication_is_no_reason_to_ask_the_site(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday", articles(publication)["bridge"].id)
    asked = len(site.asked)
    connection = publication.private.connections.get("site")
    assert connection is not None
    assert connections.run_connection(publication, connection, Event())
    assert len(site.asked) == asked
    assert connections.status_of(publication, "site").lag == 0


def test_a_page_that_fails_holds_up_no_other(publication: Publication, site: Site):
    connect(publication, site)
    site.answers[BRIDGE] = (500, {})
    assert "answers with status 500" in (synchronise(publication).last_error or "")
    assert set(articles(publication)) == {"library"}
    site.answers.clear()
    assert synchronise(publication).last_error is None
    assert set(articles(publication)) == {"bridge", "library"}


def test_a_site_whose_pages_fail_one_after_the_other_is_left_alone(publication: Publication, site: Site):
    for number in range(20):
        site.put(f"/2026/11/25/story-{number}", "2026-11-25")
        site.answers[f"/2026/11/25/story-{number}"] = (500, {})
    connect(publication, site)
    assert "5 pages in a row could not be fetched" in (synchronise(publication).last_error or "")
    assert sum(status == 500 for _, status, _ in site.asked) == 5


def test_two_addresses_of_one_article_are_one_article(publication: Publication, site: Site):
    site.pages["/amp/bridge"] = article_page(site.url + BRIDGE, paragraphs=WRONG[:3])
    site.changed["/amp/bridge"] = "2026-11-23"
    connect(publication, site)
    assert synchronise(publication).last_error is None
    assert set(articles(publication)) == {"bridge", "library"}
    bridge = articles(publication)["bridge"]
    assert WRONG[-1] in publication.store.text(bridge.id, bridge.revision)


def test_what_is_no_page_is_passed_over(publication: Publication, site: Site):
    site.pages["/report.pdf"], site.types["/report.pdf"] = b"%PDF-1.7 \xff\xfe", "application/pdf"
    site.changed["/report.pdf"] = "2026-11-24"
    connect(publication, site)
    assert synchronise(publication).last_error is None
    assert set(articles(publication)) == {"bridge", "library"}


def test_a_page_is_read_in_the_encoding_that_the_server_names(publication: Publication, site: Site):
    page = "<html><body><article><p>Міст зачинено, і нічого не сталося в місті цього дня.</p></article></body></html>"
    site.pages[BRIDGE], site.types[BRIDGE] = page.encode("windows-1251"), "text/html; charset=windows-1251"
    connect(publication, site)
    assert synchronise(publication).last_error is None
    bridge = articles(publication)["bridge"]
    assert "Міст зачинено" in publication.store.text(bridge.id, bridge.revision)


def test_robots_txt_is_obeyed_where_redirects_lead_to_it(publication: Publication, site: Site):
    site.answers["/robots.txt"] = (301, {"Location": "/real-robots.txt"})
    site.pages["/real-robots.txt"] = "User-agent: Corrections\nDisallow: /2026/11/23/\n"
    connect(publication, site)
    synchronise(publication)
    assert set(articles(publication)) == {"bridge"}
    assert site.fetched(LIBRARY) == []


def test_robots_txt_is_obeyed_and_the_agent_names_itself(publication: Publication, site: Site):
    site.robots = "User-agent: *\nDisallow: /2026/11/23/\n"
    connect(publication, site)
    status = synchronise(publication)
    assert set(articles(publication)) == {"bridge"}
    assert "robots.txt excludes it" in (status.last_error or "")
    assert site.fetched(LIBRARY) == []
    assert all(agent.startswith("Corrections") for _, _, agent in site.asked)


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (404, {}, "answers with status 404"),
        (410, {}, "answers with status 410"),
        (302, {"Location": "/2026/11/24/bridge"}, "redirects more than 5 times"),
        (302, {"Location": "http://169.254.169.254/"}, "private network"),
        (500, {}, "answers with status 500. Nothing is lost"),
        (429, {"Retry-After": "3600"}, "asks clients to wait"),
    ],
)
def test_what_a_site_does_wrong_is_told_and_nothing_is_lost(
    publication: Publication, site: Site, status: int, headers: dict[str, str], sentence: str
):
    connect(publication, site)
    synchronise(publication)
    head = publication.store.ledger()
    site.answers[BRIDGE] = (status, headers)
    site.changed[BRIDGE] = "2026-11-26"
    assert sentence in (synchronise(publication).last_error or "")
    assert publication.store.ledger() == head
    site.answers.clear()
    site.put(BRIDGE, "2026-11-27", paragraphs=PARAGRAPHS)
    assert synchronise(publication).last_error is None
    bridge = articles(publication)["bridge"]
    assert PARAGRAPHS[0] in publication.store.text(bridge.id, bridge.revision)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><body>No sitemap</body></html>", "“html”"),
        ("no XML at all", "is not XML"),
        ("<urlset></urlset>", "lists no page of its own site"),
        ("<urlset><url><loc>https://elsewhere.example/a</loc></url></urlset>", "lists no page of its own site"),
        (gzip.compress(b"x")[:-9], "cannot be unpacked"),
    ],
    ids=["a page", "text", "empty", "another site's", "cut off"],
)
def test_a_listing_that_is_none_is_refused(publication: Publication, site: Site, content: str | bytes, sentence: str):
    site.pages["/sitemap.xml"] = content
    with pytest.raises(Invalid, match=sentence):
        connect(publication, site)
    assert publication.private.connections.all() == []


@pytest.mark.parametrize(
    "options", [{}, {"sitemap": "https://a.example/s", "feed": "https://a.example/f"}, {"feed": "ftp://x"}]
)
def test_one_listing_is_named(publication: Publication, options: dict[str, str]):
    with pytest.raises(Invalid):
        connections.connect(publication, ADMIN, NewConnection("site", options))


def test_one_page_is_imported_by_its_address(publication: Publication, site: Site):
    data = publication.folder.parent
    address = f"{site.url}{BRIDGE}"
    result = run_command("--data", data, "import", "daily", f"{address}?utm_source=mail", "--json")
    assert result.returncode == 0, result.stderr
    (row,) = json.loads(result.stdout)
    assert (row["outcome"], row["id"], row["url"]) == ("new", "2026/11/24/bridge", address)
    assert row["file"] == f"{address}?utm_source=mail"
    missing = run_command("--data", data, "import", "daily", f"{site.url}/nowhere")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert f"{site.url}/nowhere answers with status 404" in missing.stderr


def test_a_page_on_a_private_network_is_not_imported(
    publication: Publication, site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CORRECTIONS_PRIVATE_HOSTS")
    result = run_command("--data", publication.folder.parent, "import", "daily", f"{site.url}{BRIDGE}")
    assert "private network" in result.stderr
    assert site.fetched(BRIDGE) == []


def test_admins_see_what_to_change_on_the_site(publication: Publication, site: Site, app: Flask):
    connect(publication, site)
    synchronise(publication)
    publication.private.accounts.save("Ada", "admin", "long enough for a test")
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Ada", "password": "long enough for a test"})
    page = "/daily/review/connections/of/site"
    assert "show every published correction" in client.get(page).text
    a_correction(publication, "Tusday", "<b>Tuesday</b>", articles(publication)["bridge"].id)
    decide_on(publication, 1, DecisionKind.ACCEPT)
    text = client.get(page).text
    assert "<del>Tusday</del><ins>&lt;b&gt;Tuesday&lt;/b&gt;</ins>" in text
    assert 'href="/daily/review/1"' in text
    assert f'href="{site.url}{BRIDGE}#:~:text=Tusday"' in text


def test_a_connection_of_a_name_that_was_used_before_begins_anew(publication: Publication, site: Site):
    connect(publication, site)
    connection = publication.private.connections.get("site")
    assert connection is not None
    synchronise(publication)
    (row, *_) = publication.private.connections.articles("site")
    connections.disconnect(publication, ADMIN, "site")
    publication.private.connections.put_article(row)  # by a run that went on
    publication.private.connections.set_pulled("site", '{"left": 7}')
    connect(publication, site)
    assert publication.private.connections.articles("site") == []
    assert publication.private.connections.pulled("site") is None
    asked = len(site.asked)
    assert connections.run_connection(publication, connection, Event())
    assert len(site.asked) == asked, "the connection that was read before is not this one"


def test_a_pause_ends_an_import_that_takes_several_turns(
    publication: Publication, site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.connectors.site.pull.TURN_SECONDS", -1)
    connect(publication, site)
    connections.pause(publication, ADMIN, "site")
    status = synchronise(publication)
    assert (status.state, status.requested) == ("paused", False)
    assert articles(publication) == {}


def test_the_second_address_of_a_host_is_tried_where_the_first_does_not_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    port = int(site.url.rpartition(":")[2])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.9", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    assert send(OutgoingRequest(f"http://site.example:{port}{BRIDGE}"), is_reachable).status == 200
