"""Push to and fetch from a shared git server: one git process each, with a time limit and without a prompt.

What was fetched is kept under `refs/remotes/origin/`, as in any clone. Credentials are those of the address, an ssh
key, or what `GIT_ASKPASS` answers.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import filterfalse
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit, urlunsplit

from git import Repo

from repo_store.errors import BadRemote, RemoteUnavailable
from repo_store.files import sync_folders
from repo_store.git.command import git_program, start_git
from repo_store.git.ref_transaction import ReferenceUpdate
from repo_store.git.refs import Tips
from repo_store.git.refusals import git_words, refusal
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN, STORE_SETTINGS, TRACKING, tracking_name
from repo_store.queries import reference

PROBE_SECONDS = 30  # that the server may take to say what it can do
_LOOKS = 10  # in the time that a git may report no progress
STOP_SECONDS = 5  # that a git which is stopped may take to clear its files
_ADDRESS = re.compile(
    r"(ssh|https?|git|file)://[^\s/-][^\s]*|file:///[^\s]*|[\w.-]+@[\w.][\w.-]*:[^\s:-][^\s]*|/[^\s].*"
)
_PASSWORD = "CORRECTIONS_REMOTE_PASSWORD"  # noqa: S105 - the name of a variable of git's process alone
_NONE: Mapping[str, str] = MappingProxyType({})
_HELPER = f'!f() {{ test "$1" = get && echo "password=${_PASSWORD}"; }}; f'
_SETTINGS = {
    **STORE_SETTINGS,
    "fetch.unpackLimit": "1",  # one synced pack, never loose objects
    "fetch.fsckObjects": "true",
    "push.gpgSign": "false",
    "push.followTags": "false",
    "push.useForceIfIncludes": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
}
_SSH_OPTIONS = "-oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=10 -oServerAliveCountMax=3"
_INHERITED = ("GIT_ASKPASS", "GIT_SSL_CAINFO")  # of the service's variables, beside what every git gets
_LOCAL_DISK = re.compile(  # in git's own words, not in those of the server
    r"no space left|disk quota exceeded|read-only file system|couldn't write|unable to (write|create)|"
    r"cannot (update|lock) ref|insufficient permission",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"(remote: )?((Enumerating|Counting|Compressing|Writing|Receiving|Unpacking|Indexing|Checking) objects: .*|"
    r"Resolving deltas: .*|Checking connectivity: .*|Total \d+ \(delta \d+\), .*|Delta compression using up to .*) *"
)
_FETCHED = re.compile(r"From .*| [ *+=t!-] \[?.* -> .*")
_NOT_ATOMIC = "does not support --atomic"  # in git's words
_ATOMIC = re.compile(r"\\0[^\n]*\batomic\b")  # among what a server says that it can, in git's trace of packets


class PushStatus(Enum):
    """`UNKNOWN`: the server may have moved the references, or may do so yet."""

    MOVED = "moved"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PushOutcome:
    """How a push ended; `words` are the server's, or git's own."""

    status: PushStatus
    words: str = ""


@dataclass(frozen=True)
class _Ended:
    status: int
    out: str
    err: str


class RemoteTransport:
    """The way from the repository at `path` to the server at `url`. For one thread at a time."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url, self._password = _split_password(url)

    def check_atomic(self) -> None:
        """Raises `BadRemote` where the server cannot move references together, `RemoteUnavailable`, `GitRefused`."""
        arguments = ("push", "--dry-run", "--atomic", "--no-verify", self._url, f"{LEDGER}*:{LEDGER}*")
        ended = self._run(PROBE_SECONDS, arguments, {"GIT_TRACE_PACKET": "1"})
        if _ATOMIC.search(ended.err):
            return
        words = _without_packets(ended.err)
        if _NOT_ATOMIC in words or ended.status == 0:
            raise self._not_atomic()
        raise _unavailable(_words(words))

    def push(self, updates: Sequence[ReferenceUpdate], seconds: float, longest: float | None = None) -> PushOutcome:
        """Ask the server to make these moves in one transaction, each where the reference holds `old`.

        It is given up when git has reported no progress for `seconds`, and after `longest` seconds in any case. Raises
        `BadRemote` where the server cannot move references together.
        """
        leases = [f"--force-with-lease={update.name}:{update.old or ''}" for update in updates]
        moves = [f"{update.new}:{update.name}" for update in updates]
        try:
            arguments = ("push", "--atomic", "--porcelain", "--progress", "--no-verify", *leases, self._url, *moves)
            ended = self._run(seconds, arguments, is_patient=True, longest=longest)
        except RemoteUnavailable as error:
            return PushOutcome(PushStatus.UNKNOWN, str(error.details["words"]))
        if ended.status == 0:
            return PushOutcome(PushStatus.MOVED)
        if _NOT_ATOMIC in ended.err:
            raise self._not_atomic()
        refused = [line.split("\t")[-1] for line in ended.out.splitlines() if line.startswith("!\t")]
        if refused and not any(line.startswith("[remote failure]") for line in refused):
            return PushOutcome(PushStatus.REFUSED, _refusal_words(refused, ended.err))
        return PushOutcome(PushStatus.UNKNOWN, _words(ended.err))

    def fetch(self, seconds: float, *, is_patient: bool, is_awaited: Callable[[], bool] | None = None) -> None:
        """Bring the server's references under `refs/remotes/origin/`, durably, in place of what was there.

        It is given up after `seconds`; with `is_patient`, when git has reported no progress for so long. And when
        nobody waits for it any more, as `is_awaited` tells.
        Raises `RemoteUnavailable`, or `RefusedWrite` where it is this machine's disk that takes nothing.
        """
        options = ("--progress" if is_patient else "--quiet", "--prune", "--no-tags", "--no-write-fetch-head",
                   "--no-auto-maintenance", "--no-recurse-submodules")  # fmt: skip
        # With an asterisk, so that one which is not there yet is no error.
        references = [f"+{name}*:{tracking_name(name)}*" for name in (LEDGER, MAIN, CHECKPOINTS)]
        ended = self._run(
            seconds, ("fetch", *options, self._url, *references), is_patient=is_patient, is_awaited=is_awaited
        )
        if ended.status:
            words = "\n".join(line for line in ended.err.splitlines() if not line.startswith("remote: "))
            if _LOCAL_DISK.search(words):
                raise refusal(["git", "fetch"], ended.status, words, self._path, writing=True)
            raise _unavailable(_words("\n".join(filterfalse(_FETCHED.fullmatch, ended.err.splitlines()))))
        folders = (self._path / "objects" / "pack", self._path / TRACKING)
        sync_folders(*(folder for folder in folders if folder.is_dir()))

    def _not_atomic(self) -> BadRemote:
        return BadRemote(
            f"The git server at {public_url(self._url)} cannot move several branches in one step "
            "(`git push --atomic`), which a shared publication needs. Use one that speaks git's own protocol "
            "over ssh or https (`git http-backend`), with receive.advertiseAtomic as it is by default."
        )

    def tips(self, repo: Repo) -> Tips:
        """What the server's references held at the last fetch."""
        return Tips(*(reference(repo, tracking_name(name)) for name in (LEDGER, MAIN, CHECKPOINTS)))

    def _run(
        self,
        seconds: float,
        arguments: Sequence[str],
        variables: Mapping[str, str] = _NONE,
        *,
        is_patient: bool = False,
        longest: float | None = None,
        is_awaited: Callable[[], bool] | None = None,
    ) -> _Ended:
        """Raises `RemoteUnavailable` after the time limit, `GitRefused` where no git can be started."""
        settings = {**_SETTINGS, **({"credential.helper": _HELPER} if self._password else {})}
        with tempfile.TemporaryFile() as errors:  # a pipe would be held open by what the other end has started
            process = start_git(
                [git_program(), *arguments], self._path, settings, {**self._variables(), **variables},
                stderr=errors.fileno(),
            )  # fmt: skip
            patience = _Patience(seconds, longest, errors.fileno() if is_patient else None, is_awaited)
            out = _output(process, patience)
            if out is None:
                _stop(process)
                raise _unavailable(f"no answer within {patience.seconds:g} seconds")
            errors.seek(0)
            err = _without_progress(errors.read().decode(errors="replace"))
        return _Ended(process.returncode, out.decode(errors="replace"), err)

    def _variables(self) -> dict[str, str]:
        return {
            "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
            "GIT_SSH_COMMAND": f"{os.environ.get('GIT_SSH_COMMAND') or 'ssh'} {_SSH_OPTIONS}",
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            **({_PASSWORD: self._password} if self._password else {}),
        }


def check_address(url: str) -> None:
    """Raises `BadRemote` where this is no address of a git server: a URL, `user@host:path` or a whole path."""
    if not _ADDRESS.fullmatch(url) or "@-" in url or not url.isprintable():
        raise BadRemote(
            f"{public_url(url)!r} is not the address of a git server. Give ssh://…, https://…, user@host:path, "
            "or a path from the root."
        )


def public_url(url: str) -> str:
    """The address without user and password."""
    return re.sub(r"//[^/@\s]*@", "//", url)


def _unavailable(words: str) -> RemoteUnavailable:
    return RemoteUnavailable(f"The shared git server does not answer: {words}.", words=words)


def _split_password(url: str) -> tuple[str, str]:
    """The address without its password, which every user of the machine could read in the list of processes."""
    if not url.startswith(("http://", "https://")):
        return url, ""
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{user}@{host}" if user else host
    return urlunsplit(parts._replace(netloc=netloc)), unquote(password)


class _Patience:
    """How long a git may take: `seconds`, or so long since the file `progress` (its descriptor) has grown, but no more
    than `longest` in all, and only as long as `is_awaited`."""

    def __init__(
        self, seconds: float, longest: float | None, progress: int | None, is_awaited: Callable[[], bool] | None
    ) -> None:
        self.seconds, self._progress, self._is_awaited = seconds, progress, is_awaited
        self._started_at = self._grew_at = time.monotonic()
        self._longest = longest
        self._size = 0

    def look(self) -> float | None:
        """The seconds until the next look; None where it is over."""
        now = time.monotonic()
        if self._progress is not None and (size := os.fstat(self._progress).st_size) != self._size:
            self._grew_at, self._size = now, size
        ends_at = self._grew_at + self.seconds
        if self._longest is not None:
            ends_at = min(ends_at, self._started_at + self._longest)
        if now >= ends_at or (self._is_awaited is not None and not self._is_awaited()):
            return None
        return min(self.seconds / _LOOKS, ends_at - now)


def _output(process: "subprocess.Popen[bytes]", patience: _Patience) -> bytes | None:
    """What a git printed; None where it took too long."""
    while (seconds := patience.look()) is not None:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=seconds)[0]
    return None


def _without_progress(err: str) -> str:
    """What git says, without how far it is."""
    return "\n".join(line for line in re.split(r"[\r\n]+", err) if not _PROGRESS.fullmatch(line))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a git that takes too long; with a signal that lets it remove its lock files, where it still can.

    What it started at the other end goes on by itself: killed in the middle, that would leave locks there.
    """
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _words(err: str) -> str:
    return public_url(git_words(err)).rstrip(".") or "no reason was given"


def _without_packets(trace: str) -> str:
    return "\n".join(line for line in trace.splitlines() if " packet: " not in line)


def _refusal_words(refused: Sequence[str], err: str) -> str:
    """Why each reference was refused, and what a hook of the server said."""
    reasons = list(dict.fromkeys(re.sub(r"^\[[^]]*\] ?", "", line).strip("()") for line in refused))
    said = [line.removeprefix("remote: ").strip() for line in err.splitlines() if line.startswith("remote: ")]
    return _words(" ".join([*(f"{reason};" for reason in reasons), *said]).rstrip(";"))
