"""Is the service alive, and can it write?"""

from apiflask import APIBlueprint
from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from corrections.desk.publication import Publications

health = APIBlueprint("health", __name__, enable_openapi=False)


@health.get("/healthz")
def live() -> ResponseReturnValue:
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """200 where every publication can be opened and its index is caught up; else the error says what is wrong."""
    opened: Publications = current_app.extensions["publications"]
    for name in opened.names():
        found = opened.get(name)
        found.index.catch_up(found.store)
    return jsonify(status="ok", publications=len(opened.names()))
