"""An index that is missing, behind, broken or of another version is made again from the ledger, and is searched."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from corrections.index import Index, queries
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, a_correction, an_article


def test_the_index_made_again_is_equal(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    decisions.reopen(publication, EDITOR, 2, publication.correction(2).last_event)
    before = list(publication.index.content())
    fresh = Index(publication.folder / "other.db")
    fresh.catch_up(publication.store)
    assert list(fresh.content()) == before
    fresh.close()
    publication.index.rebuild(publication.store)
    assert list(publication.index.content()) == before


def test_an_index_far_behind_is_caught_up_by_two_at_once(publication: Publication, monkeypatch: pytest.MonkeyPatch):
    an_article(publication)
    behind = publication.folder / "behind.db"
    Index(behind).catch_up(publication.store)
    for number in range(1900, 1925):
        a_correction(publication, "1893", str(number))
    monkeypatch.setattr("corrections.index.index.EVENTS_A_TRANSACTION", 2)
    several = [Index(behind) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda each: each.catch_up(publication.store), several)) == 25
    assert list(several[0].content()) == list(publication.index.content())
    for each in several:
        each.close()


def test_a_broken_or_older_index_is_made_anew(publication: Publication):
    an_article(publication)
    path = publication.folder / "broken.db"
    path.write_bytes(b"this is no database" * 100)
    index = Index(path)
    assert index.catch_up(publication.store) == 1
    index.close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE state SET value='0' WHERE key='schema'")
    index = Index(path)
    assert index.catch_up(publication.store) == 1
    index.close()


def test_an_index_of_another_version_is_no_finding_but_one_that_says_something_else_is(publication: Publication):
    an_article(publication)
    with sqlite3.connect(publication.folder / "index.db") as database:
        database.execute("UPDATE articles SET title='Another'")
    assert [each.code for each in audit_publication(publication.folder)] == ["index"]
    with sqlite3.connect(publication.folder / "index.db") as database:
        database.execute("UPDATE state SET value='1' WHERE key='schema'")
    assert audit_publication(publication.folder) == []


def test_search_finds_words_in_quote_replacement_reason_and_headline(publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839", comment="The plaque on the north pier.")
    for words in ("1893", "1839", "plaque pier", "talks", "plaq"):
        assert [each.number for each in queries.corrections(publication.index, queries.Filter(q=words))] == [1]
    for words in ("nothing", '" OR 1=1', "comment:plaque NOT"):
        assert queries.corrections(publication.index, queries.Filter(q=words)) == []
