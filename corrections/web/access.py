"""Who may open what: one row an endpoint. An endpoint without a row is refused to everybody."""

from dataclasses import dataclass
from typing import Literal

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user

from corrections.desk.errors import Forbidden
from corrections.desk.publication import Publication
from corrections.desk.workflow import Actor, check_right
from corrections.domain.roles import Right, Role
from corrections.errors import CorrectionsError
from corrections.private.accounts import Account
from corrections.web import proxy

PUBLIC: Literal["public"] = "public"
_BY_TOKEN = ("api", "cloning")  # blueprints for programs

ACCESS: dict[str, Right | Literal["public"]] = {
    "static": PUBLIC,
    "openapi.spec": PUBLIC,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "watching.metrics": PUBLIC,  # with a token of its own
    "reader.publications": PUBLIC,
    "reader.robots": PUBLIC,
    "reader.articles": PUBLIC,
    "reader.article": PUBLIC,
    "reader.widget": PUBLIC,
    "suggesting.begin": PUBLIC,
    "suggesting.suggest": PUBLIC,
    "suggesting.send": PUBLIC,
    "following.correction": PUBLIC,
    "following.act": PUBLIC,  # with the key of the correction's page, as the next two
    "following.ask_no_mail": PUBLIC,
    "following.no_mail": PUBLIC,
    "cloning.references": PUBLIC,
    "cloning.objects": PUBLIC,
    "cloning.all_references": "read",  # with a token
    "cloning.all_objects": "read",
    "cloning.checkpoints": PUBLIC,
    "log.log": PUBLIC,
    "log.feed": PUBLIC,
    "log.article_feed": PUBLIC,
    "log.latest": PUBLIC,
    "log.site_map": PUBLIC,
    "log.month_map": PUBLIC,
    "log.page_map": PUBLIC,
    "machine.annotations": PUBLIC,
    "openness.policy": PUBLIC,
    "openness.page": PUBLIC,
    "openness.table": PUBLIC,
    "history.history": PUBLIC,
    "history.on_day": PUBLIC,
    "history.nth": PUBLIC,
    "history.revision": PUBLIC,
    "history.text": PUBLIC,
    "history.patch": PUBLIC,
    "history.diff": PUBLIC,
    "history.blame": PUBLIC,
    "history.sentence": PUBLIC,
    "auth.sign_in": PUBLIC,
    "auth.sign_out": PUBLIC,
    "auth.second_step": PUBLIC,
    "auth.to_provider": PUBLIC,
    "auth.from_provider": PUBLIC,
    "passkeys.challenge": PUBLIC,
    "passkeys.sign_in": PUBLIC,
    "passkeys.begin": "read",
    "passkeys.add": "read",
    "staff.accept": PUBLIC,  # with the key of the invitation
    "staff.own": "read",
    "staff.change_own": "read",
    "staff.all": "staff",
    "staff.change": "staff",
    "queue.queue": "read",
    "queue.rows": "read",
    "queue.of_article": "read",
    "queue.decide_many": "decide",
    "figures.page": "read",
    "figures.table": "read",
    "audits.page": "read",
    "audits.begin": "read",
    "audits.report": "read",
    "notices.unlogged": "read",
    "notices.log": "decide",
    "notices.of_article": "read",
    "notices.change": "decide",
    "review.review": "read",
    "review.decide": "decide",
    "review.where_else": "decide",
    "review.talk": "decide",
    "review.preview": "decide",
    "api.get_article": PUBLIC,
    "api.get_text": PUBLIC,
    "api.get_notices": PUBLIC,
    "api.get_history": PUBLIC,
    "api.get_diff": PUBLIC,
    "api.get_head": PUBLIC,
    "api.post_correction": PUBLIC,
    "api.post_diff": "read",
    "api.put_article": "import",
    "api.list_corrections": "read",
    "api.get_correction": "read",
    "api.post_decision": "decide",
}


class NeedsSignIn(CorrectionsError):
    code = "unauthorized"
    status = 401


@dataclass
class Staff(UserMixin):  # type: ignore[misc]
    """Who is signed in: one account of one publication."""

    publication: str
    account: int
    name: str
    role: Role
    session: str = ""

    def get_id(self) -> str:
        return f"{self.publication}:{self.account}:{self.session}"


def publication() -> Publication:
    """The publication that the address names."""
    found: Publication = g.publication
    return found


def actor() -> Actor:
    """Who asks; only where the table asks for somebody. Raises `NeedsSignIn`."""
    found = _token_holder() if request.blueprint in _BY_TOKEN else _signed_in()
    if found is None:
        raise NeedsSignIn(
            "Sign in first." if request.blueprint not in _BY_TOKEN else "Send a staff token: Authorization: Bearer …"
        )
    return found


def staff() -> Actor | None:
    """Who is signed in to this publication, for what a page shows."""
    return _signed_in() if "publication" in g else None


def check_access() -> ResponseReturnValue | None:
    """Before every request: look the endpoint up in the table."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    needed = ACCESS.get(endpoint)
    if needed is None:
        raise Forbidden("This page is open to nobody.")
    if needed == PUBLIC:
        return None
    if request.blueprint not in _BY_TOKEN and _signed_in() is None:
        if request.method != "GET":
            raise NeedsSignIn("You are not signed in any more. Sign in in another tab, then send this again.")
        return redirect(url_for("auth.sign_in", publication=publication().name, next=proxy.here()))
    check_right(actor(), needed)
    if request.blueprint in _BY_TOKEN and needed != "read":
        holder = _token_account()
        if holder is not None and holder.read_only:
            raise Forbidden("This token may only read. Ask an admin for one that may change things.")
    return None


def _signed_in() -> Actor | None:
    user = current_user._get_current_object()
    if isinstance(user, Staff) and user.publication == publication().name:
        return Actor(user.name, user.role)
    return None


def _token_holder() -> Actor | None:
    account = _token_account()
    return None if account is None else Actor(account.name, account.role)


def _token_account() -> Account | None:
    """Who acts with the token of this request; None where there is none. Raises `NeedsSignIn`, `TokenExpired`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.authorization is not None and request.authorization.type == "basic":
        token = request.authorization.password or ""  # git asks for a name and a password
    elif scheme.lower() != "bearer":
        return None
    if not token.strip():
        return None
    account = publication().private.token(token.strip())
    if account is None:
        raise NeedsSignIn("This token is not known here.")
    return account
