"""What corrections changed, into WordPress: by compare-and-swap, never over an edit that was not taken over first.

WordPress has no conditional writing. A post is read right before it is written; what somebody saved between the two is
found among its revisions afterwards, and comes back.
"""

from corrections.connectors.wordpress.incorporation import Outcome, incorporate
from corrections.connectors.wordpress.notice_blocks import block_words, split
from corrections.connectors.wordpress.notice_changes import content_with_notices, observe
from corrections.connectors.wordpress.notice_field import write_field
from corrections.connectors.wordpress.notices import Place, digest_of
from corrections.connectors.wordpress.posts import Post, fetch_post, list_revisions, write_post
from corrections.connectors.wordpress.pull import GONE, LOCKED
from corrections.connectors.wordpress.rest_api import NotThere, RestFailed
from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.state import Seen
from corrections.connectors.wordpress.words import Words, digest
from corrections.index import queries
from corrections.services.publication import Publication
from repo_store.model.events import ArticleImported, ArticleRevised

ATTEMPTS = 16  # at reading and writing a post that others keep saving
_REFUSED = (400, 403, 413)
_WHY = {
    "trash": "is in the trash of WordPress",
    GONE: "was deleted in WordPress",
    LOCKED: "has a password in WordPress",
}

_FILTERED = (
    "{path}: WordPress would filter what {user} writes, so nothing was written. Use an account with the Editor role."
)
_CHANGED_BACK = (
    "{path}: WordPress changed the text back when it was saved. A plugin may do this. The text is written again once "
    "the post or the article changes."
)


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
    """Write what is published of an article to its post, and note why where that cannot be.

    Raises `RestFailed` where the site answers nothing else either.
    """
    try:
        _push(session, path)
    except RestFailed as error:
        if not session.api.fails_alone(error):
            raise
        _keep_pending(session, path, f"{path}: {error}")


def _push(session: Session, path: str) -> None:
    is_behind = True
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
        is_new = post.words.digests() != seen.digests or seen.writing
        if is_new and incorporate(session, post) is not Outcome.TAKEN_OVER:
            return
        article = session.article(path)
        wanted = session.published(article, post.words)
        wanted = wanted._replace(content=content_with_notices(session, article, post, wanted.content))
        if wanted == post.stored:
            _finish(session, post)
            return
        if is_new and is_behind:  # that can have taken long; what was saved meanwhile is soon taken over
            is_behind = False
            continue
        if not post.is_writable:
            _keep_pending(session, path, _FILTERED.format(path=path, user=session.api.user))
            return
        if session.seen(path).undone == _attempt(post.stored, wanted):
            session.put_problem(path, _CHANGED_BACK.format(path=path))
            return
        if not _write(session, post, wanted):
            return
        is_behind = True
    _keep_pending(session, path, f"{path} keeps being saved by other users, so its corrections wait.")


def _attempt(before: Words, wanted: Words) -> str:
    """What tells one writing from another."""
    return digest("\0".join((*before, *wanted)))


def _finish(session: Session, post: Post) -> None:
    """Note that a post has what is published, or why it has not the notices; write them to its field."""
    path, article = post.path, session.article(post.path)
    done = {"pending": False, "writing": False, "modified": ""}
    if session.destination.place is Place.FIELD:
        session.put(path, session.seen(path).model_copy(update=done))
        write_field(session, path)
        return
    notices = observe(session, article, post, recent=True)
    session.put(path, session.seen(path).model_copy(update={**done, "notices": notices.digest}), None, notices.problem)


def _write(session: Session, post: Post, wanted: Words) -> bool:
    """Write a post as it was read, and take over what was saved in the meantime; `wanted` is as it is stored."""
    path, before = post.path, session.seen(post.path)
    changes = post.stored.changes_to(wanted)
    notices = block_words(wanted.content)
    known = before.with_written(digest_of(notices)) if notices != block_words(post.content.stored) else before
    session.put(path, known.model_copy(update={"writing": True, "own": _without_blocks(wanted).digests()}))
    try:
        written = write_post(session.api, path, changes)
    except RestFailed as error:
        if error.status not in _REFUSED:
            raise
        session.put(path, before.model_copy(update={"writing": False}))
        _keep_pending(session, path, f"{path}: {error}")
        return False
    if _is_undone(post, written, wanted):
        _note_undone(session, known, post, written, wanted)
        return False
    return incorporate(session, written) is Outcome.TAKEN_OVER


def _note_undone(session: Session, before: Seen, post: Post, written: Post, wanted: Words) -> None:
    """Note that a post was changed back, and what was written; once more it would be changed back once more.

    No editor has saved the revisions that come of it. What one has saved in the same moment is taken over next.
    """
    path, passed = post.path, (post.words, written.words, _without_blocks(wanted))
    revisions = list_revisions(session.api, path, before.revision)
    looked_at = {saved.id for saved in revisions if saved.words in passed or not before.is_new(saved.id)}
    undone = {
        "writing": False, "pending": False, "modified": "", "undone": _attempt(post.stored, wanted),
        "revision": max(before.revision, written.revision, *looked_at), "pushed": written.modified_gmt,
    }  # fmt: skip
    seen = before.model_copy(update=undone).with_looked_at(before.revision, looked_at)
    session.put(path, seen, problem=_CHANGED_BACK.format(path=path))


def _without_blocks(stored: Words) -> Words:
    """The words of a post as it is stored, without the blocks of notices."""
    return stored._replace(content=split(stored.content)[0])


def _is_undone(post: Post, written: Post, wanted: Words) -> bool:
    """Whether what was written, words or notices, is there as it was before.

    Where a field has other words than before and than were written, somebody has saved the post in the same moment.
    """
    own = _without_blocks(wanted)
    if any(there not in texts for there, *texts in zip(written.words, post.words, own, strict=True)):
        return False
    if any(getattr(written.words, name) == getattr(post.words, name) for name in post.words.changes_to(own)):
        return True
    before, after = block_words(post.content.stored), block_words(written.content.stored)
    return after == before != block_words(wanted.content)


def _keep_pending(session: Session, path: str, problem: str) -> None:
    """Note why a post was not written; the next turn tries again."""
    session.put(path, session.seen(path).model_copy(update={"pending": True}), problem=problem)


def _hold(session: Session, path: str, status: str) -> None:
    session.put(path, session.seen(path).model_copy(update={"status": status, "modified": ""}))
    if session.is_pending(path):
        why = _WHY.get(status, f"is not published in WordPress (status {status})")
        session.put_problem(
            path,
            f"{path} {why}, so the corrections of {session.article(path)} were not written there. They will be written "
            "once it is published again.",
        )
