"""Corrections for other programs: schema.org on the article's page and from the API, W3C annotations.

The vocabularies: schema.org/NewsArticle, schema.org/CorrectionComment; W3C Web Annotation Data Model, 2017.
"""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from corrections.domain import labels
from corrections.domain.states import State
from corrections.i18n import supported_language, translate
from corrections.index import queries
from corrections.services.articles.sources import on_one_line
from corrections.services.articles.versions import Version
from corrections.services.publication import Publication
from corrections.services.reporting.exports import CONTEXT, json_text, selectors
from corrections.services.reporting.public_log import Place, place_now, place_quoted, words_published
from corrections.urls import serialize_url
from corrections.web.access import publication
from corrections.web.query_strings import whole_number
from repo_store import Part

blueprint = APIBlueprint("linked_data", __name__, enable_openapi=False)

ANNOTATION = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def news_article(publication: Publication, article: queries.Article, version: Version) -> dict[str, Any]:
    """An article and its notices as schema.org has them."""
    meta = version.meta
    page = _page(publication, article.id)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": article.address or page,
        "url": article.address or page,
        "headline": version.title,
        "description": on_one_line(version.sources.of(Part.STANDFIRST)),
        "inLanguage": meta.language,
        "datePublished": meta.published.isoformat(),
        "dateModified": article.updated_at,
        "author": [{"@type": "Person", "name": name} for name in meta.authors],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": publication.title,
            "url": serialize_url(publication.url)
            or url_for("articles.articles", publication=publication.name, _external=True),
            "correctionsPolicy": url_for("transparency.policy", publication=publication.name, _external=True),
        },
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": translate(labels.NOTICES[notice.kind], supported_language(meta.language) or "en"),
                "text": notice.text,
                "datePublished": notice.at.isoformat(),
                **({"url": _correction(publication, notice.number)} if notice.number else {}),
            }
            for notice in meta.notices
        ],
    }
    return {name: value for name, value in data.items() if value}


def in_page(data: dict[str, Any]) -> Markup:
    """JSON for inside `<script type="application/ld+json">`: nothing in it can end the element."""
    text = json_text(data)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@blueprint.get("/<publication>/a/<article:article_id>/annotations")
def annotations(article_id: str) -> ResponseReturnValue:
    """The corrections published on an article, as a collection that annotation programs read; a page at a time."""
    opened = publication()
    article = opened.article(article_id)
    criteria = queries.Filter(state=State.ACCEPTED, article=article.id)
    after = whole_number("after")
    page = _annotation_page(opened, article, criteria, after)
    if after is not None:
        return _annotated({"@context": CONTEXT, **page, "partOf": _here(article.id)})
    collection = {
        "@context": CONTEXT,
        "id": _here(article.id),
        "type": "AnnotationCollection",
        "label": f"Corrections: {article.title}",
        "total": queries.count(opened.index, criteria),
        "first": page,
    }
    return _annotated(collection)


def _annotation_page(
    publication: Publication, article: queries.Article, criteria: queries.Filter, after: int | None
) -> dict[str, Any]:
    page_filter = queries.Filter(state=criteria.state, article=criteria.article, after=after)
    corrections = queries.corrections(publication.index, page_filter)
    page: dict[str, Any] = {
        "id": _here(article.id, after or 0),
        "type": "AnnotationPage",
        "items": [_annotation(publication, article, correction) for correction in corrections],
    }
    if len(corrections) == queries.PAGE:
        page["next"] = _here(article.id, corrections[-1].number)
    return page


def _annotation(publication: Publication, article: queries.Article, correction: queries.Correction) -> dict[str, Any]:
    place = place_now(publication, article, correction)
    return {
        "id": f"{_correction(publication, correction.number)}#annotation",
        "type": "Annotation",
        "motivation": "editing",
        "created": correction.submitted_at,
        "modified": correction.decided_at,
        "creator": {"type": "Organization", "name": publication.title},
        "body": {
            "type": "TextualBody",
            "value": words_published(publication, correction),
            "format": "text/plain",
            "language": article.language,
        },
        "target": _target(publication, article, correction, place),
    }


def _target(
    publication: Publication, article: queries.Article, correction: queries.Correction, place: Place | None
) -> dict[str, Any]:
    """The words as they stand today; where they are gone, the reader's on the revision that the reader saw."""
    if place is None:
        revision_url = url_for(
            "history.revision",
            publication=publication.name,
            article_id=article.id,
            revision=correction.revision,
            _external=True,
        )
        quoted = place_quoted(publication, correction)
        selector = (quoted.exact, quoted.prefix, quoted.suffix, quoted.start, quoted.end)
        return {"source": revision_url, "selector": selectors(*selector)}
    selector = (place.exact, place.prefix, place.suffix, place.start, place.end)
    return {"source": article.address or _page(publication, article.id), "selector": selectors(*selector)}


def _annotated(data: dict[str, Any]) -> Response:
    answer = Response(json_text(data), content_type=ANNOTATION)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _here(article_id: str, after: int | None = None) -> str:
    return url_for(
        "linked_data.annotations", publication=publication().name, article_id=article_id, after=after, _external=True
    )


def _page(publication: Publication, article_id: str) -> str:
    return url_for("articles.article", publication=publication.name, article_id=article_id, _external=True)


def _correction(publication: Publication, number: int) -> str:
    return url_for("status.correction", publication=publication.name, number=number, _external=True)
