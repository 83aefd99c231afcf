"""Who may open what: one row an endpoint. An endpoint without a row is refused to everybody."""

from dataclasses import dataclass
from typing import Literal

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user

from corrections.domain.roles import Right, Role
from corrections.errors import CorrectionsError
from corrections.private.account import Account
from corrections.private.staff.memberships import Home
from corrections.services import memberships
from corrections.services.actors import Actor, check_right
from corrections.services.errors import Forbidden
from corrections.services.memberships import Membership
from corrections.services.public_names import public_name
from corrections.services.publication import Publication, Publications
from corrections.web import proxy

PUBLIC: Literal["public"] = "public"
_BY_TOKEN = ("api", "git_http")  # blueprints for programs

ACCESS: dict[str, Right | Literal["public"]] = {
    "static": PUBLIC,
    "openapi.spec": PUBLIC,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "metrics.metrics": PUBLIC,  # with a token of its own
    "articles.publications": PUBLIC,
    "articles.robots": PUBLIC,
    "articles.articles": PUBLIC,
    "articles.article": PUBLIC,
    "articles.widget": PUBLIC,
    "widget_check.check": PUBLIC,
    "widget_check.check_source": PUBLIC,
    "submission.begin": PUBLIC,
    "submission.suggest": PUBLIC,
    "submission.send": PUBLIC,
    "status.correction": PUBLIC,
    "status.act": PUBLIC,  # with the key of the correction's page, as the next two
    "status.ask_no_mail": PUBLIC,
    "status.no_mail": PUBLIC,
    "proofs.proof": PUBLIC,
    "proofs.download": PUBLIC,
    "proofs.of_staff": "read",
    "git_http.references": PUBLIC,
    "git_http.objects": PUBLIC,
    "git_http.all_references": "read",  # with a token
    "git_http.all_objects": "read",
    "git_http.checkpoints": PUBLIC,
    "public_log.log": PUBLIC,
    "public_log.feed": PUBLIC,
    "public_log.article_feed": PUBLIC,
    "public_log.latest": PUBLIC,
    "public_log.site_map": PUBLIC,
    "public_log.month_map": PUBLIC,
    "public_log.page_map": PUBLIC,
    "linked_data.annotations": PUBLIC,
    "transparency.policy": PUBLIC,
    "transparency.page": PUBLIC,
    "transparency.table": PUBLIC,
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
    "accounts.accept": PUBLIC,  # with the key of the invitation
    "accounts.own": "read",
    "accounts.change_own": "read",
    "accounts.all": "staff",
    "accounts.change": "staff",
    "conflicts.all": "read",
    "conflicts.resolve": "decide",
    "connections.all": "staff",
    "connections.add": "staff",
    "connections.one": "staff",
    "connections.change": "staff",
    "combined_queue.queue": "read",
    "combined_queue.rows": "read",
    "combined_queue.decide_many": "read",  # deciding is checked in each publication
    "queue.queue": "read",
    "queue.rows": "read",
    "queue.of_article": "read",
    "queue.notice_drafts": "read",
    "queue.decide_many": "decide",
    "queue.change_searches": "decide",
    "statistics.page": "read",
    "statistics.table": "read",
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
    "review.present": "decide",
    "api.get_article": PUBLIC,
    "api.get_text": PUBLIC,
    "api.get_notices": PUBLIC,
    "api.get_notices_of_page": PUBLIC,
    "api.get_history": PUBLIC,
    "api.get_diff": PUBLIC,
    "api.get_head": PUBLIC,
    "api.get_page": PUBLIC,
    "api.post_correction": PUBLIC,
    "api.post_hook": PUBLIC,  # with a signature
    "api.post_diff": "read",
    "api.put_article": "import",
    "api.list_corrections": "read",
    "api.get_correction": "read",
    "api.post_decision": "decide",
}


class NeedsSignIn(CorrectionsError):
    code = "unauthorized"


@dataclass
class Staff(UserMixin):  # type: ignore[misc]
    """Who is signed in: one account, and the publication where it has its password."""

    publication: str
    account: int
    name: str
    role: Role
    session: str = ""

    def get_id(self) -> str:
        return f"{self.publication}:{self.account}:{self.session}"

    @property
    def home(self) -> Home:
        return Home(self.publication, self.account)


def publication() -> Publication:
    """The publication that the address names."""
    opened: Publication = g.publication
    return opened


def actor() -> Actor:
    """Who asks; only where the table asks for somebody. Raises `NeedsSignIn`."""
    person = token_holder() if request.blueprint in _BY_TOKEN else _signed_in()
    if person is None:
        raise NeedsSignIn(
            "Sign in first." if request.blueprint not in _BY_TOKEN else "Send a staff token: Authorization: Bearer …"
        )
    return person


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
        raise Forbidden("You do not have access to this page.")
    if needed == PUBLIC:
        return None
    if request.blueprint not in _BY_TOKEN and _signed_in() is None:
        if request.method != "GET":
            raise NeedsSignIn("You are no longer signed in. Sign in in another tab, then send this again.")
        return redirect(url_for("auth.sign_in", publication=publication().name, next=proxy.here()))
    check_right(actor(), needed)
    if request.blueprint in _BY_TOKEN and needed != "read":
        holder = _token_account()
        if holder is not None and holder.read_only:
            raise Forbidden("This token is read-only. Ask an admin for a token that can make changes.")
    return None


def _signed_in() -> Actor | None:
    user = signed_in_user()
    if user is None:
        return None
    if user.publication == publication().name:
        return Actor(user.name, user.role, public_name(publication(), user.name))
    account = memberships.account_in(publications(), publication(), user.home)
    return None if account is None else _actor(account)


def signed_in_user() -> Staff | None:
    """Who is signed in, at whichever publication."""
    user = current_user._get_current_object()
    return user if isinstance(user, Staff) else None


def publications() -> Publications:
    opened: Publications = current_app.extensions["publications"]
    return opened


def own_memberships() -> list[Membership]:
    """Every publication that who is signed in works for; empty where nobody is."""
    user = signed_in_user()
    return [] if user is None else memberships.listed(publications(), user.home)


def token_holder() -> Actor | None:
    """Who acts with the token of this request; None where there is none. Raises `NeedsSignIn`, `TokenExpired`."""
    account = _token_account()
    return None if account is None else _actor(account)


def actor_of(membership: Membership) -> Actor:
    """Who is signed in, as the staff of that publication knows them."""
    account = membership.account
    return Actor(account.name, account.role, public_name(membership.publication, account.name))


def _actor(account: Account) -> Actor:
    return actor_of(Membership(publication(), account))


def _token_account() -> Account | None:
    """Who acts with the token of this request; None where there is none. Raises `NeedsSignIn`, `TokenExpired`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.authorization is not None and request.authorization.type == "basic":
        token = request.authorization.password or ""  # git asks for a name and a password
    elif scheme.lower() != "bearer":
        return None
    if not token.strip():
        return None
    account = publication().private.tokens.holder(token.strip())
    if account is None:
        raise NeedsSignIn("This token is not valid here.")
    return account
