"""Texts that a store keeps in memory are those of the history that stands, and only so many."""

from pathlib import Path

import pytest

from repo_store import Part, Store
from repo_store.errors import NotFound
from repo_store.model.articles import Source
from repo_store.part_cache import CODE_POINTS, PartCache
from repo_store.ssh_signatures import Key
from tests.repo_store.test_remote_redaction import NAME, REDACTION, write_story
from tests.repo_store.test_store import ARTICLE


def test_what_another_process_redacted_is_told_by_no_store_that_had_read_it(tmp_path: Path):
    key = Key.generate(tmp_path / "key")
    store = Store.create(tmp_path / "articles.git")
    write_story(store, key)
    revisions = [entry.main for entry in store.entries()]
    naming = next(revision for revision in revisions if NAME in store.text(ARTICLE, revision))
    other = Store.open(tmp_path / "articles.git")
    assert NAME in other.text(ARTICLE, naming)
    store.redact(REDACTION, key)
    for reader in (other, store):
        with pytest.raises(NotFound):
            reader.text(ARTICLE, naming)
        with pytest.raises(NotFound):
            reader.source(ARTICLE, naming, Part.BODY)
        assert reader.parts(ARTICLE, str(reader.main())).headline is None
    store.close()
    other.close()


class Reads:
    """Counts what is read."""

    def __init__(self, cache: PartCache) -> None:
        self._cache = cache
        self.count = 0

    def get(self, revision: str, length: int) -> str:
        def read() -> Source:
            self.count += 1
            return Source(revision * length)

        return self._cache.source(ARTICLE, revision, Part.BODY, read).text


def test_what_is_used_is_kept_and_what_is_not_makes_room():
    reads = Reads(PartCache())
    for revision in "abcab":
        assert reads.get(revision, CODE_POINTS // 4) == revision * (CODE_POINTS // 4)
    assert reads.count == 3
    reads.get("d", CODE_POINTS // 4)  # in place of c
    reads.get("a", CODE_POINTS // 4)
    reads.get("b", CODE_POINTS // 4)
    assert reads.count == 4
    reads.get("c", CODE_POINTS // 4)
    assert reads.count == 5


def test_a_text_longer_than_all_that_is_kept_pushes_nothing_out():
    reads = Reads(PartCache())
    reads.get("a", 1)
    for _ in range(2):
        reads.get("b", CODE_POINTS + 1)
    assert reads.count == 3
    reads.get("a", 1)
    assert reads.count == 3
