"""Commits that a store keeps in memory are those of the history that stands, as git has them, and only so many."""

from pathlib import Path

import pytest

from repo_store import Store, queries
from repo_store.errors import BadEvent
from repo_store.git import object_batch, repository
from repo_store.ssh_signatures import Key
from tests.repo_store.test_remote_redaction import NAME, REDACTION, write_story
from tests.repo_store.test_store import ARTICLE, TEXT, importing, revising, submitting


def test_what_was_just_written_is_as_git_has_it_and_is_not_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = Store.create(tmp_path / "articles.git")
    key = Key.generate(tmp_path / "key")
    store.sign_with(lambda: key)
    first = store.write(importing())[0].entry
    revised = store.write(revising(f"{TEXT}Ünd – “mehr”.\n", first.id))[0].entry
    store.write(*(submitting(number, revised.main, revised.id) for number in (1, 2, 3)))
    with monkeypatch.context() as patched:
        patched.setattr(queries, "read_object", lambda *_: pytest.fail("git was asked"))
        written = list(store.entries(after=first.id))
    other = Store.open(tmp_path / "articles.git")
    assert written == list(other.entries(after=first.id))
    assert len(written) == 4
    store.close()
    other.close()


def test_two_stores_write_in_turn_on_what_the_other_wrote(tmp_path: Path):
    stores = Store.create(tmp_path / "articles.git"), Store.open(tmp_path / "articles.git")
    first = stores[0].write(importing())[0].entry
    for number in range(1, 9):
        stores[number % 2].write(submitting(number, first.main, first.id))
    ledgers = [[(entry.seq, entry.id, entry.event) for entry in store.entries(after=first.id)] for store in stores]
    assert ledgers[0] == ledgers[1]
    assert [seq for seq, *_ in ledgers[0]] == list(range(2, 10))
    for store in stores:
        store.close()


def test_what_another_process_redacted_is_kept_by_no_store_that_had_read_it(tmp_path: Path):
    key = Key.generate(tmp_path / "key")
    store = Store.create(tmp_path / "articles.git")
    write_story(store, key)
    other = Store.open(tmp_path / "articles.git")
    entries = list(other.entries())
    naming = next(entry for entry in entries if NAME in str(entry.event))
    for reader in (store, other):
        assert reader.entry(naming.id) == naming
    store.redact(REDACTION, key)
    for reader in (other, store):
        with pytest.raises(BadEvent):
            reader.entry(naming.id)
        assert NAME not in str(list(reader.entries(after=entries[0].id)))
        reader.close()


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repository, "KEPT_COMMITS", 3)
    store = Store.create(tmp_path / "articles.git")
    first = store.write(importing())[0].entry
    for number in range(1, 9):
        store.write(submitting(number, first.main, first.id))
        store.main()
        assert len(store._repositories.commits) <= 4
    assert [entry.seq for entry in store.entries(after=first.id)] == list(range(2, 10))
    store.close()


def test_what_submissions_write_does_not_push_out_what_they_are_built_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(object_batch, "KNOWN_ENTRIES", 400)
    store = Store.create(tmp_path / "articles.git")
    first = store.write(importing())[0].entry
    folder = ARTICLE.rpartition("/")[0]
    last = store.write(*(importing(f"{folder}/other-{number}", seen=first.id) for number in range(60)))[-1].entry
    reads, read = [], object_batch.read_object
    monkeypatch.setattr(object_batch, "read_object", lambda repo, name: (reads.append(name), read(repo, name))[1])
    for number in range(1, 21):
        store.write(submitting(number, last.main, last.id))
    assert len(reads) == len(set(reads)), "each object was read once"
    store.close()
