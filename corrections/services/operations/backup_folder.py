"""A folder of backups: each new file holds only what git has new since the one before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corrections.services.operations.backup import BadBackup, Manifest, back_up, read_manifest
from corrections.services.operations.file_permissions import private_folder
from corrections.services.publication import Publication
from repo_store.errors import NotFound

_NUMBERED = re.compile(r"-([0-9]{6,})\.backup")
_SUFFIX = ".backup"


@dataclass(frozen=True)
class NewBackup:
    """`continues` is the file that it is restored after; None: it is whole. `reason` says why, unless that is plain."""

    file: Path
    continues: Path | None
    reason: str = ""


def back_up_to_folder(publication: Publication, folder: Path, whole: bool = False) -> NewBackup:
    """Write the next backup of a publication to `folder`, which is created; with `whole`, one that continues no other.

    It continues the last one there, every byte of which is checked first; it is whole where there is none, where that
    one is damaged, where one that it is restored after is missing or cut short, and where history was rewritten since.
    Raises `BadBackup` as `back_up` does.
    """
    private_folder(folder)
    files = _backups(folder, publication.name)
    target = folder / f"{publication.name}-{_number(files[-1]) + 1 if files else 1:06}{_SUFFIX}"
    if whole or not files:
        return _write_whole(publication, target, "")
    last = files[-1]
    try:
        _check_series(files)
        back_up(publication, target, since=last)
    except NotFound:
        return _write_whole(publication, target, f"history was rewritten after {last.name}")
    except BadBackup as error:
        return _write_whole(publication, target, str(error).rstrip("."))
    return NewBackup(target, last)


def restorable_files(folder: Path, name: str) -> list[Path]:
    """The last whole backup of the publication `name` in `folder`, and those that continue it, in their order.

    Raises `BadBackup` where there is none, or the last file does not lead back to one.
    """
    files: list[Path] = []
    for file in reversed(_backups(folder, name)):
        files.insert(0, file)
        if not read_manifest(file).since:
            return files
    if files:
        raise BadBackup(f"{folder} contains no full backup: {files[0].name} continues one that is missing.")
    raise BadBackup(f"{folder} contains no backup of {name} ({name}-000001{_SUFFIX} and so on).")


def _check_series(files: Sequence[Path]) -> None:
    """Raise `BadBackup` where the last of `files` does not lead back to a whole backup.

    It opens each file of the series, and reads little of it: a nightly backup has no time to read them all.
    """
    later: tuple[Path, Manifest] | None = None
    for file in reversed(files):
        manifest = read_manifest(file, every_byte=False)
        if later is not None and manifest.heads != later[1].since:
            raise BadBackup(f"the backup that {later[0].name} continues is missing")
        if not manifest.since:
            return
        later = file, manifest
    raise BadBackup(f"the backup that {files[0].name} continues is missing")


def _write_whole(publication: Publication, target: Path, reason: str) -> NewBackup:
    back_up(publication, target)
    return NewBackup(target, None, reason)


def _backups(folder: Path, name: str) -> list[Path]:
    """The numbered backups of the publication in `folder`, in their order."""
    files = [path for path in folder.glob(f"{name}-*{_SUFFIX}") if _NUMBERED.fullmatch(path.name[len(name) :])]
    return sorted(files, key=_number)


def _number(file: Path) -> int:
    numbered = _NUMBERED.search(file.name)
    assert numbered is not None
    return int(numbered[1])
