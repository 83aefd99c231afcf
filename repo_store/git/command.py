"""The one place where git is started: in the environment of `git_environment`, with its refusals
as `GitRefused`. `GitRepository` is GitPython's `Repo` on top of that."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from git import Git, Repo
from git.db import GitCmdObjectDB

from repo_store.errors import GitRefused
from repo_store.git.environment import NOWHERE, git_environment
from repo_store.git.gitpython import EXECUTABLE
from repo_store.git.object_reader import GitObject, ObjectReader
from repo_store.git.process_limits import ProcessLimits, limit_command
from repo_store.git.refusals import refusal, start_refusal
from repo_store.git.repository_check import check_repository, common_folder, git_folder

DIED = 128  # git's status where it gave up
NEEDED = (2, 36)  # core.fsync: older ones acknowledge what is not on the disk
_checked_programs: set[tuple[str, str]] = set()  # the programs that were asked, with the PATH they were found on
# For a fetch on this machine: git takes settings away from the git that it starts at the other end (connect.c).
UPLOAD_PACK = (
    f"GIT_NO_REPLACE_OBJECTS=1 GIT_GRAFT_FILE={NOWHERE} GIT_SHALLOW_FILE= GIT_ALLOW_PROTOCOL=none "
    f"git -c 'safe.directory=*' -c core.hooksPath={NOWHERE} upload-pack"
)
_NONE: Mapping[str, str] = MappingProxyType({})


class LedgerCommit(NamedTuple):
    """What is kept of a commit of the ledger; `parents` and `tree` are ids."""

    parents: list[str]
    message: str
    tree: str


def git_program() -> str:
    """The git that is run."""
    return os.environ.get(EXECUTABLE) or "git"


def start_git(
    command: Sequence[str],
    git_dir: Path,
    settings: Mapping[str, str] = _NONE,
    variables: Mapping[str, str] = _NONE,
    *,
    stdin: int | IO[bytes] | None = None,
    stderr: int = subprocess.PIPE,
    limits: ProcessLimits | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a whole command line; `settings` and `variables` are what this command needs beside what all have.

    With `limits` it runs within them, and leads a process group of its own, for `kill_group`.

    Raises `GitRefused` where the system starts none, or one that is too old.
    """
    environment = git_environment(git_dir, settings)
    _check_version(git_program(), git_dir, environment)
    protocols = {"GIT_ALLOW_PROTOCOL": "file"} if command[1:2] == ["fetch"] else {}
    command_line = command if limits is None else limit_command(command, limits)
    variables = {**environment, **protocols, **variables}
    return _start_process(command_line, git_dir, variables, stdin, stderr, grouped=limits is not None)


def check_git(folder: Path) -> None:
    """Raises `GitRefused` where the git that is run (asked in `folder`) cannot be started, or is too old."""
    _check_version(git_program(), folder, git_environment(folder))


def run_git(git_dir: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes]:
    """Run a git to its end; its status and what it printed. Raises `GitRefused` where it died."""
    command = [git_program(), *arguments]
    process = start_git(command, git_dir, stdin=subprocess.PIPE)
    out, err = process.communicate(stdin)
    if process.returncode < 0 or process.returncode >= DIED:
        raise refusal(command, process.returncode, err, git_dir)
    return process.returncode, out


def _start_process(
    command: Sequence[str],
    git_dir: Path,
    environment: Mapping[str, str],
    stdin: int | IO[bytes] | None,
    stderr: int,
    *,
    grouped: bool = False,
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=git_dir,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            process_group=0 if grouped else None,
        )
    except OSError as error:
        raise start_refusal(error, str(command[0]), git_dir, _format_version(NEEDED)) from error


def _check_version(program: str, git_dir: Path, environment: Mapping[str, str]) -> None:
    """Raises `GitRefused` where git is too old; a process asks once for each git that it runs."""
    checked_program = (program, environment.get("PATH", ""))
    if checked_program in _checked_programs:
        return
    command = [program, "version"]
    process = _start_process(command, git_dir, environment, None, subprocess.PIPE)
    out, err = process.communicate()
    if process.returncode:
        raise refusal(command, process.returncode, err, git_dir)
    version = out.decode(errors="replace").strip().removeprefix("git version ")
    number = re.match(r"(\d+)\.(\d+)", version)
    if number and (int(number[1]), int(number[2])) < NEEDED:
        raise GitRefused(
            f"git {_format_version(NEEDED)} or newer is needed, and {program} is {version}. Upgrade it, or "
            f"name a newer one in {EXECUTABLE}.",
            command=command,
            words=version,
        )
    _checked_programs.add(checked_program)


def _format_version(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


class GitCommand(Git):  # type: ignore[misc, unused-ignore]
    """GitPython's `git`, started by `start_git`; what ends with another status than 0 raises `GitRefused`."""

    def __init__(
        self,
        git_dir: Path,
        settings: Mapping[str, str] = _NONE,
        limits: ProcessLimits | None = None,
        object_bytes: int | None = None,
    ) -> None:
        """With `object_bytes`, a longer object is not read: whatever would read it raises `GitRefused`."""
        self.object_bytes = object_bytes
        self._git_dir = git_dir.absolute()  # git works in there: no path is told to it from where we are
        super().__init__(self._git_dir)
        self._settings = settings
        self._limits = limits
        self._reader = ObjectReader(self._start_reader, self._git_dir, object_bytes)

    @property
    def GIT_PYTHON_GIT_EXECUTABLE(self) -> str:  # type: ignore[override]
        return git_program()

    def execute(  # type: ignore[override]
        self,
        command: Sequence[str],
        *,
        istream: int | IO[bytes] | None = None,
        as_process: bool = False,
        with_extended_output: bool = False,
        with_exceptions: bool = True,
        strip_newline_in_stdout: bool = True,
        variables: Mapping[str, str] = _NONE,
    ) -> Any:
        """As GitPython's, with the options that are used here."""
        process = start_git(
            command, self._git_dir, self._settings, variables, stdin=istream, limits=self._limits
        )  # fmt: skip
        if as_process:
            return _Process(process, command, self._git_dir)
        out, err = process.communicate()
        if process.returncode and with_exceptions:
            raise refusal(command, process.returncode, err, self._git_dir)
        text = out.decode("utf-8", "surrogateescape")
        text = text.removesuffix("\n") if strip_newline_in_stdout else text
        return (process.returncode, text, err.decode(errors="replace")) if with_extended_output else text

    def read_object(self, name: str) -> GitObject | None:
        """An object by its name (git-rev-parse(1)), or None where there is none. Raises `GitRefused`."""
        return self._reader.read(name)

    def clear_cache(self) -> "GitCommand":
        self._reader.close()
        super().clear_cache()
        return self

    def _start_reader(self) -> "subprocess.Popen[bytes]":
        command = [git_program(), "cat-file", "--batch"]
        return start_git(command, self._git_dir, self._settings, stdin=subprocess.PIPE, limits=self._limits)


class _Process(Git.AutoInterrupt):  # type: ignore[misc, unused-ignore]
    """A git at work; `wait` raises `GitRefused`."""

    __slots__ = ("_git_dir",)

    def __init__(self, process: "subprocess.Popen[bytes]", command: Sequence[str], git_dir: Path) -> None:
        super().__init__(process, command)
        self._git_dir = git_dir

    def wait(self, stderr: str | bytes | None = b"") -> int:
        assert self.proc is not None
        _, stderr_output = self.proc.communicate()
        if self.proc.returncode:
            raise refusal(self.args, self.proc.returncode, stderr_output or b"", self._git_dir)
        return 0


class GitRepository(Repo):
    """A repository, bare or a clone with its working tree, for one thread.

    GitPython's own constructor is passed over: it takes `GIT_COMMON_DIR`, `GIT_OBJECT_DIRECTORY` and more from the
    service's environment.
    """

    git: GitCommand

    def __init__(
        self,
        path: Path,
        settings: Mapping[str, str] = _NONE,
        limits: ProcessLimits | None = None,
        object_bytes: int | None = None,
    ) -> None:
        """`object_bytes` as for `GitCommand`.

        Raises `NotARepository`, and `GitRefused` where it is one that may not or cannot be read.
        """
        folder = git_folder(path)
        common = common_folder(folder)
        self.git_dir = str(folder)
        self._common_dir = str(common)
        self.commits: dict[str, LedgerCommit] | None = None  # that are not read again, by id; None: all are
        self._bare = True
        self._working_tree_dir = None
        self.working_dir = str(folder)
        self.git = GitCommand(folder, settings, limits, object_bytes)
        self.odb = GitCmdObjectDB(str(common / "objects"), self.git)
        check_repository(folder, common, self._settings_in)

    def _settings_in(self, file: Path) -> list[str]:
        """The names of all settings in a file, without those it includes."""
        command = [git_program(), "config", "--file", str(file), "--no-includes", "--name-only", "--list", "-z"]
        names: str = self.git.execute(command, variables={"GIT_DIR": NOWHERE})  # nothing else of it is read
        return [name for name in names.split("\0") if name]


def repository_git(repo: Repo) -> GitCommand:
    """The `git` of a repository that was opened here."""
    assert isinstance(repo, GitRepository)
    return repo.git


def kept_commits(repo: Repo) -> dict[str, LedgerCommit] | None:
    """The commits of a repository that are not read again, by their ids; what is read can be added. None: all are."""
    assert isinstance(repo, GitRepository)
    return repo.commits


def read_object(repo: Repo, name: str) -> GitObject | None:
    """An object by its name, or None where there is none. Raises `GitRefused`."""
    return repository_git(repo).read_object(name)


def read_bytes(repo: Repo, name: str) -> bytes:
    """The bytes of an object that has to be there. Raises `GitRefused`."""
    git_object = read_object(repo, name)
    if git_object is None:
        raise GitRefused(f"The object {name} is missing.", words=f"{name} missing", environmental=False)
    return git_object.data


def init_bare(path: Path) -> None:
    """Make an empty bare repository in a new folder, from no template. Raises `GitRefused`."""
    path.mkdir(parents=True, exist_ok=True)
    GitCommand(path).init("--quiet", "--bare", "--template=", "--initial-branch=main", str(path.absolute()))
    for name in ("hooks", "info"):  # as git makes them from its own template; people's scripts expect them
        (path / name).mkdir(exist_ok=True)
