"""A ledger with an event that cannot be projected, whoever put it there: what came before it stays readable."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from corrections.errors import ReadOnly
from corrections.index import Index, Unprojectable
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.foreign import append, append_message, git, spam
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

ID = "f" * 32
EVENTS: list[dict[str, Any]] = [
    spam(ID, 99),
    spam(ID, 2**63),
    spam(ID, 2**70),
    {"type": "correction.duplicate", "correction": ID, "number": 1, "by": "Mira", "of": 99},
    {"type": "correction.assigned", "correction": ID, "number": 99, "by": "Mira", "to": "Vic"},
    {"type": "revision.logged", "article": TALKS, "revision": "1" * 40, "by": "Mira", "kind": "nothing"},
    {"type": "notice.changed", "article": "2026/11/24/nowhere", "by": "Mira", "notices": []},
]


@pytest.fixture(params=EVENTS, ids=lambda event: f"{event['type']} {event.get('number', '')}")
def strange(request: pytest.FixtureRequest, publication: Publication) -> str:
    """The commit of an event that no index can take in, after two that it can."""
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    publication.index.catch_up(publication.store)
    append(publication.folder, {"type": "correction.commented", "correction": first.id, "number": 1, "by": "Mira", "text": "Well."})  # fmt: skip
    commit = append(publication.folder, request.param)
    append(publication.folder, {"type": "correction.flagged", "correction": first.id, "number": 1, "by": "Mira", "fact_check": True})  # fmt: skip
    return commit


@pytest.mark.parametrize("together", [1, 2, 1000])
def test_the_index_knows_all_that_comes_before_it_and_names_it(
    publication: Publication, strange: str, together: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.index.index.EVENTS_A_TRANSACTION", together)
    fresh = Index(publication.folder / "fresh.db")
    for index in (publication.index, fresh):
        for _ in range(2):
            with pytest.raises(
                ReadOnly, match=rf"Event 4 .*{strange}.* cannot be added to the index.*corrections audit"
            ):
                index.catch_up(publication.store)
        assert index.state("seq") == "3"
        with pytest.raises(ReadOnly):
            index.rebuild(publication.store)
        assert index.state("seq") == "3"
    assert list(fresh.content()) == list(publication.index.content())
    fresh.close()


def test_reading_goes_on_and_nothing_is_written(publication: Publication, strange: str, client: FlaskClient):
    ledger = publication.store.ledger()
    with pytest.raises(ReadOnly, match=strange):
        a_correction(publication, "teh", "the")
    with pytest.raises(ReadOnly, match=strange):
        decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")
    for page in ("", f"a/{TALKS}", f"a/{TALKS}/history", "c/1", "corrections"):
        assert client.get(f"/daily/{page}").status_code == 200, page
    assert strange in client.get("/readyz").text
    assert publication.store.ledger() == ledger
    publication.close()
    reopened = Publication(publication.folder)
    assert reopened.correction(1).state == "open"
    reopened.close()


@pytest.mark.parametrize(
    "message", ["none", "No event\n\n{}\n", 'Cut off\n\n{"version": 1, "seq": 4', "x\n\n5\n", "x\n\n" + "[" * 9999]
)
def test_an_event_that_is_damaged_is_named_and_what_comes_before_it_is_read(publication: Publication, message: str):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    commit = append_message(publication.folder, message)
    with pytest.raises(ReadOnly, match=rf"{commit} holds no event.*corrections audit"):
        a_correction(publication, "teh", "the")
    publication.close()
    for path in publication.folder.glob("index.db*"):
        path.unlink()
    reopened = Publication(publication.folder)
    assert reopened.correction(1).replacement == "Tuesday"
    reopened.close()
    assert [(each.code, each.commit) for each in audit_publication(publication.folder)] == [("event", commit)]


def test_bytes_that_are_no_text_are_named_too(publication: Publication):
    an_article(publication)
    folder = publication.folder
    raw = git(folder, "cat-file", "commit", "ledger").encode().replace(b"Mira", b"\xff\xfe")
    (folder / "raw").write_bytes(raw)
    commit = git(folder, "hash-object", "-t", "commit", "-w", str(folder / "raw"))
    git(folder, "update-ref", "refs/heads/ledger", commit)
    for path in folder.glob("index.db*"):
        path.unlink()
    publication.close()
    reopened = Publication(folder)
    assert commit in str(reopened.obstacle)
    reopened.close()


def test_a_decision_that_the_figures_cannot_count_is_refused_before_it_is_written(publication: Publication):
    """On a correction whose time another tool wrote, with an offset that SQLite does not know."""
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    folder = publication.folder
    publication.close()
    raw = re.sub(r'"at":"[^"]*"', '"at":"2020-01-01T00:00:00+15:00"', git(folder, "cat-file", "commit", "ledger"))
    (folder / "raw").write_text(raw + "\n")
    commit = git(folder, "hash-object", "-t", "commit", "-w", str(folder / "raw"))
    git(folder, "update-ref", "refs/heads/ledger", commit)
    for path in folder.glob("index.db*"):
        path.unlink()
    reopened = Publication(folder)
    with pytest.raises(Unprojectable, match="durations"):
        decisions.reject(reopened, EDITOR, 1, reopened.correction(1).last_event, "No.")
    assert a_correction(reopened, "teh", "the").number == 2, "it is not written, and other work goes on"
    reopened.close()


def test_when_it_can_be_projected_at_last_work_goes_on(publication: Publication, monkeypatch: pytest.MonkeyPatch):
    """A version without a rule is followed by one that has it."""
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    with monkeypatch.context() as older:

        def fail(*_: object, **__: object) -> None:
            raise KeyError("correction.rejected")

        older.setattr("corrections.index.projection.decisions.state_after", fail)
        append(publication.folder, spam(first.id, 1))
        with pytest.raises(ReadOnly, match=r"correction\.spam"):
            a_correction(publication, "teh", "the")
        with pytest.raises(ReadOnly):
            publication.index.catch_up(publication.store)
    publication.close()
    upgraded = Publication(publication.folder)
    assert upgraded.correction(1).state == "spam"
    assert a_correction(upgraded, "teh", "the").number == 2
    upgraded.close()


def test_no_error_of_the_storage_counts_as_one_of_an_event(
    publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    an_article(publication)
    index = Index(tmp_path / "other.db")

    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr("corrections.index.projection.articles.insert_revision", fail)
        with pytest.raises(sqlite3.OperationalError):
            index.catch_up(publication.store)
    assert index.catch_up(publication.store) == 1
    index.close()
