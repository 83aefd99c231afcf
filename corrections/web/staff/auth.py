"""Signing in and out: name and password with a second factor, a passkey, or the newsroom's own identity provider."""

import hashlib
import hmac
import time
from contextlib import suppress
from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from corrections.cluster import DatabaseUnavailable
from corrections.config import NAME_LIMIT
from corrections.errors import CorrectionsError
from corrections.private.account import Account
from corrections.private.credentials import Credentials
from corrections.private.delivery.outbox import Outbox
from corrections.private.journal import SIGNED_IN
from corrections.services.errors import Forbidden, Invalid
from corrections.urls import serialize_url
from corrections.web.access import Staff, publication, publications, signed_in_user
from corrections.web.security import check_sign_in_limit, count_wrong
from corrections.web.staff import oidc
from corrections.web.staff.device_names import device_name
from corrections.web.staff.known_devices import known_device, remember_device
from corrections.web.statuses import status_of

blueprint = APIBlueprint("auth", __name__, enable_openapi=False)

SECOND_STEP_SECONDS = 300  # to type the code after the password
WRONG = "The name or password is wrong."


def install(app: Flask) -> None:
    manager = LoginManager(app, add_context_processor=False)  # or the page of an error asks who is signed in, too
    manager.session_protection = "basic"
    manager.user_loader(_load)


@blueprint.route("/<publication>/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if request.method == "GET":
        return _page()
    name = request.form.get("name", "")
    device = known_device(publication().private.accounts.id_of(name))
    try:
        check_sign_in_limit(name, device)
    except CorrectionsError as error:
        return _page(error.message), status_of(error)
    private = publication().private
    account = private.accounts.sign_in(name, request.form.get("password", ""))
    if account is None or account.id is None:
        count_wrong(name, device)
        private.journal.note(name[:40], "wrong password")
        return _page(WRONG), 401
    if private.second_factor.is_on(account.id):
        stamp = Credentials(private).stamp(account.id)
        session["second"] = [publication().name, account.id, int(time.time()), stamp]
        return render_template("second_step.html", publication=publication(), message="")
    return welcome(account, "with a password")


@blueprint.post("/<publication>/sign-in/code")
def second_step() -> ResponseReturnValue:
    """The code of the second factor, after the password."""
    account = _half_signed_in()
    if account is None or account.id is None:
        return _page("Signing in took too long. Please sign in again."), 401
    device = known_device(account.id)
    try:
        check_sign_in_limit(account.name, device)
    except CorrectionsError as error:
        return render_template("second_step.html", publication=publication(), message=error.message), status_of(error)
    if not publication().private.second_factor.check(account.id, request.form.get("code", "")):
        count_wrong(account.name, device)
        publication().private.journal.note(account.name, "wrong code")
        message = "This code is wrong, has expired or was already used. Wait for the next code."
        return render_template("second_step.html", publication=publication(), message=message), 401
    return welcome(account, "with a password and a code")


@blueprint.post("/<publication>/sign-out")
def sign_out() -> ResponseReturnValue:
    _end_session()
    logout_user()
    session.clear()
    return redirect(url_for("articles.articles", publication=publication().name), 303)


@blueprint.get("/<publication>/sign-in/oidc")
def to_provider() -> ResponseReturnValue:
    back = url_for("auth.from_provider", publication=publication().name, _external=True)
    session["next"] = request.args.get("next", "")
    return oidc.to_provider(back)


@blueprint.get("/<publication>/sign-in/oidc/back")
def from_provider() -> ResponseReturnValue:
    """Where the identity provider sends people back to."""
    person = oidc.person()
    account = publication().private.identities.account_of(person.issuer, person.subject, person.email)
    if account is None:
        publication().private.journal.note(person.email or person.subject, "not on the staff")
        return _page("You are signed in to the newsroom but have no account here. Ask an admin for an invitation."), 403
    return welcome(account, "with the newsroom account", session.get("next", ""))


def welcome(account: Account, how: str, after: str | None = None) -> ResponseReturnValue:
    """A session for who has shown who they are, in place of the one that the browser had.

    Where the account was used before, but not with this browser, the account's owner gets mail.
    """
    assert account.id is not None
    private = publication().private
    is_new_device = private.journal.has_signed_in(account.name) and not known_device(account.id)
    with suppress(CorrectionsError):  # the publication it was for is not here any more, or is only read
        _end_session()
    session.clear()  # a new session for a new identity
    agent = request.headers.get("User-Agent", "")
    identifier = private.sessions.begin(account.id, agent)
    if is_new_device:
        Outbox(private).add_sign_in(identifier, account.id, device_name(agent))
    login_user(Staff(publication().name, account.id, account.name, account.role, identifier))
    remember_device(account.id)
    private.journal.note(account.name, f"{SIGNED_IN} {how}")
    return redirect(local(request.args.get("next", "") if after is None else after), 303)


def _end_session() -> None:
    """End the session of this browser on the server, whichever publication it is for."""
    user = signed_in_user()
    if user is not None:
        publications().get(user.publication).private.sessions.end_this(user.session, user.account)


def _half_signed_in() -> Account | None:
    """Who gave the password in this browser lately, and has it still."""
    stored = session.get("second")
    if not isinstance(stored, list) or len(stored) != 4:  # an earlier version kept less
        return None
    name, account_id, since, stamp = stored
    if name != publication().name or time.time() - since > SECOND_STEP_SECONDS:
        return None
    now = Credentials(publication().private).stamp(account_id)
    return publication().private.accounts.get(account_id) if now and hmac.compare_digest(now, stamp) else None


def confirm_password(user: Staff, password: str) -> None:
    """Before a change that a stolen session must not make; the password is that of the account's home.

    Raises `Invalid`, `TooMany`.
    """
    session_name = f"session {hashlib.sha256(user.session.encode()).hexdigest()}"
    check_sign_in_limit(user.name, session_name)
    account = publications().get(user.publication).private.accounts.sign_in(user.name, password)
    if account is None or account.id != user.account:
        count_wrong(user.name, session_name)
        raise Invalid({"password": "The password is wrong."})


def own_account() -> Staff:
    """Who is signed in, at the publication where the account has its password. Raises `Forbidden` at others."""
    user = signed_in_user()
    if user is None or user.publication != publication().name:
        raise Forbidden("Change this on the account page of the publication where you have your password.")
    return user


def local(address: str) -> str:
    """Where to go after signing in: to a page of one of the publications, never to another site."""
    plain = address.isprintable() and "\\" not in address
    path = urlsplit(serialize_url(f"https://local.example{address}") or "").path if plain else ""
    for name in publications().names():
        home = url_for("articles.articles", publication=name)  # with the prefix, and a slash at its end
        if plain and address.startswith(home) and path.startswith(home):
            return address
    return url_for("queue.queue", publication=publication().name)


def _page(message: str = "") -> str:
    values: dict[str, object] = {"message": message, "provider": oidc.name(), "after": request.args.get("next", "")}
    values["name"] = request.form.get("name", "")[:NAME_LIMIT]
    here = url_for("queue.queue", publication=publication().name)
    others = [other for other in publications().available() if other.name != publication().name]
    values |= {"others": others, "wanted": values["after"] or here}
    return render_template("sign_in.html", publication=publication(), **values)


def _load(user_id: str) -> Staff | None:
    name, _, rest = user_id.partition(":")
    account_id, _, identifier = rest.partition(":")
    try:
        private = publications().get(name).private
        account = private.accounts.get(int(account_id))
    except DatabaseUnavailable:  # nobody is signed out by that
        raise
    except (CorrectionsError, ValueError):
        return None
    if account is None or not private.sessions.is_alive(identifier, int(account_id)):
        return None
    return Staff(name, int(account_id), account.name, account.role, identifier)
