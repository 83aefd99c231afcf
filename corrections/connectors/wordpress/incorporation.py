"""What editors wrote in WordPress becomes the article's new version; saves of an older state are recognised.

Somebody who had a post open while a correction was written to it, and saves it, writes the older words without knowing
it, as WordPress compares nothing. For an hour after each writing such a save is carried over to the newer text: it is
recognised by coming nearer to an older version than to the last one. One that is an older version to the letter is
taken for meant: somebody has restored it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from urllib.parse import unquote

from corrections.article_files.names import slug
from corrections.connectors.wordpress.notice_changes import observe
from corrections.connectors.wordpress.posts import Content, Post, Raw, Revision, as_article, list_revisions
from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.stale_saves import carried_over, is_basis
from corrections.connectors.wordpress.state import Seen
from corrections.connectors.wordpress.words import Words, digest, headline_of
from corrections.errors import CorrectionsError
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_at
from corrections.services.errors import AmbiguousAddress, Clashing, Invalid, TakenDown
from corrections.text.comparison.merge import Side
from repo_store import RepoStoreError

CLASHING = (
    "{article} was changed both here and in WordPress, in the same words. Nothing was overwritten. Edit the post "
    "in WordPress so that both agree, or choose in the review queue, under “Conflicts with other systems”, which text "
    "to keep."
)


class Outcome(Enum):
    """What became of a post: taken over, refused for what it is, or `failed` for now."""

    TAKEN_OVER = auto()
    REFUSED = auto()
    FAILED = auto()


_REFUSALS = (Clashing, Invalid, AmbiguousAddress, TakenDown)  # the same post would be refused again


def incorporate(session: Session, post: Post) -> Outcome:
    """Take over what is new in a post, and note it; where it could not be, why is noted.

    Raises `RestFailed`.
    """
    path, seen = post.path, session.seen(post.path)
    recent = seen.is_recent(post.modified_gmt)
    if not post.content.raw.strip():
        session.put(path, _now(post, seen, _Saved((), (), post)))  # a page that is made of something else
        return Outcome.REFUSED
    try:
        saved = _saved_since(session, post, seen) if recent else _Saved((), (), post)
        article = session.article(path) or _article_id(session, post)
        pending = _publish_all(session, article, post, saved if recent else None)
    except (CorrectionsError, RepoStoreError) as error:
        clashes = error.clashes if isinstance(error, Clashing) else ()
        status = post.status if session.was_public(path) else seen.status  # it is not public here yet
        kept = {
            "modified": "", "status": status, "clashes": bool(clashes), "side": None, "pending": False,
            "disputed": post.words.digests() if clashes else None,
            "versions": [(clash.published, clash.sent_now) for clash in clashes],
        }  # fmt: skip
        why = CLASHING.format(article=error.details["article"]) if clashes else error.message
        session.put(path, seen.model_copy(update=kept), problem=f"{path}: {why}")
        return Outcome.REFUSED if isinstance(error, _REFUSALS) else Outcome.FAILED
    notices = observe(session, article, post, recent)
    now = {"pending": pending or notices.is_pending, "notices": notices.digest}
    session.put(path, _now(post, seen, saved).model_copy(update=now), article, notices.problem)
    return Outcome.TAKEN_OVER


@dataclass(frozen=True)
class _Saved:
    """The states of a post: all `revisions`, oldest first, those that are `new`, in the order in which they are taken
    over, and the last one."""

    revisions: tuple[Revision, ...]
    new: tuple[Revision, ...]
    last: Post | Revision

    @property
    def known(self) -> list[Revision]:
        """The revisions that are not new, oldest first."""
        new = {revision.id for revision in self.new}
        return [revision for revision in self.revisions if revision.id not in new]


def _now(post: Post, seen: Seen, saved: _Saved) -> Seen:
    """A post as it has been seen now; right after a writing, another save can have the same time."""
    digests = saved.last.words.digests()
    found_own = any(seen.is_new(saw.id) and saw.words.digests() == seen.own for saw in saved.revisions)
    return Seen(
        modified="" if seen.writing else post.modified_gmt,
        digest=digests.content,
        title=digests.title,
        excerpt=digests.excerpt,
        revision=saved.revisions[-1].id if saved.revisions else post.revision,
        status=post.status,
        link=post.link,
        pushed=post.modified_gmt if seen.writing else seen.pushed,
        undone=seen.undone,
        notices=seen.notices,
        written=seen.written,
        own=None if found_own else seen.own,
    ).with_looked_at(seen.revision, {revision.id for revision in saved.revisions})


def _publish_all(session: Session, article: str, post: Post, saved: _Saved | None) -> bool:
    """Publish what was saved of a post, one after the other; whether something else is published than it has then.

    Raises as `updates.publish` does.
    """
    side = session.seen(post.path).side_for(post.words)
    if saved is None:
        outcome = _publish(session, article, post, side)
        return outcome not in ("new", "revised") and _differs(session, article, post.words)
    passed: set[int] = set()
    for at, revision in enumerate(saved.new):
        before = (*(other for other in saved.known if other.id < revision.id), *saved.new[:at])
        earlier = [other.words for other in before if other.id not in passed]
        words = carried_over(session, article, revision.words, earlier)
        try:
            _publish(session, article, _with_words(post, words), side)
        except Clashing:
            following = saved.new[at + 1 : at + 2]
            if not following or not is_basis(session, article, revision.words, following[0].words, earlier):
                raise
            passed.add(revision.id)  # the next one has what it has, and may clash no more
    return _differs(session, article, saved.last.words)


def _differs(session: Session, article: str, words: Words) -> bool:
    return session.published(article, words) != words


def _with_words(post: Post, words: Words) -> Post:
    title, excerpt, content = Raw(raw=words.title), Raw(raw=words.excerpt), Content(raw=words.content)
    return post.model_copy(update={"title": title, "excerpt": excerpt, "content": content})


def _publish(session: Session, article: str, post: Post, side: Side | None) -> str:
    """What became of the article. Raises as `updates.publish` does."""
    headline = headline_of(session.publication, article, post.title.raw)
    text = as_article(
        _with_words(post, post.words._replace(title=headline)), article, session.authors(post), session.language
    )
    return updates.publish(session.publication, session.actor, text, side).outcome


def _saved_since(session: Session, post: Post, seen: Seen) -> _Saved:
    """What was saved since a post was seen; what we overwrote unawares is among it.

    WordPress stores a post first and its revision a moment later, so each of the two can be seen without the other, and
    of two saves at one moment both revisions can have what came last.
    """
    revisions = tuple(list_revisions(session.api, post.path, seen.revision))
    if not session.was_public(post.path):  # what was saved meanwhile was for nobody to see
        new = () if post.words.digests() == seen.digests else (_as_revision(post, revisions),)
        return _Saved(revisions, new, post)
    return _each_saved(post, seen, revisions)


def _each_saved(post: Post, seen: Seen, revisions: tuple[Revision, ...]) -> _Saved:
    before = (None, *revisions)
    new = [
        revision
        for revision, previous in zip(revisions, before, strict=False)
        if seen.is_new(revision.id) and (previous is None or previous.words != revision.words)
    ]
    if new and new[0].words.digests() == seen.digests:
        del new[0]
    new = _own_first(new, seen.own)
    if post.words.digests() == seen.digests:
        return _Saved(revisions, tuple(new), post)
    is_first_look = not new and seen.lacks_parts and digest(post.content.raw) == seen.digest
    if is_first_look or all(post.words != revision.words for revision in revisions):
        new.append(_as_revision(post, revisions))
    return _Saved(revisions, tuple(new), new[-1] if new else post)


def _own_first(new: list[Revision], own: Words | None) -> list[Revision]:
    """New revisions with that of the words we wrote before the others, whatever its number.

    Somebody can open a post that was just written and save it before WordPress has stored the revision of the writing.
    Taken for a later save, that one would take back what the other has.
    """
    first = next((revision for revision in new if revision.words.digests() == own), None)
    return sorted(new, key=lambda revision: revision is not first)


def _as_revision(post: Post, revisions: tuple[Revision, ...]) -> Revision:
    """A post as its state after all revisions."""
    newest = revisions[-1].id if revisions else post.revision
    return Revision(id=newest + 1, title=post.title, excerpt=post.excerpt, content=post.content)


def _article_id(session: Session, post: Post) -> str:
    """The id of a new post's article: one that has its address already, else by its day and name.

    Raises `Invalid` where another post of the connection has the address, `AmbiguousAddress`.
    """
    same = article_at(session.publication, post.link)
    known = "" if same is None else session.path_of(same.id)
    if other := known or session.claim_address(post):
        raise Invalid(
            {
                "url": f"It has the address of {other}, {post.link}, so it was not imported. Give one of them another "
                "address in WordPress; it will then be imported."
            }
        )
    if same is not None:
        return same.id
    name = slug(unquote(post.slug)) if post.slug else f"post-{post.id}"
    wanted = f"{post.day or datetime.now(UTC).date():%Y/%m/%d}/{name}"
    return session.claim((wanted, f"{wanted}-{post.id}", f"{wanted}-{post.kind}-{post.id}"))
