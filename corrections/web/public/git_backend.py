"""A git http-backend that serves one git client, within limits of memory and time."""

import logging
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from corrections.config import CLONE_MEMORY, CLONE_PROCESSOR_SECONDS, CLONE_SECONDS
from repo_store.errors import GitRefused
from repo_store.git.command import GitRepository, git_program, start_git
from repo_store.git.process_limits import ProcessLimits, kill_group
from repo_store.git.refusals import git_words, refusal

_CHUNK = 1 << 16  # bytes
_SETTINGS = {
    "http.uploadpack": "true",
    "http.receivepack": "false",
    "uploadpack.allowFilter": "true",
    "uploadpackfilter.allow": "false",  # but these: what a filter costs is the client's choice
    "uploadpackfilter.blob:none.allow": "true",
    "uploadpackfilter.blob:limit.allow": "true",
    "uploadpackfilter.tree.allow": "true",
    "core.packedGitWindowSize": "32m",  # mapped memory counts against the limit
    "core.packedGitLimit": "256m",
    "pack.threads": "1",
    "pack.windowMemory": "64m",
}
_LIMITS = ProcessLimits(CLONE_MEMORY, CLONE_PROCESSOR_SECONDS)
_log = logging.getLogger("corrections")


class CloneBackend:
    """One at work; `end` it, whatever happens."""

    def __init__(self, repository: Path, variables: Mapping[str, str]) -> None:
        """`variables` are those of the Common Gateway Interface. Raises `GitRefused`, `NotARepository`."""
        with GitRepository(repository):  # raises where it is no repository of the service, or unreadable
            self._repository = repository
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        try:
            self._process = start_git(
                [git_program(), "http-backend"],
                repository,
                _SETTINGS,
                variables,
                stdin=subprocess.PIPE,
                stderr=self._complaints.fileno(),
                limits=_LIMITS,
            )
        except BaseException:
            self._complaints.close()
            raise
        self._timer = threading.Timer(CLONE_SECONDS, kill_group, [self._process])
        self._timer.daemon = True
        self._timer.start()

    def hand_over(self, body: bytes) -> None:
        """What the client says it wants, whole: it says all of it before it listens."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(body)
            self._process.stdin.close()
        except BrokenPipeError:
            return  # git has read enough

    def headers(self) -> dict[str, str]:
        """The headers of git's answer, with `Status` where it is not 200."""
        assert self._process.stdout is not None
        headers: dict[str, str] = {}
        while line := self._process.stdout.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name] = value.strip()
        return headers

    def body(self) -> Iterator[bytes]:
        """The rest of git's answer, as it comes."""
        assert self._process.stdout is not None
        while chunk := self._process.stdout.read1(_CHUNK):  # type: ignore[attr-defined]
            yield chunk

    def refusal(self, status: str) -> GitRefused:
        """What git said instead of serving, as an error to raise."""
        kill_group(self._process)
        words = self._said() or f"it answered {status}".encode()
        return refusal(["git", "http-backend"], 0, words, self._repository)

    def end(self) -> None:
        """Stop git and all that it has started; what it complained of is in the log."""
        self._timer.cancel()
        kill_group(self._process)
        if self._process.returncode > 0 and (complaint := self._said()):
            _log.warning("clone of %s: %s", self._repository, git_words(complaint.decode(errors="replace")))
        self._complaints.close()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _said(self) -> bytes:
        self._complaints.seek(0)
        return self._complaints.read()
