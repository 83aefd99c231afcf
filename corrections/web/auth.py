"""Signing in and out."""

from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import Flask, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from corrections.desk.publication import Publications
from corrections.errors import CorrectionsError
from corrections.web.access import Staff, publication
from corrections.web.security import check_sign_in_limit

auth = APIBlueprint("auth", __name__, enable_openapi=False)


def install(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)


@auth.route("/<publication>/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    message = ""
    if request.method == "POST":
        try:
            check_sign_in_limit()
        except CorrectionsError as error:
            return render_template("sign_in.html", publication=publication(), message=error.message), error.status
        account = publication().private.sign_in(request.form.get("name", ""), request.form.get("password", ""))
        if account is not None and account.id is not None:
            session.clear()  # a new session for a new identity
            login_user(Staff(publication().name, account.id, account.name, account.role))
            return redirect(_local(request.args.get("next", "")), 303)
        message = "Name and password do not belong together."
    return render_template("sign_in.html", publication=publication(), message=message), 401 if message else 200


@auth.post("/<publication>/sign-out")
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("reader.articles", publication=publication().name), 303)


def _local(address: str) -> str:
    """Where to go after signing in: never to another site."""
    parts = urlsplit(address)
    safe = address.startswith(f"/{publication().name}/") and not parts.netloc and "\\" not in address
    return address if safe else url_for("review.queue", publication=publication().name)


def _load(user_id: str) -> Staff | None:
    name, _, account_id = user_id.rpartition(":")
    opened: Publications = current_app.extensions["publications"]
    try:
        account = opened.get(name).private.account(int(account_id))
    except (CorrectionsError, ValueError):
        return None
    return None if account is None else Staff(name, int(account_id), account.name, account.role)
