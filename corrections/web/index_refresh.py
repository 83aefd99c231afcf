"""The index follows the ledger once in each request, before the view reads it; `Publication` does so around a write."""

from flask import Flask, g, request

from corrections.index.errors import IndexAhead

_WITHOUT_INDEX = frozenset({"git_http", "auth", "passkeys", "accounts"})  # blueprints that read nothing of it
_AS_LAST_KNOWN = (
    frozenset(  # blueprints and endpoints that answer even where the ledger was rewritten: readers, auditors
        {
            "articles",
            "submission",
            "audits.page",
            "audits.begin",
            "api.get_article",
            "api.get_text",
            "api.get_notices",
            "api.get_notices_of_page",
            "api.get_history",
            "api.get_diff",
            "api.get_head",
            "api.post_diff",
        }
    )
)


def install(app: Flask) -> None:
    app.before_request(_refresh)


def _refresh() -> None:
    if "publication" not in g or request.blueprint in _WITHOUT_INDEX:
        return
    try:
        g.publication.refresh()
    except IndexAhead:
        if not {request.blueprint, request.endpoint} & _AS_LAST_KNOWN:
            raise
