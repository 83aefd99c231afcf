"""Is the service alive, and can it write?"""

import logging

from apiflask import APIBlueprint
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from corrections.desk.publication import Publications, probe
from corrections.errors import CorrectionsError
from repo_store import RepoStoreError

_log = logging.getLogger("corrections")
health = APIBlueprint("health", __name__, enable_openapi=False)


class NotWritable(CorrectionsError):
    code = "not_writable"
    status = 503


class NotReady(CorrectionsError):
    """A publication cannot be opened, or is only read; in the operator's words."""

    code = "not_ready"
    status = 503


@health.get("/healthz")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 where every publication opens, its index is caught up and its disk takes writes; else the error says why."""
    opened: Publications = current_app.extensions["publications"]
    for name in opened.names():
        try:
            found = opened.get(name)
            found.check_writable()
            probe(found.folder)
        except (CorrectionsError, RepoStoreError) as error:
            _log.error("%s: %s", name, error)
            raise NotReady(f"{name}: {error}", store_code=error.code) from error
        except OSError as error:
            raise NotWritable(f"{found.folder} takes no writes: {error.strerror or error}.") from error
    return jsonify(status="ok", publications=len(opened.names()))
