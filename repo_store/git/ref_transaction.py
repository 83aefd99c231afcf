"""References moved all or none, by one `git update-ref --stdin` that is kept running (git-update-ref(1)).

Starting a git costs more than what it does here; a session takes one transaction after the other.
"""

import os
import subprocess
from dataclasses import dataclass
from typing import IO, cast

from git import Git, Repo

from repo_store.errors import GitRefused
from repo_store.git.refusals import refusal

_DONE = [b"start: ok\n", b"prepare: ok\n", b"commit: ok\n"]
_SECONDS = 60  # that a git which refused may take to end


@dataclass(frozen=True)
class ReferenceUpdate:
    """A reference, the commit that it is to hold, and the one that it has to hold until then (None: it is new)."""

    name: str
    new: str
    old: str | None


class ReferenceTransaction:
    """Moves references. For one thread at a time; close it when done."""

    def __init__(self) -> None:
        self._process: Git.AutoInterrupt | None = None
        self._started_by = 0  # the process that started it

    def move(self, repo: Repo, *updates: ReferenceUpdate) -> GitRefused | None:
        """Make these moves in one transaction; returns nothing, or why git made none of them."""
        self._forget_inherited()
        was_running = self._process is not None
        answers = self._run(repo, updates)
        if was_running and not answers[0]:  # it had ended meanwhile, or takes one transaction only
            self.close()
            answers = self._run(repo, updates)
        return None if answers == _DONE else self._refusal(repo)

    def close(self) -> tuple[int, bytes]:
        """End the session; returns git's status and what it complained of."""
        self._forget_inherited()
        process, self._process = self._process, None
        if process is None or process.proc is None:
            return 0, b""
        try:
            _, stderr = process.proc.communicate(timeout=_SECONDS)
        except BrokenPipeError:
            return process.proc.wait(), b""
        except subprocess.TimeoutExpired:  # a fork holds its input open
            process.proc.kill()
            _, stderr = process.proc.communicate()
        return process.proc.returncode, stderr

    def _forget_inherited(self) -> None:
        """In a fork: the git is the parent's."""
        if self._started_by != os.getpid():
            self._process = None

    def _refusal(self, repo: Repo) -> GitRefused:
        status, stderr = self.close()
        return refusal(["git", "update-ref"], status, stderr, repo.git_dir, writing=True)

    def _run(self, repo: Repo, updates: tuple[ReferenceUpdate, ...]) -> list[bytes]:
        if self._process is None:
            self._process = repo.git.update_ref("--stdin", as_process=True, istream=subprocess.PIPE)
            self._started_by = os.getpid()
        pipes = cast("subprocess.Popen[bytes]", self._process.proc)
        stdin, stdout = cast(IO[bytes], pipes.stdin), cast(IO[bytes], pipes.stdout)
        commands = "".join(f"update {update.name} {update.new} {update.old or '0' * 40}\n" for update in updates)
        try:
            stdin.write(f"start\n{commands}prepare\ncommit\n".encode())
            stdin.flush()
        except BrokenPipeError:
            return [b""]
        return [stdout.readline() for _ in _DONE]
