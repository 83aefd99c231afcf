"""What readers see: publications, articles, the script for other pages."""

from apiflask import APIBlueprint
from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from corrections.index import queries
from corrections.services import settings
from corrections.services.articles.sources import RenderedArticle
from corrections.services.articles.versions import version_at
from corrections.services.publication import Publications
from corrections.services.review import notices as notice_service
from corrections.text.anchoring.vocabulary import LANGUAGES
from corrections.web import languages
from corrections.web.access import publication
from corrections.web.public import linked_data
from corrections.web.public.article_html import ArticleHtml, article_html
from repo_store import Notice, Part

blueprint = APIBlueprint("articles", __name__, enable_openapi=False)


@blueprint.get("/")
def publications() -> ResponseReturnValue:
    opened: Publications = current_app.extensions["publications"]
    opened_publications = opened.available()
    if not opened_publications:
        opened.check()  # where the database is away, nobody knows which there are
    return render_template("publications.html", publications=opened_publications)


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    opened: Publications = current_app.extensions["publications"]
    lines = ["User-agent: *"]
    lines += [f"Disallow: {url_for('queue.queue', publication=name)}" for name in opened.names()]
    lines += [f"Sitemap: {url_for('public_log.site_map', publication=name, _external=True)}" for name in opened.names()]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/<publication>/")
def articles() -> ResponseReturnValue:
    after = request.args.get("after", "").split(" ", 1)
    rows = queries.articles(publication().index, (after[0], after[1]) if len(after) == 2 else None)
    following = f"{rows[-1].published} {rows[-1].id}" if len(rows) == queries.PAGE else None
    return render_template("articles.html", publication=publication(), articles=rows, following=following)


@blueprint.get("/<publication>/widget.js")
def widget() -> ResponseReturnValue:
    """The script, or with `?language=` the one that brings its sentences in that language."""
    publication()
    language = request.args.get("language")
    name = f"widget.{language}.js" if language in LANGUAGES and language != "en" else "widget.js"
    answer = current_app.send_static_file(name)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@blueprint.get("/<publication>/a/<article:article_id>")
def article(article_id: str) -> ResponseReturnValue:
    row = publication().article(article_id)
    languages.speak(row.language)
    version = version_at(publication(), article_id, row.revision)
    seen = version.sources.seen
    return render_template(
        "article.html",
        publication=publication(),
        article=row,
        meta=version.meta,
        parts=_with_marks(row, version.meta.notices, seen),
        redactions=queries.redactions(publication().index, article_id, public=True),
        linked_data=linked_data.in_page(linked_data.news_article(publication(), row, version)),
        zone=settings.text(publication(), "time-zone"),
    )


def _with_marks(article: queries.Article, notices: tuple[Notice, ...], seen: RenderedArticle) -> ArticleHtml:
    """The article with a mark at the words that a notice is about, leading to it; the mark is no text of its own."""
    if not notices:
        return article_html(seen)
    label = escape(languages.translate("View the change"))
    marks: dict[Part, dict[int, str]] = {}
    for at, (part, end) in notice_service.marks(publication(), article, notices).items():
        mark = f'<a class="notice-mark" href="#notice-{at + 1}" aria-label="{label}"></a>'
        marks.setdefault(part, {})[end] = mark
    return article_html(seen, marks)
