"""What corrections changed, into WordPress: by compare-and-swap, never over an edit that was not taken over first.

WordPress has no conditional writing. A post is read right before it is written; what somebody saved between the two is
found among its revisions afterwards, and comes back.
"""

from corrections.connectors.wordpress.incorporation import incorporate
from corrections.connectors.wordpress.posts import fetch_post, write_post
from corrections.connectors.wordpress.pull import GONE, LOCKED
from corrections.connectors.wordpress.rest_api import NotThere, RestFailed
from corrections.connectors.wordpress.session import Session
from corrections.index import queries
from corrections.services.publication import Publication
from repo_store.model.events import ArticleImported, ArticleRevised

ATTEMPTS = 8  # at writing a post that others save all the time
_REFUSED = (400, 401, 403, 413)
_WHY = {
    "trash": "is in the trash of WordPress",
    GONE: "was deleted in WordPress",
    LOCKED: "has a password in WordPress",
}


def articles_since(publication: Publication, cursor: str | None, name: str) -> set[str]:
    """The articles that the ledger names after an event, except where the connector, by its `name`, sent them."""
    cursor = queries.moved_to(publication.index, cursor or "") or cursor
    entries = publication.store.entries(after=cursor or None)
    events = (entry.event for entry in entries)
    return {
        article
        for event in events
        if (article := getattr(event, "article", None))
        and not (isinstance(event, ArticleImported | ArticleRevised) and event.by == name)
    }


def push(session: Session, path: str) -> None:
    """Write what is published of an article to its post, and note why where that cannot be. Raises `RestFailed`."""
    for _ in range(ATTEMPTS):
        try:
            post = fetch_post(session.api, path)
        except NotThere:
            _hold(session, path, GONE)
            return
        if not session.is_public(post):
            _hold(session, path, LOCKED if post.password else post.status)
            return
        seen = session.seen(path)
        if (post.words.digests() != seen.digests or seen.writing) and not incorporate(session, post):
            return
        changes = post.words.changes_to(session.published(session.article(path), post.words))
        if not changes:
            session.put(
                path, session.seen(path).model_copy(update={"pending": False, "writing": False, "modified": ""})
            )
            return
        if not post.is_writable:
            user = session.api.user
            session.put_problem(
                path,
                f"{path}: WordPress would filter what {user} writes, so nothing was written. Make the user an editor.",
            )
            return
        if not _write(session, path, changes):
            return
    raise RestFailed(f"{path} is saved by others all the time.")


def _write(session: Session, path: str, changes: dict[str, str]) -> bool:
    """Write a post, and take over what was saved in the meantime."""
    session.put(path, session.seen(path).model_copy(update={"writing": True}))
    try:
        written = write_post(session.api, path, changes)
    except RestFailed as error:
        if error.status not in _REFUSED:
            raise
        session.put(path, session.seen(path).model_copy(update={"writing": False}), problem=f"{path}: {error}")
        return False
    return incorporate(session, written)


def _hold(session: Session, path: str, status: str) -> None:
    session.put(path, session.seen(path).model_copy(update={"status": status, "modified": ""}))
    if session.is_pending(path):
        why = _WHY.get(status, f"is not published in WordPress (status {status})")
        session.put_problem(
            path,
            f"{path} {why}, so the corrections of {session.article(path)} were not written there. They are once it is "
            "published again.",
        )
