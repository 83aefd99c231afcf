"""Whatever is public, by page, feed, API or clone, holds what was published and public facts: no other word."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.private.contacts import Contact
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import comments, decisions
from corrections.web.access import ACCESS, PUBLIC
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

ADMIN = Actor("Ada", "admin")
SECRET = (
    "unsaid"  # begins every word that is nobody's but the reader's and the desk's; too long to stand in a random key
)
TEXT = """# The talks

Ministers met on Tusday in teh capital, and **agreed** on two points after long hours of debate.

The bridge opened in 1893 and closed in 1971. The mayor, unsaidredactedname, spoke at the opening for an hour.

It rained on the harbour all night. Nobody slept. Trains ran late.
"""


def correct(publication: Publication, replacing: str, by: str | None, **more: object) -> int:
    more.setdefault("comment", "unsaidcomment")
    more.setdefault("evidence", "https://unsaidevidence.example/")
    more.setdefault("contact", Contact("unsaidname", "unsaidmail@example.org", False, "en"))
    return a_correction(publication, replacing, by, **more).number


def last(publication: Publication, number: int) -> str:
    return publication.correction(number).last_event


@pytest.fixture
def desk(publication: Publication) -> Publication:
    """A publication in which corrections have gone every way there is."""
    an_article(publication, TEXT)
    settings.put(publication, "blocked-words", "unsaidheld")
    correct(publication, "Nobody slept", "unsaidopen")
    correct(publication, "Trains ran late", "unsaidheld")
    rejected = correct(publication, "Ministers", "unsaidrejected")
    decisions.reject(publication, EDITOR, rejected, last(publication, rejected), "unsaidreason")
    status.appeal(publication, rejected, "unsaidappeal")
    spam = correct(publication, "the harbour", "unsaidspam")
    decisions.mark_spam(publication, EDITOR, spam, last(publication, spam), "unsaidspamreason")
    used = correct(publication, "long hours", "unsaidused")
    rewritten = publication.current_text(TALKS).replace("long hours", "many hours")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, rewritten))
    decisions.use(publication, EDITOR, used, last(publication, used), "unsaidusedreason")
    withdrawn = correct(publication, "two points", "unsaidwithdrawn")
    status.withdraw(publication, withdrawn, "unsaidwithdrawnreason")
    talked = correct(publication, "all night", "unsaidtalked")
    comments.note(publication, EDITOR, talked, "unsaidnote")
    comments.ask(publication, EDITOR, talked, "unsaidquestion")
    status.add_word(publication, talked, "unsaidanswer")
    duplicate = correct(publication, "It rained", "unsaidduplicate")
    decisions.mark_duplicate(
        publication, EDITOR, duplicate, last(publication, duplicate), talked, "unsaidduplicatereason"
    )
    long_quote = "opened in 1893 and closed in 1971. The mayor"
    accepted = correct(
        publication, long_quote, long_quote.replace("1893", "1894"), prefix="unsaidprefix ", suffix=" unsaidend"
    )
    decisions.accept(publication, EDITOR, accepted, last(publication, accepted), reason="unsaidacceptedreason")
    edited = correct(publication, "capital", "unsaideditedaway capital")
    decisions.accept(publication, EDITOR, edited, last(publication, edited), text="old capital")
    reverted = correct(publication, "debate", "unsaidstruckout debate")
    decisions.accept(publication, EDITOR, reverted, last(publication, reverted), text="quiet debate")
    decisions.revert(publication, EDITOR, reverted, last(publication, reverted), "unsaidrevertedreason")
    bare = correct(publication, "teh", None, comment="unsaidbare")
    decisions.accept(publication, EDITOR, bare, last(publication, bare), text="the")
    revised = publication.current_text(TALKS).replace("Trains ran", "Trams ran").replace("1894", "unsaidclash")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, revised), "ours")
    redaction.redact(
        publication, ADMIN, redaction.Removal("A court's order", article=TALKS, words=("unsaidredactedname",))
    )
    return publication


def git(repository: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", str(repository), *command], capture_output=True, text=True, check=True).stdout


def commits(publication: Publication) -> list[str]:
    return git(publication.store.path, "rev-list", "--all").split()


def addresses(app: Flask, publication: Publication) -> Iterator[str]:
    """Every public page, with every article, number and commit that there is."""
    values = {
        "publication": ["daily"],
        "article_id": [TALKS],
        "number": [str(number) for number in range(1, publication.head().corrections + 1)],
        "revision": commits(publication),
        "kind": ["atom", "json", "md", "txt"],
        "month": [f"{publication.article(TALKS).updated_at[:7]}"],
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or ACCESS.get(rule.endpoint) != PUBLIC:
            continue
        names = [name for name in rule.arguments if name in values]
        if len(names) < len(rule.arguments):
            continue
        for chosen in _choices(values, sorted(names)):
            with suppress(ValueError):  # a feed has other kinds than a text
                yield adapter.build(rule.endpoint, chosen)
    for revision in commits(publication):
        for path in ("diff", "blame", "text", "history"):
            yield f"/daily/a/{TALKS}/{path}?from={revision}&to={revision}&revision={revision}&at={revision}"
            yield f"/daily/a/{TALKS}/{path}?to={revision}"
        yield f"/api/v1/daily/articles/{TALKS}/text?revision={revision}"
        yield f"/api/v1/daily/articles/{TALKS}/diff?to={revision}"


def _choices(values: dict[str, list[str]], names: list[str]) -> list[dict[str, str]]:
    chosen: list[dict[str, str]] = [{}]
    for name in names:
        chosen = [{**before, name: value} for before in chosen for value in values[name]]
    return chosen


def linked(page: str) -> set[str]:
    found = {unescape(link) for link in re.findall(r'(?:href|src)="([^"#]+)', page)}
    local = {urlsplit(link)._replace(scheme="", netloc="").geturl() for link in found}
    return {link for link in local if link.startswith("/daily/") and "sign-in" not in link}


def crawl(client: FlaskClient, start: set[str]) -> dict[str, str]:
    """What every address answers, and every address that these answers link to."""
    pages: dict[str, str] = {}
    beyond: set[str] = set()
    for address in sorted(start):
        with client.get(address) as answer:
            pages[address] = answer.get_data(as_text=True) + str(answer.headers)
        if answer.mimetype == "text/html":
            beyond |= linked(pages[address])
    for address in sorted(beyond - set(pages)):
        with client.get(address) as answer:
            pages[address] = answer.get_data(as_text=True) + str(answer.headers)
    return pages


def test_no_page_feed_or_answer_has_a_word_that_was_not_published(
    app: Flask, client: FlaskClient, desk: Publication
) -> None:
    pages = crawl(client, set(addresses(app, desk)))
    assert any("Trams ran" in page for page in pages.values()), "the crawl reads articles"
    assert len(pages) > 200
    leaks = {
        address: sorted(set(re.findall(rf"{SECRET}\w+", page))) for address, page in pages.items() if SECRET in page
    }
    assert leaks == {}


def test_no_clone_has_a_word_that_was_not_published(client: FlaskClient, desk: Publication) -> None:
    with client.get("/daily/articles.git/info/refs?service=git-upload-pack") as answer:
        assert "refs/heads/main" in answer.get_data(as_text=True)
    copy = desk.folder / "public.git"
    names = git(copy, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    objects = "".join(git(copy, "cat-file", "-p", name) for name in names)
    assert "Trams ran" in objects
    assert re.findall(rf"{SECRET}\w+", objects) == []
    assert list(git(copy, "for-each-ref", "--format=%(refname)").split()) == ["refs/heads/main"]


SECRETS = [
    "unsaideditedaway",
    "unsaidcomment",
    "unsaidstruckout",
    "unsaidused",
    "unsaidusedreason",
    "unsaidbare",
    "unsaidevidence",
    "unsaidprefix",
]


def test_a_search_finds_what_was_published_and_tells_nothing_else(client: FlaskClient, desk: Publication) -> None:
    def answers(words: str) -> list[str]:
        paths = ("/daily/corrections", "/daily/corrections.atom", "/daily/corrections.json")
        return [client.get(path, query_string={"q": words}).get_data(as_text=True) for path in paths]

    nothing = [page.replace("unsaidnonesuch", "") for page in answers("unsaidnonesuch")]
    for secret in SECRETS:
        assert [page.replace(secret, "") for page in answers(secret)] == nothing, secret
    for words in ("1893", "1894", "old capital", "The talks"):
        assert all("/daily/c/" in page for page in answers(words)), words


def test_annotations_tell_the_published_words_when_these_have_changed_since(
    client: FlaskClient, desk: Publication
) -> None:
    items = client.get(f"/daily/a/{TALKS}/annotations").get_json()["first"]["items"]
    bodies = [item["body"]["value"] for item in items]
    assert "capital, → old capital," in bodies


def test_an_edited_acceptance_merges_the_editors_words_and_its_reader_still_sees_what_was_sent(
    client: FlaskClient, desk: Publication
) -> None:
    repository = desk.store.path
    line = git(repository, "log", "--first-parent", "--merges", "--format=%P %s", "main").splitlines()
    parents = next(each.split()[:2] for each in line if "Accept correction 10" in each)
    correction = desk.correction(10)
    assert parents[1] != correction.commit
    shown = git(repository, "show", "--format=%an %ae%n%B", parents[1])
    assert f"reader {correction.id[:13]} {correction.id}@readers.invalid" in shown
    assert "Edited-by: an editor" in shown
    assert "+Ministers met on Tusday in teh old capital" in shown
    assert git(repository, "rev-parse", f"{parents[1]}^").strip() == parents[0]

    key = desk.private.reader_key(desk.correction(10).id)
    assert "unsaideditedaway" in client.get(f"/daily/c/10?key={key}").get_data(as_text=True)


def test_an_audit_of_all_this_is_clean(desk: Publication) -> None:
    assert audit_publication(desk.folder) == []
