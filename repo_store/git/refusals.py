"""Git's refusals, classified: its own words, the command that fixes the cause, and where the fault lies."""

import errno
import os
import pwd
import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from repo_store.errors import GitRefused, RefusedWrite

MAX_WORDS_LENGTH = 300  # characters of git's words that are passed on
_NOISE = (
    *("hint:", "fast-import: dumping crash report", "usage:", "warning: could not find", "Trace"),
    # what ssh says around where the changed key of a host is
    *("@", "IT IS POSSIBLE", "Someone could be", "It is also possible", "Please contact your", "Add correct host key"),
    *(
        "The fingerprint for",
        "SHA256:",
        "remove with:",
        "ssh-keygen -f",
        "Please make sure you",
        "and the repository exists",
    ),
)


@dataclass(frozen=True)
class Reason:
    """A pattern in git's words, what to do where it is there, and whether the reason lies outside the repository."""

    pattern: re.Pattern[str]
    remedy: str
    environmental: bool = True


def _reason(pattern: str, remedy: str, environmental: bool = True) -> Reason:
    return Reason(re.compile(pattern, re.IGNORECASE), remedy, environmental)


_RESTORE = "restore a backup with `corrections restore`"
# The first that fits is taken. {user} is who runs this, {git_dir} the repository.
_REASONS = (
    _reason(
        r"dubious ownership|is owned by someone else",
        "Run this as the owner, or, if the folder is yours: chown -R {user} {git_dir}",
    ),
    _reason(
        r"cannot use bare repository",
        "Remove that setting: git config --global --unset safe.bareRepository",
    ),
    _reason(
        r"permission denied|operation not permitted|insufficient permission",
        "Make the service's user the owner of the folder again: chown -R {user} {git_dir} && chmod -R u+rwX {git_dir}",
    ),
    _reason(
        r"read-only file system",
        "Mount the disk for writing again (mount -o remount,rw …); `dmesg` says why it was not.",
    ),
    _reason(
        r"no space left|disk quota exceeded",
        "Free space on the disk (df -h {git_dir}); the service then continues by itself.",
    ),
    _reason(
        r"expected git repo version|unknown repository extension|repo version is \d+, but|unknown value for|"
        r"unknown (hash|ref storage|object) (algorithm|format)",
        f"A newer git made or changed this repository: upgrade git here, or {_RESTORE}.",
    ),
    _reason(
        r"unable to create thread|(cannot|unable to) fork|resource temporarily unavailable|out of memory|"
        r"memory exhausted|cannot allocate memory|mmap failed|too many open files",
        "The machine or its limits are too small: look at `ulimit -a`, TasksMax= and MemoryMax= of the service.",
    ),
    _reason(
        r"is not a git command|unknown (option|switch|command)|unrecognized argument",
        "This git is too old or not complete: upgrade it (git --version).",
    ),
    _reason(
        r"bad config|bad (boolean|numeric) config|invalid value for|do not make sense|invalid refspec",
        "Correct or remove that line in {git_dir}/config.",
    ),
    _reason(
        r"could not open object name list",
        "Remove blame.ignoreRevsFile from {git_dir}/config.",
    ),
    _reason(
        r"aborted by hook|hook declined|cannot run .*hook",
        "Remove that hook: git -C {git_dir} config --get-regexp hook",
    ),
    _reason(
        r"\.lock': file exists|another git process seems to be running",
        "If no git process is running there (fuser -v {git_dir}), restart the service or remove that .lock file.",
    ),
    _reason(
        r"transport '.*' not allowed|protocol .* is not supported",
        "Remove the url.….insteadOf from {git_dir}/config.",
    ),
    _reason(
        r"not (appear to be )?a git repository",
        f"HEAD, refs or objects are missing or damaged there: {_RESTORE}.",
    ),
    _reason(
        r"corrupt|inflate|bad (object|signature|tree|pack)|missing (blob|tree|commit)|checksum|mismatch|"
        r"does not match|index file .* is too|wrong index|not a GIT packfile|garbage at end|is empty|"
        r"unable to (read|parse|unpack|find|resolve)|could not (read|parse)|cannot (be accessed|read|parse|unpack)|"
        r"unresolved delta|failed to (read|parse)|too short|reference broken|invalid sha1|early EOF|revindex|"
        r"multi-pack-index|commit-graph",
        f"`corrections audit` names what is damaged; {_RESTORE}.",
        environmental=False,
    ),
)


def refusal(
    command: Sequence[str], status: int, stderr: bytes | str, git_dir: str | os.PathLike[str], *, writing: bool = False
) -> GitRefused:
    """The error for a git that ended with `status`, as an operator needs it: in one line."""
    complete_output = stderr.decode(errors="replace") if isinstance(stderr, bytes) else stderr
    words = git_words(complete_output) or _describe_status(status)
    reason = next((reason for reason in _REASONS if reason.pattern.search(complete_output)), None)
    remedy = reason.remedy.format(user=user_name(), git_dir=git_dir) if reason else _remedy_for_status(status, git_dir)
    kind = RefusedWrite if writing else GitRefused
    return kind(
        f"git refused ({command_name(command)}): {_as_sentence(words)} {remedy}",
        command=command,
        status=status,
        words=words,
        environmental=reason.environmental if reason else status < 0,
    )


def start_refusal(error: OSError, program: str, git_dir: str | os.PathLike[str], needed: str) -> GitRefused:
    """The error where the system did not start git at all."""
    missing = isinstance(error, FileNotFoundError) and str(error.filename) != str(git_dir)
    if missing:
        words = f"{program} was not found on PATH"
        remedy = (
            f"git {needed} or newer is needed: install it (apt install git), or name it in GIT_PYTHON_GIT_EXECUTABLE."
        )
    else:
        words = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
        remedy = _remedy_for_words(words, git_dir)
    return GitRefused(f"git cannot be run: {_as_sentence(words)} {remedy}", command=[program], words=words)


def unreadable(path: str | os.PathLike[str], error: OSError, git_dir: str | os.PathLike[str]) -> GitRefused:
    """The error where a file of the repository is there and the system does not let this process read it."""
    words = f"{path}: {error.strerror or os.strerror(error.errno or errno.EACCES)}"
    return GitRefused(
        f"The repository cannot be read: {words}. {_remedy_for_words(words, git_dir)}".strip(), words=words
    )


def write_refusal(error: OSError, git_dir: str | os.PathLike[str]) -> RefusedWrite:
    """The error where the system does not let this process write a file of the repository."""
    words = error.strerror or str(error)
    return RefusedWrite(
        f"The repository cannot be written: {_as_sentence(words)} {_remedy_for_words(words, git_dir)}".strip(),
        words=words,
    )


def git_words(stderr: str) -> str:
    """What git complained of, in one line, without what helps nobody; at most `MAX_WORDS_LENGTH` characters."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and not line.strip().startswith(_NOISE)]
    errors = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    if any("Could not read from remote repository" in line for line in errors):
        errors = lines  # ssh has said why
    text = " ".join(" ".join(errors).split())
    return text if len(text) <= MAX_WORDS_LENGTH else f"{text[: MAX_WORDS_LENGTH - 1]}…"


def command_name(command: Sequence[str]) -> str:
    """`git fetch` of a whole command line: its arguments are nobody's business."""
    names = [word for word in command[1:] if not word.startswith("-") and word != "git" and "/git" not in word]
    return f"git {names[0]}" if names else "git"


def user_name() -> str:
    """Who this process runs as, as `chown` takes it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _remedy_for_words(words: str, git_dir: str | os.PathLike[str]) -> str:
    reason = next((reason for reason in _REASONS if reason.pattern.search(words)), None)
    return reason.remedy.format(user=user_name(), git_dir=git_dir) if reason else ""


def _remedy_for_status(status: int, git_dir: str | os.PathLike[str]) -> str:
    if status < 0:
        return "If nobody did that by hand, memory ran out: see `dmesg` and the service's MemoryMax=."
    return f"`git -C {git_dir} fsck` may say more: run it by hand."


def _describe_status(status: int) -> str:
    if status < 0:
        try:
            return f"it was killed by {signal.Signals(-status).name}"
        except ValueError:
            return f"it was killed by signal {-status}"
    return f"it ended with status {status} without a message"


def _as_sentence(words: str) -> str:
    return words if words.endswith((".", "…", "!", "?")) else f"{words}."
