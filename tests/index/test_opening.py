"""Opening an index: one that another process holds is left alone, one that cannot be read is replaced."""

import gc
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corrections.index import Index, IndexAhead
from corrections.services.publication import Publication
from repo_store.errors import GitRefused
from tests.newsroom import an_article
from tests.repo_store.tampering import unpack


@pytest.fixture
def path(publication: Publication) -> Path:
    """The index of a publication with one article, closed."""
    an_article(publication)
    publication.close()
    return publication.folder / "index.db"


def test_an_index_that_another_process_has_locked_is_not_replaced(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("corrections.index.index.BUSY_SECONDS", 0.1)
    file = path.stat().st_ino
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Index(path)
    assert path.stat().st_ino == file
    index = Index(path)
    assert index.head is not None
    index.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_an_index_that_cannot_be_read_is_replaced(path: Path, content: bytes):
    path.write_bytes(content)
    index = Index(path)
    assert index.head is None
    index.close()


def test_an_index_whose_head_is_in_a_damaged_repository_is_not_ahead(path: Path):
    before = path.read_bytes()
    publication = Publication(path.parent)
    seen = publication.store.head().seq
    for number in range(120):  # more than are read one by one
        an_article(publication, f"Text {number}.")
    lost = [entry.id for entry in publication.store.entries()][seen + 10]
    publication.close()
    for file in path.parent.glob("index.db*"):
        file.unlink()
    path.write_bytes(before)
    unpack(path.parent)
    (path.parent / "articles.git" / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(GitRefused):
        Publication(path.parent)


def test_a_publication_that_cannot_be_opened_leaves_nothing_open(path: Path, tmp_path: Path):
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # pipes to git among them

    shutil.copytree(path.parent / "articles.git", tmp_path / "older.git")
    publication = Publication(path.parent)
    an_article(publication, "Another text.")
    publication.close()
    shutil.rmtree(path.parent / "articles.git")
    shutil.copytree(tmp_path / "older.git", path.parent / "articles.git")
    gc.collect()
    gc.disable()
    try:
        before = open_files()
        with pytest.raises(IndexAhead):
            Publication(path.parent)
        assert open_files() == before
    finally:
        gc.enable()
