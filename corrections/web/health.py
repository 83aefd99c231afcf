"""Is the service alive, and can it write?"""

import logging

from apiflask import APIBlueprint
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from corrections.errors import CorrectionsError
from corrections.services.publication import Publications, probe
from repo_store import RepoStoreError

_log = logging.getLogger("corrections")
blueprint = APIBlueprint("health", __name__, enable_openapi=False)


class NotWritable(CorrectionsError):
    code = "not_writable"
    status = 503


class NotReadable(CorrectionsError):
    code = "not_readable"
    status = 503


class NotReady(CorrectionsError):
    """A publication is only read, or cannot be opened for another reason than git's; in the operator's words."""

    code = "not_ready"
    status = 503


@blueprint.get("/healthz")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 where every publication opens, its index is caught up and its disk takes writes; else the error says why."""
    opened: Publications = current_app.extensions["publications"]
    for name in opened.names():
        try:
            found = opened.get(name)
            found.check_writable()
            found.store.head()
        except RepoStoreError as error:
            _log.error("%s: %s", name, error.message)
            raise NotReadable(f"{name}: {error.message}", store_code=error.code) from error
        except CorrectionsError as error:
            raise NotReady(f"{name}: {error}") from error
        try:
            probe(found.folder)
        except OSError as error:
            raise NotWritable(f"{found.folder} cannot be written to: {error.strerror or error}.") from error
    return jsonify(status="ok", publications=len(opened.names()))
