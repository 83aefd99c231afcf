"""An article in HTML, as a content management system stores it, the whole way: sent, corrected, published, read."""

import json

import pytest
from flask.testing import FlaskClient

from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.errors import InConflict
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from corrections.services.review import decisions, occurrences
from repo_store import Format
from repo_store.audit.repository_audit import audit
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

API = "/api/v1/daily"
# As a block editor stores it: comments, classes, CR LF, a decomposed é, entities, no final line end.
SOURCE = (
    '<!-- wp:heading {"level":1} -->\r\n<h1 class="wp-block-heading">The talks</h1>\r\n<!-- /wp:heading -->\r\n\r\n'
    "<!-- wp:paragraph -->\r\n<p>Ministers met on Tusday &amp; spoke in a cafe\u0301 of &laquo;no&nbsp;more&raquo; than "
    '<a href="https://example.org/points" onclick="steal()">two points</a>.</p>\r\n<!-- /wp:paragraph -->\r\n\r\n'
    '[gallery ids="1,2"]\r\n\r\n<figure class="wp-block-image"><img src="/a.jpg" alt="A brige">'
    "<figcaption>The bridge in 1893</figcaption></figure>\r\n"
    "<table><tbody><tr><td>Trains</td><td>41</td></tr></tbody></table>\r\n<script>steal()</script>"
    "<blockquote><p>“We allways said so.”</p></blockquote>  "
)


@pytest.fixture
def token(publication: Publication) -> dict[str, str]:
    return {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}


@pytest.fixture
def article(client: FlaskClient, token: dict[str, str]) -> str:
    sent = {"text": SOURCE, "format": "html", "url": "https://example.org/talks"}
    put = client.put(f"{API}/articles/{TALKS}", json=sent, headers=token)
    assert put.status_code == 200, put.json
    assert (put.json["format"], put.json["title"]) == ("html", "The talks")
    return TALKS


def text(client: FlaskClient) -> str:
    answer = client.get(f"{API}/articles/{TALKS}/text").json
    assert answer["format"] == "html"
    return str(answer["text"])


def accept(publication: Publication, number: int, **words: object) -> None:
    event = publication.correction(number).last_event
    decisions.accept(publication, EDITOR, number, event, **words)  # type: ignore[arg-type]


def test_the_source_comes_back_byte_for_byte(client: FlaskClient, token, article: str, publication: Publication):
    assert text(client) == SOURCE
    revision = publication.article(TALKS).revision
    page = client.get(f"/daily/a/{TALKS}/revision/{revision}/text.html")
    assert page.data.decode() == SOURCE
    assert page.mimetype == "text/plain"
    assert client.get(f"/daily/a/{TALKS}/revision/{revision}/text.md").status_code == 404
    again = client.put(f"{API}/articles/{TALKS}", json={"text": SOURCE}, headers=token)
    assert (again.json["outcome"], again.json["format"]) == ("unchanged", "html")


def test_the_page_is_safe_and_shows_the_words(client: FlaskClient, article: str):
    page = client.get(f"/daily/a/{TALKS}").text
    assert "Ministers met on Tusday &amp; spoke" in page
    assert "steal" not in page
    assert "[gallery" not in page
    assert "<figcaption>The bridge in 1893</figcaption>" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    ("exact", "replacement", "written"),
    [
        ("Tusday", "Tuesday", "Tuesday"),
        ("Tusday", "<b>Tuesday</b> & [gallery]", "&lt;b&gt;Tuesday&lt;/b&gt; &amp; &#91;gallery]"),
        ("1893", "1894", "1894"),
        ("41", "42", "42"),
        ("allways", "always", "always"),
        ("two points", "three points", "three points"),
    ],
)
def test_an_accepted_correction_changes_its_own_bytes_alone(
    client: FlaskClient, article: str, publication: Publication, exact: str, replacement: str, written: str
):
    selector = [{"type": "TextQuoteSelector", "exact": exact}]
    sent = {
        "target": {"source": "https://example.org/talks", "selector": selector},
        "body": {"type": "TextualBody", "purpose": "editing", "value": replacement},
    }
    answer = client.post(f"{API}/corrections", json=sent)
    assert answer.status_code == 201, answer.json
    accept(publication, 1)
    assert text(client) == SOURCE.replace(exact, written)
    assert replacement in publication.rendered(TALKS, publication.article(TALKS).revision).text
    assert audit(publication.folder / "articles.git") == []


def test_every_page_about_a_correction_is_there(
    client: FlaskClient, editor: FlaskClient, article: str, publication: Publication
):
    correction = a_correction(publication, "Tusday", "Tuesday")
    review = editor.get("/daily/review/1")
    assert review.status_code == 200
    assert "This text is HTML" in review.text
    preview = editor.post("/daily/review/1/preview", data={"text": "Wednesday"})
    assert "Wednesday" in preview.text
    accept(publication, 1)
    for path in ("", "/history", "/blame", "/diff", "/change.patch", f"/revision/{correction.revision}"):
        page = client.get(f"/daily/a/{TALKS}{path}")
        assert page.status_code == 200, path
    assert "text.html" in client.get(f"/daily/a/{TALKS}/change.patch").text
    assert "Tuesday" in client.get(f"/daily/a/{TALKS}/diff").text
    assert "Tuesday" in client.get("/daily/c/1").text
    assert "Tuesday" in client.get("/daily/corrections").text


def test_an_editor_s_own_html_is_published_and_a_reverted_one_leaves_the_source_as_it_was(
    client: FlaskClient, article: str, publication: Publication
):
    a_correction(publication, "Tusday", "Tuesday")
    accept(publication, 1, text="<em>Tuesday</em>", markdown=True)
    assert text(client) == SOURCE.replace("Tusday", "<em>Tuesday</em>")
    decisions.revert(publication, EDITOR, 1, publication.correction(1).last_event, "It was right")
    assert text(client) == SOURCE


def test_two_corrections_of_the_same_words_are_a_conflict(article: str, editor: FlaskClient, publication: Publication):
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "Tusday", "Thursday")
    accept(publication, 1)
    page = editor.get("/daily/review/2").text
    assert "HTML of the published paragraph" in page


def test_redacted_words_go_from_html_too(client: FlaskClient, article: str, publication: Publication):
    admin = Actor("Ada", "admin")
    a_correction(publication, "Tusday", "Tuesday")
    removal = redaction.Removal("A court’s order", article=TALKS, words=("more» than two points",))
    redaction.redact(publication, admin, removal)
    now = text(client)
    assert "two points" not in now
    assert len(now) == len(SOURCE)
    assert '<a href="https://example.org/points" onclick="steal()">' in now
    assert audit(publication.folder / "articles.git") == []


def test_the_same_words_are_found_in_articles_of_both_formats(article: str, publication: Publication):
    an_article(publication, "# Other\n\nThey met on Tusday too.\n", "2026/11/25/other")
    a_correction(publication, "They met on Tusday", "They met on Tuesday", article="2026/11/25/other")
    a_correction(publication, "Tusday", "Tuesday", article="2026/11/25/other", comment="again")
    assert [place.article.id for place in occurrences.elsewhere(publication, 2)] == [TALKS]
    numbers, refused = occurrences.propose(publication, EDITOR, 2, [occurrences.elsewhere(publication, 2)[0].key])
    assert (len(numbers), refused) == (1, {})
    accept(publication, numbers[0])
    assert publication.current_text(TALKS) == SOURCE.replace("Tusday", "Tuesday")


def test_an_earlier_version_is_told_of_html_and_of_nothing_else(article: str, publication: Publication):
    """A field that earlier versions do not know is what makes them refuse in plain words: see `repo_store.newer`."""
    an_article(publication, "# Other\n\nIn Markdown.\n", "2026/11/25/other")
    events = [json.loads(entry.event.model_dump_json()) for entry in publication.store.entries()]
    assert [event.get("format") for event in events] == ["html", None]


def test_an_unknown_format_is_refused(client: FlaskClient, token: dict[str, str]):
    answer = client.put(f"{API}/articles/{TALKS}", json={"text": "x", "format": "word"}, headers=token)
    assert answer.status_code == 422
    assert "format" in answer.text


def test_a_publisher_s_new_version_of_html_keeps_accepted_corrections(article: str, publication: Publication):
    a_correction(publication, "Tusday", "Tuesday")
    accept(publication, 1)
    new = SOURCE.replace("1893", "1894")
    outcome = updates.publish(publication, EDITOR, updates.ArticleText(TALKS, new, format=Format.HTML))
    assert (outcome.outcome, outcome.kept) == ("merged", (1,))
    assert publication.current_text(TALKS) == new.replace("Tusday", "Tuesday")


MARKDOWN = "# The talks\n\nMinisters met on Tusday in teh capital.\n\nThe *bridge* opened in 1893 and closed in 1971.\n"
AS_HTML = (
    "<h1>The talks</h1>\n\n<p>Ministers met on Tusday in teh capital.</p>\n\n"
    "<p>The <em>bridge</em> opened in 1893 and closed in 1971.</p>\n"
)


@pytest.mark.parametrize(("first", "second"), [("markdown", "html"), ("html", "markdown")])
def test_corrections_outlive_a_change_of_format(publication: Publication, first: str, second: str):
    """The open ones and the published ones, on what readers see."""
    sources = {"markdown": MARKDOWN, "html": AS_HTML}

    def send(format: str, text: str) -> updates.Outcome:
        return updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text, format=Format(format)))

    send(first, sources[first])
    a_correction(publication, "bridge", "viaduct")
    a_correction(publication, "teh capital", "the capital")
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "1971", "1972")
    accept(publication, 3)
    outcome = send(second, sources[second].replace("1971", "1973"))
    assert (outcome.outcome, outcome.kept) == ("merged", (3,))
    now = publication.store.source(TALKS, publication.article(TALKS).revision)
    expected = sources[second].replace("1971", "1973").replace("Tusday", "Tuesday")
    assert (now.text, now.format) == (expected, second)
    accept(publication, 2)
    accept(publication, 1)
    expected = expected.replace("teh", "the").replace("bridge", "viaduct")
    assert publication.current_text(TALKS) == expected
    with pytest.raises(InConflict):
        accept(publication, 4)
    assert audit(publication.folder / "articles.git") == []
    outcome = send(first, sources[first])
    assert publication.store.source(TALKS, publication.article(TALKS).revision).format == first
    assert "Tuesday in the capital" in publication.current_text(TALKS)
    assert "1973" not in publication.current_text(TALKS)
