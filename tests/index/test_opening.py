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
from tests.newsroom import an_article


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
