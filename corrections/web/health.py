"""Is the service alive, and can it write?"""

import logging
from collections.abc import Sequence

from apiflask import APIBlueprint
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from corrections.cluster import DatabaseUnavailable
from corrections.errors import CorrectionsError
from corrections.services.publication import Publications, probe
from repo_store import RepoStoreError

NAMED_FAILURES = 10  # publications that `/readyz` names when more are not ready

_GONE = "{name}: its folder is gone. If it was removed on purpose, restart the service."
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
    failures: list[CorrectionsError] = [NotReady(_GONE.format(name=name)) for name in opened.missing()]
    failures += [failure for name in opened.names() if (failure := _failure(opened, name)) is not None]
    if failures:
        raise _together(failures)
    return jsonify(status="ok", publications=len(opened.names()))


def _failure(opened: Publications, name: str) -> CorrectionsError | None:
    """Why a publication is not ready."""
    try:
        publication = opened.get(name)
        publication.check_shared()
        publication.check_writable()
        publication.private.check()
        publication.store.head()
    except OSError as error:
        _log.exception("%s cannot be opened", name)
        return NotReadable(f"{name}: {error}")
    except RepoStoreError as error:
        _log.error("%s: %s", name, error.message)
        return NotReadable(f"{name}: {error.message}", store_code=error.code)
    except CorrectionsError as error:
        return NotReady(f"{name}: {error}")
    try:
        probe(publication.folder)
    except OSError as error:
        return NotWritable(f"{publication.folder} cannot be written to: {error.strerror or error}.")
    return None


def _together(failures: Sequence[CorrectionsError]) -> CorrectionsError:
    """One error of the first failure's kind that names several publications' failures."""
    first, more = failures[0], len(failures) - NAMED_FAILURES
    messages = [str(failure) for failure in failures[:NAMED_FAILURES]]
    if more > 0:
        messages.append(f"{more} more publication{'s are' if more > 1 else ' is'} not ready.")
    together = type(first)(" ".join(messages))
    together.details = first.details
    return together
