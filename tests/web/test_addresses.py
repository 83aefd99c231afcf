"""Articles and sites are found by the address that a browser sends, however the publisher wrote it."""

import sqlite3

import pytest
from ada_url import normalize_url as as_a_browser
from flask.testing import FlaskClient

from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.errors import Invalid
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.submission import origins
from repo_store import Intent, Revision
from repo_store.model.events import ArticleImported
from repo_store.model.intents import Message, desk
from tests.newsroom import EDITOR, TALKS, TEXT
from tests.test_web_addresses import APART, EQUIVALENT

API = "/api/v1/daily"
OTHER = "2026/11/24/other"


def publish_at(publication: Publication, url: str | None, article: str = TALKS, text: str = TEXT) -> queries.Article:
    return updates.publish(publication, EDITOR, updates.ArticleText(article, text, url=url))


def store_at(publication: Publication, url: str, article: str = TALKS) -> None:
    """As earlier versions did: whatever address, kept as it came."""
    meta = updates._meta(updates.ArticleText(article, TEXT), "The talks", None).model_copy(update={"url": url})
    event = ArticleImported(
        article=article, by="Mira", title=meta.title, url=url, language="en", published="2026-11-24"
    )
    revision = Revision(article, TEXT, meta, desk("Mira"), Message(f"Import {article}"))
    publication.write(lambda seen: Intent(event, seen, revision))


def send(client: FlaskClient, source: str, origin: str | None = None):
    quote = {"type": "TextQuoteSelector", "exact": "Tusday"}
    annotation = {"target": {"source": source, "selector": quote}, "body": {"value": "Tuesday"}}
    headers = {"Origin": origin} if origin else {}
    return client.post(f"{API}/corrections", json=annotation, headers=headers)


@pytest.mark.parametrize(("published", "sent"), EQUIVALENT)
def test_an_article_is_found_by_what_the_browser_sends(client: FlaskClient, publication: Publication, published, sent):
    publish_at(publication, published)
    assert send(client, as_a_browser(published)).status_code == 201
    assert send(client, sent).status_code == 201


@pytest.mark.parametrize(("published", "sent"), EQUIVALENT)
def test_an_address_stored_by_an_earlier_version_is_found_too(
    client: FlaskClient, publication: Publication, published, sent
):
    store_at(publication, published)
    assert send(client, sent).status_code == 201
    assert audit_publication(publication.folder) == []


@pytest.mark.parametrize(("published", "sent"), APART[3:])
def test_other_addresses_are_other_articles(client: FlaskClient, publication: Publication, published, sent):
    publish_at(publication, published, OTHER)
    publish_at(publication, sent, TALKS)
    send(client, as_a_browser(sent))
    assert publication.correction(1).article == TALKS
    send(client, as_a_browser(published))
    publication.index.catch_up(publication.store)
    assert publication.correction(2).article == OTHER


def test_an_index_of_an_earlier_version_learns_the_addresses(publication: Publication, tmp_path):
    store_at(publication, "https://Zürich.example:443/новини")
    publication.index.close()
    with sqlite3.connect(publication.folder / "index.db") as database:
        database.execute("DROP TABLE addresses")
        database.execute("UPDATE state SET value='9' WHERE key='schema'")
    database.close()
    opened = Publication(publication.folder)
    address = "https://xn--zrich-kva.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8"
    assert [article.id for article in queries.articles_at(opened.index, (address,))] == [TALKS]
    plan = opened.index.database.execute(
        "EXPLAIN QUERY PLAN SELECT article FROM addresses WHERE address='x'"
    ).fetchall()
    assert "USING INDEX" in plan[0][3], "no scan"
    opened.close()


PAGES = [
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/a/", "https://example.org/a"),
    ("http://example.org/a", "https://example.org/a"),
    ("https://example.org/a", "http://example.org/a/"),
    ("https://example.org/a", "https://www.example.org/a"),
    ("https://www.example.org/a", "http://example.org/a"),
    *(
        (f"https://example.org/a{slash}", f"https://example.org/a{added}")
        for slash in ("", "/")
        for added in (
            *("/2/", "/2", "/12/", "/page/2/", "/page/2", "?page=2", "/?page=2", "?paged=2", "/?paged=3"),
            *("/amp/", "/amp", "?amp", "?amp=1", "?amp=", "/?amp=1", "?outputType=amp"),
            *("?print=1", "/print/", "/print", "/2/?print=1", "/amp/?page=2", "/page/2/amp/", "/amp/2/"),
            *("/2/?utm_source=x#more", "?fbclid=1&amp=1"),
        )
    ),
    ("https://example.org/?p=4", "https://example.org/?p=4&page=2"),
    ("https://example.org/?p=4", "http://www.example.org/?page=2&p=4"),
    ("https://example.org/?p=4", "https://example.org/?p=4&amp=1"),
    ("https://example.org/новини", "https://www.example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/page/2/"),
]


@pytest.mark.parametrize(("published", "page"), PAGES)
def test_a_page_of_an_article_leads_to_it(client: FlaskClient, publication: Publication, published, page):
    publish_at(publication, published)
    assert send(client, page).status_code == 201


@pytest.mark.parametrize(("published", "page"), PAGES)
def test_a_page_that_is_an_article_itself_is_that_one(client: FlaskClient, publication: Publication, published, page):
    publish_at(publication, published, OTHER)
    publish_at(publication, page, TALKS)
    assert send(client, page).status_code == 201
    assert publication.correction(1).article == TALKS


@pytest.mark.parametrize(
    ("published", "page"),
    [
        (["https://example.org/?p=4"], "https://example.org/?p=5"),
        (["https://example.org/"], "https://example.org/?p=5"),
        (["https://example.org/"], "https://example.org/2/"),
        (["https://example.org/"], "https://example.org/page/2/"),
        (["https://example.org/"], "https://example.org/?page=2"),
        (["https://example.org/a"], "https://example.org/a/b"),
        (["https://example.org/a"], "https://example.org/a/2026/"),
        (["https://example.org/a"], "https://example.org/a/0/"),
        (["https://example.org/a"], "https://example.org/a?page=two"),
        (["https://example.org/a"], "https://example.org/a?id=2"),
        (["https://example.org/a"], "https://example.org/a2/"),
        (["https://example.org/a"], "https://example.org/champ/"),
        (["https://example.org/a"], "https://m.example.org/a"),
        (["https://example.org/a"], "https://example.org:8443/a"),
        (["https://example.org/a"], "https://example.org.evil.example/a"),
        (["http://example.org/a", "https://example.org/a"], "https://www.example.org/a"),
        (["https://example.org/a", "https://example.org/a/"], "https://example.org/a?amp=1"),
        (["https://example.org/story", "https://example.org/story/1"], "https://example.org/story/2"),
        (["https://example.org/story", "http://www.example.org/story/3/"], "https://example.org/story/2"),
        (["https://example.org/index.php", "https://example.org/index.php?page=7"], "https://example.org/index.php?page=8"),
    ],
)  # fmt: skip
def test_what_may_be_another_article_is_not_guessed(client: FlaskClient, publication: Publication, published, page):
    for at, address in enumerate(published):
        publish_at(publication, address, f"2026/11/24/article-{at}")
    answer = send(client, page)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_article")
    assert publication.store.head().corrections == 0


@pytest.mark.parametrize(
    "page",
    ["", "/", "/suggest", "/history", "/history/", "?x=1", "#words", "/suggest?exact=Tusday"],
)
def test_a_page_of_the_service_is_its_articles(client: FlaskClient, publication: Publication, page):
    publish_at(publication, None)
    assert send(client, f"http://localhost/daily/a/{TALKS}{page}").status_code == 201
    assert send(client, f"https://proxy.example/fix/daily/a/{TALKS.replace('t', '%74')}{page}").status_code == 201


@pytest.mark.parametrize(("one", "other"), EQUIVALENT)
def test_a_second_article_with_the_address_of_another_is_refused(publication: Publication, one: str, other: str):
    publish_at(publication, one)
    with pytest.raises(Invalid) as refused:
        publish_at(publication, other, OTHER)
    assert TALKS in refused.value.message
    assert OTHER in refused.value.message
    assert publication.store.head().seq == 1
    publish_at(publication, "https://example.org/own", OTHER)
    with pytest.raises(Invalid):
        publish_at(publication, one, OTHER)


def test_two_that_have_one_address_already_can_be_revised_and_are_not_taken_one_for_the_other(
    client: FlaskClient, publication: Publication
):
    store_at(publication, "https://example.org/a")
    store_at(publication, "https://EXAMPLE.org/a", OTHER)
    answer = send(client, "https://example.org/a")
    assert (answer.status_code, answer.json["code"]) == (409, "ambiguous_address")
    assert answer.json["articles"] == [OTHER, TALKS]
    publish_at(publication, None, OTHER, TEXT + "\nMore.\n")
    publish_at(publication, "https://example.org/b", OTHER)
    assert send(client, "https://example.org/a").status_code == 201


def test_the_same_address_written_otherwise_is_no_revision(publication: Publication):
    publish_at(publication, "https://example.org")
    publish_at(publication, "https://EXAMPLE.org:443/")
    assert publication.store.head().seq == 1
    publish_at(publication, "")
    assert publication.article(TALKS).url == ""
    assert queries.articles_at(publication.index, ("https://example.org/",)) == []


@pytest.mark.parametrize(
    "url", ["https://mira:secret@example.org/", "data:text/html,x", "file:///x", "https://exa mple.org/"]
)
def test_what_no_article_can_have_as_its_address_is_refused(publication: Publication, url: str):
    with pytest.raises(Invalid):
        publish_at(publication, url)
    assert publication.store.head().seq == 0


def test_the_articles_page_and_data_name_the_address_as_browsers_write_it(
    client: FlaskClient, publication: Publication
):
    publish_at(publication, "https://zürich.example/новини")
    address = "https://xn--zrich-kva.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8"
    assert f'<link rel="canonical" href="{address}">' in client.get(f"/daily/a/{TALKS}").text
    assert client.get(f"{API}/articles/{TALKS}/notices").json["url"] == address


LISTED = [
    ("https://zürich.example", "https://xn--zrich-kva.example"),
    ("https://Example.ORG:443/news", "https://example.org"),
    ("http://example.org:80", "http://example.org"),
    ("http://[::1]:8001", "http://[::1]:8001"),
    ("http://[0:0::1]", "http://[::1]"),
    ("http://127.1:8001", "http://127.0.0.1:8001"),
    ("https://example.org.", "https://example.org"),
    ("HTTPS://example.org\\x", "https://example.org"),
]


@pytest.mark.parametrize(("written", "origin"), LISTED)
def test_a_site_is_listed_as_browsers_send_it(client: FlaskClient, publication: Publication, written, origin):
    publish_at(publication, None)
    assert send(client, TALKS, origin).status_code == 403
    assert origins.add(publication, written) == origin
    assert send(client, TALKS, origin).status_code == 201
    assert origins.remove(publication, written) == origin
    assert send(client, TALKS, origin).status_code == 403


@pytest.mark.parametrize(
    ("stored", "origin"),
    [
        ("https://zürich.example", "https://xn--zrich-kva.example"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://::1:8001", "http://[::1]:8001"),
        ("http://::1", "http://[::1]"),
        ("http://2001:db8::5", "http://[2001:db8::5]"),
        ("http://2001:db8::5:1", "http://[2001:db8::5:1]"),
        ("https://2001:db8::5:8443", "https://[2001:db8::5]:8443"),
    ],
)
def test_a_list_of_an_earlier_version_is_read_as_browsers_send_it(
    client: FlaskClient, publication: Publication, stored, origin
):
    publish_at(publication, None)
    publication.private.settings.put("origins", f"https://other.example {stored}")
    assert send(client, TALKS, origin).status_code == 201
    origins.remove(publication, origin)
    assert origins.listed(publication) == {"https://other.example"}


@pytest.mark.parametrize("address", ["https://mira@example.org", "example.org", "data:,x", "https://", "*", "null"])
def test_what_is_no_site_is_not_listed(publication: Publication, address: str):
    with pytest.raises(Invalid):
        origins.add(publication, address)


@pytest.mark.parametrize(("written", "origin"), LISTED)
def test_the_publications_own_site_may_send(client: FlaskClient, publication: Publication, written, origin):
    publication.private.settings.put("url", written)
    publication.url = written
    assert origins.listed(publication) == {origin}
    client.application.extensions["publications"].get("daily").url = written
    publish_at(publication, None)
    assert send(client, TALKS, origin).status_code == 201
