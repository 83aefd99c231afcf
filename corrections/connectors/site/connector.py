"""The connector's options and its turns: fetch what is new, then tell what has to be changed on the site by hand."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from corrections.config import EMAIL_LIMIT
from corrections.connectors.connector import (
    ConnectionFailed,
    ConnectionTest,
    Connector,
    Run,
    check_host_reach,
    raise_problems,
)
from corrections.connectors.site.fetcher import Fetcher, SiteResting
from corrections.connectors.site.page_lists import Listing, read_feed, read_sitemap
from corrections.connectors.site.pull import SiteState, load_state, progress, pull, save_state
from corrections.services.errors import Invalid
from corrections.services.validation import Fields
from corrections.urls import host_of, serialize_url


def check(options: Mapping[str, str]) -> dict[str, str]:
    """Raises `Invalid`."""
    given = {name: options.get(name, "").strip() for name in ("sitemap", "feed")}
    if bool(given["sitemap"]) == bool(given["feed"]):
        raise Invalid({"sitemap": "Give either --sitemap or --feed, a web address."})
    (name,) = (name for name, value in given.items() if value)
    url = serialize_url(given[name])
    if url is None:
        raise Invalid({name: f"--{name} must be a web address such as https://www.example.org/{name}.xml."})
    fields = Fields()
    mail = fields.email("mail", "--mail", options.get("mail", ""), EMAIL_LIMIT)
    fields.check()
    return {**given, name: url, "mail": mail}


def check_reach(options: Mapping[str, str]) -> None:
    """Raises `Invalid` for a site on this server's private network."""
    name = "sitemap" if options["sitemap"] else "feed"
    check_host_reach(name, host_of(options[name]))


def test(options: Mapping[str, str], _secret: str) -> ConnectionTest:
    """Whether the listing names pages. Raises `Invalid`."""
    name = "sitemap" if options["sitemap"] else "feed"
    try:
        pages = _read(options, Fetcher()).pages
    except ConnectionFailed as error:
        raise Invalid({name: str(error)}) from error
    if not pages:
        raise Invalid({name: f"{options[name]} lists no page of its own site."})
    remark = f"{len(pages):,} pages are listed; they are fetched one at a time, the latest first."
    return ConnectionTest(options, (remark,), (pages[0].url,))


def run(turn: Run) -> None:
    """Raises `ConnectionFailed`."""
    state = load_state(turn.publication, turn.connection.name)
    if time.time() < state.not_before and not turn.connection.requests:
        raise ConnectionFailed(state.error)
    is_complete = True
    try:
        if turn.connection.requests or time.time() - state.read_at >= turn.connection.seconds:
            is_complete = _pull(turn, state)
    except SiteResting as error:
        state.not_before = time.time() + error.seconds
        again = datetime.fromtimestamp(state.not_before, UTC).strftime("%H:%M:%S UTC")
        state.error = f"{error} Nothing is lost; the next attempt is at {again}."
        save_state(turn, state)
        raise ConnectionFailed(state.error) from error
    if state.not_before:
        state.not_before, state.error = 0, ""
        save_state(turn, state)
    turn.publication.refresh()
    connections = turn.publication.private.connections
    connections.add_deliveries(turn.connection.name, (), turn.publication.store.ledger() or "")
    if not is_complete and not turn.stop.is_set():
        connections.request_run_if_active(turn.connection.name)
    rows = connections.articles(turn.connection.name)
    raise_problems([*state.problems, *(row.problem for row in rows if row.problem)])


def _pull(turn: Run, state: SiteState) -> bool:
    """Read the listing and fetch what is due; False where there is more to fetch. Raises `ConnectionFailed`."""
    fetcher = Fetcher(turn.publication.url)
    listing = _read(turn.connection.options, fetcher)
    state.read_at, state.problems = time.time(), listing.problems
    return pull(turn, fetcher, listing.pages, state)


def _read(options: Mapping[str, str], fetcher: Fetcher) -> Listing:
    if options["sitemap"]:
        return read_sitemap(fetcher, options["sitemap"])
    return read_feed(fetcher, options["feed"])


CONNECTOR = Connector(
    "site",
    frozenset({"sitemap", "feed", "mail"}),
    check,
    lambda _password: "",
    run,
    pulls=True,
    is_changed_by_hand=True,
    check_reach=check_reach,
    progress=progress,
    test=test,
)
