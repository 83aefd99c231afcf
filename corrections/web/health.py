"""Is the service alive, and can it write?"""

import logging

from apiflask import APIBlueprint
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from corrections.cluster import DatabaseUnavailable
from corrections.errors import CorrectionsError
from corrections.services.publication import Publications, probe
from repo_store import RepoStoreError

_log = logging.getLogger("corrections")
blueprint = APIBlueprint("health", __name__, enable_openapi=False)


class NotWritable(CorrectionsError):
    code = "not_writable"


class NotReadable(CorrectionsError):
    code = "not_readable"


class NotReady(CorrectionsError):
    """A publication is only read, or cannot be opened for another reason than git's; in the operator's words."""

    code = "not_ready"


@blueprint.get("/healthz")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 where every publication opens, its index is caught up, and its disk and the database, if there is one, take
    writes, and the shared git server answers; else the error says why."""
    opened: Publications = current_app.extensions["publications"]
    try:
        opened.check()
    except DatabaseUnavailable as error:
        raise NotReady(str(error)) from error
    for name in opened.names():
        try:
            publication = opened.get(name)
            publication.check_shared()
            publication.check_writable()
            publication.private.check()
            publication.store.head()
        except OSError as error:
            _log.exception("%s cannot be opened", name)
            raise NotReadable(f"{name}: {error}") from error
        except RepoStoreError as error:
            _log.error("%s: %s", name, error.message)
            raise NotReadable(f"{name}: {error.message}", store_code=error.code) from error
        except CorrectionsError as error:
            raise NotReady(f"{name}: {error}") from error
        try:
            probe(publication.folder)
        except OSError as error:
            raise NotWritable(f"{publication.folder} cannot be written to: {error.strerror or error}.") from error
    return jsonify(status="ok", publications=len(opened.names()))
