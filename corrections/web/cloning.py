"""`git clone` for everybody, and the signed checkpoints: git's own http-backend, for reading only."""

import logging
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from corrections.config import CLONE_SECONDS, CLONES
from corrections.desk import checkpointing
from corrections.desk.public_copy import public_copy
from corrections.errors import CorrectionsError
from corrections.web.access import publication
from repo_store.errors import GitRefused
from repo_store.git_command import GitRepository, git_program, start_git
from repo_store.refusals import git_words, refusal

cloning = APIBlueprint("cloning", __name__, enable_openapi=False)

_free = threading.BoundedSemaphore(CLONES)
_CHUNK = 1 << 16
_SERVICE = "git-upload-pack"
_SETTINGS = {"http.uploadpack": "true", "http.receivepack": "false", "uploadpack.allowFilter": "true"}
_log = logging.getLogger("corrections")


class CloneBusy(CorrectionsError):
    code = "too_many_clones"
    status = 503


class NoSuchService(CorrectionsError):
    code = "read_only"
    status = 403


@cloning.get("/<publication>/articles.git/info/refs")
def references() -> ResponseReturnValue:
    return _served(public_copy(publication()), "/info/refs")


@cloning.post("/<publication>/articles.git/git-upload-pack")
def objects() -> ResponseReturnValue:
    return _served(public_copy(publication()), f"/{_SERVICE}")


@cloning.get("/<publication>/ledger.git/info/refs")
def all_references() -> ResponseReturnValue:
    return _served(publication().store.path, "/info/refs")


@cloning.post("/<publication>/ledger.git/git-upload-pack")
def all_objects() -> ResponseReturnValue:
    return _served(publication().store.path, f"/{_SERVICE}")


@cloning.get("/.well-known/corrections/<publication>.json")
def checkpoints() -> ResponseReturnValue:
    """The checkpoints, newest first, a page at a time, with the keys that signed them."""
    before = request.args.get("before")
    found = publication().store.checkpoints(before)
    name = publication().name
    following = None
    if found and found[-1].statement.number > 1:
        following = url_for("cloning.checkpoints", publication=name, before=found[-1].commit, _external=True)
    answer = jsonify(
        publication=name,
        keys=[asdict(key) for key in checkpointing.published_keys(publication())],
        checkpoints=[{"statement": each.text, "signature": each.signature} for each in found],
        next=following,
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _served(repository: Path, path: str) -> ResponseReturnValue:
    """What git http-backend answers. Raises `NoSuchService`, `CloneBusy`."""
    if path == "/info/refs" and request.args.get("service") != _SERVICE:
        raise NoSuchService("With git over HTTP this can be cloned and fetched from; nothing can be pushed.")
    if not _free.acquire(blocking=False):
        raise CloneBusy("Others are cloning at this moment. Try again in a minute.")
    try:
        backend = _Backend(repository, path)
    except BaseException:
        _free.release()
        raise
    try:
        _hand_over(backend.process)
        headers = _headers(backend.process)
        status = headers.pop("Status", "200 OK")
        if not headers or not status.startswith("200"):  # the repository is there, and we asked for what is allowed
            raise backend.refusal(status)
    except BaseException:
        backend.end()
        raise
    answer = Response(_body(backend.process), status, headers)
    answer.call_on_close(backend.end)
    return answer


class _Backend:
    """A git http-backend at work; `end` it, whatever happens."""

    def __init__(self, repository: Path, path: str) -> None:
        with GitRepository(repository):  # raises where it is none of ours, or nobody may read it
            self._repository = repository
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        try:
            self.process = start_git(
                [git_program(), "http-backend"],
                repository,
                _SETTINGS,
                _request_variables(repository, path),
                stdin=subprocess.PIPE,
                stderr=self._complaints.fileno(),
            )
        except BaseException:
            self._complaints.close()
            raise
        self._timer = threading.Timer(CLONE_SECONDS, self.process.kill)
        self._timer.start()

    def refusal(self, status: str) -> GitRefused:
        self.process.kill()
        self.process.wait()
        return refusal(["git", "http-backend"], 0, self._said() or f"it answered {status}".encode(), self._repository)

    def end(self) -> None:
        self._timer.cancel()
        finished = self.process.poll()
        self.process.kill()
        self.process.wait()
        if finished and (complaint := self._said()):
            _log.warning("clone of %s: %s", self._repository, git_words(complaint.decode(errors="replace")))
        self._complaints.close()
        _free.release()

    def _said(self) -> bytes:
        self._complaints.seek(0)
        return self._complaints.read()


def _request_variables(repository: Path, path: str) -> dict[str, str]:
    return {
        "GIT_PROJECT_ROOT": str(repository.parent.resolve()),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repository.name}{path}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": f"service={_SERVICE}" if path == "/info/refs" else "",
        "CONTENT_TYPE": request.content_type or "",
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", "")[:100],
        "REMOTE_ADDR": "127.0.0.1",  # nobody's address gets into git
    }


def _hand_over(process: "subprocess.Popen[bytes]") -> None:
    """What the client says it wants, whole: it says all of it before it listens."""
    assert process.stdin is not None
    try:
        process.stdin.write(request.get_data(cache=False))
        process.stdin.close()
    except BrokenPipeError:
        return  # git has read enough


def _headers(process: "subprocess.Popen[bytes]") -> dict[str, str]:
    assert process.stdout is not None
    found: dict[str, str] = {}
    while line := process.stdout.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name] = value.strip()
    return found


def _body(process: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    assert process.stdout is not None
    while chunk := process.stdout.read1(_CHUNK):  # type: ignore[attr-defined]
        yield chunk
