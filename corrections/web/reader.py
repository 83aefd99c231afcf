"""What readers see: publications, articles, the script for other pages."""

from apiflask import APIBlueprint
from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from corrections.desk import noticing, settings
from corrections.desk.publication import Publications
from corrections.index import queries
from corrections.text.render import Rendered, render
from corrections.text.vocabulary import LANGUAGES
from corrections.web import languages, machine
from corrections.web.access import publication
from repo_store import Notice

reader = APIBlueprint("reader", __name__, enable_openapi=False)


@reader.get("/")
def publications() -> ResponseReturnValue:
    opened: Publications = current_app.extensions["publications"]
    found = [opened.get(name) for name in opened.names()]
    return render_template("publications.html", publications=found)


@reader.get("/robots.txt")
def robots() -> ResponseReturnValue:
    opened: Publications = current_app.extensions["publications"]
    lines = ["User-agent: *"]
    lines += [f"Disallow: {url_for('queue.queue', publication=name)}" for name in opened.names()]
    lines += [f"Sitemap: {url_for('log.site_map', publication=name, _external=True)}" for name in opened.names()]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@reader.get("/<publication>/")
def articles() -> ResponseReturnValue:
    after = request.args.get("after", "").split(" ", 1)
    found = queries.articles(publication().index, (after[0], after[1]) if len(after) == 2 else None)
    following = f"{found[-1].published} {found[-1].id}" if len(found) == queries.PAGE else None
    return render_template("articles.html", publication=publication(), articles=found, following=following)


@reader.get("/<publication>/widget.js")
def widget() -> ResponseReturnValue:
    """The script, or with `?language=` the one that brings its sentences in that language."""
    publication()
    language = request.args.get("language")
    name = f"widget.{language}.js" if language in LANGUAGES and language != "en" else "widget.js"
    answer = current_app.send_static_file(name)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@reader.get("/<publication>/a/<article:article_id>")
def article(article_id: str) -> ResponseReturnValue:
    found = publication().article(article_id)
    languages.speak(found.language)
    meta = publication().store.meta(article_id, found.revision)
    rendered = render(publication().store.text(article_id, found.revision))
    return render_template(
        "article.html",
        publication=publication(),
        article=found,
        meta=meta,
        html=_with_marks(found, meta.notices, rendered),
        redactions=queries.redactions(publication().index, article_id, public=True),
        linked_data=machine.in_page(machine.news_article(publication(), found, meta)),
        zone=settings.text(publication(), "time-zone"),
        own_title=rendered.unsafe_html.lstrip().startswith("<h1"),
    )


def _with_marks(found: queries.Article, notices: tuple[Notice, ...], rendered: Rendered) -> str:
    """The article with a mark at the words that a notice is about, leading to it; the mark is no text of its own."""
    if not notices:
        return rendered.html
    places = noticing.marks(publication(), found, notices)
    told = escape(languages.said("What was changed"))
    return rendered.marked(
        {end: f'<a class="notice-mark" href="#notice-{at + 1}" aria-label="{told}"></a>' for at, end in places.items()}
    )
