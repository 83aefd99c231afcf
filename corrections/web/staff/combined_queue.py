"""The queue of all publications where who is signed in may decide: the same page, rows, keys and bulk decisions."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from apiflask import APIBlueprint
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.domain.roles import RIGHTS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.errors import Invalid, NotAll
from corrections.services.queue.combined import Desk, combined_page
from corrections.services.review import rejection_reasons
from corrections.services.submission import spam_rules
from corrections.web import access
from corrections.web.access import publication
from corrections.web.staff.queue import (
    ELSEWHERE,
    SORT_LABELS,
    VIEWS,
    BulkAnswer,
    counts_of,
    decided_together,
    picked,
    sorts,
)
from corrections.web.statuses import status_of

blueprint = APIBlueprint("combined_queue", __name__, enable_openapi=False)


@blueprint.get("/<publication>/review/all", endpoint="queue")
def queue_page() -> ResponseReturnValue:
    desks = _desks()
    try:
        rows_ = _rows(desks)
    except Invalid as error:
        page = render_template(
            "queue.html", **_common(desks), rows=[], following=None, error=error, active_sort="", refused={}, ticked=()
        )
        return page, status_of(error)
    return render_template("queue.html", **_common(desks), **rows_, error=None)


@blueprint.get("/<publication>/review/all/rows")
def rows() -> ResponseReturnValue:
    """The same lines as they are now; 304 while nothing has happened in any of the publications."""
    desks = _desks()
    head = _heads(desks)
    if request.if_none_match.contains(head):
        return "", 304
    common = _common(desks)
    html = render_template("queue_rows.html", **common, **_rows(desks))
    answer = make_response(jsonify(html=html, counts=common["counts"]))
    answer.set_etag(head)
    return answer


@blueprint.post("/<publication>/review/all/many")
def decide_many() -> ResponseReturnValue:
    """One decision on all that are ticked; of each article all or none, and one report."""
    desks = _desks()
    report = _report(_answers(desks))
    status = status_of(report.error) if report.error and not report.decided else 200
    detail = report.error.message if report.error else ""
    if request.accept_mimetypes.best == "application/json":
        decided = [{"key": key, "last_event": each.last_event} for key, each in report.decided.items()]
        return jsonify(
            told=report.told, detail=detail, verb=report.verb, decided=decided, refused=report.refused
        ), status
    if report.told:
        flash(report.told)
    if report.error is None:
        return redirect(url_for("combined_queue.queue", publication=publication().name, q=_line()), 303)
    ticked = {value.partition(":")[0] for value in request.form.getlist("pick")} - report.decided.keys()
    return render_template(
        "queue.html", **_common(desks), **_rows(desks, report.refused, ticked), error=report.error
    ), status


@dataclass(frozen=True)
class _Report:
    """What came of one decision in several publications; corrections are named by the keys of their rows."""

    verb: str
    told: str
    decided: dict[str, queries.Correction]
    refused: dict[str, str]
    error: CorrectionsError | None


def _report(answers: list[tuple[Desk, BulkAnswer]]) -> _Report:
    if not answers:
        return _Report("", "", {}, {}, Invalid({"numbers": "Select at least one correction first."}))
    told: list[str] = []
    troubles: list[str] = []
    decided: dict[str, queries.Correction] = {}
    refused: dict[str, str] = {}
    for desk, answer in answers:
        name, title = desk.publication.name, desk.publication.title
        decided.update({f"{name}/{each.number}": each for each in answer.decided})
        refused.update({f"{name}/{number}": why for number, why in answer.refused.items()})
        if answer.told:
            told.append(f"{title}: {answer.told}")
        if answer.error:
            troubles.append(f"{title}: {answer.error.message}")
    error = NotAll(" ".join(troubles), refused={}) if troubles else None
    return _Report(answers[0][1].verb, " ".join(told), decided, refused, error)


def _answers(desks: list[Desk]) -> list[tuple[Desk, BulkAnswer]]:
    """The decision in each publication where something is ticked."""
    picks: dict[str, list[str]] = {}
    for value in request.form.getlist("pick"):
        name, _, pick = value.partition("/")
        picks.setdefault(name, []).append(pick)
    return [
        (desk, decided_together(desk.publication, desk.actor, picked(picks[desk.publication.name])))
        for desk in desks
        if desk.publication.name in picks
    ]


def _desks() -> list[Desk]:
    """The publications where who is signed in may decide, caught up with their ledgers."""
    desks = []
    for membership in access.own_memberships():
        if membership.account.role in RIGHTS["decide"]:
            membership.publication.refresh()
            desks.append(Desk(membership.publication, access.actor_of(membership)))
    return desks


def _rows(
    desks: list[Desk], refused: Mapping[str, str] = MappingProxyType({}), ticked: Set[str] = frozenset()
) -> dict[str, object]:
    page = combined_page(desks, _line(), request.args.get("after", ""))
    return {
        "active_sort": page.order,
        "rows": page.rows,
        "following": page.following,
        "refused": refused,
        "ticked": ticked,
    }


def _common(desks: list[Desk]) -> dict[str, object]:
    counts = counts_of([(desk.publication, desk.actor) for desk in desks])
    reasons = {desk.publication.name: rejection_reasons.listed(desk.publication) for desk in desks}
    shared = [reason for reason in rejection_reasons.listed(publication()) if _is_everywhere(reason.code, reasons)]
    here = publication().name
    return {
        "publication": publication(),
        "several": True,
        "may_decide": bool(desks),
        "desks": [desk.publication for desk in desks],
        "line": _line(),
        "rows_address": url_for("combined_queue.rows", publication=here),
        "many_address": url_for("combined_queue.decide_many", publication=here),
        "sorts": sorts(_line()),
        "views": VIEWS,
        "saved_searches": [],
        "counts": counts,
        "waiting_elsewhere": [name for name in ELSEWHERE if counts[name] != "0"],
        "reasons": shared,
        "reasons_of": reasons,
        "why_held": spam_rules.WHY,
        "sort_words": SORT_LABELS,
        "undo_of": None,
        "head": _heads(desks),
        "mail_troubles": 0,
        "unlogged": 0,
        "conflicts": 0,
    }


def _is_everywhere(code: str, reasons: Mapping[str, Sequence[rejection_reasons.Reason]]) -> bool:
    return all(any(reason.code == code for reason in listed) for listed in reasons.values())


def _heads(desks: list[Desk]) -> str:
    return "-".join(desk.publication.index.head or "" for desk in desks)


def _line() -> str:
    return request.values.get("q", "").strip() or "is:open"
