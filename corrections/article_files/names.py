"""What a file's name and folders say: the day of an article, and the last part of its id."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slugify import slugify

SLUG_LIMIT = 100  # characters
_INDEX = ("index", "_index")  # Hugo's page bundles: the folder has the name
_DATED = re.compile(r"([0-9]{4})([-_.]?)([0-9]{1,2})\2([0-9]{1,2})(?![0-9])[-_. ]*(.*)", re.DOTALL)
_DATE_FOLDERS = re.compile(r"/([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?=/)")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True)
class FileName:
    """`day` is None where neither name nor folders contain it; `folders` are those above, the nearest first."""

    day: date | None
    name: str
    folders: tuple[str, ...]

    @property
    def slug(self) -> str:
        return slug(self.name)

    def slug_in_folders(self, levels: int) -> str:
        """The slug with the names of the `levels` nearest folders before it."""
        return slug("-".join((*reversed(self.folders[:levels]), self.name)))


def parse_file_name(path: Path) -> FileName:
    """`2026-11-24-my-story.md`, `my-story/index.md`, `2026/11/24/my-story.md`, as a day, a name and folders."""
    path = path.absolute()
    folders = list(reversed(path.parent.parts[1:]))
    stem, _, suffix = path.stem.partition(".")
    if stem.lower() in _INDEX and folders and not folders[0].isdecimal():
        stem = ".".join(filter(None, (folders.pop(0), suffix)))
    else:
        stem = path.stem
    day, name = _dated(stem)
    for folder in folders:
        if day is None:
            day = _dated(folder)[0]
    if day is None:
        days = [_day(*match.groups()) for match in _DATE_FOLDERS.finditer(path.as_posix())]
        day = next((candidate for candidate in reversed(days) if candidate), None)
    named = (_dated(folder)[1] for folder in folders if not folder.isdecimal())
    return FileName(day, name or stem, tuple(filter(None, named)))


def slug(name: str) -> str:
    """A name as the last part of an article's id, in Latin letters; of signs alone, their code points."""
    name = unicodedata.normalize("NFC", name)
    plain = slugify(name, regex_pattern=r"[^-a-z0-9_]+", entities=False, decimal=False, hexadecimal=False)
    plain = plain.strip("-_") or "-".join(
        f"u{ord(char):x}" for char in name if not char.isspace() and char.isprintable()
    )
    plain = plain[:SLUG_LIMIT].strip("-_") or "article"
    return f"{plain}-article" if plain in _RESERVED else plain  # no file of Windows may be called so


def slug_of_first_version(path: Path) -> str:
    """The slug that the first version made of a file's name: its articles are found again."""
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:SLUG_LIMIT] or "article"


def _dated(name: str) -> tuple[date | None, str]:
    """A date at the beginning of a name, and the rest of it."""
    match = _DATED.fullmatch(name)
    if match is None or (not match[2] and not re.match(r"[0-9]{8}(?![0-9])", name)):
        return None, name
    day = _day(match[1], match[3], match[4])
    return (day, match[5]) if day else (None, name)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
