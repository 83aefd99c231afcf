"""Posts that are new or changed in WordPress, into the publication."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from corrections.connectors.wordpress.dates import parse_site_time
from corrections.connectors.wordpress.incorporation import Outcome, incorporate
from corrections.connectors.wordpress.posts import PAGE, Listing, Post, Row, fetch_post, fetch_posts, list_posts
from corrections.connectors.wordpress.rest_api import NotThere, RestFailed
from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.state import SiteState, save_state

OVERLAP = timedelta(hours=2)  # looked at again: clocks are set, and once a year local time runs twice through an hour
SETTLED = timedelta(seconds=5)  # in which a post can change twice with one time of change
SWEEP_SECONDS = 24 * 3600.0  # between two comparisons of all posts
TURN_SECONDS = 20.0  # of a comparison, then others have their turn
_IMPORTERS = ThreadPoolExecutor(6, "wordpress")
GONE, LOCKED = "deleted", "password"  # statuses beside those of WordPress


def pull(session: Session, state: SiteState) -> bool:
    """Take over what is new; False where a comparison of all posts has to go on. Raises `RestFailed`."""
    if state.kind or state.offset or time.time() - state.swept > SWEEP_SECONDS:
        return _sweep(session, state)
    last = parse_site_time(state.at)
    if last is None:
        return _sweep(session, state)
    since = f"{(last - OVERLAP).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    at: datetime | None = None
    for kind in session.kinds:
        rows: dict[int, Row] = {}
        # what was scheduled is published without being modified
        queries = [{"modified_after": since}, {"after": since}]
        if failed := _failed(session, kind):
            queries.append({"include": ",".join(failed)})
        for query in queries:
            for listed_at, page in _pages(session, kind, **query):
                at = at or listed_at
                rows |= {row.id: row for row in page}
        _take_all(session, kind, list(rows.values()), at or last)
    if not session.turn.stop.is_set():
        state.at, state.polled = (at or last).isoformat(), time.time()
        save_state(session.turn, state)
    return True


def _failed(session: Session, kind: str) -> list[str]:
    """The numbers of posts that could not be taken over for a passing reason, as many as fit into a list."""
    failed = (path for path, row in session.known.items() if row.problem and session.has_failed(path))
    return [path.partition("/")[2] for path in failed if path.startswith(f"{kind}/")][:PAGE]


def _pages(session: Session, kind: str, **query: str) -> Iterator[tuple[datetime, list[Row]]]:
    offset, total = 0, 1
    while offset < total:
        listing = list_posts(session.api, kind, offset, **query)
        yield listing.at, listing.rows
        offset, total = offset + PAGE, listing.total


def _sweep(session: Session, state: SiteState) -> bool:
    """Compare all posts, the latest first, from where the last turn has come to."""
    end = time.monotonic() + TURN_SECONDS
    is_whole = not state.kind and not state.offset
    if is_whole:
        state.at, state.done, state.total = "", 0, 0
    listed: set[str] = set()
    while state.kind < len(session.kinds):
        kind = session.kinds[state.kind]
        listing = list_posts(session.api, kind, state.offset)
        state.at = state.at or listing.at.isoformat()  # what changes from now on is looked for by the next pull
        listed |= {f"{kind}/{row.id}" for row in listing.rows}
        _take_all(session, kind, listing.rows, listing.at)
        if session.turn.stop.is_set():
            return False
        _advance(state, listing)
        save_state(session.turn, state)
        if time.monotonic() > end and state.kind < len(session.kinds):
            return False
    if is_whole:
        _note_deleted(session, listed)
    state.kind = state.offset = 0
    state.swept = state.polled = time.time()
    save_state(session.turn, state)
    return True


def _advance(state: SiteState, listing: Listing) -> None:
    before = state.done - state.offset  # posts of the kinds before
    state.done += len(listing.rows)
    state.total = before + listing.total
    state.offset += PAGE
    if state.offset >= listing.total:
        state.kind, state.offset = state.kind + 1, 0


def _take_all(session: Session, kind: str, rows: list[Row], at: datetime) -> None:
    """Take over the posts in a list that were changed since they were seen."""
    changed: dict[str, Row] = {}
    for row in rows:
        path = f"{kind}/{row.id}"
        seen = session.seen(path)
        if row.status not in session.statuses:
            if path in session.known and seen.status != row.status:
                hidden = seen.model_copy(update={"status": row.status, "modified": ""})
                session.put(path, hidden, problem=session.waiting_problem(path))
        elif (
            (seen.modified, seen.link) != (row.modified_gmt, row.link)
            or seen.status not in (row.status, LOCKED)
            or seen.lacks_parts
        ):
            changed[path] = row
    fresh: list[Post] = []
    for path, post in fetch_posts(session.api, kind, [row.id for row in changed.values()]):
        if session.turn.stop.is_set():
            return
        if isinstance(post, Post) and session.is_public(post) and not session.article(path):
            fresh.append(post)
        elif isinstance(post, Post):
            take(session, post, at)
        elif not isinstance(post, NotThere):
            row = changed[path]
            modified = row.modified_gmt if _is_settled(row.modified_gmt, at) else ""
            changes = {"modified": modified, "status": row.status, "link": row.link}
            session.put(
                path, session.seen(path).model_copy(update=changes), problem=f"{path} is too large to be fetched."
            )
    _take_fresh(session, fresh, at)


def _take_fresh(session: Session, posts: list[Post], at: datetime) -> None:
    """Take over posts that have no article yet, several at once: writing them together costs little more than one."""
    session.author_names({post.author for post in posts})

    def take_one(post: Post) -> None:
        if not session.turn.stop.is_set():
            take(session, post, at)

    futures = [_IMPORTERS.submit(take_one, post) for post in posts]
    try:
        for future in futures:
            future.result()
    finally:
        for future in futures:
            future.cancel()
        wait(futures)  # no thread is to write once the turn is over


def take(session: Session, post: Post, at: datetime) -> None:
    """Take over a post that may have changed; `at` is the time by the site's clock. Raises `RestFailed`."""
    path, is_settled = post.path, _is_settled(post.modified_gmt, at)
    if not session.is_public(post):
        status = LOCKED if post.password else post.status
        changes = {"status": status, "modified": post.modified_gmt if is_settled else "", "link": post.link}
        session.put(path, session.seen(path).model_copy(update=changes), problem=session.waiting_problem(path))
        return
    try:
        outcome = incorporate(session, post)
    except RestFailed as error:
        if not session.api.fails_alone(error):
            raise
        session.put(path, session.seen(path).model_copy(update={"modified": ""}), problem=f"{path}: {error}")
        return
    if not is_settled:
        session.put(path, session.seen(path).model_copy(update={"modified": ""}), problem=session.problem(path))
    elif outcome is Outcome.REFUSED:
        looked_at = session.seen(path).model_copy(update={"modified": post.modified_gmt})
        session.put(path, looked_at, problem=session.problem(path))


def _is_settled(modified_gmt: str, at: datetime) -> bool:
    """Would a change after this one have another time? WordPress tells whole seconds."""
    modified = parse_site_time(modified_gmt)
    return modified is None or abs(at - modified) >= SETTLED


def _note_deleted(session: Session, listed: set[str]) -> None:
    """Note the posts that are there no more; their articles stay."""
    for path in sorted(session.known.keys() - listed):
        seen = session.seen(path)
        if seen.status == GONE or path.partition("/")[0] not in session.kinds:
            continue
        try:
            fetch_post(session.api, path)
        except NotThere:
            gone = seen.model_copy(update={"status": GONE, "modified": ""})
            session.put(path, gone, problem=session.waiting_problem(path))
