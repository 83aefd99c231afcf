"""What editors wrote in WordPress becomes the article's new version; saves of an older state are recognised.

Somebody who had a post open while a correction was written to it, and saves it, writes the older words without knowing
it, as WordPress compares nothing. For an hour after each writing such a save is carried over to the newer text: it is
recognised by coming nearer to an older version than to the last one. One that is an older version to the letter is
taken for meant: somebody has restored it.
"""

from dataclasses import dataclass
from urllib.parse import unquote

from corrections.article_files.names import slug
from corrections.connectors.wordpress.posts import Content, Post, Revision, as_article, digest, list_revisions
from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.state import Seen
from corrections.errors import CorrectionsError
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_at
from corrections.services.articles.source_versions import sent_before
from corrections.services.errors import Clashing, Invalid
from corrections.text.comparison.merge import merge
from corrections.text.comparison.patch import apply, difference
from repo_store import RepoStoreError

BASES = 8  # versions from which an editor may have started


def incorporate(session: Session, post: Post) -> bool:
    """Take over what is new in a post, and note it; False where it could not be, and why is noted.

    Raises `RestFailed`.
    """
    path, seen = post.path, session.seen(post.path)
    recent = seen.is_recent(post.modified_gmt)
    if not post.content.raw.strip():
        session.put(path, _now(post, seen, _Saved((), (), post)))  # a page that is made of something else
        return False
    try:
        saved = _saved_since(session, post, seen) if recent else _Saved((), (), post)
        article = session.article(path) or _article_id(session, post)
        pending = _publish_all(session, article, post, saved if recent else None)
    except (CorrectionsError, RepoStoreError) as error:
        kept = seen.model_copy(update={"modified": post.modified_gmt, "status": post.status})
        session.put(path, kept, problem=f"{path}: {error.message}")
        return False
    session.put(path, _now(post, seen, saved).model_copy(update={"pending": pending}), article)
    return True


@dataclass(frozen=True)
class _Saved:
    """The states of a post: all `revisions` that are known, oldest first, those that are `new`, and the last one."""

    revisions: tuple[Revision, ...]
    new: tuple[Revision, ...]
    last: Post | Revision


def _now(post: Post, seen: Seen, saved: _Saved) -> Seen:
    """A post as it has been seen now; right after a writing, another save can have the same time."""
    return Seen(
        modified="" if seen.writing else post.modified_gmt,
        digest=digest(saved.last.content.raw),
        revision=saved.revisions[-1].id if saved.revisions else post.revision,
        status=post.status,
        link=post.link,
        pushed=post.modified_gmt if seen.writing else seen.pushed,
    )


def _publish_all(session: Session, article: str, post: Post, saved: _Saved | None) -> bool:
    """Publish what was saved of a post, one after the other; whether something else is published than it has then.

    Raises as `updates.publish` does.
    """
    if saved is None:
        outcome = _publish(session, article, post)
        return outcome not in ("new", "revised") and session.text(article) != post.content.raw
    passed: set[int] = set()
    for at, revision in enumerate(saved.new):
        earlier = [other for other in saved.revisions if other.id < revision.id and other.id not in passed]
        content = _carried_over(session, article, revision, earlier)
        changes = {"title": revision.title, "excerpt": revision.excerpt, "content": Content(raw=content)}
        try:
            _publish(session, article, post.model_copy(update=changes))
        except Clashing:
            if not _is_basis(session, article, revision, saved.new[at + 1 : at + 2], earlier):
                raise
            passed.add(revision.id)  # the next one has what it has, and may clash no more
    return session.text(article) != saved.last.content.raw


def _publish(session: Session, article: str, post: Post) -> str:
    """What became of the article. Raises as `updates.publish` does."""
    text = as_article(post, article, session.authors(post), session.language)
    return updates.publish(session.publication, session.actor, text).outcome


def _is_basis(
    session: Session, article: str, revision: Revision, following: tuple[Revision, ...], earlier: list[Revision]
) -> bool:
    """Whether the revision that follows may have been made of this one."""
    if not following:
        return False
    (successor,) = following
    other = _nearest(session, article, successor, earlier)
    content = successor.content.raw
    return _distance(revision.content.raw, content) <= _distance(other, content)


def _saved_since(session: Session, post: Post, seen: Seen) -> _Saved:
    """What was saved since a post was seen; what we overwrote unawares is among it.

    WordPress stores a post first and its revision a moment later, so each of the two can be seen without the other, and
    of two saves at one moment both revisions can have what came last.
    """
    revisions = tuple(list_revisions(session.api, post.path))
    before = (None, *revisions)
    new = [
        revision
        for revision, previous in zip(revisions, before, strict=False)
        if revision.id > seen.revision and (previous is None or previous.words != revision.words)
    ]
    if new and digest(new[0].content.raw) == seen.digest:
        del new[0]
    content = post.content.raw
    if digest(content) == seen.digest:
        return _Saved(revisions, tuple(new), post)
    if all(content != revision.content.raw for revision in revisions):
        newest = revisions[-1].id if revisions else post.revision
        new.append(Revision(id=newest + 1, title=post.title, excerpt=post.excerpt, content=post.content))
    return _Saved(revisions, tuple(new), new[-1] if new else post)


def _carried_over(session: Session, article: str, revision: Revision, earlier: list[Revision]) -> str:
    """A saved source; where it was made of an older one, what was changed in it is put into the last one.

    `earlier` are the revisions before it, oldest first.
    """
    content, sent = revision.content.raw, sent_before(session.publication, article, 1)
    if not sent or content == sent[0].text or any(other.words == revision.words for other in earlier):
        return content
    base = _nearest(session, article, revision, earlier)
    if base == sent[0].text:
        return content
    merged = merge(base, difference(base, content), sent[0].text)
    return content if merged.clashes else apply(merged.carried, sent[0].text)


def _nearest(session: Session, article: str, revision: Revision, earlier: list[Revision]) -> str:
    """Of the sources before it that from which a saved one differs least; the last of several."""
    sent = [version.text for version in sent_before(session.publication, article, BASES)]
    texts = dict.fromkeys([*sent[:1], *(other.content.raw for other in reversed(earlier)), *sent])
    return min(texts, key=lambda text: _distance(text, revision.content.raw))


def _distance(before: str, after: str) -> int:
    """How many code points go and come."""
    return sum(change.edit.end - change.edit.start + len(change.edit.text) for change in difference(before, after))


def _article_id(session: Session, post: Post) -> str:
    """The id of a new post's article: one that has its address already, else by its day and name.

    Raises `Invalid` where another post of the connection has the address, `AmbiguousAddress`.
    """
    same = article_at(session.publication, post.link)
    known = [row.path for row in session.known.values() if same is not None and row.article == same.id]
    if other := next(iter(known), "") or session.claim_address(post):
        raise Invalid(
            {
                "url": f"It has the address of {other}, {post.link}, so it was not imported. Give one of them another "
                "address in WordPress; it is imported then."
            }
        )
    if same is not None:
        return same.id
    name = slug(unquote(post.slug)) if post.slug else f"post-{post.id}"
    wanted = f"{post.date[:10].replace('-', '/')}/{name}"
    return session.claim((wanted, f"{wanted}-{post.id}", f"{wanted}-{post.kind}-{post.id}"))
