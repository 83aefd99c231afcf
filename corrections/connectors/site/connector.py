"""The connector's options and its turns: fetch what is new, then tell what has to be changed on the site by hand."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from corrections.connectors.connector import ConnectionFailed, ConnectionTest, Connector, Run
from corrections.connectors.site.fetcher import Fetcher, SiteResting
from corrections.connectors.site.page_lists import ListedPage, read_feed, read_sitemap
from corrections.connectors.site.pull import load_state, progress, pull, save_state
from corrections.http_client import is_host_reachable
from corrections.services.errors import Invalid
from corrections.urls import host_of, serialize_url

ERRORS_TOLD = 5


def check(options: Mapping[str, str]) -> dict[str, str]:
    """Raises `Invalid`."""
    given = {name: options.get(name, "").strip() for name in ("sitemap", "feed")}
    if bool(given["sitemap"]) == bool(given["feed"]):
        raise Invalid({"sitemap": "Give either --sitemap or --feed, a web address."})
    (name,) = (name for name, value in given.items() if value)
    url = serialize_url(given[name])
    if url is None:
        raise Invalid({name: f"--{name} must be a web address such as https://www.example.org/{name}.xml."})
    return {**given, name: url}


def check_reach(options: Mapping[str, str]) -> None:
    """Raises `Invalid` for a site on this server's private network."""
    name = "sitemap" if options["sitemap"] else "feed"
    if not is_host_reachable(host_of(options[name]).strip("[]")):
        problem = "cannot be found, or is on a private network. The operator can list the network."
        raise Invalid({name: f"The host of --{name} {problem}"})


def test(options: Mapping[str, str], _secret: str) -> ConnectionTest:
    """Whether the listing names pages. Raises `Invalid`."""
    name = "sitemap" if options["sitemap"] else "feed"
    try:
        listed = _listed(options, Fetcher())
    except ConnectionFailed as error:
        raise Invalid({name: str(error)}) from error
    if not listed:
        raise Invalid({name: f"{options[name]} names no page of its own site."})
    remark = f"{len(listed):,} pages are listed; they are fetched one at a time, the latest first."
    return ConnectionTest(options, (remark,), (listed[0].url,))


def run(turn: Run) -> None:
    """Raises `ConnectionFailed`."""
    state = load_state(turn.publication, turn.connection.name)
    if time.time() < state.not_before and not turn.connection.requests:
        raise ConnectionFailed(state.error)
    fetcher = Fetcher(turn.publication.url)
    try:
        is_complete = pull(turn, fetcher, _listed(turn.connection.options, fetcher), state)
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
        connections.request_run(turn.connection.name)
    _tell_problems(turn)


def _listed(options: Mapping[str, str], fetcher: Fetcher) -> list[ListedPage]:
    if options["sitemap"]:
        return read_sitemap(fetcher, options["sitemap"])
    return read_feed(fetcher, options["feed"])


def _tell_problems(turn: Run) -> None:
    rows = turn.publication.private.connections.articles(turn.connection.name)
    problems = [row.problem for row in rows if row.problem]
    if problems:
        more = f" And {len(problems) - ERRORS_TOLD} more." if len(problems) > ERRORS_TOLD else ""
        raise ConnectionFailed(" ".join(problems[:ERRORS_TOLD]) + more)


CONNECTOR = Connector(
    "site",
    frozenset({"sitemap", "feed"}),
    check,
    lambda _password: "",
    run,
    pulls=True,
    check_reach=check_reach,
    progress=progress,
    test=test,
)
