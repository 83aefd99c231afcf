"""Pages that are new or changed, into the publication."""

import time
from datetime import UTC, date, datetime
from itertools import chain, count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ValidationError

from corrections.article_files.documents import as_text, read_page
from corrections.article_files.manuscript import Manuscript
from corrections.article_files.names import parse_file_name, slug
from corrections.connectors.connector import Run
from corrections.connectors.site.fetcher import DEFAULT_REST, HTML, Fetcher, Page, PageFailed, PageMissing, SiteResting
from corrections.connectors.site.page_lists import ListedPage
from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle, Connection
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_at
from corrections.services.articles.pending_changes import pending_changes
from corrections.services.publication import Publication
from repo_store import RepoStoreError

TURN_SECONDS = 120.0  # of fetching; then the listing is read again
RECHECK_SECONDS = 3600.0  # between two looks at a page whose listing does not say when it changed, or that failed
RECHECKED = 200  # of the pages without a date, those that the listing has first
FAILURES = 5  # of pages in a row, after which the site is left alone


class Seen(BaseModel):
    """A page as it was last fetched: the `changed` of its listing, what asks whether it has changed since, and when
    (seconds since the epoch)."""

    changed: str = ""
    validators: dict[str, str] = {}
    at: float = 0


class SiteState(BaseModel):
    """How many pages of the last listing have still to be fetched, of how many. Times are seconds since the epoch.

    `read_at` is when the listing was last read, `problems` say which of its parts could not be; `awaited_at` is when
    changes made by hand were last looked for. Nothing is asked before `not_before`, because of `error`.
    """

    left: int = 0
    total: int = 0
    read_at: float = 0
    problems: tuple[str, ...] = ()
    awaited_at: float = 0
    not_before: float = 0
    error: str = ""


def load_state(publication: Publication, name: str) -> SiteState:
    try:
        return SiteState.model_validate_json(publication.private.connections.pulled(name) or "{}")
    except ValidationError:
        return SiteState()


def save_state(turn: Run, state: SiteState) -> None:
    turn.publication.private.connections.set_pulled(turn.connection.name, state.model_dump_json(exclude_defaults=True))


def progress(publication: Publication, connection: Connection) -> str:
    """How many pages of the listing have been fetched, while there are more."""
    state = load_state(publication, connection.name)
    return f"{state.total - state.left:,} of {state.total:,} pages fetched" if state.left else ""


def pull(turn: Run, fetcher: Fetcher, listed: list[ListedPage], state: SiteState) -> bool:
    """Fetch what is due, the latest first; False where there is more to fetch. Raises `SiteResting`."""
    known = {row.path: row for row in turn.publication.private.connections.articles(turn.connection.name)}
    awaited = _awaited(turn, list(known.values()), state)
    is_asked = bool(turn.connection.requests)
    due = [
        page
        for at, page in enumerate(listed)
        if page.url in awaited or _is_due(page, known.get(page.url), at < RECHECKED, is_asked)
    ]
    state.total, state.left = len(listed), len(due)
    end, failures = time.monotonic() + TURN_SECONDS, 0
    for page in due:
        if turn.stop.is_set() or time.monotonic() > end:
            save_state(turn, state)
            return False
        row = _take(turn, fetcher, page, known)
        known[page.url] = row
        turn.publication.private.connections.put_article(row)
        state.left -= 1
        failures = failures + 1 if row.problem and not seen_of(row).changed else 0
        if failures == FAILURES:
            raise SiteResting(f"{failures} pages in a row could not be fetched. {row.problem}", DEFAULT_REST)
    save_state(turn, state)
    return True


def _awaited(turn: Run, rows: list[ConnectedArticle], state: SiteState) -> set[str]:
    """Pages on which a change is to be made by hand: looked at when somebody asks for it, and every hour, whatever the
    listing says."""
    if not turn.connection.requests and time.time() - state.awaited_at < RECHECK_SECONDS:
        return set()
    state.awaited_at = time.time()
    return {change.page for change in pending_changes(turn.publication, rows)}


def _is_due(page: ListedPage, row: ConnectedArticle | None, is_among_first: bool, is_asked: bool) -> bool:
    """Whether a page is to be fetched; one that failed every hour, or where somebody asks for it."""
    seen = seen_of(row)
    if row is None or not seen.at:
        return True
    is_old = time.time() - seen.at > RECHECK_SECONDS
    if row.problem:
        return is_old or is_asked
    return page.changed != seen.changed or (not page.changed and is_among_first and is_old)


def seen_of(row: ConnectedArticle | None) -> Seen:
    try:
        return Seen() if row is None else Seen.model_validate_json(row.blob)
    except ValidationError:
        return Seen()


def _take(turn: Run, fetcher: Fetcher, listed: ListedPage, known: dict[str, ConnectedArticle]) -> ConnectedArticle:
    """Fetch a page and import what is new in it; what was seen, or why it could not be. Raises `SiteResting`."""
    row = known.get(listed.url)
    article, problem, seen = row.article if row else "", "", Seen(changed=listed.changed, at=time.time())
    validators = seen_of(row).validators if row and not row.problem else {}
    try:
        page = fetcher.fetch(listed.url, validators)
        seen.validators = page.validators if page is not None else validators
        if page is not None and page.kind in HTML:
            others = {other.article for path, other in known.items() if path != listed.url}
            article = _publish(turn, page, listed, article, others)
    except PageFailed as error:
        problem, seen.changed = f"{error} Nothing is lost; the page is fetched again within the hour.", ""
    except PageMissing as error:
        problem = str(error)
    except (CorrectionsError, RepoStoreError) as error:
        problem = f"{listed.url}: {error.message}"
    return ConnectedArticle(turn.connection.name, article, listed.url, seen.model_dump_json(), problem)


def _publish(turn: Run, page: Page, listed: ListedPage, article: str, others: set[str]) -> str:
    """Publish a page's article, and return its id: `article`, or for a page that is new one of its own.

    Empty for a page that is only another address of an article among `others`, those of other pages, and for a new one
    that calls itself something else than an article. Raises as `updates.publish` does, and `Invalid` where the page has
    no text.
    """
    publication = turn.publication
    manuscript = read_page(page.body, page.url, xml=page.kind != HTML[0])
    url = manuscript.url or page.url
    if not article:
        if manuscript.is_other:
            return ""
        same = article_at(publication, url) or article_at(publication, listed.url)
        if same is not None and same.id in others:
            return ""
        article = same.id if same else _new_id(publication, manuscript, page.url, listed.changed)
    actor = Actor(f"the connection {turn.connection.name}", Role.ADMIN)
    updates.publish(publication, actor, as_text(manuscript, article, None, url))
    return article


def _new_id(publication: Publication, manuscript: Manuscript, url: str, changed: str) -> str:
    name = parse_file_name(Path(unquote(urlsplit(url).path)))
    day = manuscript.day or name.day or _day(changed) or datetime.now(UTC).date()
    wanted = f"{day:%Y/%m/%d}/{slug(manuscript.slug) if manuscript.slug else name.slug}"
    ids = chain((wanted,), (f"{wanted}-{number}" for number in count(2)))
    return next(candidate for candidate in ids if queries.article(publication.index, candidate) is None)


def _day(changed: str) -> date | None:
    try:
        return date.fromisoformat(changed[:10])
    except ValueError:
        return None
