"""What anyone can check of an article: its revisions, any two of them side by side, who wrote which sentence."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple

from apiflask import APIBlueprint
from flask import Response, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.routing import RequestRedirect

from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services.articles import timeline
from corrections.services.articles.attribution import attributed
from corrections.services.articles.part_diffs import (
    IsAwaited,
    article_patch,
    body_portions,
    rendered_portion_rows,
    source_portion_rows,
)
from corrections.services.articles.sources import ArticleSources
from corrections.services.articles.versions import version_at
from corrections.services.errors import UnknownRevision
from corrections.text.comparison.diff import AnyRow, Fold, Row, is_coarse
from corrections.text.comparison.portions import Passage, Portion
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.rows import RenderedRow
from corrections.text.text_cache import remember
from corrections.web import languages
from corrections.web.access import publication
from corrections.web.compute_limits import count_computing, is_awaited, long_work
from corrections.web.public.article_html import article_html
from corrections.web.query_strings import whole_number
from repo_store import Parts

blueprint = APIBlueprint("history", __name__, enable_openapi=False)

ALL = "all"  # portions on one page
_MEDIA_TYPES = {"md": "text/markdown", "html": "text/plain"}  # no browser is to run a publisher's source as a page

NO_REVISION = LazyString("This is not a revision of the article. Reload the article and try again.")
NOT_THEN = LazyString("The article was not yet published here on that date. Choose a later date.")
NO_DAY = LazyString("Enter the date in this format: 2026-11-24.")
COARSE = LazyString(
    "These texts are long and very different, so some changes are shown in less detail. All of the text is shown."
)
NO_SUCH_FORMAT = LazyString("This revision of the article is not in that format.")
NO_SENTENCE = LazyString("No sentence starts there in this revision of the article.")


@blueprint.get("/<publication>/a/<article:article_id>/history", endpoint="history")
def article_history(article_id: str) -> ResponseReturnValue:
    article = _article(article_id)
    before = whole_number("before")
    steps = timeline.page(publication(), article_id, before if before and before > 0 else None)
    following = steps[-1].revision.seq if len(steps) == queries.PAGE and steps[-1].change is not None else None
    sources = publication().sources(article_id, article.revision)
    file = sources.body.format.file if sources.parts == Parts() else ""  # all parts are in the article's folder
    return _page("history.html", article, steps=steps, following=following, file=file)


@blueprint.get("/<publication>/a/<article:article_id>/on")
def on_day(article_id: str) -> ResponseReturnValue:
    """As it stood on a day, by the address that is good for ever."""
    _article(article_id)
    try:
        day = date.fromisoformat(request.args.get("day", ""))
        revision = timeline.on_day(publication(), article_id, day)
    except (ValueError, OverflowError) as error:
        raise UnknownRevision(NO_DAY) from error
    if revision is None:
        raise UnknownRevision(NOT_THEN)
    return redirect(_address(article_id, revision))


@blueprint.get("/<publication>/a/<article:article_id>/revision")
def nth(article_id: str) -> ResponseReturnValue:
    """The `n`th revision, by the address that is good for ever."""
    _article(article_id)
    number = request.args.get("n", 1, type=int)
    revision = queries.nth_revision(publication().index, article_id, min(max(number, 1), 2**31))
    if revision is None:
        raise UnknownRevision(NO_REVISION)
    return redirect(_address(article_id, revision))


@blueprint.get("/<publication>/a/<article:article_id>/revision/<revision>")
def revision(article_id: str, revision: str) -> ResponseReturnValue:
    article = _article(article_id)
    seen = _revision(article_id, revision)
    near = timeline.neighbours(publication(), article, seen)
    version = version_at(publication(), article_id, seen.revision)
    return _page(
        "revision.html",
        article,
        step=timeline.step(publication(), seen, near.earlier),
        near=near,
        parts=article_html(version.sources.seen),
        format=format_named(version.format),
        version=version,
    )


@blueprint.get("/<publication>/a/<article:article_id>/revision/<revision>/text.<any(md, html, txt):kind>")
def text(article_id: str, revision: str, kind: str) -> ResponseReturnValue:
    _article(article_id)
    seen = _revision(article_id, revision)
    sources = publication().sources(article_id, seen.revision)
    source = sources.body
    name = f"{article_id.rsplit('/', 1)[-1]}-{seen.revision[:10]}.{kind}"
    if kind == "txt":
        return _download(f"{sources.seen.text.strip()}\n", "text/plain", name)
    if f".{kind}" != format_named(source.format).suffix:
        raise UnknownRevision(NO_SUCH_FORMAT)
    return _download(source.text, _MEDIA_TYPES[kind], name)


@blueprint.get("/<publication>/a/<article:article_id>/diff")
def diff(article_id: str) -> ResponseReturnValue:
    article = _article(article_id)
    count_computing()
    old, new = _two(article)
    before, after = (publication().sources(article_id, side.revision) for side in (old, new))
    near = timeline.neighbours(publication(), article, new)
    in_turn = near.earlier is not None and near.earlier.revision == old.revision
    view = "inline" if request.args.get("view") == "inline" else "side-by-side"
    named = (old.revision[:10], new.revision[:10])
    source = request.args.get("source") == "1"
    number = None if request.args.get("page") == ALL else max(1, whole_number("page") or 1)
    compare_sides = _source_table if source else _table
    table = compare_sides(before.body.text, before, after, view, *named, article.language, languages.current(), number)
    return _page(
        "diff.html",
        article,
        old=old,
        new=new,
        near=near if in_turn else None,
        table=table.html,
        portion=table.portion,
        portions=table.portions,
        view=view,
        source=source,
    )


class _Table(NamedTuple):
    """A comparison as safe HTML: of all, or of one of its portions, counted from 1."""

    html: str
    portion: int | None
    portions: int


@remember(64)
def _table(
    _body: str,  # by whose length it is decided how many results are kept
    old: ArticleSources,
    new: ArticleSources,
    view: str,
    left: str,
    right: str,
    language: str,
    _spoken: str,
    number: int | None,
) -> _Table:
    """Two revisions as readers saw them. They will never be others: it is kept for who asks next."""
    rows, portion, portions = _compared(old, new, number, (left, right), rendered_portion_rows)
    if view == "inline":
        html = get_template_attribute("rendered_diff.html", "rendered_inline")(rows, language)
    else:
        html = get_template_attribute("rendered_diff.html", "rendered_side_by_side")(rows, left, right, language)
    return _Table(_coarseness(rows) + str(html), portion, portions)


@remember(64)
def _source_table(
    _body: str,  # by whose length it is decided how many results are kept
    old: ArticleSources,
    new: ArticleSources,
    view: str,
    left: str,
    right: str,
    language: str,
    _spoken: str,
    number: int | None,
) -> _Table:
    """The sources of two revisions compared, kept as `_table` is."""
    rows, portion, portions = _compared(old, new, number, ("source", left, right), source_portion_rows)
    if view == "inline":
        html = get_template_attribute("macros.html", "inline_view")(rows, language)
    else:
        html = get_template_attribute("macros.html", "side_by_side")(rows, left, right, language)
    return _Table(_coarseness(rows) + str(html), portion, portions)


def _compared(
    old: ArticleSources,
    new: ArticleSources,
    number: int | None,
    subject: tuple[str, ...],
    rows_of: Callable[[ArticleSources, ArticleSources, Portion, bool, IsAwaited], list[AnyRow | Fold]],
) -> tuple[list[AnyRow | Fold], int | None, int]:
    """The rows of one portion or, where `number` is None, of all; which portion it is, and of how many."""
    waits = is_awaited()
    portions = body_portions(old, new, waits)
    shown: Portion = (Passage(old.body.text, new.body.text),)
    if number is not None:
        number = min(number, len(portions))
        shown = portions[number - 1]
    with long_work(sum(len(item) for item in shown if isinstance(item, Passage)), (*subject, number)):
        rows = rows_of(old, new, shown, number in (None, 1), waits)
    if len(portions) == 1 and all(isinstance(row, Fold) or row.kind == "same" for row in rows):
        rows = []
    return rows, number, len(portions)


def _coarseness(rows: Iterable[Row | RenderedRow | Fold]) -> str:
    if not is_coarse(row for row in rows if not isinstance(row, Fold)):
        return ""
    return f'<p class="told">{escape(languages.translate(COARSE))}</p>'


@blueprint.get("/<publication>/a/<article:article_id>/change.patch")
def patch(article_id: str) -> ResponseReturnValue:
    """What `git apply` takes."""
    count_computing()
    old, new = _two(_article(article_id))
    before, after = (publication().sources(article_id, side.revision) for side in (old, new))
    name = f"{old.revision[:10]}-{new.revision[:10]}.patch"
    with long_work(before.length + after.length, ("patch", old.revision, new.revision)):
        changed = article_patch(article_id, before, after)
    return _download(changed, "text/x-diff", name)


@blueprint.get("/<publication>/a/<article:article_id>/blame")
def blame(article_id: str) -> ResponseReturnValue:
    article = _article(article_id)
    seen = _revision(article_id, request.args.get("revision") or article.revision)
    sentences = attributed(publication(), article_id, seen.revision)
    runs = []
    for seq, run in groupby(sentences, key=lambda sentence: sentence.revision):
        by = queries.revision_by(publication().index, article_id, seq)
        correction = queries.correction(publication().index, by.number) if by and by.number else None
        runs.append((by, correction, list(run)))
    return _page("blame.html", article, seen=seen, runs=runs)


@blueprint.get("/<publication>/a/<article:article_id>/sentence/<revision>/<int:start>")
def sentence(article_id: str, revision: str, start: int) -> ResponseReturnValue:
    """A sentence and what is behind it: the revision that wrote it as it is, the correction, the decision."""
    article = _article(article_id)
    seen = _revision(article_id, revision)
    sentences = attributed(publication(), article_id, seen.revision)
    chosen = next((candidate for candidate in sentences if candidate.start == start), None)
    by = None if chosen is None else queries.revision_by(publication().index, article_id, chosen.revision)
    if chosen is None or by is None:
        raise UnknownRevision(NO_SENTENCE)
    older = timeline.neighbours(publication(), article, by).earlier
    step = timeline.step(publication(), by, older)
    return _page("sentence.html", article, seen=seen, sentence=chosen, step=step, older=older)


def _page(template: str, article: queries.Article, **values: object) -> str:
    redactions = queries.redactions(publication().index, article.id, public=True)
    return render_template(template, publication=publication(), article=article, redactions=redactions, **values)


def _article(article_id: str) -> queries.Article:
    article = publication().article(article_id)
    languages.speak(article.language)
    return article


def _two(article: queries.Article) -> tuple[queries.Revision, queries.Revision]:
    """The revisions that the address names: by default, the last and the one before it."""
    new = _revision(article.id, request.args.get("to") or article.revision)
    before = queries.revision_before(publication().index, article.id, new.revision)
    return _revision(article.id, request.args.get("from") or before), new


def _revision(article_id: str, commit: str) -> queries.Revision:
    revision = queries.revision(publication().index, article_id, commit)
    if revision is not None:
        return revision
    moved = queries.moved_to(publication().index, commit)
    if moved is None:
        raise UnknownRevision(NO_REVISION)
    raise RequestRedirect(request.full_path.rstrip("?").replace(commit, moved))


def _address(article_id: str, of: queries.Revision) -> str:
    name = publication().name
    return url_for("history.revision", publication=name, article_id=article_id, revision=of.revision)


def _download(content: str, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
