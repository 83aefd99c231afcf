"""What anyone can check: an article's history, two revisions side by side, blame, the public log and its feed."""

from itertools import groupby

from apiflask import APIBlueprint
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from corrections.desk.errors import UnknownRevision
from corrections.index import queries
from corrections.saying import Sentence
from corrections.text.attribution import attribute
from corrections.text.diff import diff as compare
from corrections.web import languages
from corrections.web.access import publication

history = APIBlueprint("history", __name__, enable_openapi=False)

PUBLISHED = ("accepted", "reverted")
BLAMED = 300  # revisions, the newest, that the sentences of an article are attributed to


@history.get("/<publication>/a/<article:article_id>/history", endpoint="history")
def article_history(article_id: str) -> ResponseReturnValue:
    found = _article(article_id)
    revisions = queries.revisions(publication().index, article_id)
    return render_template("history.html", publication=publication(), article=found, revisions=revisions)


@history.get("/<publication>/a/<article:article_id>/diff")
def diff(article_id: str) -> ResponseReturnValue:
    found = _article(article_id)
    new = _revision(article_id, request.args.get("to") or found.revision)
    before = queries.revision_before(publication().index, article_id, new.revision)
    old = _revision(article_id, request.args.get("from") or before)
    rows = compare(
        publication().store.text(article_id, old.revision), publication().store.text(article_id, new.revision)
    )
    return render_template("diff.html", publication=publication(), article=found, old=old, new=new, rows=rows)


@history.get("/<publication>/a/<article:article_id>/blame")
def blame(article_id: str) -> ResponseReturnValue:
    found = _article(article_id)
    revisions = queries.revisions(publication().index, article_id)[:BLAMED][::-1]
    sentences = attribute([publication().store.text(article_id, each.revision) for each in revisions])
    runs = [
        (revisions[number], "".join(sentence.text for sentence in run))
        for number, run in groupby(sentences, key=lambda sentence: sentence.revision)
    ]
    return render_template("blame.html", publication=publication(), article=found, runs=runs)


@history.get("/<publication>/corrections")
def log() -> ResponseReturnValue:
    wanted = queries.Filter(
        states=PUBLISHED,
        q=request.args.get("q", "")[:200],
        after=request.args.get("after", type=int),
        order="newest",
    )
    found = queries.corrections(publication().index, wanted)
    following = found[-1].number if len(found) == queries.PAGE else None
    return render_template("log.html", publication=publication(), corrections=found, wanted=wanted, following=following)


@history.get("/<publication>/corrections.atom")
def feed() -> ResponseReturnValue:
    found = queries.corrections(publication().index, queries.Filter(states=PUBLISHED, order="newest"))
    xml = render_template("feed.xml", publication=publication(), corrections=found)
    return Response(xml, mimetype="application/atom+xml")


def _article(article_id: str) -> queries.Article:
    found = publication().article(article_id)
    languages.speak(found.language)
    return found


def _revision(article_id: str, commit: str) -> queries.Revision:
    found = queries.revision(publication().index, article_id, commit)
    if found is None:
        raise UnknownRevision(Sentence("This is no revision of the article. Reload it and try again."))
    return found
