"""Pages that are new or changed, into the publication."""

import time
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ValidationError

from corrections.article_files.documents import as_text, read_page
from corrections.article_files.manuscript import Manuscript
from corrections.article_files.names import slug
from corrections.connectors.connector import Run
from corrections.connectors.site.changes import pending_changes
from corrections.connectors.site.fetcher import Fetcher, Page, PageMissing
from corrections.connectors.site.page_lists import ListedPage
from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle, Connection
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_at
from corrections.services.publication import Publication
from repo_store import RepoStoreError

TURN_SECONDS = 20.0  # of fetching, then others have their turn
RECHECK_SECONDS = 3600.0  # between two looks at a page whose listing does not say when it changed
RECHECKED = 200  # of these pages, those that the listing has first


class Seen(BaseModel):
    """A page as it was last fetched: the `changed` of its listing, what asks whether it has changed since, and when
    (seconds since the epoch)."""

    changed: str = ""
    validators: dict[str, str] = {}
    at: float = 0


class SiteState(BaseModel):
    """How many pages of the last listing have still to be fetched, of how many; nothing is asked before `not_before`
    (seconds since the epoch), because of `error`. `awaited_at` is when changes made by hand were last looked for."""

    left: int = 0
    total: int = 0
    not_before: float = 0
    error: str = ""
    awaited_at: float = 0


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
    """Fetch what is due, the latest first; False where there is more to fetch. Raises `ConnectionFailed`."""
    known = {row.path: row for row in turn.publication.private.connections.articles(turn.connection.name)}
    awaited = _awaited(turn, list(known.values()), state)
    due = [page for at, page in enumerate(listed) if page.url in awaited or _is_due(page, known.get(page.url), at)]
    state.total, state.left = len(listed), len(due)
    end = time.monotonic() + TURN_SECONDS
    for page in due:
        if turn.stop.is_set() or time.monotonic() > end:
            save_state(turn, state)
            return False
        take(turn, fetcher, page, known.get(page.url))
        state.left -= 1
    save_state(turn, state)
    return True


def _awaited(turn: Run, rows: list[ConnectedArticle], state: SiteState) -> set[str]:
    """Pages on which a change is to be made by hand: looked at when somebody asks for it, and every hour, whatever the
    listing says."""
    if not turn.connection.requests and time.time() - state.awaited_at < RECHECK_SECONDS:
        return set()
    state.awaited_at = time.time()
    return {change.page for change in pending_changes(turn.publication, rows)}


def _is_due(page: ListedPage, row: ConnectedArticle | None, at: int) -> bool:
    seen = seen_of(row)
    if row is None or not seen.at or page.changed != seen.changed:
        return True
    return not page.changed and at < RECHECKED and time.time() - seen.at > RECHECK_SECONDS


def seen_of(row: ConnectedArticle | None) -> Seen:
    try:
        return Seen() if row is None else Seen.model_validate_json(row.blob)
    except ValidationError:
        return Seen()


def take(turn: Run, fetcher: Fetcher, listed: ListedPage, row: ConnectedArticle | None) -> None:
    """Fetch a page, import what is new in it, and note what was seen. Raises `ConnectionFailed`."""
    seen, article, problem = seen_of(row), row.article if row else "", ""
    validators = seen.validators
    try:
        page = fetcher.fetch(listed.url, validators)
        if page is not None:
            validators = page.validators
            article = publish(turn.publication, page, listed, article, actor_of(turn.connection.name))
    except PageMissing as error:
        problem = str(error)
    except (CorrectionsError, RepoStoreError) as error:
        problem = f"{listed.url}: {error.message}"
    note = Seen(changed=listed.changed, validators=validators, at=time.time()).model_dump_json()
    turn.publication.private.connections.put_article(
        ConnectedArticle(turn.connection.name, article, listed.url, note, problem)
    )


def actor_of(name: str) -> Actor:
    return Actor(f"the connection {name}", Role.ADMIN)


def publish(publication: Publication, page: Page, listed: ListedPage, article: str, actor: Actor) -> str:
    """Publish a page's article; its id, which is `article` where that is not empty. Raises as `updates.publish` does,
    and `Invalid` where the page has no article."""
    manuscript = read_page(page.body, page.url)
    url = manuscript.url or page.url
    same = article_at(publication, url) or article_at(publication, listed.url)
    article = article or (same.id if same else _new_id(publication, manuscript, page.url, listed.changed))
    updates.publish(publication, actor, as_text(manuscript, article, None, url))
    return article


def _new_id(publication: Publication, manuscript: Manuscript, url: str, changed: str) -> str:
    day = manuscript.day or _day(changed) or datetime.now(UTC).date()
    path = PurePosixPath(unquote(urlsplit(url).path))
    wanted = f"{day:%Y/%m/%d}/{slug(manuscript.slug or path.stem or 'article')}"
    ids = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(candidate for candidate in ids if queries.article(publication.index, candidate) is None)


def _day(changed: str) -> date | None:
    try:
        return date.fromisoformat(changed[:10])
    except ValueError:
        return None
