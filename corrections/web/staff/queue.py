"""The queue: searched, sorted, kept up to date, worked with single keys, and many at once."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from apiflask import APIBlueprint
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.connectors.connections import all_conflicts
from corrections.domain.kinds import Category, NoticeKind
from corrections.domain.states import State
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services.actors import Actor
from corrections.services.errors import Invalid, NotAll
from corrections.services.publication import Publication
from corrections.services.queue import pages, saved_searches
from corrections.services.review import bulk, edited_text, notices, rejection_reasons, search
from corrections.services.review.queue_lines import lines
from corrections.services.submission import spam_rules
from corrections.web.access import actor, publication
from corrections.web.presentation import counted
from corrections.web.query_strings import whole_number
from corrections.web.staff.review import undoable
from corrections.web.statuses import status_of

blueprint = APIBlueprint("queue", __name__, enable_openapi=False)

VIEWS = {  # saved searches, as tabs
    "Open": "is:open",
    "Mine": "is:open assigned:me",
    "Factual first": "is:open sort:factual",
    "Warnings": "is:open has:warning",
    "Stale": "is:stale",
    "Snoozed": "is:snoozed",
    "Held back": "is:held",
    "Appeals": "is:appealed",
    "Decided": "is:decided",
}
SORTS = ("turn", "age", "newest", "factual", "readers", "article")
SORT_LABELS = {
    "turn": "Queue order",
    "age": "Oldest first",
    "newest": "Newest first",
    "factual": "Factual errors first",
    "readers": "Most readers",
    "article": "Article",
}
_NUMBER = re.compile(r"[0-9]{1,15}")
_SORT = re.compile(r"\s*\bsort:\S+")
COUNTED = ("Open", "Mine", "Warnings", "Stale", "Snoozed", "Held back", "Appeals")
ELSEWHERE = ("Snoozed", "Held back", "Appeals")  # what waits though nothing is open
MOST_OPEN = 99_999  # counted exactly
MOST_COUNTED = 999  # of the other views


@blueprint.get("/<publication>/review/", endpoint="queue")
def queue_page() -> ResponseReturnValue:
    line = _line()
    try:
        query = search.search(line, actor().name)
    except Invalid as error:
        page = render_template("queue.html", **_common(line), rows=[], following=None, error=error, active_sort="")
        return page, status_of(error)
    if query.number is not None:
        return redirect(url_for("review.review", publication=publication().name, number=query.number))
    return render_template("queue.html", **_common(line), **_rows(query), error=None)


@blueprint.get("/<publication>/review/rows")
def rows() -> ResponseReturnValue:
    """The same lines as they stand now, for a page that keeps itself up to date; 304 while nothing has happened."""
    head = publication().index.head or ""
    if request.if_none_match.contains(head):
        return "", 304
    query = search.search(_line(), actor().name)
    common = _common(_line())
    html = render_template("queue_rows.html", **common, **_rows(query))
    answer = make_response(jsonify(html=html, counts=common["counts"]))
    answer.set_etag(head)
    return answer


@dataclass(frozen=True)
class BulkAnswer:
    """What came of one decision on what is ticked in one publication; `error` where not all of it is decided."""

    verb: str
    decided: tuple[queries.Correction, ...] = ()
    refused: dict[int, str] = field(default_factory=dict)
    error: CorrectionsError | None = None

    @property
    def told(self) -> str:
        """The decisions in a sentence; empty where there are none."""
        if not self.decided:
            return ""
        numbers = ", ".join(f"#{correction.number}" for correction in self.decided)
        return f"{self.verb}: {counted(len(self.decided), 'correction', 'corrections')} ({numbers})."


@blueprint.post("/<publication>/review/many")
def decide_many() -> ResponseReturnValue:
    """One decision on all that are ticked; of each article all or none."""
    answer = decided_together(publication(), actor(), picked(request.form.getlist("pick")))
    status = status_of(answer.error) if answer.error and not answer.decided else 200
    if request.accept_mimetypes.best == "application/json":
        decided = [{"number": correction.number, "last_event": correction.last_event} for correction in answer.decided]
        detail = answer.error.message if answer.error else ""
        return jsonify(
            told=answer.told, detail=detail, verb=answer.verb, decided=decided, refused=answer.refused
        ), status
    if answer.told:
        flash(answer.told)
    line = request.form.get("q", "is:open")
    if answer.error is None:
        return redirect(url_for("queue.queue", publication=publication().name, q=line), 303)
    decided_numbers = {correction.number for correction in answer.decided}
    ticked = picked(request.form.getlist("pick")).keys() - decided_numbers
    rows = _rows(search.search(line, actor().name), answer.refused, ticked)
    return render_template("queue.html", **_common(line), **rows, error=answer.error), status


def decided_together(publication_: Publication, who: Actor, picks: bulk.Picked) -> BulkAnswer:
    """Make the decision that the form sends on these corrections of one publication."""
    form = request.form
    decision, _, code = form.get("decision", "").partition(":")
    verb = {"accept": "Accepted", "reject": "Rejected", "spam": "Marked as spam"}.get(decision, "")
    try:
        match decision:
            case "accept":
                report = bulk.accept_clean(publication_, who, picks)
                return BulkAnswer(verb, report.accepted, report.refused, _not_accepted(report))
            case "reject":
                code = code or form.get("reason_code", "")
                return BulkAnswer(verb, tuple(bulk.reject_all(publication_, who, picks, form.get("reason", ""), code)))
            case "spam":
                return BulkAnswer(verb, tuple(bulk.spam_all(publication_, who, picks)))
        raise Invalid({"decision": "Choose a decision."})
    except NotAll as error:
        return BulkAnswer(verb, refused=error.refused, error=error)
    except CorrectionsError as error:
        return BulkAnswer(verb, error=error)


def _not_accepted(report: bulk.BulkReport) -> NotAll | None:
    """The corrections that were not accepted, as an error to show; None where all were."""
    if not report.refused:
        return None
    reasons = " ".join(f"#{number}: {why}" for number, why in report.refused.items())
    kept = ", ".join(f"#{number}" for number in report.kept)
    others = f" Corrections of the same articles were left as they are: {kept}." if kept else ""
    return NotAll(f"Open these first; they were not accepted. {reasons}{others}", refused=report.refused)


@blueprint.post("/<publication>/review/searches")
def change_searches() -> ResponseReturnValue:
    """Save the search that is shown under a name, or remove a saved one, for all editors."""
    form = request.form
    line = form.get("q", "")
    try:
        if form.get("do") == "remove":
            saved_searches.remove(publication(), actor(), form.get("name", ""))
            flash(f"Search removed: {form.get('name', '')[: saved_searches.NAME_LIMIT]}.")
        else:
            saved = saved_searches.save(publication(), actor(), form.get("name", ""), line)
            flash(f"Search saved for all editors: {saved.name}.")
    except Invalid as error:
        page = render_template("queue.html", **_common(line), rows=[], following=None, error=error, active_sort="")
        return page, status_of(error)
    return redirect(url_for("queue.queue", publication=publication().name, q=line), 303)


@blueprint.get("/<publication>/review/of/<article:article_id>")
def of_article(article_id: str) -> ResponseReturnValue:
    """All open corrections of one article that are clean, and the article with all of them."""
    together = bulk.clean_corrections(publication(), article_id)
    corrections = [publication().correction(number) for number in (*together.numbers, *together.refused)]
    return render_template(
        "clean_corrections.html", publication=publication(), together=together, lines=lines(publication(), corrections)
    )


@blueprint.get("/<publication>/review/<int:number>/notice")
def notice_drafts(number: int) -> ResponseReturnValue:
    """The drafts of a correction's notice by type, and the type to begin with."""
    correction = publication().correction(number)
    change = edited_text.change_to_publish(publication(), number, edited_text.EditorWords())
    drafts = notices.drafts(publication(), change, publication().article(correction.article).language)
    unclear = correction.category is Category.CLARIFICATION
    return jsonify(kind=NoticeKind.CLARIFICATION if unclear else NoticeKind.CORRECTION, drafts=drafts)


def _line() -> str:
    """The search line: `q`, or what older addresses said with parameters of their own."""
    args = request.args
    line = args.get("q", "")
    if "state" in args or "category" in args or "article" in args:
        state = args.get("state", State.OPEN)
        line = f"is:{state} {line}"
        line += "".join(f" {name}:{args[name]}" for name in ("category", "article") if args.get(name))
    return line.strip() or f"is:{State.OPEN}"


def _rows(
    query: search.Search, refused: Mapping[int, str] = MappingProxyType({}), ticked: Set[int] = frozenset()
) -> dict[str, object]:
    """What the rows' template needs; `refused` says of which rows why they were not decided, `ticked` are selected."""
    page = pages.queue_page(publication(), replace(query.criteria, after=whole_number("after")))
    return {
        "active_sort": query.criteria.order,
        "rows": page.rows,
        "following": page.following,
        "refused": refused,
        "ticked": ticked,
    }


def _common(line: str) -> dict[str, object]:
    counts = counts_of([(publication(), actor())])
    reasons = rejection_reasons.listed(publication())
    return {
        "publication": publication(),
        "line": line,
        "rows_address": url_for("queue.rows", publication=publication().name),
        "many_address": url_for("queue.decide_many", publication=publication().name),
        "sorts": sorts(line),
        "views": VIEWS,
        "saved_searches": saved_searches.listed(publication()),
        "counts": counts,
        "waiting_elsewhere": [name for name in ELSEWHERE if counts[name] != "0"],
        "reasons": reasons,
        "reasons_of": {publication().name: reasons},
        "why_held": spam_rules.WHY,
        "sort_words": SORT_LABELS,
        "undo_of": undoable(),
        "head": publication().index.head or "",
        "mail_troubles": len(Outbox(publication().private).failures(REPORTED_ATTEMPTS)),
        "unlogged": len(queries.unlogged(publication().index)),
        "conflicts": len(all_conflicts(publication())),
    }


def sorts(line: str) -> list[tuple[str, str]]:
    """The orders that rows can have, each with the search line that asks for it."""
    return [(name, f"{re.sub(_SORT, '', line)} sort:{name}".strip()) for name in SORTS]


def counts_of(desks: list[tuple[Publication, Actor]]) -> dict[str, str]:
    """How many each view has in these publications: of what is open exactly, of others up to a thousand."""
    counts = {}
    for name in COUNTED:
        most = MOST_OPEN if name == "Open" else MOST_COUNTED
        count = sum(
            queries.count(opened.index, search.search(VIEWS[name], who.name).criteria, most + 1)
            for opened, who in desks
        )
        counts[name] = str(count) if count <= most else f"{most}+"
    return counts


def picked(picks: list[str]) -> bulk.Picked:
    """What is ticked: each the number and the event that it was looked at with, joined by a colon."""
    parts = (value.partition(":") for value in picks)
    return {int(number): event for number, _, event in parts if _NUMBER.fullmatch(number)}
