"""What becomes of the notices in a post: those that we wrote are brought up to date, words of others are left alone."""

from dataclasses import dataclass, replace

from corrections.connectors.wordpress.notice_blocks import at_foot, at_head, is_block_source, join, moved
from corrections.connectors.wordpress.notices import (
    Place,
    digest_of,
    published_notices,
    wanted_digest,
)
from corrections.connectors.wordpress.posts import Content, Post
from corrections.connectors.wordpress.session import Session

_EDITED = (
    "{path}: the notices were edited in WordPress. They are not overwritten, so what changes here is not shown there. "
    "Edit the notices of {article} here, then delete their block in WordPress; it is written again at once."
)


@dataclass(frozen=True)
class ObservedNotices:
    """The notices of a post as they are there: their digest as `Seen` keeps it, whether others are to be written, and
    why that cannot be."""

    digest: str
    is_pending: bool = False
    problem: str = ""


def observe(session: Session, article: str, post: Post, recent: bool) -> ObservedNotices:
    """What there is to do about the notices of a post that was read.

    In a `recent` one a missing block was not taken out, but was not there yet when an editor opened the post; one that
    was deleted comes back with the next change.
    """
    seen, wanted = session.seen(post.path), wanted_digest(session.publication, article, session.destination)
    if wanted is None:
        return ObservedNotices(seen.notices)
    if not session.destination.in_content:
        return ObservedNotices(seen.notices, wanted != seen.notices)
    there = "".join(digest_of(block.words) for block in post.content.blocks)
    if _is_edited(post.content, {*seen.written, wanted}):
        return ObservedNotices(there, problem=_EDITED.format(path=post.path, article=article))
    if not post.content.blocks and not recent:
        there = seen.notices
    return ObservedNotices(there, there != wanted)


def content_with_notices(session: Session, article: str, post: Post, source: str) -> str:
    """The content that a post is to have, with `source` as the article's own; its block stays where it is."""
    blocks = moved(post.content.blocks, post.content.raw, source)
    if session.destination.place is Place.NONE:
        return join(source, blocks)
    notices = published_notices(session.publication, article, session.destination.template)
    if _is_edited(post.content, {*session.seen(post.path).written, digest_of(notices.words)}):
        return join(source, blocks)
    if not session.destination.in_content or not notices.texts:
        return source
    if [block.words for block in blocks] == [notices.words]:
        return join(source, blocks)  # an editor may have changed how it looks
    markup = notices.markup(is_block_source(source))
    if blocks:
        return join(source, (replace(blocks[0], markup=markup),))
    is_at_head = session.destination.place is Place.HEAD
    return join(source, (at_head(markup) if is_at_head else at_foot(source, markup),))


def _is_edited(content: Content, own: set[str]) -> bool:
    """Whether a block has words that we did not write."""
    return any(block.words and digest_of(block.words) not in own for block in content.blocks)
