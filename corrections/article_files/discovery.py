"""Which files an import takes of what it is given: files, and folders with everything below them."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corrections.errors import CorrectionsError

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".xhtml"})


class NothingToImport(CorrectionsError):
    code = "nothing_to_import"


@dataclass(frozen=True)
class ArticleFile:
    """A file to import, and the given folder that it was found in (None: the file itself was given).

    `skipped` says why it is not read after all.
    """

    path: Path
    root: Path | None = None
    skipped: str = ""


def article_files(given: Iterable[Path]) -> list[ArticleFile]:
    """The files in `given`, each once; of a folder all articles below it, sorted, without hidden files and folders.

    Raises `NothingToImport` where a folder has no article in it.
    """
    files: dict[Path, ArticleFile] = {}
    for path in given:
        if not path.is_dir():
            files.setdefault(path.resolve(), ArticleFile(path))
            continue
        below = sorted(_below(path), key=lambda file: file.path)
        if not any(not file.skipped for file in below):
            raise NothingToImport(
                f"The folder {shown(path)} contains no article: no file name ends in {', '.join(sorted(SUFFIXES))}."
            )
        for file in below:
            key = file.path.absolute() if file.skipped else file.path.resolve()
            files.setdefault(key, file)
    return list(files.values())


def shown(path: Path) -> str:
    """A path to print; its bytes may be no text."""
    return os.fsencode(path).decode(errors="replace")


def irregular(path: Path) -> str:
    """Why `path` cannot be read as a file, or nothing."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    if stat.S_ISDIR(mode):
        return "it is a folder"
    return "" if stat.S_ISREG(mode) else "it is not a regular file"


def _below(root: Path) -> Iterator[ArticleFile]:
    inside = root.resolve()
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unreadable.append):
        visible = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in visible if not Path(folder, name).is_symlink()]
        for name in visible:
            if Path(folder, name).is_symlink():
                yield ArticleFile(Path(folder, name), root, "links to folders are not followed")
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            outside = path.is_symlink() and not path.resolve().is_relative_to(inside)
            yield ArticleFile(path, root, "it is a link to a file outside the folder" if outside else "")
    for error in unreadable:
        yield ArticleFile(Path(str(error.filename)), root, f"the folder cannot be read: {error.strerror}")
