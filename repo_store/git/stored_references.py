"""References read from a repository's files by this project itself: nothing of the repository's settings is asked.

The formats: gitrepository-layout(5) and `git pack-refs`. A reference is a file under `refs` or a line of `packed-refs`.
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from repo_store.errors import GitRefused
from repo_store.git.refusals import unreadable
from repo_store.model.finding import Finding

REFERENCES = 10_000  # references of a repository that are read
REFERENCE_BYTES = 4096  # of the file of one reference
PACKED_BYTES = 16 << 20  # of `packed-refs`
_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)
_NAME = re.compile(r"refs(/(?!\.)[^\x00-\x20\x7f~^:?*\[\\/]+)+", re.ASCII)


@dataclass
class StoredReferences:
    """`commits` maps full names to commit ids, `symbolic` full names to the names they stand for."""

    commits: dict[str, str] = field(default_factory=dict)
    symbolic: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_references(common: Path) -> StoredReferences:
    """The references of the repository whose files are in `common`.

    Raises `GitRefused` where a file cannot be read, or where there are more than `REFERENCES`.
    """
    references = StoredReferences()
    for path in _walk_files(common / "refs", common):
        name = path.relative_to(common).as_posix()
        if name.endswith(".lock"):
            continue
        if path.is_symlink():
            references.findings.append(Finding("reference", f"{name} is a link to another file."))
            continue
        text = read_file(path, common, REFERENCE_BYTES)
        if text is not None:
            _add_reference(references, name, text.strip())
    loose = {**references.commits, **references.symbolic}
    for name, commit in _read_packed(common, references):
        if name not in loose:
            references.commits[name] = commit
    if len(references.commits) > REFERENCES:
        raise _too_many(common)
    return references


def read_file(path: Path, common: Path, limit: int) -> str | None:
    """The text of a regular file of at most `limit` bytes, or None where there is none.

    Raises `GitRefused` where it is longer, of another kind, or may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error, common) from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            words = f"{path} is not a regular file of at most {limit} bytes"
            raise GitRefused(f"{words}: it was not read.", words=words)
        return file.read(limit).decode(errors="replace")


def _add_reference(references: StoredReferences, name: str, text: str) -> None:
    if not _NAME.fullmatch(name):
        references.findings.append(Finding("reference", f"{name[:200]!r} is not the name of a reference."))
    elif _ID.fullmatch(text):
        references.commits[name] = text
    elif text.startswith("ref: "):
        references.symbolic[name] = text.removeprefix("ref: ").strip()
    else:
        references.findings.append(Finding("reference", f"{name} contains no commit id."))


def _read_packed(common: Path, references: StoredReferences) -> Iterator[tuple[str, str]]:
    text = read_file(common / "packed-refs", common, PACKED_BYTES) or ""
    for line in text.splitlines():
        commit, _, name = line.partition(" ")
        if line.startswith(("#", "^")):
            continue
        if _ID.fullmatch(commit) and _NAME.fullmatch(name):
            yield name, commit
        else:
            references.findings.append(
                Finding("reference", f"packed-refs has a line that is not a reference: {line[:200]!r}.")
            )


def _walk_files(folder: Path, common: Path) -> Iterator[Path]:
    """Everything under a folder that is no folder itself; links are not followed."""
    folders, count = [folder], 0
    while folders:
        current = folders.pop()
        try:
            with os.scandir(current) as listing:
                for item in listing:
                    count += 1
                    if count > REFERENCES:
                        raise _too_many(common)
                    if item.is_dir(follow_symlinks=False):
                        folders.append(Path(item.path))
                    else:
                        yield Path(item.path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise unreadable(current, error, common) from error


def _too_many(common: Path) -> GitRefused:
    words = f"{common} has more than {REFERENCES} references"
    return GitRefused(f"{words}: it was not examined.", words=words)
