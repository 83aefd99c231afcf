"""The connector's options and its turns: pull when it is time, push what the ledger has new."""

import re
import time
from collections.abc import Mapping

from corrections.connectors.connector import Connector, Run, check_host_reach, raise_problems
from corrections.connectors.wordpress.notices import check_destination
from corrections.connectors.wordpress.posts import STATUSES
from corrections.connectors.wordpress.pull import pull
from corrections.connectors.wordpress.push import articles_since, push
from corrections.connectors.wordpress.rest_api import RestFailed
from corrections.connectors.wordpress.session import Session, open_session
from corrections.connectors.wordpress.site_test import test_site
from corrections.connectors.wordpress.state import SiteState, conflicts, load_state, progress, resolve, save_state
from corrections.services.errors import Invalid
from corrections.urls import holds_user, host_of, serialize_url

_TYPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)


def check(options: Mapping[str, str]) -> dict[str, str]:
    """Raises `Invalid`."""
    url, user = options.get("url", "").strip(), options.get("user", "").strip()
    address = serialize_url(url)
    if holds_user(url):
        raise Invalid({"url": "Remove the user and password from --url; give the user with --user."})
    if address is None:
        raise Invalid({"url": "Give --url, the address of the WordPress site, such as https://www.example.org."})
    if not user or ":" in user:
        raise Invalid({"user": "Give --user, the name of a WordPress user with the Editor role."})
    types = _names(options.get("types", "")) or ["posts", "pages"]
    if bad := [name for name in types if not _TYPE.fullmatch(name)]:
        raise Invalid({"types": f"{bad[0]} is not a valid post type. Use names such as posts or pages."})
    statuses = _names(options.get("statuses", "")) or ["publish"]
    if bad := [name for name in statuses if name not in STATUSES]:
        raise Invalid({"statuses": f"There is no status {bad[0]}. Choose from: {', '.join(STATUSES)}."})
    return {
        "url": re.sub(r"/wp-admin/?$", "/", address.partition("?")[0].partition("#")[0]),
        "user": user,
        "types": ",".join(types),
        "statuses": ",".join(statuses),
        "language": options.get("language", "").strip(),
        **check_destination(options),
    }


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def create_secret(password: str) -> str:
    """The application password; WordPress shows it with spaces, which mean nothing."""
    if not password.strip():
        raise Invalid({"password": "Enter an application password. Create one in WordPress under Users, Profile."})
    return "".join(password.split())


def check_reach(options: Mapping[str, str]) -> None:
    """Raises `Invalid` for a site on this server's private network."""
    check_host_reach("url", host_of(options["url"]))


def run(turn: Run) -> None:
    """Raises `ConnectionFailed`."""
    state = load_state(turn.publication, turn.connection.name)
    state.check(turn)
    try:
        session = open_session(turn)
        _run(session, state)
    except RestFailed as error:
        failure = state.note_failure(str(error), error.pause)
        save_state(turn, state)
        raise failure from error
    if state.note_success():
        save_state(turn, state)
    raise_problems([row.problem for row in session.known.values() if row.problem])


def _run(session: Session, state: SiteState) -> None:
    turn, connections = session.turn, session.publication.private.connections
    is_complete = True
    if turn.connection.requests or time.time() - state.polled >= turn.connection.seconds or not state.at:
        is_complete = pull(session, state)
    head = session.publication.store.ledger() or ""
    session.publication.refresh()  # the index has to know what the cursor passes over
    changed = articles_since(session.publication, connections.cursor(turn.connection.name), session.actor.name)
    touched = {path for path, row in session.known.items() if row.article in changed}
    for path in sorted(touched | session.unfinished()):
        if turn.stop.is_set():
            return
        if session.seen(path).writing or session.is_pending(path):
            push(session, path)
    connections.add_deliveries(turn.connection.name, (), head)
    if not is_complete and not turn.stop.is_set():
        connections.request_run_if_active(turn.connection.name)


CONNECTOR = Connector(
    "wordpress",
    frozenset({"url", "user", "types", "statuses", "language", "notices", "notice-markup"}),
    check,
    create_secret,
    run,
    takes_password=True,
    pulls=True,
    check_reach=check_reach,
    progress=progress,
    conflicts=conflicts,
    resolve=resolve,
    test=test_site,
)
