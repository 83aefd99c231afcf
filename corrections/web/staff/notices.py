"""Notices of an article, and changes that came without a correction: what were they?"""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.kinds import NOTICE_KINDS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles.part_diffs import rendered_rows
from corrections.services.review import notices as notice_service
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.web.access import actor, publication
from corrections.web.query_strings import whole_number
from corrections.web.statuses import status_of

blueprint = APIBlueprint("notices", __name__, enable_openapi=False)

SHOWN = 10  # changes on a page, each side by side


@blueprint.get("/<publication>/review/unlogged")
def unlogged() -> ResponseReturnValue:
    after = whole_number("after")
    revisions = queries.unlogged(publication().index, after, SHOWN)
    changes = []
    for listed in revisions:
        before = queries.revision_before(publication().index, listed.article, listed.revision)
        old, new = (publication().sources(listed.article, revision) for revision in (before, listed.revision))
        rows = rendered_rows(old, new)
        changes.append((listed, publication().article(listed.article), rows))
    following = revisions[-1].seq if len(revisions) == SHOWN else None
    return render_template(
        "unlogged_changes.html", publication=publication(), changes=changes, kinds=NOTICE_KINDS, following=following
    )


@blueprint.post("/<publication>/review/unlogged")
def log() -> ResponseReturnValue:
    form = request.form
    try:
        notice_service.log_revision(
            publication(),
            actor(),
            form.get("article", ""),
            form.get("revision", ""),
            form.get("kind", ""),
            form.get("text", ""),
        )
        flash("Noted.")
    except CorrectionsError as error:
        flash(error.message)
    return redirect(url_for("notices.unlogged", publication=publication().name), 303)


@blueprint.get("/<publication>/review/notices/<article:article_id>", endpoint="of_article")
def of_article(article_id: str) -> ResponseReturnValue:
    return _page(article_id)


@blueprint.post("/<publication>/review/notices/<article:article_id>")
def change(article_id: str) -> ResponseReturnValue:
    form = request.form
    at = form.get("at", type=int)
    target = (publication(), actor(), article_id, -1 if at is None else at)
    try:
        if form.get("do") == "withdraw":
            notice_service.withdraw(*target, form.get("reason", ""))
        else:
            draft = NoticeDraft(form.get("kind", ""), form.get("text", ""))
            notice_service.edit(*target, draft, form.get("reason", ""))
    except CorrectionsError as error:
        return _page(article_id, error), status_of(error)
    flash("The notice was withdrawn." if form.get("do") == "withdraw" else "The notice was changed.")
    return redirect(url_for("notices.of_article", publication=publication().name, article_id=article_id), 303)


def _page(article_id: str, error: CorrectionsError | None = None) -> str:
    article = publication().article(article_id)
    meta = publication().store.meta(article_id, article.revision)
    return render_template(
        "notices.html", publication=publication(), article=article, meta=meta, kinds=NOTICE_KINDS, error=error
    )
