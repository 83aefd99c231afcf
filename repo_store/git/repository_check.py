"""What is looked at before git works on a folder: that it is a repository of our format, and whose it is.

With an explicit `GIT_DIR` git does not ask who owns a repository, so it is asked here
(docs/decisions/016-how-git-is-run.md).
"""

import configparser
import os
import pwd
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from git.config import GitConfigParser

from repo_store.errors import GitRefused, NotARepository
from repo_store.git.refusals import unreadable, user_name

_LINK_BYTES = 4096  # of a file that names another folder
_VERSIONS = ("0", "1")
_EXTENSIONS = {  # what a repository of the service or a clone of one may have; a tuple: with one of these values alone
    "noop": (), "noop-v1": (), "preciousobjects": (), "worktreeconfig": (), "relativeworktrees": (), "partialclone": (),
    "objectformat": ("sha1",), "refstorage": ("files",),
}  # fmt: skip
# What git and this project write into a bare repository or a clone; nothing of it runs a program or reads a file.
_HARMLESS = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|fsync|"
    r"fsyncmethod|sharedrepository|compression)|fastimport\.unpacklimit|gc\.auto|maintenance\.auto|transfer\.hiderefs|"
    r"receive\.denynonfastforwards|remote\.[^.]*\.(url|fetch)|branch\..*\.(remote|merge)|user\.(name|email)|"
    r"extensions\.(objectformat|refstorage|preciousobjects|partialclone)",
    re.IGNORECASE,
)
_UPGRADE = (
    "A newer git made or changed it: upgrade this service and git, or restore a backup with `corrections restore`."
)


def git_folder(path: Path) -> Path:
    """Where the repository at `path` has its references and objects: `path`, or `.git` in it.

    Raises `NotARepository`, and `GitRefused` where that cannot be looked at.
    """
    path = path.absolute()
    try:
        for folder in (_read_link(path / ".git"), path / ".git", path):
            if folder is not None and (folder / "HEAD").is_file():
                common = common_folder(folder)
                if (common / "objects").is_dir() and (common / "refs").is_dir():
                    _check_readable(folder, common)
                    return folder
    except OSError as error:
        raise unreadable(error.filename or path, error, path) from error
    raise NotARepository(f"{path} is not a git repository. Run `corrections init` first, or restore a backup.")


def common_folder(git_dir: Path) -> Path:
    """The folder that a linked working tree shares with its repository."""
    link = git_dir / "commondir"
    if not link.is_file() or link.stat().st_size > _LINK_BYTES:
        return git_dir
    return (git_dir / link.read_text().strip()).resolve()


def check_repository(git_dir: Path, common: Path, settings_in: Callable[[Path], list[str]]) -> None:
    """Raises `GitRefused` where the format is not supported, or somebody else owns what could run their programs.

    `settings_in` lists the settings of a file.
    """
    config = common / "config"
    try:
        modified_at = config.stat().st_mtime_ns if config.exists() else 0
        owners = {path.stat().st_uid for path in (git_dir, common, config) if path.exists()}
    except OSError as error:
        raise unreadable(error.filename or git_dir, error, git_dir) from error
    _check_format(config, modified_at)
    foreign_owners = owners - {os.geteuid(), 0}
    if foreign_owners:
        _check_foreign_settings(git_dir, config, min(foreign_owners), settings_in)


@lru_cache(maxsize=64)
def _check_format(config: Path, _modified_at: int) -> None:
    try:
        with GitConfigParser(str(config), read_only=True, merge_includes=False) as parser:
            version = parser.get("core", "repositoryformatversion", fallback="0")
            extensions = dict(parser.items("extensions")) if parser.has_section("extensions") else {}
    except (configparser.Error, UnicodeError, OSError):
        return  # git will say what is wrong with it, in its own words
    if str(version) not in _VERSIONS:
        raise _unknown_format(config, f"Expected git repo version <= 1, found {version}")
    for name, value in extensions.items():
        values = _EXTENSIONS.get(name.lower())
        if values is None or (values and str(value).lower() not in values):
            raise _unknown_format(config, f"unknown repository extension found: {name}={value}")


def _unknown_format(config: Path, words: str) -> GitRefused:
    return GitRefused(f"{config.parent} has a format that this version does not know: {words}. {_UPGRADE}", words=words)


def _check_foreign_settings(git_dir: Path, config: Path, owner: int, settings_in: Callable[[Path], list[str]]) -> None:
    """A repository that somebody else owns is read only if its settings cannot make git run their programs."""
    unknown_settings = (
        [name for name in settings_in(config) if not _HARMLESS.fullmatch(name)] if config.exists() else []
    )
    if not unknown_settings and not (git_dir / "commondir").exists():
        return
    name, user = _owner_name(owner), user_name()
    reason = f"its config sets {unknown_settings[0]}" if unknown_settings else "it shares another folder"
    words = f"detected dubious ownership in repository at '{git_dir}'"
    raise GitRefused(
        f"{words}: it belongs to {name}, this runs as {user}, and {reason}, which could run programs of theirs. "
        f"Run this as {name} (sudo -u {name} …), or remove that setting, or, if the folder is yours: "
        f"chown -R {user} {git_dir}",
        words=words,
    )


def _check_readable(git_dir: Path, common: Path) -> None:
    """Raises `OSError` where this process may not read what git needs first: git would say that it is not there."""
    for folder in (common / "objects", common / "objects" / "pack", common / "refs", common / "refs" / "heads"):
        with suppress(FileNotFoundError):
            os.scandir(folder).close()
    for file in (git_dir / "HEAD", common / "config", common / "packed-refs"):
        with suppress(FileNotFoundError):
            file.open("rb").close()


def _read_link(file: Path) -> Path | None:
    """Where a `.git` that is a file points to."""
    if not file.is_file() or file.stat().st_size > _LINK_BYTES:
        return None
    text = file.read_text().strip()
    return (file.parent / text.removeprefix("gitdir:").strip()).resolve() if text.startswith("gitdir:") else None


def _owner_name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)
