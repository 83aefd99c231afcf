"""The article that a page or an annotation names as its source."""

import re
from urllib.parse import unquote

from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from corrections.index import queries
from corrections.services import settings
from corrections.services.articles.addresses import article_at, article_near
from corrections.services.errors import UnknownArticle
from corrections.urls import serialize_url
from corrections.web.access import publication


def article_of(source: str) -> queries.Article:
    """The article of which `source` is the ID, the page here, or the web address, or a variant of it.

    Raises `UnknownArticle`, with the newsroom's e-mail address as `write_to` where it has one, or `AmbiguousAddress`.
    """
    index = publication().index
    article = (
        queries.article(index, source)
        or article_at(publication(), source)
        or queries.article(index, _own_page(source))
        or article_near(publication(), source)
    )
    if article is not None:
        return article
    raise UnknownArticle(
        "No article here has this source. Send the web address of its page here, its canonical web address, or its ID.",
        write_to=settings.text(publication(), "reply-to"),
    )


def _own_page(source: str) -> str:
    """The id of the article of one of this service's pages, or nothing."""
    address = serialize_url(source)
    _, own, page = (address or "").partition(f"/{publication().name}/a/")
    adapter = request_ctx.url_adapter
    if not own or adapter is None:
        return ""
    try:
        _, values = adapter.match(unquote(re.split("[?#]", own + page)[0]).rstrip("/"), method="GET")
    except HTTPException:  # not a page of this service, or one that redirects
        return ""
    return str(values.get("article_id", ""))
