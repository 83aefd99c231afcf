"""The audit on a page for the staff, with its progress, and the auditor's report."""

import tempfile
from datetime import date
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.html_export import standalone
from corrections.index import queries
from corrections.services.errors import Invalid
from corrections.services.operations import audit_runs, checkpoints
from corrections.services.reporting import audit_report
from corrections.web.access import actor, publication
from repo_store.audit.checkpoints import Checkpoint, read_checkpoints

blueprint = APIBlueprint("audits", __name__, enable_openapi=False)


@blueprint.get("/<publication>/review/audit")
def page() -> ResponseReturnValue:
    return render_template(
        "audit.html",
        publication=publication(),
        run=audit_runs.last(publication()),
        head=publication().head(),
        checkpoint=next(iter(publication().store.checkpoints(limit=1)), None),
        keys=checkpoints.keys(publication()),
        redactions=queries.redactions(publication().index),
    )


@blueprint.post("/<publication>/review/audit")
def begin() -> ResponseReturnValue:
    """Start one; with a file of checkpoints that somebody kept, against these too."""
    audit_runs.begin(publication(), actor().name, _kept_checkpoints())
    return redirect(url_for("audits.page", publication=publication().name), 303)


@blueprint.get("/<publication>/review/report")
def report() -> ResponseReturnValue:
    """The report for a download; it has the findings of the last audit, where that was of today's ledger."""
    scope = audit_report.Scope(request.args.get("article", "").strip(), _day("since"), _day("until"))
    run = audit_runs.last(publication())
    current = run is not None and run.ended and not run.failed and run.events == publication().head().seq
    audit = audit_report.report(publication(), scope, run.findings if run and current else None)
    answer = Response(standalone("report.html", **vars(audit)), mimetype="text/html")
    answer.headers["Content-Disposition"] = f'attachment; filename="{publication().name}-report.html"'
    return answer


def _kept_checkpoints() -> list[Checkpoint]:
    file = request.files.get("against")
    if file is None or not file.filename:
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoints.json"
        file.save(path)
        return read_checkpoints(path)


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid({name: "Enter the date in this format: 2026-11-24."}) from error
