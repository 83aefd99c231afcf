"""Accounts: one's own (password, second factor, passkeys, sessions), and, for admins, the staff and the settings."""

import hmac
import secrets

import pyotp
import segno
from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from zxcvbn import zxcvbn

from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.private.account import ROLES
from corrections.private.credentials import Credentials
from corrections.private.invitations import Invitation
from corrections.private.tokens import LONGEST_TOKEN_DAYS, TokenScope
from corrections.services import memberships, settings
from corrections.services.errors import Forbidden, Invalid
from corrections.services.validation import Fields
from corrections.web.access import Staff, actor, publication, publications, signed_in_user
from corrections.web.security import check_sign_in_limit
from corrections.web.staff.auth import confirm_password, own_account, welcome
from corrections.web.staff.known_devices import remember_device
from repo_store.errors import BadName

blueprint = APIBlueprint("accounts", __name__, enable_openapi=False)

DAYS_DIGITS = len(str(LONGEST_TOKEN_DAYS))
NO_INVITATION = "This invitation is no longer valid. Ask for a new one."
STRENGTH = 3  # of zxcvbn's 0 to 4: safely unguessable, moderate protection from offline guessing


@blueprint.get("/<publication>/account")
def own() -> ResponseReturnValue:
    user = _user()
    if user.publication != publication().name:
        return redirect(url_for("accounts.own", publication=user.publication))
    session["totp"] = secrets.token_urlsafe(16)  # a new key for each page: who steals the cookie sees another one
    return _own_page()


def _own_page(message: str = "") -> str:
    user = _user()
    secret = _enrolment_secret(user)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=publication().title)
    private = publication().private
    return render_template(
        "account.html",
        publication=publication(),
        user=user,
        message=message,
        sessions=[
            (session, private.sessions.is_this(session, user.session)) for session in private.sessions.of(user.account)
        ],
        passkeys=private.passkeys.of(user.account),
        email=_email(user),
        has_totp=private.second_factor.is_on(user.account),
        secret=secret,
        uri=uri,
        code=segno.make(uri).svg_inline(scale=4, dark="#000", light="#fff", omitsize=True),
    )


@blueprint.post("/<publication>/account")
def change_own() -> ResponseReturnValue:
    form, user, private = request.form, own_account(), publication().private
    try:
        match form.get("do"):
            case "password":
                _change_password(user, form.get("password", ""), form.get("new", ""))
            case "totp":
                confirm_password(user, form.get("password", ""))
                if private.second_factor.is_on(user.account):
                    raise Invalid({"code": "Two-factor authentication is already on. Turn it off first."})
                if not private.second_factor.set(user.account, _enrolment_secret(user), form.get("code", "")):
                    return _own_page("This code does not match the key shown. Enter a new code."), 422
                session.pop("totp", None)
                _tell(user.name, "turned two-factor authentication on")
            case "no-totp":
                confirm_password(user, form.get("password", ""))
                private.second_factor.set(user.account, "", "")
                _tell(user.name, "turned two-factor authentication off")
            case "end":
                private.sessions.end(form.get("session", ""), user.account)
                _tell(user.name, "ended a session")
            case "end-all":
                private.sessions.end_all(user.account, but=user.session)
                _tell(user.name, "ended all other sessions")
            case "remove-passkey":
                private.passkeys.remove(form.get("passkey", ""), user.account)
                _tell(user.name, "removed a passkey")
    except CorrectionsError as error:
        flash(error.message)
    return redirect(url_for("accounts.own", publication=publication().name), 303)


@blueprint.get("/<publication>/staff", endpoint="all")
def everybody(new_token: str = "") -> ResponseReturnValue:
    """`new_token` was made just now, and is shown this once."""
    private = publication().private
    invited = [(invitation, _address(invitation)) for invitation in private.invitations.all()]
    return render_template(
        "accounts.html",
        publication=publication(),
        accounts=private.accounts.all(),
        homes=_homes(),
        roles=ROLES,
        invited=invited,
        settings=[(setting, settings.text(publication(), name)) for name, setting in settings.SETTINGS.items()],
        journal=private.journal.latest(),
        tokens=private.tokens.listed(),
        new_token=new_token,
        longest_days=LONGEST_TOKEN_DAYS,
    )


@blueprint.post("/<publication>/staff")
def change() -> ResponseReturnValue:
    form, me, private = request.form, actor().name, publication().private
    name = form.get("name", "")
    try:
        match form.get("do"):
            case "invite":
                _invite(name, form.get("role", ""), form.get("email", ""), me)
            case "take-back":
                private.invitations.withdraw(form.get("invitation", ""))
                _tell(me, "revoked an invitation")
            case "role":
                _check_not_last(name, form.get("role", ""))
                private.accounts.set_role(name, form.get("role", ""))
                _tell(me, f"made {name} {form.get('role')}")
            case "remove":
                _check_not_last(name, "")
                private.accounts.remove(name)
                _tell(me, f"removed the account of {name}")
            case "token":
                return everybody(_create_token(me))
            case "revoke":
                ended = private.tokens.revoke(form.get("token", ""))
                _tell(me, f"revoked a token of {ended.name}")
            case "setting":
                settings.change(publication(), me, name, form.get("value", ""))
    except (CorrectionsError, BadName) as error:
        flash(error.message)
    return redirect(url_for("accounts.all", publication=publication().name), 303)


@blueprint.route("/<publication>/join/<identifier>", methods=["GET", "POST"])
def accept(identifier: str) -> ResponseReturnValue:
    """Who was invited chooses a password."""
    invitations = publication().private.invitations
    invitation, key = invitations.get(identifier), request.args.get("key", "")
    if invitation is None or not hmac.compare_digest(invitations.key_of(invitation).encode(), key.encode()):
        raise Forbidden(NO_INVITATION)
    message = ""
    if request.method == "POST":
        check_sign_in_limit()
        try:
            if request.form.get("do") == "membership":
                return _join_with_account(invitation)
            password = request.form.get("password", "")
            check_strength(password, invitation.name, invitation.email)
            account = publication().private.accounts.join(invitation.id, password)
        except CorrectionsError as error:
            message = error.message
        else:
            if account is None:  # somebody else came with it at the same moment
                raise Forbidden(NO_INVITATION)
            return welcome(account, f"for the first time, invited by {invitation.by}", "")
    values = {"invitation": invitation, "message": message, **_known_accounts()}
    return render_template("invitation.html", publication=publication(), **values)


def _join_with_account(invitation: Invitation) -> ResponseReturnValue:
    """Who was invited joins with the account that they are signed in with. Raises `BadAccount`, `Invalid`."""
    user = signed_in_user()
    if user is None or user.publication == publication().name:
        raise Invalid({"do": "Sign in at the publication where you have an account first."})
    account = memberships.join(publications(), publication(), invitation, user.home)
    title = publications().get(user.publication).title
    publication().private.journal.note(account.name, f"joined with an account of {title}, invited by {invitation.by}")
    return redirect(url_for("queue.queue", publication=publication().name), 303)


def _known_accounts() -> dict[str, object]:
    """What the page of an invitation offers besides a new account."""
    user = signed_in_user()
    others = [other for other in publications().available() if other.name != publication().name]
    known = user if user is not None and user.publication != publication().name else None
    return {"known": known, "known_home": publications().get(known.publication) if known else None, "others": others}


def _homes() -> dict[int, str]:
    """Of members, the titles of the publications where they sign in."""
    opened, titles = publications(), {}
    for account, home in publication().private.memberships.homes().items():
        is_here = home.publication in opened.names()
        titles[account] = opened.get(home.publication).title if is_here else home.publication
    return titles


def check_strength(password: str, *known: str) -> None:
    """Raises `Invalid` where a password can be guessed; `known` are words a guesser would try, such as the name."""
    if len(password) > 100:
        return
    estimate = zxcvbn(password or " ", user_inputs=[word for word in known if word])
    if estimate["score"] < STRENGTH:
        advice = " ".join(filter(None, [estimate["feedback"]["warning"], *estimate["feedback"]["suggestions"]]))
        raise Invalid({"password": f"This password is easy to guess. {advice or 'Use several unrelated words.'}"})


def _invite(name: str, role: str, email: str, me: str) -> None:
    fields = Fields()
    email = fields.email("email", "E-mail address", email, 254)
    if not email:
        fields.errors["email"] = "Enter an e-mail address for the invitation."
    fields.check()
    invitation = publication().private.invitations.invite(name, role, email, me)
    _tell(me, f"invited {invitation.name} as {invitation.role}")


def _create_token(me: str) -> str:
    form, days = request.form, request.form.get("days", "").strip()
    confirm_password(_user(), form.get("password", ""))
    number = None if not days else int(days) if days.isdecimal() and len(days) <= DAYS_DIGITS else 0
    scope = TokenScope(form.get("role", ""), bool(form.get("read_only")), number)
    token = publication().private.tokens.create(form.get("name", ""), scope, me)
    publication().private.journal.note(me, scope.describe(form.get("name", "")))
    return token


def _check_not_last(name: str, role: str) -> None:
    admins = [account.name for account in publication().private.accounts.all() if account.role is Role.ADMIN]
    if admins == [name] and role != Role.ADMIN:
        raise Invalid({"name": "At least one admin must remain."})


def _change_password(user: Staff, old: str, new: str) -> None:
    confirm_password(user, old)
    check_strength(new, user.name)
    publication().private.accounts.set_password(user.account, new)
    publication().private.sessions.end_all(user.account, but=user.session)
    remember_device(user.account)
    _tell(user.name, "changed the password and ended all other sessions")


def _enrolment_secret(user: Staff) -> str:
    nonce = str(session.get("totp") or secrets.token_urlsafe(16))
    return Credentials(publication().private).enrolment_secret(user.account, user.session, nonce)


def _tell(who: str, what: str) -> None:
    publication().private.journal.note(who, what)
    flash(f"Done: {what}.")


def _address(invitation: Invitation) -> str:
    key = publication().private.invitations.key_of(invitation)
    return url_for("accounts.accept", publication=publication().name, identifier=invitation.id, key=key, _external=True)


def _email(user: Staff) -> str:
    account = publication().private.accounts.get(user.account)
    return account.email if account is not None else ""


def _user() -> Staff:
    """Who is signed in, at whichever publication."""
    user = signed_in_user()
    assert user is not None  # the table of access asks for somebody
    return user
