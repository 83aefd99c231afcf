"""Corrections for other programs: schema.org on the article's page and from the API, W3C annotations.

The vocabularies: schema.org/NewsArticle, schema.org/CorrectionComment; W3C Web Annotation Data Model, 2017.
"""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from corrections.domain.states import State
from corrections.index import queries
from corrections.services.publication import Publication
from corrections.services.reporting.exports import CONTEXT, json_text, selectors
from corrections.services.reporting.public_log import Place, place_now, place_quoted, words_published
from corrections.urls import serialize_url
from corrections.web.access import publication
from corrections.web.query_strings import whole_number
from repo_store import ArticleMeta

blueprint = APIBlueprint("linked_data", __name__, enable_openapi=False)

ANNOTATION = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def news_article(desk: Publication, article: queries.Article, meta: ArticleMeta) -> dict[str, Any]:
    """An article and its notices as schema.org has them."""
    page = _page(desk, article.id)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": article.address or page,
        "url": article.address or page,
        "headline": meta.title,
        "inLanguage": meta.language,
        "datePublished": meta.published.isoformat(),
        "dateModified": article.updated_at,
        "author": [{"@type": "Person", "name": name} for name in meta.authors],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": desk.title,
            "url": serialize_url(desk.url) or url_for("articles.articles", publication=desk.name, _external=True),
            "correctionsPolicy": url_for("transparency.policy", publication=desk.name, _external=True),
        },
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": notice.text,
                "datePublished": notice.at.isoformat(),
                **({"url": _correction(desk, notice.number)} if notice.number else {}),
            }
            for notice in meta.notices
        ],
    }
    return {name: value for name, value in told.items() if value}


def in_page(told: dict[str, Any]) -> Markup:
    """JSON for inside `<script type="application/ld+json">`: nothing in it can end the element."""
    text = json_text(told)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@blueprint.get("/<publication>/a/<article:article_id>/annotations")
def annotations(article_id: str) -> ResponseReturnValue:
    """The corrections published on an article, as a collection that annotation programs read; a page at a time."""
    desk = publication()
    article = desk.article(article_id)
    wanted = queries.Filter(state=State.ACCEPTED, article=article.id)
    after = whole_number("after")
    page = _annotation_page(desk, article, wanted, after)
    if after is not None:
        return _annotated({"@context": CONTEXT, **page, "partOf": _here(article.id)})
    collection = {
        "@context": CONTEXT,
        "id": _here(article.id),
        "type": "AnnotationCollection",
        "label": f"Corrections: {article.title}",
        "total": queries.count(desk.index, wanted),
        "first": page,
    }
    return _annotated(collection)


def _annotation_page(
    desk: Publication, article: queries.Article, wanted: queries.Filter, after: int | None
) -> dict[str, Any]:
    given = queries.Filter(state=wanted.state, article=wanted.article, after=after)
    found = queries.corrections(desk.index, given)
    page: dict[str, Any] = {
        "id": _here(article.id, after or 0),
        "type": "AnnotationPage",
        "items": [_annotation(desk, article, each) for each in found],
    }
    if len(found) == queries.PAGE:
        page["next"] = _here(article.id, found[-1].number)
    return page


def _annotation(desk: Publication, article: queries.Article, correction: queries.Correction) -> dict[str, Any]:
    place = place_now(desk, article, correction)
    return {
        "id": f"{_correction(desk, correction.number)}#annotation",
        "type": "Annotation",
        "motivation": "editing",
        "created": correction.submitted_at,
        "modified": correction.decided_at,
        "creator": {"type": "Organization", "name": desk.title},
        "body": {
            "type": "TextualBody",
            "value": words_published(desk, correction),
            "format": "text/plain",
            "language": article.language,
        },
        "target": _target(desk, article, correction, place),
    }


def _target(
    desk: Publication, article: queries.Article, correction: queries.Correction, place: Place | None
) -> dict[str, Any]:
    """The words as they stand today; where they are gone, the reader's on the revision that the reader saw."""
    if place is None:
        seen = url_for(
            "history.revision",
            publication=desk.name,
            article_id=article.id,
            revision=correction.revision,
            _external=True,
        )
        quoted = place_quoted(desk, correction)
        given = (quoted.exact, quoted.prefix, quoted.suffix, quoted.start, quoted.end)
        return {"source": seen, "selector": selectors(*given)}
    given = (place.exact, place.prefix, place.suffix, place.start, place.end)
    return {"source": article.address or _page(desk, article.id), "selector": selectors(*given)}


def _annotated(told: dict[str, Any]) -> Response:
    answer = Response(json_text(told), content_type=ANNOTATION)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _here(article_id: str, after: int | None = None) -> str:
    return url_for(
        "linked_data.annotations", publication=publication().name, article_id=article_id, after=after, _external=True
    )


def _page(desk: Publication, article_id: str) -> str:
    return url_for("articles.article", publication=desk.name, article_id=article_id, _external=True)


def _correction(desk: Publication, number: int) -> str:
    return url_for("status.correction", publication=desk.name, number=number, _external=True)
