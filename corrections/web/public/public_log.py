"""The public log of corrections: the page, its feeds, a list for other pages, the site's map."""

import re
from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.kinds import CATEGORIES, NoticeKind
from corrections.domain.labels import EVENTS, NOTICES
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
REMOVAL_TITLE = EVENTS["history.redacted"]
REMOVAL = "A passage of this article was permanently removed for legal reasons."
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 Characters
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


@blueprint.get("/<publication>/corrections", endpoint="log")
def page() -> ResponseReturnValue:
    criteria = _filter()
    about = queries.article(publication().index, criteria.article) if criteria.article else None
    if about is not None:
        languages.speak(about.language)
    entries = published(publication(), criteria)
    return render_template(
        "public_log.html",
        publication=publication(),
        entries=entries,
        search=criteria,
        about=about,
        categories=CATEGORIES,
        months=queries.months_in_public_log(publication().index),
        narrowed={"q": criteria.q, "category": criteria.category, "month": criteria.month, "article": criteria.article},
        redactions=_redactions(criteria),
        following=entries[-1].correction.number if len(entries) == queries.PAGE else None,
    )


@blueprint.get("/<publication>/corrections.<any(atom, json):kind>")
def feed(kind: str) -> ResponseReturnValue:
    """The latest corrections; it takes the page's filters."""
    return _feed(kind, _filter(), f"Corrections · {publication().title}")


@blueprint.get("/<publication>/a/<article:article_id>/corrections.<any(atom, json):kind>")
def article_feed(article_id: str, kind: str) -> ResponseReturnValue:
    about = publication().article(article_id)
    return _feed(kind, _filter(about.id), f"Corrections · {about.title}")


@blueprint.get("/<publication>/corrections/latest")
def latest() -> ResponseReturnValue:
    """A short list to be shown in a frame on the publisher's pages."""
    count = min(max(request.args.get("count", SHOWN_ELSEWHERE, type=int), 1), MOST_ELSEWHERE)
    entries = published(publication(), _filter(), count)
    answer = Response(render_template("latest.html", publication=publication(), entries=entries))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors *"
    return answer


@blueprint.get("/<publication>/sitemap.xml")
def site_map() -> ResponseReturnValue:
    """An index of maps: the pages about corrections, then the articles by month."""
    months = [month.replace("/", "-") for month in queries.months(publication().index)]
    return _xml("sitemap.xml", months=months, articles=None)


@blueprint.get("/<publication>/sitemap-<month>.xml")
def month_map(month: str) -> ResponseReturnValue:
    articles = (
        queries.articles_of(publication().index, month.replace("-", "/"), MAPPED) if _MONTH.fullmatch(month) else []
    )
    return _xml("sitemap.xml", months=None, articles=articles)


@blueprint.get("/<publication>/sitemap-pages.xml")
def page_map() -> ResponseReturnValue:
    return _xml("sitemap.xml", months=None, articles=[])


def _filter(article_id: str = "") -> queries.Filter:
    category, month = request.args.get("category", ""), request.args.get("month", "")
    return queries.Filter(
        in_public_log=True,
        article=article_id or request.args.get("article", "")[:160],
        category=category if category in CATEGORIES else "",
        month=month if _MONTH.fullmatch(month) else "",
        q=request.args.get("q", "")[:200],
        after=whole_number("after"),
        order="decided",
    )


def _redactions(criteria: queries.Filter) -> list[queries.Redacted]:
    """What was removed from published texts, newest first: that and when, never what. On the log's first page only."""
    if criteria.q or criteria.category or criteria.after:
        return []
    redactions = queries.redactions(publication().index, criteria.article or None, public=True)
    return [redaction for redaction in reversed(redactions) if redaction.at.startswith(criteria.month)]


def _feed(kind: str, criteria: queries.Filter, title: str) -> ResponseReturnValue:
    entries_shown = published(publication(), criteria)
    redactions = _redactions(criteria)[: queries.PAGE]
    times = [*map(_updated, entries_shown), *(each.at for each in redactions)]
    updated = max(times, key=datetime.fromisoformat, default="1970-01-01T00:00:00+00:00")
    if kind == "atom":
        entries = [(entry, _title(entry), _updated(entry)) for entry in entries_shown]
        removals = [_redaction_item(each) for each in redactions]
        answer = _xml("feed.xml", entries=entries, removals=removals, title=title, updated=updated)
        answer.mimetype = "application/atom+xml"
    else:
        items = [*map(_item, entries_shown), *map(_redaction_item, redactions)]
        answer = jsonify(
            version=JSON_FEED,
            title=title,
            home_page_url=url_for("public_log.log", publication=publication().name, _external=True),
            feed_url=this_page(),
            items=sorted(items, key=lambda item: str(item["date_published"]), reverse=True),
        )
        answer.mimetype = "application/feed+json"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.last_modified = datetime.fromisoformat(updated).astimezone(UTC)
    answer.add_etag()
    return answer.make_conditional(request)


def _redaction_item(redaction: queries.Redacted) -> dict[str, object]:
    """That a passage was removed from a published text: of which article and when, never what."""
    article = publication().article(redaction.article)
    spoken = supported_language(article.language) or "en"
    history = url_for("history.history", publication=publication().name, article_id=article.id, _external=True)
    return {
        "id": f"urn:corrections:{publication().name}:redaction:{redaction.seq}",
        "url": history,
        "external_url": url_for(
            "articles.article", publication=publication().name, article_id=article.id, _external=True
        ),
        "title": f"{translate(REMOVAL_TITLE, spoken)}: {article.title}",
        "content_text": translate(REMOVAL, spoken),
        "language": article.language,
        "date_published": redaction.at,
        "date_modified": redaction.at,
        "tags": ["redaction"],
    }


def _item(entry: Published) -> dict[str, object]:
    correction = entry.correction
    return {
        "id": f"urn:corrections:{publication().name}:{correction.id}",
        "url": url_for("status.correction", publication=publication().name, number=correction.number, _external=True),
        "external_url": url_for(
            "articles.article", publication=publication().name, article_id=correction.article, _external=True
        ),
        "title": _title(entry),
        "content_text": entry.words,
        "language": entry.language,
        "date_published": correction.decided_at,
        "date_modified": _updated(entry),
        "tags": [correction.category, correction.state],
    }


def _title(entry: Published) -> str:
    kind = translate(
        NOTICES[entry.correction.notice_kind or NoticeKind.CORRECTION], supported_language(entry.language) or "en"
    )
    return f"{kind} {entry.correction.number}: {entry.title}"


def _updated(entry: Published) -> str:
    return str(entry.correction.public_changed_at)


def _xml(template: str, **values: object) -> Response:
    here = {"address": this_page(query=False), "own": this_page()}
    text = _NOT_IN_XML.sub("", render_template(template, publication=publication(), **here, **values))
    return Response(text, mimetype="application/xml")
