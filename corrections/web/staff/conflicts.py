"""Articles whose words were changed here and in a connected system: which text stays?"""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corrections.connectors import connections as service
from corrections.domain.roles import RIGHTS
from corrections.errors import CorrectionsError
from corrections.text.comparison.merge import Side
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.web.access import actor, publication

SYSTEMS = {"git": "the Git repository", "wordpress": "WordPress"}  # by the kinds of connectors, in a sentence

blueprint = APIBlueprint("conflicts", __name__, enable_openapi=False)


@blueprint.get("/<publication>/review/conflicts", endpoint="all")
def every_one() -> ResponseReturnValue:
    opened = publication()
    rows = []
    for connection, conflict in service.all_conflicts(opened):
        system = SYSTEMS.get(connection.kind, connection.name)
        changes = [row for here, there in conflict.versions for row in rendered_diff(here, there, conflict.format)]
        rows.append((connection, system, opened.article(conflict.article), conflict, changes))
    may_decide = actor().role in RIGHTS["decide"]
    return render_template("conflicts.html", publication=opened, rows=rows, may_decide=may_decide)


@blueprint.post("/<publication>/review/conflicts")
def resolve() -> ResponseReturnValue:
    form = request.form
    side: Side = "ours" if form.get("side") == "ours" else "theirs"
    try:
        service.resolve(publication(), actor(), form.get("connection", ""), form.get("path", ""), side)
        flash("Your choice will be applied within seconds.")
    except CorrectionsError as error:
        flash(error.message)
    return redirect(url_for("conflicts.all", publication=publication().name), 303)
