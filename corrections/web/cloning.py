"""`git clone` for everybody, and the signed checkpoints: git's own http-backend, for reading only."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from corrections.config import CLONE_SECONDS, CLONES
from corrections.desk import checkpointing
from corrections.desk.public_copy import public_copy
from corrections.errors import CorrectionsError
from corrections.web.access import publication

cloning = APIBlueprint("cloning", __name__, enable_openapi=False)

_free = threading.BoundedSemaphore(CLONES)
_CHUNK = 1 << 16
_SERVICE = "git-upload-pack"


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
        keys=[{"from_event": each.seq, "key": each.key} for each in checkpointing.keys(publication())],
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
        process = subprocess.Popen(
            ["git", "http-backend"],
            env=_environment(repository, path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        _free.release()
        raise
    timer = threading.Timer(CLONE_SECONDS, process.kill)
    timer.start()
    try:
        _hand_over(process)
        headers = _headers(process)
    except BaseException:
        _end(process, timer)
        raise
    status = headers.pop("Status", "200 OK")
    answer = Response(_body(process), status, headers)
    answer.call_on_close(lambda: _end(process, timer))
    return answer


def _environment(repository: Path, path: str) -> dict[str, str]:
    settings = {"http.receivepack": "false", "uploadpack.allowFilter": "true", "safe.directory": "*"}
    return {
        "PATH": os.environ.get("PATH", ""),
        "GIT_PROJECT_ROOT": str(repository.parent.resolve()),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{f"GIT_CONFIG_KEY_{at}": key for at, key in enumerate(settings)},
        **{f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(settings.values())},
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


def _end(process: "subprocess.Popen[bytes]", timer: threading.Timer) -> None:
    timer.cancel()
    process.kill()
    process.wait()
    _free.release()
