"""The index follows the ledger once in each request, before its view reads it; `Publication` does so around a write."""

from flask import Flask, g, request

_WITHOUT_INDEX = frozenset({"git_http", "auth", "passkeys", "accounts"})  # blueprints that read nothing of it


def install(app: Flask) -> None:
    app.before_request(_refresh)


def _refresh() -> None:
    if "publication" in g and request.blueprint not in _WITHOUT_INDEX:
        g.publication.refresh()
