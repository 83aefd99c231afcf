"""Headline and standfirst over HTTP: sent and given back, shown, compared, in the log and its feeds, held by policy."""

import json
import re

import pytest
from flask.testing import FlaskClient

from corrections.connectors.webhook_messages import event_message
from corrections.services.errors import AgainstPolicy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import Part
from tests.newsroom import EDITOR, TALKS

API = "/api/v1/daily"
ARTICLE = f"/daily/a/{TALKS}"
SENT = {
    "text": "<p>The talks began on Tusday.</p>",
    "format": "html",
    "title": "Ministers met on Tusday &amp; <em>agreed</em>",
    "standfirst": "Teh talks lasted two&nbsp;days.",
    "url": "https://example.org/talks",
}


@pytest.fixture
def article(client: FlaskClient, token: dict[str, str]) -> dict[str, object]:
    """The API's answer to the article that is sent."""
    answer = client.put(f"{API}/articles/{TALKS}", json=SENT, headers=token)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def correct(client: FlaskClient, exact: str, typed: str, prefix: str = "", position: int | None = None):
    selectors: list[dict[str, object]] = [{"type": "TextQuoteSelector", "exact": exact, "prefix": prefix}]
    if position is not None:
        selectors.append({"type": "TextPositionSelector", "start": position, "end": position + len(exact)})
    target = {"article": TALKS, "selector": selectors}
    return client.post(f"{API}/corrections", json={"target": target, "body": {"value": typed}, "comment": "x"})


def accept(publication: Publication, number: int = 1) -> None:
    decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)


def test_what_is_sent_is_given_back_as_it_came(client: FlaskClient, token, article: dict[str, object]):
    read = client.get(f"{API}/articles/{TALKS}").json
    for answer in (article, read):
        assert answer["title"] == "Ministers met on Tusday & agreed"
        assert (answer["headline"], answer["headline_format"]) == (SENT["title"], "html")
        assert (answer["standfirst"], answer["standfirst_format"]) == (SENT["standfirst"], "html")
    text = client.get(f"{API}/articles/{TALKS}/text").json
    assert [text[name] for name in ("headline", "standfirst", "text")] == [
        SENT[name] for name in ("title", "standfirst", "text")
    ]
    again = client.put(f"{API}/articles/{TALKS}", json=SENT, headers=token).json
    assert again["outcome"] == "unchanged"


def test_an_article_in_markdown_has_them_in_plain_text(client: FlaskClient, token: dict[str, str]):
    sent = {"text": "They met.\n", "title": "Two * two <b>", "standfirst": "Four & _more_"}
    client.put(f"{API}/articles/{TALKS}", json=sent, headers=token)
    read = client.get(f"{API}/articles/{TALKS}").json
    assert [read[name] for name in ("title", "headline", "standfirst")] == [
        sent["title"],
        sent["title"],
        "Four & _more_",
    ]
    assert "<h1 data-article>Two * two &lt;b&gt;</h1>" in client.get(ARTICLE).text


def test_no_text_may_be_sent_in_the_format_of_a_headline(client: FlaskClient, token: dict[str, str]):
    answer = client.put(f"{API}/articles/{TALKS}", json={**SENT, "format": "plain"}, headers=token)
    assert answer.status_code == 422


def test_the_page_shows_them_safely_above_the_text(client: FlaskClient, token: dict[str, str]):
    hostile = {**SENT, "title": "<b>Head<script>steal()</script>", "standfirst": "<p onclick='x()'>Stand<b>first</p>"}
    client.put(f"{API}/articles/{TALKS}", json=hostile, headers=token)
    page = client.get(ARTICLE).text
    story = page[page.index("<article") : page.index("</article>")]
    assert "steal" not in story
    assert "onclick" not in story
    assert re.search(
        r"<h1 data-article><b>Head</b></h1>\s*<div class=\"standfirst\" data-article><p>Stand<b>first", story
    )
    assert "<p>The talks began on Tusday.</p>" in story, "an unclosed tag ends with its part"


def test_a_correction_names_its_part_and_history_shows_it(
    client: FlaskClient, token, article, publication: Publication
):
    made = correct(client, "Tusday", "Tuesday", "met on ")
    assert made.status_code == 201, made.json
    listed = client.get(f"{API}/corrections/1", headers=token).json
    assert (listed["part"], listed["start"]) == ("headline", len("Ministers met on "))
    accept(publication)
    assert client.get(f"{API}/articles/{TALKS}").json["title"] == "Ministers met on Tuesday & agreed"
    rows = client.get(f"{API}/articles/{TALKS}/diff").json["rows"]
    assert [row["kind"] for row in rows] == ["changed", "same", "same"]
    patch = client.get(f"{ARTICLE}/change.patch").text
    assert patch.startswith(f"--- a/articles/{TALKS}/headline.html\n")
    for page in ("history", "diff", "blame", "diff?view=inline", "diff?source=1"):
        assert "Tuesday" in client.get(f"{ARTICLE}/{page}").text, page
    plain = client.get(f"{ARTICLE}/revision/{publication.article(TALKS).revision}/text.txt").text
    assert plain == "Ministers met on Tuesday & agreed\nTeh talks lasted two\u00a0days.\nThe talks began on Tusday.\n"


def test_a_position_in_the_whole_article_tells_equal_words_apart(
    client: FlaskClient, article, publication: Publication
):
    seen = publication.sources(TALKS, publication.article(TALKS).revision).seen.text
    assert correct(client, "Tusday", "Tuesday").json["code"] == "ambiguous"
    assert correct(client, "Tusday", "Tuesday", position=seen.rindex("Tusday")).status_code == 201
    assert publication.correction(1).part is Part.BODY


def test_a_selection_over_two_parts_has_a_clear_answer(client: FlaskClient, article):
    answer = correct(client, "agreed Teh talks", "agreed. The talks")
    assert (answer.status_code, answer.json["code"]) == (422, "unwritable")
    assert "runs across the headline, introduction or text" in answer.json["detail"]


def test_log_feeds_annotations_and_linked_data_have_it(client: FlaskClient, article, publication: Publication):
    correct(client, "Teh talks", "The talks")
    accept(publication)
    correct(client, "Tusday", "Tuesday", "met on ")
    accept(publication, 2)
    log = client.get("/daily/corrections").text
    assert "Teh talks" in log
    assert log.count("Ministers met on Tuesday &amp; agreed") == 2, "entries name the article as it is called now"
    assert "Teh talks" in client.get("/daily/corrections.atom").text
    data = client.get(f"{API}/articles/{TALKS}/notices").json
    assert data["headline"] == "Ministers met on Tuesday & agreed"
    assert data["description"] == "The talks lasted two days."
    item = client.get(f"{ARTICLE}/annotations").json["first"]["items"][0]
    quote, position = item["target"]["selector"]
    seen = publication.sources(TALKS, publication.article(TALKS).revision).seen.text
    assert seen[position["start"] : position["end"]] == quote["exact"] == "he"


def test_policy_by_gravity_holds_a_change_of_the_headline(client: FlaskClient, article, publication: Publication):
    (publication.folder / "policy.toml").write_text('wants_notice = ["headline"]\n')
    correct(client, "Tusday", "Tuesday", "met on ")
    correct(client, "Teh talks", "The talks")
    with pytest.raises(AgainstPolicy):
        accept(publication, 1)
    accept(publication, 2)


def test_a_webhook_tells_what_of_the_headline_changed(client: FlaskClient, article, publication: Publication):
    correct(client, "Tusday", "Tuesday", "met on ")
    accept(publication)
    entry = next(entry for entry in publication.store.entries() if entry.event.type == "correction.accepted")
    data = json.loads(event_message(publication, entry))["data"]
    assert data["correction"]["part"] == "headline"
    change = data["change"]
    assert change["headline"] == {"before": SENT["title"], "after": str(SENT["title"]).replace("Tusday", "Tuesday")}
    assert change["standfirst"] is None
    assert change["before"] == change["after"] == SENT["text"]


def test_the_queue_says_which_part_a_correction_is_of(
    client: FlaskClient, publication: Publication, article: dict[str, object]
):
    assert correct(client, "Teh talks", "The talks").status_code == 201
    assert correct(client, "began", "started").status_code == 201
    publication.private.accounts.save("Ada", "editor", "long enough for a test")
    client.post("/daily/sign-in", data={"name": "Ada", "password": "long enough for a test"})
    cells = re.findall(r'<td class="category">(.*?)</td>', client.get("/daily/review/").text, re.DOTALL)
    assert [" ".join(cell.split()) for cell in cells] == ["Other, standfirst", "Other"]
