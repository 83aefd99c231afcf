"""What editors wrote in WordPress becomes the article's new version; saves of an older state are recognised.

Somebody who had a post open while a correction was written to it, and saves it, writes the older words without knowing
it, as WordPress compares nothing. For an hour after each writing such a save is carried over to the newer text: it is
recognised by coming nearer to an older version than to the last one. One that is an older version to the letter is
taken for meant: somebody has restored it.
"""

from urllib.parse import unquote

from corrections.article_files.names import slug
from corrections.connectors.wordpress.posts import Post, as_article, digest, revisions_after
from corrections.connectors.wordpress.session import Session
from corrections.connectors.wordpress.state import Seen
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_at
from corrections.services.articles.source_versions import sent_before
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
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
    now = Seen(
        modified=post.modified_gmt,
        digest=digest(post.content.raw),
        revision=post.revision,
        status=post.status,
        link=post.link,
        pushed=post.modified_gmt if seen.writing else seen.pushed,
    )
    if not post.content.raw.strip():
        session.put(path, now)  # a page that is made of something else
        return False
    versions = _versions(session, post, seen) if recent else [post]
    try:
        article = session.article(path) or _article_id(session, post)
        for version in versions:
            _publish(session, article, version, recent)
    except (CorrectionsError, RepoStoreError) as error:
        kept = seen.model_copy(update={"modified": post.modified_gmt, "status": post.status})
        session.put(path, kept, problem=f"{path}: {error.message}")
        return False
    if versions:
        now = now.model_copy(update={"revision": max(post.revision, versions[-1].revision)})
    session.put(path, now, article)
    return True


def _versions(session: Session, post: Post, seen: Seen) -> list[Post]:
    """What was saved since the post was seen, oldest first: what we have overwritten unawares is among it."""
    saved = [
        post.model_copy(update={"title": revision.title, "excerpt": revision.excerpt, "content": revision.content})
        for revision in revisions_after(session.api, post.path, seen.revision)
    ]
    last = saved[-1].content.raw if saved else None
    if post.content.raw != last and digest(post.content.raw) != seen.digest:
        saved.append(post)
    return saved


def _publish(session: Session, article: str, post: Post, recent: bool) -> None:
    """Raises as `updates.publish` does."""
    content = _carried_over(session.publication, article, post) if recent else post.content.raw
    sent = post.model_copy(update={"content": post.content.model_copy(update={"raw": content})})
    text = as_article(sent, article, session.authors(post), session.language)
    updates.publish(session.publication, session.actor, text)


def _carried_over(publication: Publication, article: str, post: Post) -> str:
    """The source of a post; where it was made of an older version, what was changed in it put into the last one."""
    content, title = post.content.raw, as_article(post, article, (), "").title
    sent = sent_before(publication, article, BASES)
    if not sent or content == sent[0].text:
        return content
    if any(content == version.text and title == version.meta.title for version in sent):
        return content
    texts = list(dict.fromkeys(version.text for version in sent))
    nearest = min(texts, key=lambda text: _distance(text, content))
    if nearest == texts[0]:
        return content
    merged = merge(nearest, difference(nearest, content), texts[0])
    return content if merged.clashes else apply(merged.carried, texts[0])


def _distance(before: str, after: str) -> int:
    """How many code points go and come."""
    return sum(change.edit.end - change.edit.start + len(change.edit.text) for change in difference(before, after))


def _article_id(session: Session, post: Post) -> str:
    """The id of a new post's article: one that has its address already, else by its day and name.

    Raises `Invalid` where another post of the connection has the address, `AmbiguousAddress`.
    """
    publication = session.publication
    same = article_at(publication, post.link)
    if same is not None:
        other = next((row.path for row in session.known.values() if row.article == same.id), "")
        if other:
            raise Invalid(
                {
                    "url": f"It has the address of {other}, {post.link}, so it was not imported. Give one of them "
                    "another address in WordPress; it is imported then."
                }
            )
        return same.id
    name = slug(unquote(post.slug)) if post.slug else f"post-{post.id}"
    wanted = f"{post.date[:10].replace('-', '/')}/{name}"
    names = (wanted, f"{wanted}-{post.id}")
    return next((name for name in names if queries.article(publication.index, name) is None), names[-1])
