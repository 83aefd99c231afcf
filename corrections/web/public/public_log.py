"""The public log of corrections: the page, its feeds, a list for other pages, the site's map."""

import re
from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.kinds import CATEGORIES, NoticeKind
from corrections.domain.labels import NOTICES
from corrections.i18n import supported_language, translate
from corrections.index import queries
from corrections.services.reporting.public_log import Published, published
from corrections.web import languages
from corrections.web.access import publication
from corrections.web.hosts import this_page
from corrections.web.query_strings import whole_number

blueprint = APIBlueprint("public_log", __name__, enable_openapi=False)

SHOWN_ELSEWHERE = 5  # corrections in the list for other pages, where it does not say how many
MOST_ELSEWHERE = 20
MAPPED = 50_000  # addresses in one file of a site's map, the most that the protocol allows
JSON_FEED = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 Characters
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


@blueprint.get("/<publication>/corrections", endpoint="log")
def page() -> ResponseReturnValue:
    publication().refresh()
    wanted = _wanted()
    about = queries.article(publication().index, wanted.article) if wanted.article else None
    if about is not None:
        languages.speak(about.language)
    found = published(publication(), wanted)
    return render_template(
        "public_log.html",
        publication=publication(),
        found=found,
        wanted=wanted,
        about=about,
        categories=CATEGORIES,
        months=queries.months_taken(publication().index),
        narrowed={"q": wanted.q, "category": wanted.category, "month": wanted.month, "article": wanted.article},
        following=found[-1].correction.number if len(found) == queries.PAGE else None,
    )


@blueprint.get("/<publication>/corrections.<any(atom, json):kind>")
def feed(kind: str) -> ResponseReturnValue:
    """The latest corrections; it takes the page's filters."""
    publication().refresh()
    return _feed(kind, _wanted(), f"Corrections · {publication().title}")


@blueprint.get("/<publication>/a/<article:article_id>/corrections.<any(atom, json):kind>")
def article_feed(article_id: str, kind: str) -> ResponseReturnValue:
    publication().refresh()
    about = publication().article(article_id)
    return _feed(kind, _wanted(about.id), f"Corrections · {about.title}")


@blueprint.get("/<publication>/corrections/latest")
def latest() -> ResponseReturnValue:
    """A short list to be shown in a frame on the publisher's pages."""
    publication().refresh()
    count = min(max(request.args.get("count", SHOWN_ELSEWHERE, type=int), 1), MOST_ELSEWHERE)
    found = published(publication(), _wanted(), count)
    answer = Response(render_template("latest.html", publication=publication(), found=found))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors *"
    return answer


@blueprint.get("/<publication>/sitemap.xml")
def site_map() -> ResponseReturnValue:
    """An index of maps: the pages about corrections, then the articles by month."""
    publication().refresh()
    months = [each.replace("/", "-") for each in queries.months(publication().index)]
    return _xml("sitemap.xml", months=months, articles=None)


@blueprint.get("/<publication>/sitemap-<month>.xml")
def month_map(month: str) -> ResponseReturnValue:
    found = queries.articles_of(publication().index, month.replace("-", "/"), MAPPED) if _MONTH.fullmatch(month) else []
    return _xml("sitemap.xml", months=None, articles=found)


@blueprint.get("/<publication>/sitemap-pages.xml")
def page_map() -> ResponseReturnValue:
    return _xml("sitemap.xml", months=None, articles=[])


def _wanted(article_id: str = "") -> queries.Filter:
    category, month = request.args.get("category", ""), request.args.get("month", "")
    return queries.Filter(
        taken=True,
        article=article_id or request.args.get("article", "")[:160],
        category=category if category in CATEGORIES else "",
        month=month if _MONTH.fullmatch(month) else "",
        q=request.args.get("q", "")[:200],
        after=whole_number("after"),
        order="decided",
    )


def _feed(kind: str, wanted: queries.Filter, title: str) -> ResponseReturnValue:
    found = published(publication(), wanted)
    updated = max((_updated(each) for each in found), default="1970-01-01T00:00:00+00:00")
    if kind == "atom":
        entries = [(each, _title(each), _updated(each)) for each in found]
        answer = _xml("feed.xml", entries=entries, title=title, updated=updated)
        answer.mimetype = "application/atom+xml"
    else:
        answer = jsonify(
            version=JSON_FEED,
            title=title,
            home_page_url=url_for("public_log.log", publication=publication().name, _external=True),
            feed_url=this_page(),
            items=[_item(each) for each in found],
        )
        answer.mimetype = "application/feed+json"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.last_modified = datetime.fromisoformat(updated).astimezone(UTC)
    answer.add_etag()
    return answer.make_conditional(request)


def _item(each: Published) -> dict[str, object]:
    told = each.correction
    return {
        "id": f"urn:corrections:{publication().name}:{told.id}",
        "url": url_for("status.correction", publication=publication().name, number=told.number, _external=True),
        "external_url": url_for(
            "articles.article", publication=publication().name, article_id=told.article, _external=True
        ),
        "title": _title(each),
        "content_text": each.words,
        "language": each.language,
        "date_published": told.decided_at,
        "date_modified": _updated(each),
        "tags": [told.category, told.state],
    }


def _title(each: Published) -> str:
    kind = translate(
        NOTICES[each.correction.notice_kind or NoticeKind.CORRECTION], supported_language(each.language) or "en"
    )
    return f"{kind} {each.correction.number}: {each.correction.headline}"


def _updated(each: Published) -> str:
    return str(each.correction.told_at)


def _xml(template: str, **given: object) -> Response:
    here = {"address": this_page(query=False), "own": this_page()}
    text = _NOT_IN_XML.sub("", render_template(template, publication=publication(), **here, **given))
    return Response(text, mimetype="application/xml")
