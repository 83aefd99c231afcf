"""`git clone` for everybody, and the signed checkpoints: git's own http-backend, for reading only."""

from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from corrections.config import CLONE_BODY_LIMIT, CLONES, CLONES_PER_NETWORK
from corrections.errors import CorrectionsError
from corrections.services.operations import checkpoints as checkpoint_service
from corrections.services.operations.public_copy import public_copy
from corrections.web.access import publication
from corrections.web.client_network import client_key
from corrections.web.public.compressed_body import inflated_body
from corrections.web.public.git_backend import CloneBackend
from corrections.workers.places import NoPlace, NoPlaceForClient, Places
from corrections.workers.shared_state import SharedState

blueprint = APIBlueprint("git_http", __name__, enable_openapi=False)

_SERVICE = "git-upload-pack"


class CloneBusy(CorrectionsError):
    code = "too_many_clones"


class NoSuchService(CorrectionsError):
    code = "read_only"


@blueprint.get("/<publication>/articles.git/info/refs")
def references() -> ResponseReturnValue:
    return _served(public_copy(publication()), "/info/refs")


@blueprint.post("/<publication>/articles.git/git-upload-pack")
def objects() -> ResponseReturnValue:
    return _served(public_copy(publication()), f"/{_SERVICE}")


@blueprint.get("/<publication>/ledger.git/info/refs")
def all_references() -> ResponseReturnValue:
    return _served(publication().store.path, "/info/refs")


@blueprint.post("/<publication>/ledger.git/git-upload-pack")
def all_objects() -> ResponseReturnValue:
    return _served(publication().store.path, f"/{_SERVICE}")


@blueprint.get("/.well-known/corrections/<publication>.json")
def checkpoints() -> ResponseReturnValue:
    """The checkpoints, newest first, a page at a time, with the keys that signed them."""
    before = request.args.get("before")
    stated = publication().store.checkpoints(before)
    name = publication().name
    following = None
    if stated and stated[-1].statement.number > 1:
        following = url_for("git_http.checkpoints", publication=name, before=stated[-1].commit, _external=True)
    answer = jsonify(
        publication=name,
        keys=[
            {"from_event": key.from_event, "key": key.key, "signature": key.signature}
            for key in checkpoint_service.published_keys(publication())
        ],
        checkpoints=[{"statement": checkpoint.text, "signature": checkpoint.signature} for checkpoint in stated],
        next=following,
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _served(repository: Path, path: str) -> ResponseReturnValue:
    """What git http-backend answers. Raises `NoSuchService`, `CloneBusy`, and what `inflated_body` raises."""
    if path == "/info/refs" and request.args.get("service") != _SERVICE:
        raise NoSuchService("Git can clone and fetch from this address, but not push to it.")
    body = inflated_body(CLONE_BODY_LIMIT)  # whole, before a slot is taken: a slow sender blocks nobody
    places = _places()
    place = _take(places)
    try:
        backend = CloneBackend(repository, _request_variables(repository, path, len(body)))
    except BaseException:
        places.leave(place)
        raise

    def end() -> None:
        backend.end()
        places.leave(place)

    try:
        backend.hand_over(body)
        headers = backend.headers()
        status = headers.pop("Status", "200 OK")
        if not headers or not status.startswith("200"):  # the repository is there, and we asked for what is allowed
            raise backend.refusal(status)
    except BaseException:
        end()
        raise
    answer = Response(backend.body(), status, headers)
    answer.call_on_close(end)
    return answer


def _places() -> Places:
    state: SharedState = current_app.extensions["shared_state"]
    return state.places("clones", CLONES, CLONES_PER_NETWORK)


def _take(places: Places) -> int:
    """Raises `CloneBusy`."""
    try:
        return places.take(client_key())
    except NoPlaceForClient as error:
        message = f"Your network is already running {CLONES_PER_NETWORK} clones. Try again in a minute."
        raise CloneBusy(message) from error
    except NoPlace as error:
        raise CloneBusy("Too many clones are running at the moment. Try again in a minute.") from error


def _request_variables(repository: Path, path: str, length: int) -> dict[str, str]:
    return {
        "GIT_PROJECT_ROOT": str(repository.parent.resolve()),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repository.name}{path}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": f"service={_SERVICE}" if path == "/info/refs" else "",
        "CONTENT_TYPE": request.content_type or "",
        "CONTENT_LENGTH": str(length),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", "")[:100],
        "REMOTE_ADDR": "127.0.0.1",  # nobody's address gets into git
    }
