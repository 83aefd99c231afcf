"""A batch that the disk refuses at any point leaves references and folders as they were."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repo_store import Store
from repo_store.errors import WriteFailed
from repo_store.git.command import GitRepository
from repo_store.git.packfile import KEEP, write_pack
from repo_store.git.repository import STORE_SETTINGS
from tests.repo_store.test_store import importing, submitting

pytestmark = pytest.mark.faults


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    new_store = Store.create(tmp_path / "articles.git")
    yield new_store
    new_store.close()


def files(store: Store) -> set[str]:
    return {str(path.relative_to(store.path)) for path in (store.path / "objects").rglob("*") if path.is_file()}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Within, the system refuses to write a file of more bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, call: str, name: str) -> Iterator[None]:
    """Within, `os.open` or `os.fsync` fails for files whose names begin with `name`."""
    system_call = getattr(os, call)

    def fail_for_name(file: "int | str | Path", *arguments: int) -> int | None:
        path = os.readlink(f"/proc/self/fd/{file}") if isinstance(file, int) else str(file)
        if Path(path).name.startswith(name):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        result: int | None = system_call(file, *arguments)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail_for_name)
        yield


@pytest.mark.parametrize(
    ("call", "name"),
    [("open", "tmp_pack_"), ("fsync", "tmp_pack_"), ("open", "tmp_idx_"), ("fsync", "tmp_idx_"), ("fsync", "pack")],
)
def test_a_full_disk_leaves_no_file_and_no_reference(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str, name: str
) -> None:
    imported = store.write(importing())[0]
    heads, before = store.heads(), files(store)
    for number in (1, 2):
        with full_disk(monkeypatch, call, name), pytest.raises(WriteFailed, match="No space left on device"):
            store.write(submitting(number, imported.entry.main, imported.entry.id))
        assert (store.heads(), files(store)) == (heads, before)
    assert store.write(submitting(3, imported.entry.main, imported.entry.id))[0].entry.corrections == 1


@pytest.mark.parametrize("size", [len(KEEP) // 2, len(KEEP), 1000], ids=["keep", "pack", "index"])
def test_a_file_that_is_refused_half_way_leaves_no_file_and_no_reference(store: Store, size: int) -> None:
    imported = store.write(importing())[0]
    heads, before = store.heads(), files(store)
    for number in (1, 2):
        with largest_file(size), pytest.raises(WriteFailed, match="cannot be written: File too large"):
            store.write(submitting(number, imported.entry.main, imported.entry.id))
        assert (store.heads(), files(store)) == (heads, before)
    assert store.write(submitting(3, imported.entry.main, imported.entry.id))[0].entry.corrections == 1


def test_a_pack_that_was_there_before_survives_a_failed_try_to_write_it_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitRepository(store.path, STORE_SETTINGS) as repo:
        write_pack(repo, [("blob", b"words")])
        before = files(store)
        with full_disk(monkeypatch, "fsync", "pack"), pytest.raises(WriteFailed):
            write_pack(repo, [("blob", b"words")])
        assert files(store) == before


@pytest.mark.parametrize("name", ["tmp_pack_", "tmp_idx_", "pack"])
def test_objects_that_are_written_outside_a_batch_leave_no_file_either(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = files(store)
    with GitRepository(store.path, STORE_SETTINGS) as repo:
        with full_disk(monkeypatch, "fsync", name), pytest.raises(WriteFailed, match="No space left on device"):
            write_pack(repo, [("blob", b"words")])
        assert files(store) == before
