"""The blueprint of the JSON API, `/api/v1/<publication>/…`, and what its modules share."""

from typing import Any

from apiflask import APIBlueprint

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1/<publication>", tag="Corrections")

PAGE_SECONDS = 300  # that a browser need not ask again whether a page can send
TOKEN: list[str | dict[str, list[Any]]] = [{"token": []}]
