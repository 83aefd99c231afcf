"""Connections to the publisher's own systems, for admins: list, add, pause, resume, synchronize, disconnect."""

import re
from dataclasses import dataclass
from itertools import islice

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from corrections.connectors import connections as service
from corrections.connectors.connections import NewConnection
from corrections.connectors.registry import CONNECTORS
from corrections.services.articles.pending_changes import PendingChange, pending_changes
from corrections.services.errors import Invalid
from corrections.web.access import actor, publication
from repo_store.model.events import EVENT_TYPES

blueprint = APIBlueprint("connections", __name__, enable_openapi=False)

DELIVERIES_SHOWN = 50
CHANGES_SHOWN = 200
KIND_LABELS = {"git": "Git repository", "site": "Pages of a site", "webhook": "Webhook", "wordpress": "WordPress"}


@dataclass(frozen=True)
class FormField:
    """An option of a connector, as the form asks for it."""

    name: str
    label: str
    hint: str = ""
    is_required: bool = False
    is_switch: bool = False


FORM_FIELDS = {
    "git": (
        FormField("url", "Address", "of the repository, such as https://bot@git.example.org/site.git", True),
        FormField("branch", "Branch", "main, if left empty"),
        FormField("path", "Folder", "that has the articles, such as content/posts; all, if left empty"),
        FormField("url-pattern", "Web address pattern", "of the articles, such as https://www.example.org/{path}/"),
        FormField(
            "pull-requests",
            "Pull requests",
            "for each correction a branch of its own, which your team merges",
            is_switch=True,
        ),
    ),
    "wordpress": (
        FormField("url", "Address", "of the site, such as https://www.example.org", True),
        FormField("user", "User", "in WordPress, an editor or administrator", True),
        FormField("types", "Types of posts", "posts, pages, if left empty"),
        FormField("statuses", "Statuses", "publish, if left empty"),
        FormField("language", "Language", "that of the site’s pages, if left empty"),
        FormField("notices", "Notices", "foot or head of the post, field:NAME or none; foot, if left empty"),
        FormField(
            "notice-markup", "Markup of notices", "HTML with {text}, {label}, {date}, {link}; our own, if left empty"
        ),
    ),
    "site": (
        FormField("sitemap", "Sitemap", "such as https://www.example.org/sitemap.xml"),
        FormField("feed", "Feed", "RSS or Atom, where there is no sitemap"),
        FormField("mail", "E-mail address", "that each change to make on the site is sent to; none, if left empty"),
    ),
    "webhook": (FormField("url", "Address", "that receives the events, such as https://cms.example.org/hook", True),),
}

PASSWORD_FIELDS = {
    "git": FormField("password", "Password or access token", "of the user in the address; stored encrypted"),
    "wordpress": FormField(
        "password", "Application password", "from the user’s profile in WordPress; stored encrypted", True
    ),
}


@blueprint.get("/<publication>/review/connections", endpoint="all")
def every_one() -> ResponseReturnValue:
    rows = service.status_of_all(publication())
    return render_template("connections.html", publication=publication(), rows=rows, kinds=_kinds())


@blueprint.route("/<publication>/review/connections/add/<kind>", methods=["GET", "POST"])
def add(kind: str) -> ResponseReturnValue:
    if kind not in CONNECTORS:
        raise NotFound
    if request.method == "GET":
        return _form(kind, {})
    try:
        name, secret = service.connect(publication(), actor(), _new_connection(kind), flash)
    except Invalid as error:
        return _form(kind, {field: _on_page(text, kind) for field, text in error.fields.items()}), 422
    return _page(name, secret, is_new=True)


@blueprint.get("/<publication>/review/connections/of/<name>")
def one(name: str) -> ResponseReturnValue:
    return _page(name)


@blueprint.post("/<publication>/review/connections/of/<name>")
def change(name: str) -> ResponseReturnValue:
    form, here, me = request.form, publication(), actor()
    match form.get("do"):
        case "pause":
            service.pause(here, me, name)
            flash(f"{name} is paused. Nothing is lost: what happens meanwhile is passed on when it is resumed.")
        case "resume":
            service.resume(here, me, name)
            flash(f"{name} is active.")
        case "synchronize":
            service.request_run(here, me, name)
        case "redeliver":
            digits = form.get("delivery", "")
            service.redeliver(here, me, name, int(digits) if re.fullmatch("[0-9]{1,15}", digits) else 0)
            flash(
                "The message will be sent again within seconds, unless others are waiting or the connection is paused."
            )
        case "hook-secret":
            return _page(name, service.replace_hook_secret(here, me, name))
        case "password":
            try:
                service.replace_password(here, me, name, form.get("password", ""))
            except Invalid as error:
                return _page(name, refused=" ".join(_on_page(text, "") for text in error.fields.values())), 422
            flash("The new password is in use.")
        case "disconnect":
            service.disconnect(here, me, name)
            flash(f"{name} is disconnected. Articles and corrections stay.")
            return redirect(url_for("connections.all"), 303)
    return redirect(url_for("connections.one", name=name), 303)


def _page(name: str, secret: str = "", is_new: bool = False, refused: str = "") -> str:
    """`secret` was made just now, and is shown this once; `refused` is why a new password was not taken."""
    row = service.status_of(publication(), name)
    return render_template(
        "connection.html",
        publication=publication(),
        row=row,
        kind=KIND_LABELS.get(row.kind, row.kind),
        pulls=CONNECTORS[row.kind].pulls,
        hook=url_for("api.post_hook", name=name, _external=True),
        options=[(_label(row.kind, option), value) for option, value in row.options.items() if value],
        changes=_changes_to_make(name) if CONNECTORS[row.kind].is_changed_by_hand else None,
        deliveries=service.latest_deliveries(publication(), name, DELIVERIES_SHOWN),
        secret=secret,
        is_new=is_new,
        password=PASSWORD_FIELDS.get(row.kind) if CONNECTORS[row.kind].takes_password else None,
        refused=refused,
        conflicts=service.conflicts(publication(), name),
    )


def _changes_to_make(name: str) -> list[PendingChange]:
    """What has to be changed on the site by hand, up to `CHANGES_SHOWN`."""
    rows = publication().private.connections.articles(name)
    return list(islice(pending_changes(publication(), rows), CHANGES_SHOWN))


def _form(kind: str, errors: dict[str, str]) -> str:
    return render_template(
        "connect.html",
        publication=publication(),
        kind=kind,
        label=KIND_LABELS.get(kind, kind),
        fields=FORM_FIELDS.get(kind, tuple(FormField(option, option) for option in sorted(CONNECTORS[kind].options))),
        password=PASSWORD_FIELDS.get(kind, PASSWORD_FIELDS["git"]) if CONNECTORS[kind].takes_password else None,
        event_types=EVENT_TYPES if "events" in CONNECTORS[kind].options else (),
        values=request.form,
        chosen=request.form.getlist("events"),
        errors=errors,
        seconds=service.DEFAULT_SECONDS,
        longest=service.LONGEST_SECONDS,
    )


def _new_connection(kind: str) -> NewConnection:
    form = request.form
    options = {option: form.get(option, "").strip() for option in CONNECTORS[kind].options - {"events"}}
    if "events" in CONNECTORS[kind].options:
        options["events"] = ",".join(form.getlist("events"))
    digits = form.get("seconds", "").strip() or str(service.DEFAULT_SECONDS)
    seconds = int(digits) if re.fullmatch("[0-9]{1,6}", digits) else 0
    return NewConnection(kind, options, form.get("name", "").strip(), seconds, form.get("password", ""), True)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, KIND_LABELS.get(kind, kind)) for kind in CONNECTORS]


def _label(kind: str, option: str) -> str:
    labels = {field.name: field.label for field in FORM_FIELDS.get(kind, ())}
    return labels.get(option, option.replace("-", " ").capitalize())


def _on_page(message: str, kind: str) -> str:
    """A message that names options of the command line, with the form's labels in their place."""
    return re.sub(r"--([a-z-]+)", lambda option: f"“{_label(kind, option[1])}”", message)
