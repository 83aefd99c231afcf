"""The public log, its feeds, policy and figures, and what other programs read."""

import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from statistics import median_low
from xml.etree import ElementTree

import feedparser
import pytest
from flask.testing import FlaskClient
from pyld import jsonld

from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from corrections.services.review import decisions, notices
from corrections.services.review.decisions import NoticeDraft
from corrections.text.formats.markdown.render import render
from repo_store.model.events import (
    CorrectionAccepted,
    CorrectionDuplicate,
    CorrectionRejected,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
)
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

OTHER = "2026/11/25/other"
ARTICLE = f"/daily/a/{TALKS}"


@pytest.fixture
def corrected(publication: Publication) -> Publication:
    """Corrections with every outcome, in two articles."""
    an_article(publication)
    an_article(publication, "# Other\n\nA harbor froze on Sunday.\n", OTHER)

    def event(number: int) -> str:
        return publication.correction(number).last_event

    a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, event(1))
    a_correction(publication, "1893", "1839", category="factual")
    told = NoticeDraft("correction", "The bridge opened in 1839, not in 1893.")
    decisions.accept(publication, EDITOR, 2, event(2), notice=told)
    a_correction(publication, "teh", "die", category="other")
    decisions.accept(publication, EDITOR, 3, event(3), text="the")
    a_correction(publication, "Sunday", "Monday", OTHER, category="factual")
    decisions.reject(publication, EDITOR, 4, event(4), "", "right")
    a_correction(publication, "froze", "thawed", OTHER)
    decisions.reject(publication, EDITOR, 5, event(5), "In our own words.")
    a_correction(publication, "harbor", "harbour", OTHER, category="grammar")
    updates.publish(publication, EDITOR, updates.ArticleText(OTHER, "# Other\n\nA port froze on Sunday.\n"))
    decisions.use(publication, EDITOR, 6, event(6), "We rewrote it.")
    a_correction(publication, "1971", "1972")
    a_correction(publication, "1971", "1972")  # a duplicate on arrival
    a_correction(publication, "closed", "shut")
    decisions.mark_spam(publication, EDITOR, 9, event(9))
    a_correction(publication, "minister", "ministers")
    decisions.accept(publication, EDITOR, 10, event(10))
    decisions.revert(publication, EDITOR, 10, event(10), "It was right.")
    return publication


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'href="/daily/c/(\d+)"', page)]


def test_the_log_goes_by_category_article_month_and_words(client: FlaskClient, corrected: Publication) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    assert numbers(client.get("/daily/corrections").text) == [10, 6, 3, 2, 1]
    assert numbers(client.get("/daily/corrections?category=factual").text) == [2]
    assert numbers(client.get(f"/daily/corrections?article={OTHER}").text) == [6]
    assert numbers(client.get(f"/daily/corrections?month={month}&category=grammar").text) == [6]
    assert numbers(client.get("/daily/corrections?month=1999-01").text) == []
    assert numbers(client.get("/daily/corrections?q=1893").text) == [2]
    assert "No matching corrections." in client.get("/daily/corrections?q=nonesuch").text
    for wrong in ("category=x", "month=2026-13", "month=x", "after=x", "article=x", "q=%22"):
        assert client.get(f"/daily/corrections?{wrong}").status_code == 200


def test_the_log_tells_what_was_published_not_what_was_sent(client: FlaskClient, corrected: Publication) -> None:
    page = client.get("/daily/corrections").text
    assert "The bridge opened in 1839, not in 1893." in page
    assert "<del>teh</del> <ins>the</ins>" in page
    assert "die" not in page, "the reader's words, which the editor changed"
    assert "harbour" not in page
    assert "<mark>harbor</mark>" in page


def test_a_feed_reader_reads_the_feed(client: FlaskClient, corrected: Publication) -> None:
    answer = client.get("/daily/corrections.atom")
    assert answer.content_type.startswith("application/atom+xml")
    feed = feedparser.parse(answer.data)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert [entry.title.split(":")[0] for entry in feed.entries] == [f"Correction {n}" for n in (10, 6, 3, 2, 1)]
    assert feed.entries[3].summary == "The bridge opened in 1839, not in 1893."
    assert feed.entries[2].summary == "teh → the"
    assert feed.entries[4].link.endswith("/daily/c/1")
    assert len({entry.id for entry in feed.entries}) == 5
    assert all(entry.updated_parsed for entry in feed.entries)
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)
    of_article = feedparser.parse(client.get(f"/daily/a/{OTHER}/corrections.atom").data)
    assert [entry.title for entry in of_article.entries] == ["Correction 6: Other"]
    again = client.get("/daily/corrections.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    factual = feedparser.parse(client.get("/daily/corrections.atom?category=factual").data)
    assert len(factual.entries) == 1


def test_a_notice_that_is_edited_is_told_anew(client: FlaskClient, corrected: Publication) -> None:
    before = feedparser.parse(client.get("/daily/corrections.atom").data)
    notices.edit(corrected, EDITOR, TALKS, 0, NoticeDraft("correction", "It opened in 1839."))
    after = feedparser.parse(client.get("/daily/corrections.atom").data)
    old, new = before.entries[3], after.entries[3]
    assert (old.id, new.summary) == (new.id, "It opened in 1839.")
    assert new.updated > old.updated
    assert after.feed.updated == new.updated
    assert [entry.updated for entry in after.entries if entry.id != new.id] == [
        entry.updated for entry in before.entries if entry.id != old.id
    ]


def test_the_json_feed_is_one(client: FlaskClient, corrected: Publication) -> None:
    answer = client.get("/daily/corrections.json")
    assert answer.mimetype == "application/feed+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    feed = json.loads(answer.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "home_page_url", "feed_url", "items"} <= set(feed)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
    assert client.get(f"/daily/a/{TALKS}/corrections.json").json["items"][-1]["url"].endswith("/daily/c/1")


def test_an_empty_log_and_its_feeds_are_whole(client: FlaskClient, publication: Publication) -> None:
    assert "No correction has been published yet." in client.get("/daily/corrections").text
    assert not feedparser.parse(client.get("/daily/corrections.atom").data).bozo
    assert client.get("/daily/corrections.json").json["items"] == []
    assert "Statistics appear here" in client.get("/daily/corrections/openness").text
    assert client.get("/daily/corrections/policy").status_code == 200


def test_a_list_for_other_pages_may_stand_in_their_frames(client: FlaskClient, corrected: Publication) -> None:
    answer = client.get("/daily/corrections/latest?count=2")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert numbers(answer.text) == [10, 6]
    assert client.get("/daily/corrections").headers["X-Frame-Options"] == "DENY"


def test_the_sites_map_leads_to_every_page(client: FlaskClient, corrected: Publication) -> None:
    assert "Sitemap: http://localhost/daily/sitemap.xml" in client.get("/robots.txt").text

    def addresses(address: str) -> list[str]:
        root = ElementTree.fromstring(client.get(address.removeprefix("http://localhost")).data)
        return [str(each.text) for each in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    found = [page for part in addresses("/daily/sitemap.xml") for page in addresses(part)]
    for wanted in (f"/a/{TALKS}", f"/a/{OTHER}", "/corrections", "/corrections/policy", "/corrections/openness"):
        assert f"http://localhost/daily{wanted}" in found
    for page in found:
        assert client.get(page.removeprefix("http://localhost")).status_code == 200


def test_the_policy_is_ours_until_the_house_writes_its_own(client: FlaskClient, corrected: Publication) -> None:
    page = client.get("/daily/corrections/policy").text
    assert "We want to hear about every error." in page
    assert "Median time to decision: 1 minute." in page
    (corrected.folder / "corrections-policy.md").write_text("We **own** our errors. <script>alert(1)</script>\n")
    (corrected.folder / "corrections-policy.uk.md").write_text("Ми виправляємо.\n")
    page = client.get("/daily/corrections/policy").text
    assert "We <strong>own</strong> our errors." in page
    assert "<script>alert" not in page
    assert "Ми виправляємо." in client.get("/daily/corrections/policy", headers={"Accept-Language": "uk"}).text


def test_policy_and_log_are_one_click_from_every_public_page(client: FlaskClient, corrected: Publication) -> None:
    revision = corrected.article(TALKS).revision
    pages = ["/daily/", ARTICLE, "/daily/c/1", "/daily/corrections", "/daily/corrections/openness"]
    pages += [f"{ARTICLE}/{each}" for each in ("history", "diff", "blame", "suggest", f"revision/{revision}")]
    for page in pages:
        text = client.get(page).text
        assert 'href="/daily/corrections"' in text, page
        assert 'href="/daily/corrections/policy"' in text, page


def test_every_figure_follows_from_the_ledger_alone(client: FlaskClient, corrected: Publication) -> None:
    submitted: dict[str, datetime] = {}
    decided: dict[str, tuple[str, str, float, str]] = {}
    for entry in corrected.store.entries():
        event = entry.event
        if isinstance(event, CorrectionSubmitted):
            submitted[event.correction] = entry.at
            if event.same_as is not None:
                decided[event.correction] = ("duplicates", f"{entry.at:%Y-%m}", 0, "")
            continue
        kinds = {CorrectionAccepted: "accepted", CorrectionUsed: "used with changes", CorrectionRejected: "rejected",
                 CorrectionDuplicate: "duplicates", CorrectionSpam: "spam", CorrectionWithdrawn: "withdrawn",
                 CorrectionReverted: "taken back"}  # fmt: skip
        if isinstance(event, CorrectionReopened):
            decided.pop(event.correction, None)
        elif (kind := kinds.get(type(event))) is not None:
            if isinstance(event, CorrectionAccepted) and event.edited:
                kind = "used with changes"
            hours = (entry.at - submitted[event.correction]).total_seconds() / 3600  # type: ignore[union-attr]
            code = event.code if isinstance(event, CorrectionRejected) else ""
            decided[event.correction] = (kind, f"{entry.at:%Y-%m}", hours, code)  # type: ignore[union-attr]
    for by, name in (
        ("months", lambda month: month),
        ("halves", lambda month: f"{month[:4]}-H{2 - (month < month[:5] + '07')}"),
    ):
        received = Counter(name(f"{at:%Y-%m}") for at in submitted.values())
        rows = list(csv.DictReader(io.StringIO(client.get(f"/daily/corrections/openness/{by}.csv").text)))
        assert [row["period"] for row in rows] == sorted(received, reverse=True)
        for row in rows:
            of_period = [each for each in decided.values() if name(each[1]) == row["period"]]
            counted = Counter(kind for kind, *_ in of_period)
            assert int(row["received"]) == received[row["period"]]
            for kind in ("accepted", "used with changes", "rejected", "duplicates", "spam", "withdrawn", "taken back"):
                assert int(row[kind]) == counted[kind], kind
            codes = Counter(code for kind, _, _, code in of_period if kind == "rejected")
            assert int(row["rejected: right"]) == codes["right"] == 1
            assert int(row["rejected: in other words"]) == codes[""] == 1
            judged = [hours for kind, _, hours, _ in of_period if kind not in ("duplicates", "spam", "withdrawn")]
            assert float(row["median hours to decision"]) == round(median_low(judged), 2)
    page = client.get("/daily/corrections/openness").text
    assert "Received: 10." in page
    assert "Waiting for an editor: 1." in page
    assert "The article is correct as published." in page


SCHEMA_ORG = {"@context": {"@vocab": "https://schema.org/", "id": "@id", "type": "@type"}}


def loaded(url: str, options: object) -> dict[str, object]:
    """Of schema.org's context, what our words need: its vocabulary."""
    assert url in ("https://schema.org", "https://schema.org/")
    return {"contextUrl": None, "documentUrl": url, "document": SCHEMA_ORG}


def test_a_json_ld_processor_reads_the_notices(client: FlaskClient, corrected: Publication) -> None:
    updates.publish(
        corrected, EDITOR,
        updates.ArticleText(TALKS, corrected.current_text(TALKS), title="</script><b>", authors=("Ada Marsh",)),
    )  # fmt: skip
    page = client.get(ARTICLE).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(block)
    assert told == client.get(f"/api/v1/daily/articles/{TALKS}/notices").json
    (expanded,) = jsonld.expand(told, {"documentLoader": loaded})
    of = "https://schema.org/{}".format
    assert expanded["@type"] == [of("NewsArticle")]
    assert expanded[of("headline")] == [{"@value": "</script><b>"}]
    (comment,) = expanded[of("correction")]
    assert comment["@type"] == [of("CorrectionComment")]
    assert comment[of("text")] == [{"@value": "The bridge opened in 1839, not in 1893."}]
    assert datetime.fromisoformat(comment[of("datePublished")][0]["@value"]).tzinfo is not None
    assert datetime.fromisoformat(expanded[of("dateModified")][0]["@value"]).tzinfo is not None
    (publisher,) = expanded[of("publisher")]
    policy = publisher[of("correctionsPolicy")][0]["@value"]
    assert policy == "http://localhost/daily/corrections/policy"
    allowed = {"headline", "inLanguage", "datePublished", "dateModified", "author", "publisher", "correction", "url"}
    assert {name for name in expanded if not name.startswith("@")} == {of(name) for name in allowed}


def test_an_annotation_program_finds_each_correction_on_the_article(
    client: FlaskClient, corrected: Publication
) -> None:
    rewritten = "Something new stands first.\n\n" + corrected.current_text(TALKS).replace("Tuesday", "Friday")
    updates.publish(corrected, EDITOR, updates.ArticleText(TALKS, rewritten), "theirs")
    answer = client.get(f"{ARTICLE}/annotations")
    assert answer.content_type == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    collection = answer.json
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert collection["type"] == "AnnotationCollection"
    assert collection["total"] == len(collection["first"]["items"]) == 3
    text = render(corrected.current_text(TALKS)).text
    seen = {}
    for item in collection["first"]["items"]:
        assert (item["type"], item["motivation"]) == ("Annotation", "editing")
        quote, position = item["target"]["selector"]
        if "/revision/" not in item["target"]["source"]:
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert f"{quote['prefix']}{quote['exact']}{quote['suffix']}" in text
        seen[quote["exact"]] = item["body"]["value"]
    assert seen["1839"] == "The bridge opened in 1839, not in 1893."
    assert "the" in seen
    gone = collection["first"]["items"][0]["target"]
    assert "/revision/" in gone["source"], "the words are gone: the revision that the reader saw"
    assert client.get(gone["source"].removeprefix("http://localhost")).status_code == 200


def test_a_redaction_is_gone_from_every_public_page(client: FlaskClient, corrected: Publication) -> None:
    before = client.get("/daily/corrections").text
    assert "1839" in before
    removal = redaction.Removal("Privacy.", number=2, words=("1839",))
    redaction.redact(corrected, Actor("Ines", "admin"), removal)
    for address in (
        "corrections",
        "corrections.atom",
        "corrections.json",
        "c/2",
        f"a/{TALKS}",
        f"a/{TALKS}/annotations",
    ):
        answer = client.get(f"/daily/{address}")
        assert answer.status_code == 200
        assert not re.search(r"(?<![0-9a-f])1839(?![0-9a-f])", answer.text), address  # in no id by chance


def test_a_redaction_is_in_the_feeds_as_in_the_log(client: FlaskClient, corrected: Publication) -> None:
    removal = redaction.Removal("A name of no one’s business.", number=2, words=("1839",))
    redaction.redact(corrected, Actor("Ines", "admin"), removal)
    said = "A passage of this article was permanently removed for legal reasons."
    for address in ("corrections", f"a/{TALKS}/corrections"):
        atom = feedparser.parse(client.get(f"/daily/{address}.atom").text)
        (entry,) = [each for each in atom.entries if each.tags[0].term == "redaction"]
        assert (entry.title, entry.summary) == ("Permanently removed: The talks", said)
        assert entry.link == f"http://localhost{ARTICLE}/history"
        items = client.get(f"/daily/{address}.json").json["items"]  # type: ignore[index]
        assert [item["content_text"] for item in items if item["tags"] == ["redaction"]] == [said]
        assert [item["date_published"] for item in items] == sorted((i["date_published"] for i in items), reverse=True)
        assert "business" not in client.get(f"/daily/{address}.atom").text
    assert "redaction" not in client.get(f"/daily/a/{OTHER}/corrections.json").text


def test_the_notice_of_a_correction_used_with_changes_is_in_the_log(
    client: FlaskClient, publication: Publication
) -> None:
    an_article(publication, "# Other\n\nA harbor froze on Sunday.\n", OTHER)
    sent = a_correction(publication, "Sunday", "Monday", OTHER)
    updates.publish(publication, EDITOR, updates.ArticleText(OTHER, "# Other\n\nA harbor froze last week.\n"))
    notice = NoticeDraft("clarification", "We did not know the day on which the harbor froze.")
    used = decisions.use(publication, EDITOR, 1, sent.last_event, notice=notice)
    for address in ("corrections", "corrections.atom", "corrections.json"):
        assert "We did not know the day" in client.get(f"/daily/{address}").text, address
    assert "Clarification 1" in client.get("/daily/corrections").text
    decisions.reopen(publication, EDITOR, 1, used.last_event)
    again = publication.correction(1)
    decisions.use(publication, EDITOR, 1, again.last_event)
    assert "We did not know the day" not in client.get("/daily/corrections").text, "it was withdrawn"
