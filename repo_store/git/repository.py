"""The bare repository on disk: made, configured, opened for one thread."""

import configparser
import os
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from git import Repo

from repo_store.errors import GitRefused, NotARepository
from repo_store.files import sync_folders
from repo_store.git.command import GitRepository, LedgerCommit, init_bare

MAIN = "refs/heads/main"
LEDGER = "refs/heads/ledger"
CHECKPOINTS = "refs/heads/checkpoints"
TRACKING = "refs/remotes/origin"  # under which a fetch puts the references of a shared git server
SCRATCH = "refs/scratch/batch"  # under which earlier versions wrote a batch; removed on opening
KEPT_COMMITS = 500  # of the ledger, before these are forgotten; each has an event, of some hundred bytes mostly
REWRITTEN = "rewritten"  # a file whose time tells every process that history was rewritten

# Why each: docs/decisions/001-one-writer.md
_CONFIG = {
    "core": {"fsync": "all", "fsyncMethod": "fsync", "logAllRefUpdates": "false"},
    "fastimport": {"unpackLimit": "0"},  # never loose objects: their new folders would not be synced
    "gc": {"auto": "0"},
    "maintenance": {"auto": "false"},
    "transfer": {"hideRefs": "refs/scratch"},
}
# The same for our own git whatever the file says by now; in the file they are for a git that is run by hand.
STORE_SETTINGS = {f"{section}.{key}": value for section, keys in _CONFIG.items() for key, value in keys.items()}


def tracking_name(name: str) -> str:
    """Where a fetch puts the reference of that name (in full) of a shared git server."""
    return name.replace("refs/heads", TRACKING, 1)


def create_repository(path: Path) -> None:
    """Make a bare repository at `path`, durable and with our settings; an existing one is an error."""
    if path.exists():
        raise NotARepository(f"{path} exists already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    init_bare(path)
    with GitRepository(path, STORE_SETTINGS) as repo:
        configure(repo)
    sync_folders(path, path / "refs" / "heads", path / "objects" / "pack", path.parent)


def create_clone(path: Path) -> None:
    """Make an empty repository at `path` for what a shared git server has; one that is there already is left as it is.

    It appears whole, so that several processes may begin at once.
    """
    if (path / "HEAD").is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        new = Path(folder) / path.name
        create_repository(new)
        try:
            new.rename(path)
        except OSError as error:
            if not (path / "HEAD").is_file():
                raise NotARepository(f"{path} already exists and is not a git repository.") from error
    sync_folders(path.parent)


def configure(repo: Repo) -> None:
    """See to it that git writes as the writer promises."""
    settings = [(section, key, value) for section, keys in _CONFIG.items() for key, value in keys.items()]
    try:
        with repo.config_reader("repository") as reader:
            changed_settings = [item for item in settings if reader.get(item[0], item[1], fallback="") != item[2]]
    except (configparser.Error, UnicodeError) as error:
        words = " ".join(str(error).split())
        raise GitRefused(
            f"{repo.git_dir}/config cannot be read: {words}. Correct or remove that line.", words=words
        ) from error
    if changed_settings:
        with repo.config_writer() as writer:
            for section, key, value in changed_settings:
                writer.set_value(section, key, value)


class ThreadRepositories:
    """One GitPython `Repo` a thread, closed when its thread ends or `close` is called.

    A shared `Repo` returned wrong article bytes under four threads.
    """

    def __init__(self, path: Path) -> None:
        self.rewritten: Callable[[], None] = lambda: None  # called when the history was found to be another
        self.commits: dict[str, LedgerCommit] = {}  # written or read lately, by id; shared by all threads
        self._path = path
        self._rewritten = os.path.join(path, REWRITTEN)  # a string, as it is asked for many times in each request
        self._generation = self.generation()
        self._local = threading.local()
        self._open: weakref.WeakSet[_OpenRepository] = weakref.WeakSet()
        self._guard = threading.Lock()

    def generation(self) -> int:
        """Another number after each time that history was rewritten, by whatever process."""
        try:
            return os.stat(self._rewritten).st_mtime_ns
        except FileNotFoundError:
            return 0

    def get(self) -> Repo:
        """This thread's `Repo`; a new one after history was rewritten, since git still knows what it has read."""
        open_repository: _OpenRepository | None = getattr(self._local, "held", None)
        generation = self.generation()
        if open_repository is not None and open_repository.generation != generation:
            open_repository.repo.close()
            open_repository = None
        if self._generation != generation:
            self.rewritten()  # first: whoever sees the new number finds nothing of before
            self.commits.clear()  # for threads that have it still
            self.commits = {}
            self._generation = generation
        if len(self.commits) > KEPT_COMMITS:
            self.commits.clear()
        if open_repository is None:
            open_repository = _OpenRepository(self._path, generation, self.commits)
            self._local.held = open_repository
            with self._guard:
                self._open.add(open_repository)
        return open_repository.repo

    def close(self) -> None:
        with self._guard:
            open_repositories = list(self._open)
            self._open.clear()
        for open_repository in open_repositories:
            open_repository.repo.close()
        self._local = threading.local()


class _OpenRepository:
    def __init__(self, path: Path, generation: int, commits: dict[str, LedgerCommit]) -> None:
        self.generation = generation
        self.repo = GitRepository(path, STORE_SETTINGS)
        self.repo.commits = commits

    def __del__(self) -> None:
        repo = getattr(self, "repo", None)
        if repo is not None:
            repo.close()
