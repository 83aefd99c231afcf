"""How the house corrects: its policy in its own words, and what it has done, in figures."""

from apiflask import APIBlueprint
from flask import Response, render_template
from flask.typing import ResponseReturnValue

from corrections.services.reporting import policy_text
from corrections.services.reporting.exports import csv_text
from corrections.services.reporting.transparency import Period, PublicFigures
from corrections.services.reporting.transparency import openness as figures_of
from corrections.services.review import rejection_reasons
from corrections.text.formats.registry import format_named
from corrections.web import languages
from corrections.web.access import publication

blueprint = APIBlueprint("transparency", __name__, enable_openapi=False)


@blueprint.get("/<publication>/corrections/policy")
def policy() -> ResponseReturnValue:
    own = policy_text.text(publication(), languages.current())
    return render_template(
        "policy.html",
        publication=publication(),
        own=format_named("markdown").render(own).html if own else None,
        figures=_figures(),
    )


@blueprint.get("/<publication>/corrections/openness")
def page() -> ResponseReturnValue:
    texts = {reason.code: reason.text(languages.current()) for reason in rejection_reasons.listed(publication())}
    return render_template("transparency.html", publication=publication(), figures=_figures(), reasons=texts)


@blueprint.get("/<publication>/corrections/openness/<any(months, halves):by>.csv")
def table(by: str) -> ResponseReturnValue:
    periods: tuple[Period, ...] = getattr(_figures(), by)
    codes = sorted({code for period in periods for code in period.rejected})
    rejected = [f"rejected: {code or 'in other words'}" for code in codes]
    head = ["period", "received", "accepted", "used with changes", "rejected", *rejected]
    rows: list[list[object]] = [
        [*head, "duplicates", "spam", "withdrawn", "taken back", "median hours to decision"],
    ]
    for period in periods:
        by_code = [period.rejected.get(code, 0) for code in codes]
        cells = [period.name, period.received, period.accepted, period.changed, period.all_rejected, *by_code]
        rows.append([*cells, period.duplicate, period.spam, period.withdrawn, period.reverted, period.median_hours])
    answer = Response(csv_text(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{publication().name}-{by}.csv"'
    return answer


def _figures() -> PublicFigures:
    return figures_of(publication())
