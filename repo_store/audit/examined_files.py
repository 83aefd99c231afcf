"""The files of a repository, looked at before git reads them: kinds, sizes, and what leads to files elsewhere."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from repo_store.errors import GitRefused
from repo_store.git.command import GitRepository
from repo_store.git.refusals import unreadable
from repo_store.git.stored_references import read_file
from repo_store.model.finding import Finding

EXAMINED_BYTES = 256 << 30  # of all files of objects together
EXAMINED_FILES = 1_000_000  # files of objects
OBJECT_BYTES = 64 << 20  # of one object, unpacked
COMMITS_BYTES = 8 << 30  # of all commits together, unpacked: these are read into memory
CONFIG_BYTES = 1 << 20
MISSING = "missing"  # in place of the kind of an object
ALTERNATES_BYTES = 1 << 16
_FOLDERS = ("objects", "refs", "info", "packed-refs", "objects/info", "objects/pack")
_ALTERNATES = ("objects/info/alternates", "objects/info/http-alternates")


def outside_files(common: Path) -> list[Finding]:
    """Whatever leads git from the repository in `common` to files elsewhere, or would have it wait for ever.

    Raises `GitRefused` where a file may not be read, and where there is more than `EXAMINED_BYTES` or
    `EXAMINED_FILES`.
    """
    findings = [
        Finding("alternates", f"{name} is a link to another place.")
        for name in _FOLDERS
        if (common / name).is_symlink()
    ]
    for name in _ALTERNATES:
        if (read_file(common / name, common, ALTERNATES_BYTES) or "").strip():
            findings.append(
                Finding(
                    "alternates",
                    f"{name} has objects read from another folder. Copy them (git repack -a -d) and delete that file.",
                )
            )
    return findings or list(_irregular_files(common))


def object_kinds(repo: GitRepository, source: Path, names: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """Id and kind of all objects that `repo` reads, or of those with these ids (`MISSING` where it is not there).

    Raises `GitRefused` after the last, where one is longer than `OBJECT_BYTES`, or all commits together are than
    `COMMITS_BYTES`.
    """
    chosen = () if names is not None else ("--batch-all-objects", "--unordered")
    longest, commit_bytes = 0, 0
    with tempfile.TemporaryFile() as file:
        file.writelines(f"{name}\n".encode() for name in names or ())
        file.seek(0)
        process = repo.git.cat_file(
            *chosen,
            "--buffer",
            "--batch-check=%(objectsize) %(objecttype) %(objectname)",
            as_process=True,
            istream=file,
        )
        for line in process.proc.stdout:
            size, _, rest = line.strip().partition(b" ")
            kind, _, name = rest.partition(b" ")
            if size.isdigit() and name:
                longest = max(longest, int(size))
                commit_bytes += int(size) if kind == b"commit" else 0
                yield name.decode(), kind.decode()
            elif rest == b"missing":
                yield size.decode(), MISSING
        try:
            process.wait()
        except GitRefused as error:
            if error.environmental:
                raise
    if longest > OBJECT_BYTES:
        words = f"{source} has an object of {longest} bytes, more than {OBJECT_BYTES}"
        raise GitRefused(f"{words}: it was not examined.", words=words)
    if commit_bytes > COMMITS_BYTES:
        words = f"{source} has {commit_bytes} bytes of commits, more than {COMMITS_BYTES}"
        raise GitRefused(f"{words}: it was not examined.", words=words)


def check_object_sizes(repo: GitRepository, source: Path, names: Iterable[str] | None = None) -> None:
    """Raises `GitRefused` as `object_kinds` does."""
    for _ in object_kinds(repo, source, names):
        pass


def _irregular_files(common: Path) -> Iterator[Finding]:
    """Among the files of objects, what is neither a file nor a folder."""
    count, size, folders = 0, 0, [common / "objects"]
    while folders:
        folder = folders.pop()
        for item in _scan_folder(folder, common):
            name = Path(item.path).relative_to(common)
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            count, size = count + 1, size + status.st_size
            if stat.S_ISDIR(status.st_mode):
                folders.append(Path(item.path))
            elif not stat.S_ISREG(status.st_mode):
                yield Finding("alternates", f"{name} is not an object file but a link or something else.")
            elif not os.access(item.path, os.R_OK) and os.path.exists(item.path):
                raise unreadable(item.path, PermissionError(13, os.strerror(13)), common)
            if count > EXAMINED_FILES or size > EXAMINED_BYTES:
                words = f"{common} has more than {EXAMINED_FILES} files of objects, or {EXAMINED_BYTES} bytes of them"
                raise GitRefused(f"{words}: it was not examined.", words=words)


def _scan_folder(folder: Path, common: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            yield from listing
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(folder, error, common) from error
